import { beforeEach, describe, expect, it } from 'vitest';

import { PollCode, ResourceLimit, Signal, SignalActionFlags, SignalCode, siginfo, siginfoChild } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { Pending, ProcessPage, ThreadSlot } from '@occlum/native';

import type { Process } from '../../src/process/process.js';
import type { Thread } from '../../src/process/thread.js';
import { sentBy, sentByKernel, timerExpired } from '../../src/signal/signal-info.js';
import type { SignalInfo } from '../../src/signal/signal-info.js';
import { NO_SIGNALS, signalSet } from '../../src/signal/signal-set.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGSEGV } = Signal;
const RT = 40;
const IGNORE = 1;
const HANDLER = 0x1000;
const sender = { pid: 77, uid: 88 };

let kernel: FakeKernel;
let parent: Process;
let process: Process;
let leader: Thread;

beforeEach(() => {
  kernel = new FakeKernel();
  parent = kernel.spawn();
  process = kernel.spawn(parent);
  leader = process.leader!;
});

const send = (signal: number, code?: number): number => kernel.signals.toProcess(process, sentBy(sender, signal, code));
const next = (thread = leader): SignalInfo | undefined => kernel.signals.next(thread, thread.mask);
const isTold = (thread: Thread): boolean => (thread.process.arena!.slotWord(thread.slot, ThreadSlot.pending) & (Pending.signal | Pending.offer)) !== 0;
const handle = (...signals: number[]): void => {
  for (const signal of signals) kernel.setAction(process, signal, HANDLER);
};

describe('a signal with a handler', () => {
  it('waits for a thread that is told of it, and is taken once', () => {
    handle(SIGUSR1);
    expect(send(SIGUSR1)).toBe(0);
    expect(isTold(leader)).toBe(true);
    expect(kernel.host.interrupt).toHaveBeenCalledWith(leader);
    expect(next()).toMatchObject({ signal: SIGUSR1, code: SignalCode.SI_USER });
    expect(next()).toBeUndefined();
  });

  it('ends the wait of a thread in a call, without an interrupt', () => {
    handle(SIGUSR1);
    let isWoken = false;
    leader.inService = {};
    leader.interrupt = () => { isWoken = true; };
    send(SIGUSR1);
    expect(isWoken).toBe(true);
    expect(kernel.host.interrupt).not.toHaveBeenCalled();
  });

  it('waits once where it is a standard one, as often as sent where it is real-time', () => {
    handle(SIGUSR1, RT);
    kernel.setMask(leader, signalSet(SIGUSR1, RT));
    for (const signal of [SIGUSR1, SIGUSR1, RT, RT]) send(signal);
    kernel.setMask(leader, NO_SIGNALS);
    expect([next(), next(), next(), next()].map((info) => info?.signal)).toEqual([SIGUSR1, RT, RT, undefined]);
  });

  it('goes to a thread that does not block it', () => {
    const other = kernel.thread(process);
    handle(SIGUSR1);
    kernel.setMask(leader, signalSet(SIGUSR1));
    send(SIGUSR1);
    expect([isTold(leader), isTold(other)]).toEqual([false, true]);
  });

  it('stands in the hints while every thread blocks it', () => {
    handle(SIGUSR1);
    kernel.setMask(leader, signalSet(SIGUSR1));
    send(SIGUSR1);
    kernel.signals.toThread(leader, sentBy(sender, SIGUSR1));
    expect(isTold(leader)).toBe(false);
    expect(process.arena?.pageWide(ProcessPage.pending_signals)).toBe(signalSet(SIGUSR1));
    expect(process.arena?.slotWide(leader.slot, ThreadSlot.pending_signals)).toBe(signalSet(SIGUSR1));
    next();
    kernel.setMask(leader, NO_SIGNALS);
    next();
    next();
    expect(process.arena?.pageWide(ProcessPage.pending_signals)).toBe(NO_SIGNALS);
    expect(process.arena?.slotWide(leader.slot, ThreadSlot.pending_signals)).toBe(NO_SIGNALS);
  });

  it('is offered to another thread where the one that was told blocks it meanwhile', () => {
    const other = kernel.thread(process);
    handle(SIGUSR1);
    send(SIGUSR1);
    kernel.setMask(leader, signalSet(SIGUSR1));
    expect(isTold(other)).toBe(false);
    expect(next(leader)).toBeUndefined();
    expect(isTold(other)).toBe(true);
    expect(next(other)?.signal).toBe(SIGUSR1);
  });

  it('comes after those of faults, and after those of the thread alone', () => {
    handle(SIGHUP, SIGINT, SIGSEGV);
    kernel.setMask(leader, signalSet(SIGHUP, SIGINT, SIGSEGV));
    send(SIGHUP);
    kernel.signals.toThread(leader, sentBy(sender, SIGINT));
    kernel.signals.toThread(leader, sentBy(sender, SIGSEGV));
    kernel.setMask(leader, NO_SIGNALS);
    expect([next(), next(), next()].map((info) => info?.signal)).toEqual([SIGSEGV, SIGINT, SIGHUP]);
  });
});

