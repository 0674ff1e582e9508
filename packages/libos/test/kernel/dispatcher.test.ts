import { beforeEach, describe, expect, it, vi } from 'vitest';

import { kernel as row, missing } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, CallFlag, KernelCall, Reply, SlotState, ThreadSlot } from '@occlum/native';

import { ProcessArena } from '../../src/kernel/arena.js';
import { Dispatcher } from '../../src/kernel/dispatcher.js';
import type { RuntimeCall } from '../../src/kernel/dispatcher.js';
import type { Kernel } from '../../src/kernel/kernel.js';
import type { KernelTable, SyscallContext } from '../../src/kernel/syscall-context.js';
import type { Process } from '../../src/process/process.js';
import { Thread } from '../../src/process/thread.js';
import { usualAgent } from '../sched/usual-agent.js';

const HANDLE = 3;
const SLOT = 2;

/** A log that keeps what it was told. */
function log() {
  const lines: [level: string, message: string][] = [];
  const line = (level: string) => (_fields: object, message: string) => void lines.push([level, message]);
  return { lines, isLevelEnabled: () => true, error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug'), trace: line('trace') };
}

let arena: ProcessArena;
let thread: Thread;
let logged: ReturnType<typeof log>;
let replies: number[];
let sentDescriptor: number;
const closed: number[] = [];

beforeEach(() => {
  arena = new ProcessArena(new ArrayBuffer(ArenaLayout.size));
  logged = log();
  replies = [];
  sentDescriptor = -1;
  closed.length = 0;
  const link = { arena, handle: HANDLE, takeDescriptor: () => sentDescriptor };
  const process = { pid: 1, link, arena, grants: new Map(), exit: undefined, pending: { set: 0n } } as unknown as Process;
  thread = new Thread(process, { tid: 1, slot: SLOT, name: 'test', sched: usualAgent() });
});

function dispatcher(table: KernelTable, runtimeCalls: ReadonlyMap<number, RuntimeCall> = new Map()): Dispatcher {
  const host = {
    processReply: (handle: number, slot: number) => {
      expect([handle, slot]).toEqual([HANDLE, SLOT]);
      arena.setSlotWord(SLOT, ThreadSlot.state, SlotState.done);
      replies.push(arena.slotWord(SLOT, ThreadSlot.result) | 0);
      return 0;
    },
    close: (descriptor: number) => closed.push(descriptor),
  };
  return new Dispatcher({ kernel: { host, log: logged } as unknown as Kernel, table, runtimeCalls });
}

function post(number: number, flags = 0): void {
  arena.setSlotWord(SLOT, ThreadSlot.number, number);
  arena.setSlotWord(SLOT, ThreadSlot.call_flags, flags);
  arena.setSlotWord(SLOT, ThreadSlot.state, SlotState.posted);
}

describe('a call', () => {
  it('is answered with the raw result', () => {
    post(1);
    dispatcher({ call: row(1, [], () => -Errno.EPERM) }).serve(thread);
    expect(replies).toEqual([-Errno.EPERM]);
    expect(arena.slotWord(SLOT, ThreadSlot.result + 4)).toBe(0xffff_ffff);
  });

  it('may have a result of more than 32 bits', () => {
    post(1);
    dispatcher({ call: row(1, [], () => 2 ** 40 + 1) }).serve(thread);
    expect(arena.slotWide(SLOT, ThreadSlot.result)).toBe(2n ** 40n + 1n);
  });

  it('is answered later where it waits, and no other is taken from its slot meanwhile', async () => {
    let finish: (value: number) => void = () => undefined;
    const run = vi.fn(() => new Promise<number>((resolve) => { finish = resolve; }));
    const served = dispatcher({ wait: row(1, [], run) });
    post(1);
    served.serve(thread);
    served.serve(thread);
    expect(run).toHaveBeenCalledTimes(1);
    expect(replies).toEqual([]);
    finish(5);
    await vi.waitFor(() => { expect(replies).toEqual([5]); });
    expect(thread.inService).toBeUndefined();
  });

  it('is not taken from a slot where none is posted', () => {
    const run = vi.fn(() => 0);
    arena.setSlotWord(SLOT, ThreadSlot.number, 1);
    dispatcher({ call: row(1, [], run) }).serve(thread);
    expect(run).not.toHaveBeenCalled();
  });

  it('that no row has is ENOSYS and named once', () => {
    const served = dispatcher({ known: missing(5) });
    for (const number of [9999, 9999, 9999]) {
      post(number);
      served.serve(thread);
    }
    expect(replies).toEqual([-Errno.ENOSYS, -Errno.ENOSYS, -Errno.ENOSYS]);
    expect(logged.lines.filter(([level]) => level === 'warn')).toEqual([['warn', 'syscall 9999 is not implemented']]);
    expect(served.missing.get(9999)).toBe(3);
  });

  it.each([
    ['at once', () => { throw new TypeError('bug'); }],
    ['later', () => Promise.reject(new TypeError('bug'))],
  ])('that fails inside the kernel %s is EIO, is logged, and ends nothing', async (_title, run) => {
    post(1);
    dispatcher({ broken: row(1, [], run) }).serve(thread);
    await vi.waitFor(() => { expect(replies).toEqual([-Errno.EIO]); });
    expect(logged.lines.map(([level]) => level)).toContain('error');
  });

  it('of a thread that is gone is not answered', async () => {
    let finish: (value: number) => void = () => undefined;
    post(1);
    dispatcher({ wait: row(1, [], () => new Promise<number>((resolve) => { finish = resolve; })) }).serve(thread);
    thread.gone = true;
    finish(0);
    await Promise.resolve();
    expect(replies).toEqual([]);
  });

  it('is traced as strace prints it, once its result is known', () => {
    arena.setSlotWord(SLOT, ThreadSlot.arguments, 7);
    post(62);
    dispatcher({ kill: row(62, ['pid', 'int'], () => 0) }).serve(thread);
    expect(logged.lines).toEqual([['trace', 'kill(7, 0) = 0']]);
  });

  it('refuses two rows with one number', () => {
    expect(() => dispatcher({ one: missing(5), two: missing(5) })).toThrow('Cannot register two as syscall 5: one has this number');
  });
});

describe('a call that needs a descriptor', () => {
  const table: KernelTable = { use: row(1, ['fd'], (context: SyscallContext) => context.hostFd(0)) };

  it('is asked for again with it, and the descriptor is closed at its end', () => {
    const served = dispatcher(table);
    post(1);
    served.serve(thread);
    expect(arena.slotWord(SLOT, ThreadSlot.reply_flags)).toBe(Reply.retryWithFd);
    expect(arena.slotWord(SLOT, ThreadSlot.fd_wanted)).toBe(0);

    sentDescriptor = 42;
    post(1, CallFlag.fdSent);
    served.serve(thread);
    expect(replies).toEqual([0, 42]);
    expect(closed).toEqual([42]);
  });

  it('closes one that came with the call and that it had no use for', () => {
    sentDescriptor = 42;
    post(2, CallFlag.fdSent);
    dispatcher({ refuse: row(2, ['fd'], () => -Errno.EINVAL) }).serve(thread);
    expect(replies).toEqual([-Errno.EINVAL]);
    expect(closed).toEqual([42]);
  });

  it('is EBADF where the guest says it sent one and did not', () => {
    post(1, CallFlag.fdSent);
    dispatcher(table).serve(thread);
    expect(replies).toEqual([-Errno.EBADF]);
  });
});

describe('a call of the runtime', () => {
  it('may have no reply', () => {
    post(KernelCall.threadExit);
    dispatcher({}, new Map([[KernelCall.threadExit, () => undefined]])).serve(thread);
    expect(replies).toEqual([]);
    expect(thread.inService).toBeUndefined();
  });

  it('that does not exist is ENOSYS', () => {
    post(KernelCall.first + 0x1234);
    dispatcher({}).serve(thread);
    expect(replies).toEqual([-Errno.ENOSYS]);
  });
});
