import { decodeScalar, scalarOf, showArgument, showCall, showResult } from '@occlum/abi';
import type { ArgumentKind } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { Logger } from '@occlum/log';
import { KernelCall, Reply, SlotState, ThreadSlot } from '@occlum/native';

import type { RefusedCall } from '../denial/read-only-denial.js';
import type { Thread } from '../process/thread.js';
import { Call, RetryWithFd } from './call.js';
import { SLOT_WORDS } from './arena.js';
import type { Kernel } from './kernel.js';
import type { KernelRow, KernelTable } from './syscall-context.js';

/** A call that is no syscall: the runtime makes it for itself. */
export type RuntimeCall = (call: Call) => number | Promise<number> | undefined;

/** What a {@link Dispatcher} works with. */
export interface DispatcherOptions {
  readonly kernel: Kernel;
  readonly table: KernelTable;
  /** Calls of the runtime, by `KernelCall` number; `undefined` as their result is no reply. */
  readonly runtimeCalls: ReadonlyMap<number, RuntimeCall>;
  /** Hears of calls that were answered by an error which an option of the enclave may have decided. */
  readonly refused?: ((call: Call, refused: RefusedCall, error: number) => void) | undefined;
  /** Called before a call is answered: what it changed is to be kept. */
  readonly settle?: () => void;
}

/** Errors that an option of the enclave may have decided. */
const REFUSALS: ReadonlySet<number> = new Set([
  -Errno.EROFS, -Errno.EMFILE, -Errno.EFBIG, -Errno.ENOSPC, -Errno.ENETUNREACH, -Errno.ECONNREFUSED, -Errno.ENOSYS, -Errno.EACCES, -Errno.EPERM,
]);

/** A row and its name. */
interface NamedRow {
  readonly name: string;
  readonly row: KernelRow;
}

/** Serves the calls of guest threads: one at a time from each slot. */
export class Dispatcher {
  readonly #kernel: Kernel;
  readonly #log: Logger;
  readonly #rows = new Map<number, NamedRow>();
  readonly #runtimeCalls: ReadonlyMap<number, RuntimeCall>;
  readonly #refused: DispatcherOptions['refused'];
  readonly #settleAll: () => void;
  /** Numbers that were asked for and do not exist, with how often. */
  readonly missing = new Map<number, number>();

  /**
   * @throws RangeError when two rows have one number.
   */
  constructor({ kernel, table, runtimeCalls, refused, settle = () => undefined }: DispatcherOptions) {
    this.#kernel = kernel;
    this.#log = kernel.log;
    this.#runtimeCalls = runtimeCalls;
    this.#refused = refused;
    this.#settleAll = settle;
    for (const [name, row] of Object.entries(table)) {
      const other = this.#rows.get(row.nr);
      if (other !== undefined) throw new RangeError(`Cannot register ${name} as syscall ${row.nr}: ${other.name} has this number`);
      this.#rows.set(row.nr, { name, row });
    }
  }

  /** Serves the call in a thread's slot, if there is one that may be served. */
  serve(thread: Thread): void {
    const { arena } = thread.process;
    if (arena === undefined || thread.inService !== undefined || thread.gone) return;
    // One call a thread is in service, so all of them share one copy; but a trace may be written when the next one is here.
    const words = this.#log.isLevelEnabled('trace') ? new Uint32Array(SLOT_WORDS) : (thread.words ??= new Uint32Array(SLOT_WORDS));
    arena.copySlot(thread.slot, words);
    const state = words[ThreadSlot.state / 4];
    if (state !== SlotState.posted && state !== SlotState.waiting) return;
    const call = new Call(this.#kernel, thread, words, arena.buffer(thread.slot));
    thread.inService = call;
    if (thread.unfinishedTrace !== undefined && call.number !== KernelCall.trace) this.#endTrace(thread, 0);
    if (call.number >= KernelCall.first) this.#serveRuntime(call);
    else this.#serveSyscall(call);
  }

  /** A local or direct call that the runtime made by itself and reports, or the descriptor number that a call gave. */
  trace(thread: Thread, number: number, result: number, args: readonly bigint[]): void {
    if (!this.#log.isLevelEnabled('trace')) return;
    if (thread.unfinishedTrace?.number === number) {
      this.#endTrace(thread, result);
      return;
    }
    const known = this.#rows.get(number);
    const kinds = known?.row.args ?? args.map(() => 'address' as const);
    const shown = args.slice(0, kinds.length).map((value, index) => showRegister(kinds[index] ?? 'address', value));
    if (kinds.length > args.length) shown.push('...');
    const text = `${known?.name ?? `syscall_${number}`}(${shown.join(', ')}) = ${showResult(result, known?.row.result)}`;
    this.#log.trace({ pid: thread.process.pid, tid: thread.tid, syscall: true }, text);
  }

  /** A guest that does not report its number gets its line all the same, with the kernel's own result. */
  #endTrace(thread: Thread, result: number): void {
    const { unfinishedTrace } = thread;
    thread.unfinishedTrace = undefined;
    unfinishedTrace?.write(result);
  }

  #serveRuntime(call: Call): void {
    const run = this.#runtimeCalls.get(call.number);
    let result: number | Promise<number> | undefined;
    try {
      result = run === undefined ? -Errno.ENOSYS : run(call);
    } catch (error) {
      result = this.#caught(call, error);
    }
    if (result === undefined) this.#forget(call);
    else this.#settle(call, result, undefined);
  }

