import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { built } from './supervised.js';

describe('committed files that the native build prints', () => {
  it.each([
    ['print-layout', '../src/generated/arena-layout.ts'],
    ['print-filter', '../../docs/filter.md'],
  ])('are as %s prints them', (program, file) => {
    const printed = execFileSync(built(program), { encoding: 'utf8' });
    expect(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')).toBe(printed);
  });
});
