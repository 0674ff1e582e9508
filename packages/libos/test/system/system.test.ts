import { availableParallelism, hostname, release } from 'node:os';

import { beforeEach, describe, expect, it } from 'vitest';

import { sysinfo, utsname } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import type { Process } from '../../src/process/process.js';
import { HostCpus } from '../../src/system/host-cpus.js';
import { systemSyscalls } from '../../src/system/syscalls.js';
import { systemNames } from '../../src/system/system-names.js';
import { Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { FakeClock } from '../time/fake-clock.js';

const HOST_PID = 77;

let files: FakeClock;
let kernel: FakeKernel;
let process: Process;
let table: ReturnType<typeof systemSyscalls>;

beforeEach(() => {
  files = new FakeClock();
  kernel = new FakeKernel();
  process = kernel.spawn();
  process.hostPid = HOST_PID;
  files.files.set('/sys/devices/system/cpu/possible', '0-7\n');
  files.files.set(`/proc/${HOST_PID}/status`, 'Name:\tx\nCpus_allowed:\t00000000,000000f5\n');
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

// The errors were seen on Linux 6.18 x86-64.
describe('sched_getaffinity', () => {
  it.each<[string, Given[], number]>([
    ['no room', [0, 0, new Room()], -Errno.EINVAL],
    ['room that is no multiple of 8', [0, 12, new Room()], -Errno.EINVAL],
    ['no such thread', [999, 8, new Room()], -Errno.ESRCH],
    ['a negative thread', [-1, 8, new Room()], -Errno.ESRCH],
    ['room nowhere', [0, 8, null], -Errno.EFAULT],
    ['room that fits', [0, 8, new Room()], 8],
    ['more room than there are CPUs', [1, 128, new Room()], 8],
  ])('%s', async (_title, given, result) => {
    expect(await call('sched_getaffinity', ...given)).toBe(result);
  });

  it('tells the CPUs of the process on the host', async () => {
    const room = new Room();
    await call('sched_getaffinity', 0, 8, room);
    expect([...room.bytes]).toEqual([0xf5, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('reads words of 32 CPUs in the order of the host', () => {
    files.files.set('/sys/devices/system/cpu/possible', '0-127');
    files.files.set('/proc/self/status', 'Cpus_allowed:\t80000000,00000000,00000000,00000001\n');
    expect([...new HostCpus(files).allowed(0)].map((byte, index) => [byte, index]).filter(([byte]) => byte !== 0)).toEqual([[1, 0], [128, 15]]);
  });

  it('is right on the real host', () => {
    const mask = new HostCpus(hostBinding()).allowed(0);
    const count = [...mask].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    expect(count).toBe(availableParallelism());
  });
});

describe('scheduling policies', () => {
  it.each<[string, Given[], number]>([
    ['sched_getscheduler', [0], 0],
    ['sched_getscheduler', [-1], -Errno.EINVAL],
    ['sched_getscheduler', [999], -Errno.ESRCH],
    ['sched_getparam', [0, new Room()], 0],
    ['sched_getparam', [999, null], -Errno.EINVAL],
    ['sched_getparam', [999, new Room()], -Errno.ESRCH],
    ['sched_get_priority_max', [0], 0],
    ['sched_get_priority_max', [1], 99],
    ['sched_get_priority_min', [2], 1],
    ['sched_get_priority_min', [5], 0],
    ['sched_get_priority_max', [4], -Errno.EINVAL],
    ['sched_get_priority_max', [-1], -Errno.EINVAL],
  ])('%s(%j) is %d', async (name, given, result) => {
    expect(await call(name, ...given)).toBe(result);
  });
});

describe('what no guest may do', () => {
  it.each<[string, Given[], number]>([
    ['sethostname', ['x', 1], -Errno.EPERM],
    ['reboot', [0, 0, 0, null], -Errno.EPERM],
    ['ptrace', [0, 0, null, null], -Errno.EPERM],
    ['bpf', [0, null, 0], -Errno.EPERM],
    ['keyctl', [0], -Errno.ENOSYS],
    ['pidfd_open', [1, 0], -Errno.ENOSYS],
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
