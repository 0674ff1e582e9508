import { describe, expect, it } from 'vitest';

import type { EnclaveOptions, SpawnOptions } from '@occlum/pal';

import { checkEnclaveOptions } from '../src/enclave-options.js';
import { checkSpawn } from '../src/spawn-options.js';

describe('checkEnclaveOptions', () => {
  it('completes the least that can be given', () => {
    expect(checkEnclaveOptions({ rootfs: '/srv//root/' })).toEqual({
      attributes: { rootfs: '/srv/root', mounts: [], network: 'host', hostname: 'occlum', rewriteCallSites: true, logLevel: 'off', preserve: [] },
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', LANG: 'C.UTF-8' },
      kernelThread: 'worker',
    });
  });

  it('takes mounts, and variables over the usual ones', () => {
    const { attributes, env } = checkEnclaveOptions({
      rootfs: '/',
      mounts: [{ source: '/a/', target: '/b/./c', readOnly: true }, { type: 'tmpfs', target: '/t' }],
      env: { HOME: undefined, A: '1' },
    });
    expect(attributes.mounts).toEqual([{ type: 'host', source: '/a', target: '/b/c', readOnly: true }, { type: 'tmpfs', target: '/t', readOnly: false }]);
    expect(env).toMatchObject({ HOME: undefined, A: '1', LANG: 'C.UTF-8' });
  });

  // What a JavaScript program can pass though the types forbid it.
  it.each<[unknown, string]>([
    [undefined, 'options is undefined, must be an object'],
    [{}, 'options.rootfs is undefined, must be a string without NUL'],
    [{ rootfs: 'srv' }, 'options.rootfs is "srv", must be an absolute path'],
    [{ rootfs: '/a\0b' }, 'options.rootfs is "/a\\u0000b", must be a string without NUL'],
    [{ rootfs: '/', rootFs: '/' }, 'options has no option "rootFs"'],
    [{ rootfs: '/', network: 'bridge' }, 'options.network is "bridge", must be "host" or "none"'],
    [{ rootfs: '/', logLevel: 'loud' }, 'options.logLevel is "loud", must be "off" or "error"'],
    [{ rootfs: '/', logFile: 'x' }, 'options.logFile is "x", must be an absolute path'],
    [{ rootfs: '/', hostname: '' }, 'options.hostname is "", must be 1 to 64 bytes'],
    [{ rootfs: '/', rewriteCallSites: 'no' }, 'options.rewriteCallSites is "no", must be true or false'],
    [{ rootfs: '/', kernelThread: 'none' }, 'options.kernelThread is "none", must be "worker" or "main"'],
    [{ rootfs: '/', mounts: {} }, 'options.mounts is {}, must be an array'],
    [{ rootfs: '/', mounts: ['/a:/b'] }, 'options.mounts[0] is "/a:/b", must be an object'],
    [{ rootfs: '/', mounts: [{ source: '/a', target: 'b' }] }, 'options.mounts[0].target is "b", must be an absolute path'],
    [{ rootfs: '/', mounts: [{ source: '/a', target: '/' }] }, 'options.mounts[0].target is "/", must be a directory below "/"'],
    [{ rootfs: '/', mounts: [{ type: 'bind', source: '/a', target: '/b' }] }, 'options.mounts[0].type is "bind", must be "host" or "tmpfs"'],
    [{ rootfs: '/', mounts: [{ source: '/a', target: '/b', readOnly: 1 }] }, 'options.mounts[0].readOnly is 1, must be true or false'],
    [{ rootfs: '/', env: ['A=1'] }, 'options.env is [ \'A=1\' ], must be an object of names and values'],
    [{ rootfs: '/', env: { 'A=': '1' } }, 'options.env name is "A=", must be not empty'],
    [{ rootfs: '/', env: { A: 1 } }, 'options.env.A is 1, must be a string without NUL'],
  ])('refuses %j', (options, message) => {
    expect(() => checkEnclaveOptions(options as EnclaveOptions)).toThrow(expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) as string }) as Error);
  });
});

describe('checkSpawn', () => {
  it('completes the least that can be given', () => {
    expect(checkSpawn('ls', ['-l'], {})).toEqual({
      path: 'ls', argv: ['ls', '-l'], env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], tty: undefined, jobControl: false, signal: undefined, timeoutMs: undefined,
      stopTimeoutMs: undefined,
    });
  });

  it.each<[SpawnOptions, object]>([
    [{ stdio: 'ignore' }, { stdio: ['ignore', 'ignore', 'ignore'] }],
    [{ stdio: ['inherit', 5, { fd: 7 }] }, { stdio: ['inherit', 5, { fd: 7 }] }],
    [{ argv0: '-sh' }, { argv: ['-sh', '-l'] }],
    [{ timeout: 5, cwd: '/tmp/' }, { timeoutMs: 5, cwd: '/tmp' }],
  ])('takes %j', (options, result) => {
    expect(checkSpawn('ls', ['-l'], options)).toMatchObject(result);
  });

  it.each<[unknown, unknown, unknown, string]>([
    ['', [], {}, 'path is "", must be the name or path of a program'],
    [1, [], {}, 'path is 1, must be a string without NUL'],
    ['ls', 'l', {}, 'args is "l", must be an array of strings'],
    ['ls', [1], {}, 'args[0] is 1, must be a string without NUL'],
    ['ls', [], { shell: true }, 'options has no option "shell"'],
    ['ls', [], { stdio: 'tty' }, 'options.stdio is "tty", must be "pipe"'],
    ['ls', [], { stdio: ['pipe'] }, 'options.stdio is [ \'pipe\' ], must be one word for all three, or an array of three items'],
    ['ls', [], { stdio: ['pipe', -1, 'pipe'] }, 'options.stdio[1] is -1, must be "pipe"'],
    ['ls', [], { stdio: ['pipe', 'pipe', { fd: null }] }, 'options.stdio[2] is { fd: null }, must be "pipe"'],
    ['ls', [], { timeout: 0 }, 'options.timeout is 0, must be milliseconds'],
    ['ls', [], { timeout: '5s' }, 'options.timeout is "5s", must be milliseconds'],
    ['ls', [], { signal: 'SIGTERM' }, 'options.signal is "SIGTERM", must be an AbortSignal'],
    ['ls', [], { cwd: 'x' }, 'options.cwd is "x", must be an absolute path'],
  ])('refuses %j %j %j', (path, args, options, message) => {
    expect(() => checkSpawn(path as string, args as string[], options as SpawnOptions)).toThrow(expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) as string }) as Error);
  });
});
