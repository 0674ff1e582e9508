import { describe, expect, it } from 'vitest';

import type { EnclaveOptions, SpawnOptions } from '@occlum/pal';
import { hostCpus } from '@occlum/sched';

import { checkEnclaveOptions } from '../src/enclave-options.js';
import { checkSpawn } from '../src/spawn-options.js';

describe('checkEnclaveOptions', () => {
  it('completes the least that can be given', () => {
    expect(checkEnclaveOptions({ rootfs: '/srv//root/' })).toEqual({
      attributes: {
        rootfs: '/srv/root', readOnly: false, mounts: [], identity: 'user', limits: {}, network: 'host', hostname: 'occlum', rewriteCallSites: true, logLevel: 'off', preserve: [],
      },
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

  it('takes the image of an instance, its layers, limits and entry points', () => {
    const reference = { offset: 5, length: 7, hash: '0a'.repeat(32) };
    const { attributes } = checkEnclaveOptions({
      rootfs: '/i/image',
      image: { tree: '/i/tree/', reference },
      writableLayer: '/i/run',
      readOnly: true,
      identity: 'root',
      mounts: [{ type: 'union', target: '/a', lower: '/l', image: { tree: '/t', reference }, upper: '/u' }, { type: 'union', target: '/b', readOnly: true }, { type: 'proc', target: '/p' }],
      limits: { memory: 2 ** 20, threads: 1, processes: 1, descriptors: 3, fileSize: 0, cpuTimeMs: 1, wallTimeMs: 1, outputBytes: 0, writableBytes: 0 },
      entryPoints: ['/bin/', '/usr/bin/python3'],
    });
    expect(attributes).toMatchObject({
      image: { tree: '/i/tree', reference },
      writableLayer: '/i/run',
      readOnly: true,
      identity: 'root',
      mounts: [
        { type: 'union', target: '/a', lower: '/l', image: { tree: '/t', reference }, upper: '/u', readOnly: false },
        { type: 'union', target: '/b', readOnly: true },
        { type: 'proc', target: '/p' },
      ],
      limits: { memory: 2 ** 20, outputBytes: 0, writableBytes: 0 },
      entryPoints: ['/bin', '/usr/bin/python3'],
    });
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
    [{ rootfs: '/', mounts: [{ type: 'bind', source: '/a', target: '/b' }] }, 'options.mounts[0].type is "bind", must be "host" or "tmpfs" or "union"'],
    [{ rootfs: '/', mounts: [{ source: '/a', target: '/b', readOnly: 1 }] }, 'options.mounts[0].readOnly is 1, must be true or false'],
    [{ rootfs: '/', mounts: [{ type: 'tmpfs', target: '/b', readOnly: true }] }, 'options.mounts[0] has no option "readOnly", there are type, target'],
    [{ rootfs: '/', mounts: [{ type: 'union', target: '/b', image: {} }] }, 'options.mounts[0].image is {}, must be left out without lower'],
    [{ rootfs: '/', image: { tree: 't', reference: {} } }, 'options.image.reference.offset is undefined, must be a number of bytes'],
    [{ rootfs: '/', image: { tree: '/t', reference: { offset: 0, length: 1, hash: 'x' } } }, 'options.image.reference.hash is "x", must be 64 hexadecimal digits'],
    [{ rootfs: '/', image: { tree: 't', reference: { offset: 0, length: 1, hash: '0'.repeat(64) } } }, 'options.image.tree is "t", must be an absolute path'],
    [{ rootfs: '/', writableLayer: 'run' }, 'options.writableLayer is "run", must be an absolute path'],
    [{ rootfs: '/', stackBytes: 65535 }, 'options.stackBytes is 65535, must be an integer from 65536'],
    [{ rootfs: '/', user: { uid: -1, gid: 0 } }, 'options.user.uid is -1, must be an integer from 0 to 4294967294'],
    [{ rootfs: '/', user: { uid: 1 } }, 'options.user.gid is undefined, must be an integer from 0 to 4294967294'],
    [{ rootfs: '/', user: { uid: 1, gid: 1, groups: [] } }, 'options.user has no option "groups", there are uid, gid'],
    [{ rootfs: '/', identity: 'nobody' }, 'options.identity is "nobody", must be "user" or "root"'],
    [{ rootfs: '/', limits: { memory: '64MB' } }, 'options.limits.memory is "64MB", must be bytes, an integer from 1048576 to'],
    [{ rootfs: '/', limits: { cpu: 1 } }, 'options.limits has no option "cpu", there are memory, threads'],
    [{ rootfs: '/', entryPoints: '/bin' }, 'options.entryPoints is "/bin", must be an array of absolute paths'],
    [{ rootfs: '/', entryPoints: ['bin'] }, 'options.entryPoints[0] is "bin", must be an absolute path'],
    [{ rootfs: '/', onDenied: true }, 'options.onDenied is true, must be a function'],
    [{ rootfs: '/', cpuset: '8191' }, 'options.cpuset is "8191", must be a list of CPUs among '],
    [{ rootfs: '/', cpuset: '' }, 'options.cpuset is "", must be a list of CPUs among '],
    [{ rootfs: '/', cpuset: '1-' }, 'options.cpuset is "1-", must be a list of CPUs among '],
    [{ rootfs: '/', cpuset: [0] }, 'options.cpuset is [ 0 ], must be a list of CPUs among '],
    [{ rootfs: '/', cpus: 0 }, 'options.cpus is 0, must be a number from 0.001 to 8192, such as 1.5'],
    [{ rootfs: '/', cpus: Number.NaN }, 'options.cpus is NaN, must be a number'],
    [{ rootfs: '/', cpus: '1' }, 'options.cpus is "1", must be a number'],
    [{ rootfs: '/', env: ['A=1'] }, 'options.env is [ \'A=1\' ], must be an object of names and values'],
    [{ rootfs: '/', env: { 'A=': '1' } }, 'options.env name is "A=", must be not empty'],
    [{ rootfs: '/', env: { A: 1 } }, 'options.env.A is 1, must be a string without NUL'],
  ])('refuses %j', (options, message) => {
    expect(() => checkEnclaveOptions(options as EnclaveOptions)).toThrow(expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) as string }) as Error);
  });
});

describe('CPUs', () => {
  const [first = 0] = hostCpus().allowed;

  it('are those of this host, and of the enclave', () => {
    const { attributes } = checkEnclaveOptions({ rootfs: '/', cpuset: ` ${first},${first} `, cpus: 0.5 });
    expect(attributes).toMatchObject({ cpuset: String(first), cpus: 0.5 });
    expect(checkSpawn('ls', [], { cpuset: String(first), cpus: 2 }, String(first))).toMatchObject({ cpuset: String(first), cpus: 2 });
    expect(() => checkSpawn('ls', [], { cpuset: String(first) }, '8000-8100')).toThrow(`options.cpuset is "${first}", must be a list of CPUs among 8000-8100`);
  });
});

describe('checkSpawn', () => {
  it('completes the least that can be given', () => {
    expect(checkSpawn('ls', ['-l'], {})).toEqual({
      path: 'ls', argv: ['ls', '-l'], env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], tty: undefined, jobControl: false, signal: undefined, timeoutMs: undefined,
      stopTimeoutMs: undefined, cpuset: undefined, cpus: undefined,
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
    ['ls', 'l', {}, 'args is "l", must be an array of strings or bytes'],
    ['ls', [new Uint8Array([1, 0])], {}, 'args[0] is Uint8Array(2) [ 1, 0 ], must be bytes without 0'],
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
