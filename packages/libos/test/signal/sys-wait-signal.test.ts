import { beforeEach, describe, expect, it } from 'vitest';

import { Signal, siginfo, sigset, timespec } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../../src/kernel/enclave-kernel.js';
import type { KernelTable } from '../../src/kernel/syscall-context.js';
import type { Process } from '../../src/process/process.js';
import type { Thread } from '../../src/process/thread.js';
import { sentBy } from '../../src/signal/signal-info.js';
import { signalSet } from '../../src/signal/signal-set.js';
import { signalSyscalls } from '../../src/signal/syscalls.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { SIGUSR1, SIGUSR2, SIGKILL, SIGCHLD } = Signal;

let kernel: FakeKernel;
let table: KernelTable;
let process: Process;
let leader: Thread;

beforeEach(() => {
  kernel = new FakeKernel();
  // The handlers use the processes and the signals of it only.
  table = signalSyscalls(kernel as unknown as EnclaveKernel);
  process = kernel.spawn();
  leader = process.leader!;
});

const call = (name: string, ...given: Given[]): Promise<number> =>
  guestCall(table, kernel.caller(process) as Parameters<typeof guestCall<never>>[1], name, ...given);
const send = (signal: number): number => kernel.signals.toProcess(process, sentBy({ pid: 8, uid: 9 }, signal));
const set = (...signals: number[]): Uint8Array => sigset.encode({ bits: signalSet(...signals) });
const time = (sec: number, nsec: number): Uint8Array => timespec.encode({ tv_sec: BigInt(sec), tv_nsec: BigInt(nsec) });
const soon = time(0, 20_000_000);

describe('rt_sigpending', () => {
  it.each<[string, Given[], number]>([
    ['a set too long', [new Room(), 9], -Errno.EINVAL],
    ['no room', [null, 8], -Errno.EFAULT],
    ['a set of no bytes at no address', [null, 0], 0],
    ['a set of 4 bytes', [new Room(), 4], 0],
  ])('%s', async (_title, given, result) => {
    expect(await call('rt_sigpending', ...given)).toBe(result);
  });

  it('tells what is blocked and waits, for the process or the thread', async () => {
    kernel.setMask(leader, signalSet(SIGUSR1, SIGUSR2));
    send(SIGUSR1);
    kernel.signals.toThread(leader, sentBy({ pid: 8, uid: 9 }, SIGUSR2));
    const room = new Room();
    expect(await call('rt_sigpending', room, 8)).toBe(0);
    expect(sigset.decode(room.bytes).bits).toBe(signalSet(SIGUSR1, SIGUSR2));
  });
});

describe('rt_sigtimedwait', () => {
  it.each<[string, Given[], number]>([
    ['a set of another size, before its address', [FAULT, null, null, 7], -Errno.EINVAL],
    ['no set', [null, null, null, 8], -Errno.EFAULT],
    ['no time', [set(), null, FAULT, 8], -Errno.EFAULT],
    ['a time that is none', [set(), null, time(0, 1e9), 8], -Errno.EINVAL],
    ['a negative time', [set(), null, time(-1, 0), 8], -Errno.EINVAL],
    ['no signal, without waiting', [set(SIGUSR1), null, time(0, 0), 8], -Errno.EAGAIN],
    ['no signal in time', [set(SIGUSR1), null, time(0, 1), 8], -Errno.EAGAIN],
    ['a set of what cannot be waited for', [set(SIGKILL), null, time(0, 0), 8], -Errno.EAGAIN],
  ])('%s', async (_title, given, result) => {
    expect(await call('rt_sigtimedwait', ...given)).toBe(result);
  });

  it('takes a signal that waits, and returns its number', async () => {
    kernel.setMask(leader, signalSet(SIGUSR1));
    send(SIGUSR1);
    const room = new Room();
    expect(await call('rt_sigtimedwait', set(SIGUSR1), room, null, 8)).toBe(SIGUSR1);
    expect(siginfo.decode(room.bytes).si_signo).toBe(SIGUSR1);
    expect(process.pending.count).toBe(0);
  });

  it('takes one that comes, also where it is blocked and ignored, without information', async () => {
    kernel.setMask(leader, signalSet(SIGCHLD));
    const waiting = call('rt_sigtimedwait', set(SIGCHLD), null, null, 8);
    send(SIGCHLD);
    expect(await waiting).toBe(SIGCHLD);
  });

  it('takes each signal once', async () => {
    kernel.setMask(leader, signalSet(SIGUSR1));
    send(SIGUSR1);
    expect(await call('rt_sigtimedwait', set(SIGUSR1), null, soon, 8)).toBe(SIGUSR1);
    expect(await call('rt_sigtimedwait', set(SIGUSR1), null, soon, 8)).toBe(-Errno.EAGAIN);
  });

  it('is ended by another signal', async () => {
    kernel.setAction(process, SIGUSR2, 0x1000);
    leader.inService = {};
    const waiting = call('rt_sigtimedwait', set(SIGUSR1), null, null, 8);
    send(SIGUSR2);
    expect(await waiting).toBe(-Errno.EINTR);
    expect(leader.awaited).toBe(0n);
  });
});