describe('a signal without a handler', () => {
  it.each([
    ['the default of SIGTERM ends the process', SIGTERM, 0, SIGTERM],
    ['the default of a real-time signal ends it', RT, 0, RT],
    ['SIGKILL ends it whatever it says', SIGKILL, HANDLER, SIGKILL],
    ['an ignored one does nothing', SIGTERM, IGNORE, undefined],
    ['the default of SIGURG does nothing', SIGURG, 0, undefined],
    ['the default of SIGCONT does nothing', SIGCONT, 0, undefined],
  ])('%s', (_title, signal, handler, exit) => {
    kernel.setAction(process, signal, handler);
    expect(send(signal)).toBe(0);
    expect(process.exit).toBe(exit);
    expect(kernel.host.kill).toHaveBeenCalledTimes(exit === undefined ? 0 : 1);
    expect(process.pending.count).toBe(0);
  });

  it('waits while it is blocked, also where it is ignored, and acts when it is asked for', () => {
    kernel.setAction(process, SIGUSR2, IGNORE);
    kernel.setMask(leader, signalSet(SIGTERM, SIGUSR2));
    send(SIGUSR2);
    send(SIGTERM);
    expect(process.pending.count).toBe(2);
    expect(process.exit).toBeUndefined();
    kernel.setMask(leader, NO_SIGNALS);
    expect(next()).toBeUndefined();
    expect(process.exit).toBe(SIGTERM);
  });

  it('is dropped where it waits and comes to be ignored', () => {
    handle(SIGUSR1);
    kernel.setMask(leader, signalSet(SIGUSR1));
    send(SIGUSR1);
    kernel.signals.toThread(leader, sentBy(sender, SIGUSR1));
    kernel.signals.dropIgnored(process, SIGUSR1);
    expect(process.pending.count + leader.pending.count).toBe(2);
    kernel.setAction(process, SIGUSR1, IGNORE);
    kernel.signals.dropIgnored(process, SIGUSR1);
    expect(process.pending.count + leader.pending.count).toBe(0);
    expect(process.arena?.slotWide(leader.slot, ThreadSlot.pending_signals)).toBe(NO_SIGNALS);
  });

  it('tells all threads of the end', () => {
    const other = kernel.thread(process);
    send(SIGTERM);
    expect(process.arena?.pageWord(ProcessPage.dead)).toBe(1);
    expect(process.arena?.slotWord(other.slot, ThreadSlot.pending)).toBe(Pending.exit);
  });

  it('does nothing to a zombie', () => {
    expect(kernel.signals.toProcess(kernel.zombie(process), sentByKernel(SIGKILL))).toBe(0);
    expect(process.exit).toBeUndefined();
  });
});

