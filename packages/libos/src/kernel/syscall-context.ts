import * as abi from '@occlum/abi';
import type { ArgumentKind, RowOptions, SyscallRow, SyscallTable } from '@occlum/abi';

import type { FileDescription } from '../fs/file-description.js';
import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import type { Kernel } from './kernel.js';
import type { WaitQueue } from './wait-queue.js';

/** How a new descriptor is put into the caller's process. */
export interface InstallOptions {
  /** Close on exec. */
  readonly cloexec?: boolean;
  /** Number it must get, whatever was there; else the lowest free one. */
  readonly at?: number;
  /** The host's description belongs to the embedding program: F_SETFL on it stays in the process. */
  readonly inherited?: boolean;
  /** O_APPEND may not be taken off. */
  readonly appendOnly?: boolean;
}

/** A host descriptor that becomes a guest's. */
export interface NewDescriptor {
  /** Handed over: it is closed here once it is sent, or when that fails. */
  readonly hostFd: number;
  /** What it stands for; `undefined` for one that the kernel does not know (`FdKind.anonymous`). */
  readonly description: FileDescription | undefined;
  /** `FdKind`. */
  readonly kind: number;
}

/** What a handler may know and do of the call it serves. Arguments are numbered from 0. */
export interface SyscallContext {
  readonly kernel: Kernel;
  readonly process: Process;
  readonly thread: Thread;
  /** Number of the call. */
  readonly number: number;
  /** The same call again, after {@link pollFd} waited. */
  readonly polled: boolean;

  /** What stands behind an `fd` argument; `undefined` is `EBADF`, also for what this process was never granted. */
  object(argument: number): FileDescription | undefined;

  /** `FdKind` of an `fd` argument in the runtime's map: one of kind `anonymous` is open and has no object. */
  fdKind(argument: number): number;

  /**
   * Host descriptor of an `fd` argument, closed when the call ends. Ask before any effect: the first time this throws, and
   * the call comes again with the descriptor.
   *
   * @returns The descriptor, or `-EBADF` where the runtime sent none.
   */
  hostFd(argument: number): number;

  /** The same for any number of the caller's, which need be no argument: for /proc/self/fd/N. */
  hostFdOfNumber(number: number): number;

  /**
   * Makes a new descriptor the result of the call.
   *
   * @returns 0, to be returned by the handler (the runtime puts the number in its place), or `-ENFILE` where it could not be sent.
   */
  install(hostFd: number, description: FileDescription | undefined, kind: number, options?: InstallOptions): number;

  /**
   * The same for two descriptors, whose numbers go to an output argument as `int[2]`.
   *
   * @param output - Index of the output argument.
   */
  installPair(first: NewDescriptor, second: NewDescriptor, output: number, options?: InstallOptions): number;

  /**
   * Waits until a condition holds.
   *
   * @param queue - Who wakes it; the condition is looked at once before and after each wake.
   * @param condition - What is waited for, `undefined` until it is there.
   * @param timeoutMs - Milliseconds from now; none when left out or `Infinity`.
   * @returns The value; `-ERESTARTSYS` when a signal or the process's end came first; `-ETIMEDOUT`.
   */
  wait<T>(queue: WaitQueue | readonly WaitQueue[], condition: () => T | undefined, timeoutMs?: number): Promise<T | number>;

  /**
   * Has the runtime wait for readiness of a descriptor and make the call again, with {@link polled} set.
   *
   * @param argument - An `fd` argument; only the first one can be waited for.
   * @param events - `POLL*` bits.
   * @returns What the handler is to return.
   */
  pollFd(argument: number, events: number): number;

  /**
   * Has the runtime make the exec that was prepared; the call returns only where the host refuses it.
   *
   * @param scriptArguments - What comes before the caller's second argument, for a script; else empty.
   * @returns What the handler is to return.
   */
  replaceImage(scriptArguments: readonly string[]): number;
}

/** Interrupted, to be made again where `SA_RESTART` says so. Source: linux/include/linux/errno.h. */
export const ERESTARTSYS = 512;

/** Interrupted, `EINTR` after any handler. Source: linux/include/linux/errno.h. */
export const ERESTARTNOHAND = 514;

/** A row of this kernel's table. */
export type KernelRow = SyscallRow<SyscallContext>;

/** Rows of a family of this kernel. */
export type KernelTable = SyscallTable<SyscallContext>;

/** {@link abi.kernel} for handlers written in place, so that their context needs no type. */
export function kernel<const Kinds extends readonly ArgumentKind[]>(
  nr: number,
  args: Kinds,
  run: abi.Handler<SyscallContext, Kinds>,
  options?: RowOptions,
): KernelRow {
  return abi.kernel(nr, args, run, options);
}
