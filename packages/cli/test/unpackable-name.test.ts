import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { unpackableName } from '../src/commands/unpackable-name.js';

it('finds a name that is no UTF-8, however deep, and shows it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'occlum-names-'));
  onTestFinished(() => { rmSync(directory, { recursive: true }); });
  mkdirSync(join(directory, 'a/é'), { recursive: true });
  writeFileSync(join(directory, 'a/é/\ufffd'), '');
  expect(unpackableName(directory)).toBeUndefined();
  writeFileSync(Buffer.concat([Buffer.from(join(directory, 'a/é/b')), Buffer.from([0xff, 0x0a])]), '');
  expect(unpackableName(directory)).toBe('a/é/b\\xff\\x0a');
});