describe('stopping', () => {
  const child = (): ReturnType<typeof siginfoChild.decode> | undefined => {
    const info = kernel.signals.next(parent.leader!, NO_SIGNALS);
    return info === undefined ? undefined : siginfoChild.decode(siginfo.decode(info.bytes)._sifields);
  };

  /** As a child of a vfork, in a group that its parent can continue. */
  const borrow = (): void => {
    process.joinGroup(kernel.processes.newGroup(process.pid, process.session));
    process.borrowsMemory = true;
  };

  beforeEach(() => {
    kernel.setAction(parent, SIGCHLD, HANDLER);
  });

  it('parks the process and tells the parent, and so does going on', () => {
    send(SIGSTOP);
    expect(process).toMatchObject({ stoppedBy: SIGSTOP, stopReported: false });
    expect(kernel.host.stop).toHaveBeenCalledWith(process);
    expect(child()).toMatchObject({ si_pid: process.pid, si_status: SIGSTOP });
    send(SIGCONT);
    expect(process).toMatchObject({ stoppedBy: 0, continueReported: false });
    expect(kernel.host.continue).toHaveBeenCalledWith(process);
    expect(child()).toMatchObject({ si_status: SIGCONT });
  });

  it('is told of, and to be waited for, only once all threads stand', () => {
    kernel.host.stop.mockReturnValueOnce(undefined);
    send(SIGSTOP);
    expect(process).toMatchObject({ stoppedBy: SIGSTOP, stands: false, stopReported: true });
    expect(child()).toBeUndefined();
    kernel.signals.stands(process);
    expect(process).toMatchObject({ stands: true, stopReported: false });
    expect(child()).toMatchObject({ si_pid: process.pid, si_status: SIGSTOP });
  });

  it('is not told with SA_NOCLDSTOP', () => {
    kernel.setAction(parent, SIGCHLD, HANDLER, SignalActionFlags.SA_NOCLDSTOP);
    send(SIGSTOP);
    expect(child()).toBeUndefined();
  });

  it('does not take the group for an orphan while its process only starts', () => {
    process.joinGroup(kernel.processes.newGroup(process.pid, process.session));
    process.state = 'new';
    send(SIGTSTP);
    expect(process.stoppedBy).toBe(SIGTSTP);
  });

  it('from a terminal does nothing to a group that nobody could continue', () => {
    const orphan = kernel.spawn();
    kernel.signals.toProcess(orphan, sentByKernel(SIGTSTP));
    expect(orphan.stoppedBy).toBe(0);
    kernel.signals.toProcess(orphan, sentByKernel(SIGSTOP));
    expect(orphan.stoppedBy).toBe(SIGSTOP);
  });

  it('and going on discard each other', () => {
    handle(SIGCONT, SIGTSTP);
    kernel.setMask(leader, signalSet(SIGCONT, SIGTSTP));
    send(SIGTSTP);
    send(SIGCONT);
    expect(process.pending.set).toBe(signalSet(SIGCONT));
    send(SIGTSTP);
    expect(process.pending.set).toBe(signalSet(SIGTSTP));
  });

  it('keeps other signals waiting but SIGKILL', () => {
    send(SIGSTOP);
    send(SIGTERM);
    expect(process.exit).toBeUndefined();
    expect(next()).toBeUndefined();
    send(SIGCONT);
    expect(isTold(leader)).toBe(true);
    expect(next()).toBeUndefined();
    expect(process.exit).toBe(SIGTERM);
  });

  it('by a key waits while the process runs in the memory of a parent that waits for it', () => {
    borrow();
    send(SIGTSTP);
    kernel.setMask(leader, signalSet(SIGTSTP));
    send(SIGTSTP);
    kernel.setMask(leader, NO_SIGNALS);
    expect(next()).toBeUndefined();
    expect([process.stoppedBy, kernel.host.stop.mock.calls.length]).toEqual([0, 0]);
    kernel.signals.hasOwnMemory(process);
    expect(process.stoppedBy).toBe(SIGTSTP);
    expect(kernel.host.stop).toHaveBeenCalledTimes(1);
  });

  it('by a key that waits so is undone by going on, and by ignoring it', () => {
    borrow();
    send(SIGTSTP);
    send(SIGCONT);
    kernel.signals.hasOwnMemory(process);
    expect(process.stoppedBy).toBe(0);
    process.borrowsMemory = true;
    send(SIGTSTP);
    kernel.setAction(process, SIGTSTP, IGNORE);
    kernel.signals.hasOwnMemory(process);
    expect(process.stoppedBy).toBe(0);
  });

  it('by SIGSTOP or a use of the terminal does not wait for that', () => {
    borrow();
    for (const signal of [SIGSTOP, SIGTTIN, SIGTTOU]) {
      send(signal);
      expect(process.stoppedBy).toBe(signal);
      send(SIGCONT);
    }
  });

  it('does not keep SIGKILL waiting', () => {
    send(SIGSTOP);
    send(SIGKILL);
    expect(process.exit).toBe(SIGKILL);
  });
});

// Rows seen on Linux 6.18.
describe('a full queue', () => {
  beforeEach(() => {
    process.limits.set(ResourceLimit.RLIMIT_SIGPENDING, { soft: 2n, hard: 2n });
    kernel.setMask(leader, ~NO_SIGNALS & (2n ** 64n - 1n));
    send(RT, SignalCode.SI_QUEUE);
    send(RT, SignalCode.SI_QUEUE);
  });

  it.each([
    ['a real-time signal of sigqueue', RT, SignalCode.SI_QUEUE, -Errno.EAGAIN],
    ['a real-time signal of tgkill', RT + 1, SignalCode.SI_TKILL, -Errno.EAGAIN],
    ['a real-time signal of kill', RT + 1, SignalCode.SI_USER, 0],
    ['a real-time signal of a descriptor', RT + 1, PollCode.POLL_IN, -Errno.EAGAIN],
    ['a standard signal of a descriptor', SIGUSR1, PollCode.POLL_IN, 0],
    ['a real-time signal of the kernel', RT + 1, SignalCode.SI_KERNEL, 0],
    ['a standard signal of kill', SIGUSR1, SignalCode.SI_USER, 0],
    ['a standard signal of sigqueue', SIGUSR1, SignalCode.SI_QUEUE, 0],
  ])('%s', (_title, signal, code, result) => {
    expect(send(signal, code)).toBe(result);
    expect(process.pending.count).toBe(result === 0 ? 3 : 2);
  });

  it('costs what was known of the sender', () => {
    send(RT + 1);
    send(SIGUSR2, SignalCode.SI_QUEUE);
    const taken = [process.pending.take(signalSet(RT + 1)), process.pending.take(signalSet(SIGUSR2))];
    expect(taken.map((info) => info?.bytes)).toEqual([RT + 1, SIGUSR2].map((signal) => sentBy({ pid: 0, uid: 0 }, signal).bytes));
  });

  it('keeps a real-time signal of kill once', () => {
    send(RT + 1);
    send(RT + 1);
    expect(process.pending.count).toBe(3);
  });

  it('has a place for timers', () => {
    expect(kernel.signals.toProcess(process, timerExpired(RT, 1, 0, 0n))).toBe(0);
    expect(process.pending.count).toBe(3);
  });
});

describe('a group', () => {
  it('is signalled as a whole', () => {
    kernel.signals.toGroup(process.group, sentByKernel(SIGINT));
    expect([parent.exit, process.exit]).toEqual([SIGINT, SIGINT]);
  });
});

