import { hostname, release } from 'node:os';

import { beforeEach, describe, expect, it } from 'vitest';

import { sysinfo, utsname } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import type { Process } from '../../src/process/process.js';
import { systemSyscalls } from '../../src/system/syscalls.js';
import { systemNames } from '../../src/system/system-names.js';
import { Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from '../time/fake-clock.js';

let files: FakeClock;
let kernel: FakeKernel;
let process: Process;
let table: ReturnType<typeof systemSyscalls>;

beforeEach(() => {
  files = new FakeClock();
  kernel = new FakeKernel();
  process = kernel.spawn();
  const host = Object.assign(files, { sysinfo: (out: Uint8Array) => (out.fill(1), 0) });
  table = systemSyscalls(host, { hostname: 'box', release: '6.1.2', version: '#1 SMP Occlum' });
});

const call = (name: string, ...given: Given[]): Promise<number> => guestCall(table, kernel.caller(process), name, ...given);

describe('uname', () => {
  it('tells the names of the enclave', async () => {
    const room = new Room();
    expect(await call('uname', room)).toBe(0);
    expect(utsname.decode(room.bytes)).toEqual({
      sysname: 'Linux', nodename: 'box', release: '6.1.2', version: '#1 SMP Occlum', machine: 'x86_64', domainname: '(none)',
    });
    expect(await call('uname', null)).toBe(-Errno.EFAULT);
  });

  it('takes release and name of the real host where none is given', () => {
    expect(systemNames(hostBinding())).toEqual({ hostname: hostname(), release: release(), version: '#1 SMP Occlum' });
    expect(systemNames(hostBinding(), 'box').hostname).toBe('box');
    expect(systemNames(files)).toEqual({ hostname: 'occlum', release: '6.1.0', version: '#1 SMP Occlum' });
  });
});

describe('sysinfo', () => {
  it('counts threads of the LibOS', async () => {
    kernel.thread(process);
    const room = new Room();
    expect(await call('sysinfo', room)).toBe(0);
    expect(sysinfo.decode(room.bytes).procs).toBe(2);
    expect(await call('sysinfo', null)).toBe(-Errno.EFAULT);
  });

  it('tells memory of the real host', async () => {
    table = systemSyscalls(hostBinding(), systemNames(hostBinding()));
    const room = new Room();
    expect(await call('sysinfo', room)).toBe(0);
    const { totalram, mem_unit } = sysinfo.decode(room.bytes);
    expect(Number(totalram) * mem_unit).toBeGreaterThan(2 ** 26);
  });
});

describe('what no guest may do', () => {
  it.each<[string, Given[], number]>([
    ['sethostname', ['x', 1], -Errno.EPERM],
    ['reboot', [0, 0, 0, null], -Errno.EPERM],
    ['ptrace', [0, 0, null, null], -Errno.EPERM],
    ['bpf', [0, null, 0], -Errno.EPERM],
    ['keyctl', [0], -Errno.ENOSYS],
    ['pidfd_getfd', [1, 0, 0], -Errno.ENOSYS],
    ['seccomp', [0, 0, null], -Errno.EINVAL],
    ['unshare', [0], 0],
    ['unshare', [1], -Errno.EINVAL],
    ['unshare', [0x10000000], -Errno.EPERM],
    ['unshare', [0x200], 0],
  ])('%s(%j) is %d', async (name, given, result) => {
    expect(await call(name, ...given)).toBe(result);
  });

  it('is to part from other threads', async () => {
    kernel.thread(process);
    expect(await call('unshare', 0x400)).toBe(-Errno.EINVAL);
  });
});
