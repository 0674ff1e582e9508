import { beforeEach, describe, expect, it } from 'vitest';

import fc from 'fast-check';

import { ResourceLimit, Signal, SignalCode, siginfo, siginfoSender } from '@occlum/abi';
import { Pending, ProcessPage, ThreadSlot } from '@occlum/native';

import type { Process } from '../../src/process/process.js';
import type { Thread } from '../../src/process/thread.js';
import { isFull } from '../../src/signal/signal-post.js';
import { sentBy, timerExpired } from '../../src/signal/signal-info.js';
import { NO_SIGNALS, signalSet } from '../../src/signal/signal-set.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { SIGUSR1, SIGUSR2, SIGTERM, SIGKILL, SIGSTOP, SIGCONT, SIGTSTP } = Signal;
const RT = 40;
const HANDLER = 0x1000;
const sender = { pid: 77, uid: 88 };

let kernel: FakeKernel;
let process: Process;
let leader: Thread;

beforeEach(() => {
  kernel = new FakeKernel();
  process = kernel.spawn();
  leader = process.leader!;
  for (const signal of [SIGUSR1, SIGUSR2, SIGTSTP, RT]) kernel.setAction(process, signal, HANDLER);
});

const send = (signal: number, value = 0): number => kernel.signals.toProcess(process, { ...sentBy({ ...sender, pid: value }, signal) });
const word = (thread: Thread, field: number): number => thread.process.arena!.slotWord(thread.slot, field);
const offered = (thread: Thread): number => word(thread, ThreadSlot.offered_signal) & 0xff;
const events = (thread: Thread): number => word(thread, ThreadSlot.pending);
const hints = (): bigint => process.arena!.pageWide(ProcessPage.pending_signals);
const next = (thread = leader): number | undefined => kernel.signals.next(thread, thread.mask)?.signal;

/** What the runtime does when it finds an event: takes what is offered, or asks. */
function look(thread: Thread): number | undefined {
  const { arena } = thread.process;
  const found = events(thread);
  if (found === 0) return undefined;
  arena!.setSlotWord(thread.slot, ThreadSlot.pending, 0);
  const signal = offered(thread);
  const isClaimed = found === Pending.offer && signal !== 0 && (thread.mask & signalSet(signal)) === 0n && arena!.action(signal).handler > 1;
  if (!isClaimed) return next(thread);
  arena!.setSlotWord(thread.slot, ThreadSlot.offered_signal, 0);
  return signal;
}

describe('a signal is offered', () => {
  it('to a thread that has a handler and nothing else to do: it need not ask', () => {
    send(SIGUSR1, 5);
    expect(events(leader)).toBe(Pending.offer);
    expect(offered(leader)).toBe(SIGUSR1);
    const bytes = new Uint8Array(128);
    const slot = new Uint32Array(128);
    process.arena!.copySlot(leader.slot, slot);
    bytes.set(new Uint8Array(slot.buffer, ThreadSlot.offered_information, 128));
    const { si_signo, si_code, _sifields } = siginfo.decode(bytes);
    expect([si_signo, si_code, siginfoSender.decode(_sifields).si_pid]).toEqual([SIGUSR1, SignalCode.SI_USER, 5]);
    expect(hints()).toBe(NO_SIGNALS);
    expect(process.pending.set).toBe(signalSet(SIGUSR1));
    expect(look(leader)).toBe(SIGUSR1);
    expect(process.pending.set).toBe(NO_SIGNALS);
    expect(leader.offer).toBeUndefined();
  });

  it('one after the other, also the same', () => {
    for (let i = 0; i < 3; i++) {
      send(SIGUSR1);
      expect(look(leader)).toBe(SIGUSR1);
    }
    expect(next()).toBeUndefined();
  });

  it.each<[string, () => void, number]>([
    ['a second one waits', () => { send(SIGUSR2); }, Pending.offer | Pending.signal],
    ['another waits already', () => undefined, Pending.signal],
  ])('not so that the order would be another: %s', (title, after, expected) => {
    if (title.startsWith('another')) {
      kernel.setMask(leader, signalSet(SIGUSR2));
      send(SIGUSR2);
      kernel.setMask(leader, NO_SIGNALS);
    }
    send(SIGUSR1);
    after();
    expect(events(leader)).toBe(expected);
    expect([look(leader), next(), next()]).toEqual([SIGUSR1, SIGUSR2, undefined]);
  });

  it('not without a handler, of a timer, to a stopped process, nor where a signalfd listens', () => {
    const cases: [string, () => void][] = [
      ['default', () => { kernel.setMask(leader, signalSet(SIGTERM)); send(SIGTERM); }],
      ['timer', () => { kernel.signals.toProcess(process, timerExpired(SIGUSR1, 1, 0, 0n)); }],
      ['signalfd', () => { process.pendingChanged.subscribe(() => undefined); send(SIGUSR1); }],
      ['stopped', () => { send(SIGSTOP); send(SIGUSR2); }],
    ];
    for (const [title, act] of cases) {
      act();
      expect(offered(leader), title).toBe(0);
    }
  });
});

