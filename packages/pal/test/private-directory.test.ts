import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isNoexec, makePrivateDirectory, removeStale } from '../src/private-directory.js';

const PID = process.pid;
const USER = process.getuid?.() ?? 0;
const START = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ')[19] ?? '';
const NAMESPACE = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
/** No process can have it: pid_max is at most 2^22. */
const NO_PID = 2 ** 22 + 1;

describe('makePrivateDirectory', () => {
  it('makes one that only its owner can enter, and says whose it is', () => {
    const path = makePrivateDirectory(PID, USER);
    try {
      expect(statSync(path).mode & 0o7777).toBe(0o700);
      expect(basename(path)).toMatch(new RegExp(`^occlum-${USER}-${PID}-${START}-${NAMESPACE}-\\w+$`));
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it.each([
    ['is missing', '/nonexistent/folder', 'ENOENT'],
    ['cannot be written to', '/proc', 'ENOENT'],
    ['is a file', '/etc/passwd', 'ENOTDIR'],
  ])('says what to do where its folder %s', (_title, parent, code) => {
    expect(() => makePrivateDirectory(PID, USER, parent)).toThrow(expect.objectContaining({ code, message: expect.stringContaining('set TMPDIR') as string }) as Error);
  });
});

describe('removeStale', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'occlum-test-'));
  });

  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it.each<[string, string, boolean]>([
    ['of a dead process', `occlum-${USER}-${NO_PID}-1-${NAMESPACE}-abc`, false],
    ['of a pid that another process has now', `occlum-${USER}-${PID}-1-${NAMESPACE}-abc`, false],
    ['of a living process', `occlum-${USER}-${PID}-${START}-${NAMESPACE}-abc`, true],
    ['of another pid namespace', `occlum-${USER}-${NO_PID}-1-1-abc`, true],
    ['of another user', `occlum-${USER + 1}-${NO_PID}-1-${NAMESPACE}-abc`, true],
    ['with another name', `occlum-test-abc`, true],
  ])('decides on one %s', (_title, name, isKept) => {
    const path = join(parent, name);
    mkdirSync(path);
    writeFileSync(join(path, '1'), '');
    removeStale(parent, { user: USER, pid: PID, start: START, namespace: NAMESPACE });
    expect(existsSync(path)).toBe(isKept);
  });
});

describe('isNoexec', () => {
  const mounts = ['tmpfs /dev tmpfs rw,noexec 0 0', 'tmpfs /dev/shm tmpfs rw,noexec 0 0', 'tmpfs /run tmpfs rw,noexec 0 0', 'tmpfs /run tmpfs rw 0 0', ''].join('\n');

  it.each([
    ['/dev/shm', true],
    ['/run', false],
    ['/tmp', false],
  ])('reads the options of the last mount on %s', (point, result) => {
    expect(isNoexec(point, mounts)).toBe(result);
  });
});
