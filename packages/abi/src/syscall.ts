import { Errno } from '@occlum/errno';
import type { ErrnoName } from '@occlum/errno';

import type { ArgumentKind, ArgumentValues } from './argument.js';

/**
 * Implementation of one call: a result of 0 or more, or a negative error
 * number. It never throws for a guest's mistake. A promise is for a call that
 * waits; one that does not wait returns the number itself.
 *
 * `Context` is whatever the kernel says about a caller; `@occlum/libos` names it `SyscallContext`.
 */
export type Handler<Context, Kinds extends readonly ArgumentKind[]> = (context: Context, ...values: ArgumentValues<Kinds>) => number | Promise<number>;

/** How much of the call's man page works. */
export type Support = 'full' | 'partial' | 'missing';

/** How the result is to be shown. */
export type ResultKind = 'number' | 'address' | 'none';

/** What a row may say beside its arguments. */
export interface RowOptions {
  /** How traces show the result; a number unless said otherwise. */
  readonly result?: ResultKind;
  /**
   * The first argument is a descriptor that the handler works on, where the kernel knows no file behind it (a pipe, a
   * socket): the runtime sends it with the call, instead of being asked for it.
   */
  readonly sendsFd?: boolean;
}

/** What the row of a direct call may say. */
export interface DirectOptions<Context, Kinds extends readonly ArgumentKind[]> extends RowOptions {
  /** The host call may sleep: it goes through the gate that an interrupt can abort. */
  readonly blocks?: boolean;
  /** The runtime has its own function `direct_<name>` for it. */
  readonly custom?: boolean;
  /**
   * What a descriptor of a directory answers. Left out: `EBADF`, or where there is `kernel` that answers. A descriptor made
   * with `O_PATH` is always `EBADF`, one whose file is implemented in TypeScript always a kernel call.
   */
  readonly directory?: ErrnoName;
  /** What the TypeScript kernel does when the runtime passes the call on. */
  readonly kernel?: Handler<Context, Kinds>;
}

/** What every row says. */
export interface SyscallRow<Context> {
  /** Which side answers: the runtime from its own pages, the runtime by a call of the host, or the TypeScript kernel. */
  readonly class: 'local' | 'direct' | 'kernel';
  /** x86-64 number. Source: linux/arch/x86/entry/syscalls/syscall_64.tbl. */
  readonly nr: number;
  readonly args: readonly ArgumentKind[];
  readonly support: Support;
  /** What is not supported, one sentence; shown in the generated compatibility page. */
  readonly note: string | undefined;
  readonly result: ResultKind;
  readonly blocks: boolean;
  readonly custom: boolean;
  /** The runtime sends the first argument's descriptor with the call, where the kernel knows no file behind it. */
  readonly sendsFd: boolean;
  /** What a direct call answers for a directory; `undefined` is a kernel call. */
  readonly directory: ErrnoName | undefined;
  /** Implementation in TypeScript; a local or direct row has one only where the runtime passes calls on. */
  readonly run: ((context: Context, ...values: never[]) => number | Promise<number>) | undefined;
}

/** Rows by syscall name. Each subsystem exports one; the kernel package joins them. */
export type SyscallTable<Context> = Readonly<Record<string, SyscallRow<Context>>>;

/**
 * Row of a call that the runtime answers from its own pages.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param options - What differs from the usual.
 */
export function local<const Kinds extends readonly ArgumentKind[], Context = unknown>(
  nr: number,
  args: Kinds,
  options: RowOptions & { readonly kernel?: Handler<Context, Kinds> } = {},
): SyscallRow<Context> {
  return row('local', nr, args, options);
}

/**
 * Row of a call that the runtime makes on the host, on a descriptor or memory that the process already holds.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param options - What differs from passing the registers on as they are.
 */
export function direct<const Kinds extends readonly ArgumentKind[], Context = unknown>(
  nr: number,
  args: Kinds,
  options: DirectOptions<Context, Kinds> = {},
): SyscallRow<Context> {
  return row('direct', nr, args, options);
}

/**
 * Row of a call that the TypeScript kernel answers.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param run - Implementation; the compiler checks that it takes such arguments.
 * @param options - What differs from the usual.
 */
export function kernel<const Kinds extends readonly ArgumentKind[], Context>(
  nr: number,
  args: Kinds,
  run: Handler<Context, Kinds>,
  options: RowOptions = {},
): SyscallRow<Context> {
  return row('kernel', nr, args, { ...options, kernel: run });
}

/**
 * The same row for a call that does part of its man page.
 *
 * @param made - Row made by {@link local}, {@link direct} or {@link kernel}. What it does not support gives an error, never a false success.
 * @param note - What is not supported.
 */
export function partial<Context>(made: SyscallRow<Context>, note: string): SyscallRow<Context> {
  return { ...made, support: 'partial', note };
}

/**
 * Row of a call that is known and not there: the kernel answers `-ENOSYS`.
 *
 * @param nr - x86-64 number.
 * @param note - Why, where that is worth saying.
 */
export function missing(nr: number, note?: string): SyscallRow<unknown> {
  return { ...row<[], unknown>('kernel', nr, [], { kernel: () => -Errno.ENOSYS }), support: 'missing', note };
}

function row<Kinds extends readonly ArgumentKind[], Context>(
  side: SyscallRow<Context>['class'],
  nr: number,
  args: Kinds,
  options: DirectOptions<Context, Kinds>,
): SyscallRow<Context> {
  return {
    class: side,
    nr,
    args,
    support: 'full',
    note: undefined,
    result: options.result ?? 'number',
    blocks: options.blocks ?? false,
    custom: options.custom ?? false,
    sendsFd: options.sendsFd ?? false,
    directory: options.directory ?? (options.kernel === undefined ? 'EBADF' : undefined),
    run: options.kernel as SyscallRow<Context>['run'],
  };
}
