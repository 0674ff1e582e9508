import { beforeEach, describe, expect, it } from 'vitest';

import { Signal, SignalCode, siginfo, siginfoSender } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../../src/kernel/enclave-kernel.js';
import type { KernelTable } from '../../src/kernel/syscall-context.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { signalSyscalls } from '../../src/signal/syscalls.js';
import { FAULT, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { SIGTERM, SIGUSR1, SIGCONT } = Signal;
const HANDLER = 0x1000;
const INT_MIN = -(2 ** 31);

let kernel: FakeKernel;
let table: KernelTable;
let init: Process;
let process: Process;
let sibling: Process;
let stranger: Process;
let zombie: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  // The handlers use the processes and the signals of it only.
  table = signalSyscalls(kernel as unknown as EnclaveKernel);
  init = kernel.spawn();
  process = kernel.spawn(init);
  sibling = kernel.spawn(init);
  stranger = kernel.spawn(init, Credentials.of(2000, 2000));
  zombie = kernel.zombie(kernel.spawn(init));
  kernel.processes.move(zombie, kernel.processes.newGroup(zombie.pid, zombie.session));
});

const call = (name: string, ...given: Given[]): Promise<number> =>
  guestCall(table, kernel.caller(process) as Parameters<typeof guestCall<never>>[1], name, ...given);
const info = (code: number): Uint8Array =>
  siginfo.encode({ si_signo: 0, si_errno: 0, si_code: code, __pad0: 0, _sifields: siginfoSender.encode({ si_pid: 5, si_uid: 6, si_value: 7n }) });

// Rows seen on Linux 6.18, but for processes of other users.
describe('errors of kill and its like', () => {
  const [PROCESS, STRANGER, ZOMBIE, NOBODY] = [2, 4, 5, 99];

  it.each<[string, string, Given[], number]>([
    ['nobody, before the signal', 'kill', [NOBODY, 99], -Errno.ESRCH],
    ['no signal', 'kill', [PROCESS, 65], -Errno.EINVAL],
    ['a negative signal', 'kill', [PROCESS, -1], -Errno.EINVAL],
    ['no signal, before the right', 'kill', [STRANGER, 65], -Errno.EINVAL],
    ['another user', 'kill', [STRANGER, 0], -Errno.EPERM],
    ['another user, to go on in its session', 'kill', [STRANGER, SIGCONT], 0],
    ['a process that is there', 'kill', [PROCESS, 0], 0],
    ['a zombie', 'kill', [ZOMBIE, SIGTERM], 0],
    ['a group of a zombie', 'kill', [-ZOMBIE, SIGTERM], 0],
    ['a group that is none', 'kill', [-NOBODY, 99], -Errno.ESRCH],
    ['the lowest number', 'kill', [INT_MIN, 0], -Errno.ESRCH],
    ['everybody with no signal', 'kill', [-1, 65], -Errno.EINVAL],
    ['everybody', 'kill', [-1, 0], 0],
    ['no thread id', 'tkill', [0, 0], -Errno.EINVAL],
    ['no thread, before the signal', 'tkill', [NOBODY, 99], -Errno.ESRCH],
    ['a thread of a zombie', 'tkill', [ZOMBIE, SIGTERM], 0],
    ['a thread of another user', 'tkill', [STRANGER, SIGTERM], -Errno.EPERM],
    ['no process id', 'tgkill', [-1, PROCESS, 0], -Errno.EINVAL],
    ['a thread of another process', 'tgkill', [1, PROCESS, 0], -Errno.ESRCH],
    ['the thread', 'tgkill', [PROCESS, PROCESS, 0], 0],
    ['no information', 'rt_sigqueueinfo', [NOBODY, 0, FAULT], -Errno.EFAULT],
    ['forged information, before the process', 'rt_sigqueueinfo', [NOBODY, 0, info(0)], -Errno.EPERM],
    ['information as of tgkill', 'rt_sigqueueinfo', [1, 0, info(SignalCode.SI_TKILL)], -Errno.EPERM],
    ['nobody', 'rt_sigqueueinfo', [NOBODY, 0, info(-1)], -Errno.ESRCH],
    ['no signal', 'rt_sigqueueinfo', [PROCESS, 99, info(-1)], -Errno.EINVAL],
    ['another user', 'rt_sigqueueinfo', [STRANGER, SIGCONT + 1, info(-1)], -Errno.EPERM],
    ['what it says of itself', 'rt_sigqueueinfo', [PROCESS, 0, info(0)], 0],
    ['no information, before the ids', 'rt_tgsigqueueinfo', [0, 0, 0, FAULT], -Errno.EFAULT],
    ['no process id, before forged information', 'rt_tgsigqueueinfo', [0, NOBODY, 0, info(0)], -Errno.EINVAL],
    ['forged information, before the thread', 'rt_tgsigqueueinfo', [PROCESS, NOBODY, 0, info(0)], -Errno.EPERM],
    ['no thread', 'rt_tgsigqueueinfo', [PROCESS, NOBODY, 0, info(-1)], -Errno.ESRCH],
  ])('%s: %s', async (_title, name, given, result) => {
    expect([process.pid, stranger.pid, zombie.pid]).toEqual([PROCESS, STRANGER, ZOMBIE]);
    expect(await call(name, ...given)).toBe(result);
  });
});