describe('what is offered', () => {
  it('still waits: a second standard one is the same, a real-time one is another', () => {
    send(SIGUSR1);
    send(SIGUSR1);
    expect([look(leader), next()]).toEqual([SIGUSR1, undefined]);
    send(RT);
    send(RT);
    expect([look(leader), next(), next()]).toEqual([RT, RT, undefined]);
  });

  it('counts for the limit of the queue until it is taken', () => {
    process.limits.set(ResourceLimit.RLIMIT_SIGPENDING, { soft: 1n, hard: 1n });
    send(SIGUSR1);
    expect(isFull(process)).toBe(true);
    look(leader);
    expect(isFull(process)).toBe(false);
  });

  it('is asked for where the thread blocks it meanwhile, and goes to another', () => {
    const other = kernel.thread(process);
    send(SIGUSR1);
    kernel.setMask(leader, signalSet(SIGUSR1));
    expect(look(leader)).toBeUndefined();
    expect(hints()).toBe(signalSet(SIGUSR1));
    expect(look(other)).toBe(SIGUSR1);
    expect(hints()).toBe(NO_SIGNALS);
  });

  it('is done by default where the handler is gone meanwhile', () => {
    send(SIGUSR1);
    kernel.setAction(process, SIGUSR1, 0);
    expect(look(leader)).toBeUndefined();
    expect(process.exit).toBe(SIGUSR1);
  });

  it('is dropped with the others: by a continue, by being ignored', () => {
    send(SIGTSTP);
    send(SIGCONT);
    expect(look(leader)).toBeUndefined();
    send(SIGUSR1);
    kernel.setAction(process, SIGUSR1, 1);
    kernel.signals.dropIgnored(process, SIGUSR1);
    expect(offered(leader)).toBe(0);
    expect(look(leader)).toBeUndefined();
    expect(process.pending.set).toBe(NO_SIGNALS);
  });

  it('is another thread\'s when its own ends', () => {
    const other = kernel.thread(process);
    send(SIGUSR1);
    leader.withdrawOffer();
    leader.gone = true;
    process.threads.delete(leader.tid);
    kernel.signals.remind(process);
    expect(look(other)).toBe(SIGUSR1);
  });

  it('does not outlive its process', () => {
    send(SIGUSR1);
    send(SIGKILL);
    expect(process.exit).toBe(SIGKILL);
    expect(next()).toBeUndefined();
  });

  it('may be lied about: that hurts the process alone', () => {
    send(SIGUSR1);
    process.arena!.setSlotWord(leader.slot, ThreadSlot.offered_signal, 0xffff_ffff);
    expect(process.pending.set).toBe(NO_SIGNALS);
    send(SIGUSR2);
    expect(look(leader)).toBe(SIGUSR2);
  });
});

describe('whatever is sent, masked and looked at', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), signal: fc.constantFrom(SIGUSR1, SIGUSR2, RT), to: fc.constantFrom('process' as const, 0 as const, 1 as const) }),
    fc.record({ kind: fc.constant('mask' as const), thread: fc.constantFrom(0, 1), set: fc.subarray([SIGUSR1, SIGUSR2, RT]) }),
    fc.record({ kind: fc.constant('look' as const), thread: fc.constantFrom(0, 1) }),
  );

  it('each real-time signal is seen once, each standard one if it was not waiting, and nothing is left', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const kernel = new FakeKernel();
      const process = kernel.spawn();
      const threads = [process.leader!, kernel.thread(process)];
      for (const signal of [SIGUSR1, SIGUSR2, RT]) kernel.setAction(process, signal, HANDLER);
      const seen = new Map<number, number>();
      const sent = new Map<number, number>();
      const count = (map: Map<number, number>, signal: number): void => { map.set(signal, (map.get(signal) ?? 0) + 1); };
      const hinted = (thread: Thread): bigint => (process.arena!.pageWide(ProcessPage.pending_signals) | process.arena!.slotWide(thread.slot, ThreadSlot.pending_signals)) & ~thread.mask;
      // As the runtime: it asks again while a hint says so.
      const lookAll = (thread: Thread): void => {
        for (;;) {
          if (hinted(thread) !== NO_SIGNALS) process.arena!.events.post(thread.slot, Pending.signal);
          if (events(thread) === 0) return;
          const signal = look(thread);
          if (signal !== undefined) count(seen, signal);
        }
      };
      for (const one of steps) {
        if (one.kind === 'mask') kernel.setMask(threads[one.thread]!, signalSet(...one.set));
        else if (one.kind === 'look') lookAll(threads[one.thread]!);
        else {
          const target = one.to === 'process' ? process.pending : threads[one.to]!.pending;
          const isNew = one.signal >= RT || (target.set & signalSet(one.signal)) === 0n;
          if (one.to === 'process') kernel.signals.toProcess(process, sentBy(sender, one.signal));
          else kernel.signals.toThread(threads[one.to]!, sentBy(sender, one.signal));
          if (isNew) count(sent, one.signal);
        }
      }
      for (const thread of threads) kernel.setMask(thread, NO_SIGNALS);
      for (const thread of threads) lookAll(thread);
      expect([...seen].sort()).toEqual([...sent].sort());
    }));
  });
});