  #serveSyscall(call: Call): void {
    const known = this.#rows.get(call.number);
    const run = known?.row.run;
    if (known === undefined || run === undefined) {
      this.#refuse(call, known);
      return;
    }
    const values = call.values(known.row.args);
    let result: number | Promise<number>;
    try {
      // The values are those of the row's kinds, which its maker checked against the handler.
      result = run(call, ...(values as never[]));
    } catch (error) {
      result = this.#caught(call, error);
    }
    const isTraced = this.#log.isLevelEnabled('trace');
    this.#settle(call, result, isTraced ? (value) => { this.#traceCall(call, known, values, value); } : undefined, (error) => {
      this.#refused?.(call, { name: known.name, kinds: known.row.args, values }, error);
    });
  }

  #traceCall({ process, thread }: Call, { name, row }: NamedRow, values: readonly unknown[], result: number): void {
    this.#log.trace({ pid: process.pid, tid: thread.tid, syscall: true }, showCall(name, row.args, values, result, row.result));
  }

  /** `ENOSYS`, named once. */
  #refuse(call: Call, known: NamedRow | undefined): void {
    const { number } = call;
    const count = (this.missing.get(number) ?? 0) + 1;
    this.missing.set(number, count);
    if (count === 1) this.#log.warn({ pid: call.process.pid, nr: number }, `syscall ${known?.name ?? number} is not implemented`);
    this.#refused?.(call, { name: known?.name ?? `syscall ${number}`, kinds: [], values: [] }, -Errno.ENOSYS);
    this.#finish(call, -Errno.ENOSYS, undefined);
  }

  #settle(call: Call, result: number | Promise<number>, traced: ((result: number) => void) | undefined, refused?: (error: number) => void): void {
    if (typeof result === 'number') {
      if (REFUSALS.has(result)) refused?.(result);
      this.#finish(call, result, traced);
      return;
    }
    result.then(
      (value) => {
        if (REFUSALS.has(value)) refused?.(value);
        this.#finish(call, value, traced);
      },
      (error: unknown) => { this.#finish(call, this.#caught(call, error), traced); },
    );
  }

  /** What a handler threw: the wish for a descriptor, or a mistake of ours, which must not end the kernel. */
  #caught(call: Call, error: unknown): number {
    if (error instanceof RetryWithFd) {
      call.retryWith(error.argument);
      return 0;
    }
    this.#log.error({ pid: call.process.pid, tid: call.thread.tid, nr: call.number, err: error }, 'a call failed inside the kernel');
    return -Errno.EIO;
  }

  #finish(call: Call, result: number, traced: ((result: number) => void) | undefined): void {
    const { thread } = call;
    this.#settleAll();
    if (traced !== undefined && (call.replyFlags & (Reply.fd | Reply.fdAt)) !== 0) thread.unfinishedTrace = { number: call.number, write: traced };
    else if ((call.replyFlags & Reply.retryWithFd) === 0) traced?.(result);
    this.#forget(call);
    const { link } = thread.process;
    if (thread.gone || link === undefined) return;
    const { arena } = link;
    const { outLengths, replyFields } = call;
    arena.setReply(thread.slot, result, call.replyFlags, outLengths);
    if (replyFields !== undefined) for (const [field, value] of replyFields) arena.setSlotWord(thread.slot, field, value);
    this.#kernel.host.processReply(link.handle, thread.slot);
  }

  #forget(call: Call): void {
    call.finish();
    if (call.thread.inService === call) call.thread.inService = undefined;
  }
}

/** A register of a call that the kernel did not see: pointers as they are, since nobody copied what they lead to. */
function showRegister(kind: ArgumentKind, register: bigint): string {
  const shown = typeof kind === 'string' ? (kind === 'path' ? 'address' : kind) : 'names' in kind ? kind : 'address';
  return showArgument(shown, decodeScalar(scalarOf(shown), Number(register & 0xffff_ffffn), Number(register >> 32n)), 0);
}
