import { describe, expect, it } from 'vitest';

import { signalNumber, toExitStatus } from '../src/exit-status.js';
import { searchProgram } from '../src/path-search.js';
import { unsupportedPlatform } from '../src/platform.js';

describe('toExitStatus', () => {
  it.each<[number, object]>([
    [0, { code: 0 }],
    [3 << 8, { code: 3 }],
    [255 << 8, { code: 255 }],
    [9, { signal: 'SIGKILL', core: false }],
    [11 | 0x80, { signal: 'SIGSEGV', core: true }],
    [34, { signal: 'SIG34', core: false }],
  ])('reads wait status %i', (status, result) => {
    expect(toExitStatus(status)).toEqual(result);
  });
});

describe('signalNumber', () => {
  it.each([['SIGTERM', 15], ['SIGKILL', 9], [64, 64]] as const)('knows %s', (signal, number) => {
    expect(signalNumber(signal)).toBe(number);
  });

  it.each([0, 65, -9, 1.5])('refuses %s', (signal) => {
    expect(() => signalNumber(signal)).toThrow(TypeError);
  });
});

describe('searchProgram', () => {
  const answers = (results: Record<string, number>) => {
    const tried: string[] = [];
    const attempt = (path: string): Promise<number> => {
      tried.push(path);
      return Promise.resolve(results[path] ?? -2);
    };
    return { tried, attempt };
  };

  it.each<[string, string, string | undefined, Record<string, number>, number, string[]]>([
    ['a path from the current directory', './x', '/a', {}, -2, ['/cwd/x']],
    ['an absolute path as it is', '/a/x', '/a', {}, -2, ['/a/x']],
    ['a path upwards', '../x/y', '/a', {}, -2, ['/x/y']],
    ['the first that is there', 'x', '/a:/b:/c', { '/b/x': 7 }, 7, ['/a/x', '/b/x']],
    ['past one that may not be executed', 'x', '/a:/b', { '/a/x': -13, '/b/x': 7 }, 7, ['/a/x', '/b/x']],
    ['EACCES when there was one and no other', 'x', '/a:/b', { '/a/x': -13 }, -13, ['/a/x', '/b/x']],
    ['past a file in PATH', 'x', '/a:/b', { '/a/x': -20, '/b/x': 7 }, 7, ['/a/x', '/b/x']],
    ['no further than a program that fails to load', 'x', '/a:/b', { '/a/x': -8 }, -8, ['/a/x']],
    ['the current directory for an empty item', 'x', ':/b', { '/cwd/x': 7 }, 7, ['/cwd/x']],
    ['the usual places without a PATH', 'x', undefined, {}, -2, ['/bin/x', '/usr/bin/x']],
  ])('tries %s', async (_title, name, searchPath, results, result, places) => {
    const { tried, attempt } = answers(results);
    expect(await searchProgram({ name, searchPath, cwd: '/cwd' }, attempt)).toBe(result);
    expect(tried).toEqual(places);
  });
});

describe('unsupportedPlatform', () => {
  it.each([
    [{ system: 'linux', machine: 'x64', release: '6.1.0-18-amd64' }, undefined],
    [{ system: 'linux', machine: 'x64', release: '5.4.0' }, undefined],
    [{ system: 'linux', machine: 'x64', release: '5.3.18-generic' }, 'Linux kernel is 5.3.18-generic, must be 5.4 or later'],
    [{ system: 'linux', machine: 'x64', release: '4.19.0' }, 'Linux kernel is 4.19.0, must be 5.4 or later'],
    [{ system: 'linux', machine: 'arm64', release: '6.1.0' }, 'platform is linux-arm64, must be linux-x64'],
    [{ system: 'darwin', machine: 'x64', release: '23.1.0' }, 'platform is darwin-x64, must be linux-x64'],
  ])('judges %j', (host, problem) => {
    if (problem === undefined) expect(unsupportedPlatform(host)).toBeUndefined();
    else expect(unsupportedPlatform(host)).toContain(problem);
  });
});