describe('kill', () => {
  const ended = (): boolean[] => [init, process, sibling, stranger].map(({ exit }) => exit === SIGTERM);

  it('reaches the own group with 0', async () => {
    kernel.processes.move(sibling, kernel.processes.newGroup(sibling.pid, sibling.session));
    expect(await call('kill', 0, SIGTERM)).toBe(0);
    expect(ended()).toEqual([true, true, false, false]);
  });

  it('reaches another group with its number', async () => {
    kernel.processes.move(sibling, kernel.processes.newGroup(sibling.pid, sibling.session));
    expect(await call('kill', -sibling.pid, SIGTERM)).toBe(0);
    expect(ended()).toEqual([false, false, true, false]);
  });

  it('reaches all it may with -1, but itself and the first process', async () => {
    expect(await call('kill', -1, SIGTERM)).toBe(0);
    expect(ended()).toEqual([false, false, true, false]);
  });

  it('reaches a process by any of its threads', async () => {
    expect(await call('kill', kernel.thread(sibling).tid, SIGTERM)).toBe(0);
    expect(sibling.exit).toBe(SIGTERM);
  });

  it('is allowed by real and effective against real and saved ids', async () => {
    process.credentials = Credentials.of(1, 1).with({ euid: 2000 });
    expect(await call('kill', stranger.pid, 0)).toBe(0);
    stranger.credentials = Credentials.of(3, 3).with({ suid: 1 });
    expect(await call('kill', stranger.pid, 0)).toBe(0);
    stranger.credentials = Credentials.of(3, 3).with({ euid: 1 });
    expect(await call('kill', stranger.pid, 0)).toBe(-Errno.EPERM);
  });

  it('says who sends it', async () => {
    kernel.setAction(sibling, SIGUSR1, HANDLER);
    await call('kill', sibling.pid, SIGUSR1);
    const taken = kernel.signals.next(sibling.leader!, 0n);
    expect(siginfoSender.decode(siginfo.decode(taken!.bytes)._sifields)).toEqual({ si_pid: process.pid, si_uid: 1000, si_value: 0n });
  });
});

describe('rt_sigqueueinfo', () => {
  it('passes on what it was given, with the number of the call', async () => {
    kernel.setAction(sibling, SIGUSR1, HANDLER);
    expect(await call('rt_sigqueueinfo', sibling.pid, SIGUSR1, info(SignalCode.SI_QUEUE))).toBe(0);
    const taken = siginfo.decode(kernel.signals.next(sibling.leader!, 0n)!.bytes);
    expect(taken).toMatchObject({ si_signo: SIGUSR1, si_code: SignalCode.SI_QUEUE });
    expect(siginfoSender.decode(taken._sifields)).toEqual({ si_pid: 5, si_uid: 6, si_value: 7n });
  });
});
