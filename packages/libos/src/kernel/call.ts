import type { ArgumentKind } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, CallFlag, FdFlag, Reply, ThreadSlot } from '@occlum/native';

import type { FileDescription } from '../fs/file-description.js';
import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import { callArguments } from './call-arguments.js';
import type { CallData } from './call-arguments.js';
import { interruptibleWait } from './interruptible-wait.js';
import type { Kernel } from './kernel.js';
import type { InstallOptions, NewDescriptor, SyscallContext } from './syscall-context.js';
import type { WaitQueue } from './wait-queue.js';

/** Thrown by {@link Call.hostFd}: the runtime is to send the descriptor of an argument and to make the call again. */
export class RetryWithFd extends Error {
  readonly argument: number;

  constructor(argument: number) {
    super('descriptor is wanted');
    this.argument = argument;
  }
}

/** The usual one, made once: taking down where it is thrown costs more than all else of a call. */
const RETRY_WITH_FIRST = new RetryWithFd(0);

/** Arguments of a call. */
const ARGUMENTS = 6;

/** One call of a guest thread, from a private copy of its slot to its reply. */
export class Call implements SyscallContext, CallData {
  readonly kernel: Kernel;
  readonly process: Process;
  readonly thread: Thread;
  readonly number: number;
  readonly words: Uint32Array;
  readonly buffer: Uint8Array;
  readonly outLengths: number[] = [];
  /** `Reply` bits. */
  replyFlags = 0;
  /** Fields of the slot that the reply sets besides, by `ThreadSlot` offset. */
  #replyFields: Map<number, number> | undefined;
  /** Host descriptors that the runtime sent for this call, by argument. */
  #sent: Map<number, number> | undefined;
  #isTaken = false;

  constructor(kernel: Kernel, thread: Thread, words: Uint32Array, buffer: Uint8Array) {
    this.kernel = kernel;
    this.process = thread.process;
    this.thread = thread;
    this.words = words;
    this.buffer = buffer;
    this.number = words[ThreadSlot.number / 4] ?? 0;
  }

  get replyFields(): ReadonlyMap<number, number> | undefined {
    return this.#replyFields;
  }

  /** Has the reply set a field of the slot, by `ThreadSlot` offset. */
  setReplyField(field: number, value: number): void {
    (this.#replyFields ??= new Map()).set(field, value);
  }

  get sequence(): number {
    return this.words[ThreadSlot.sequence / 4] ?? 0;
  }

  get polled(): boolean {
    return (this.#flags & CallFlag.polled) !== 0;
  }

  get #flags(): number {
    return this.words[ThreadSlot.call_flags / 4] ?? 0;
  }

  /** Both halves of an argument. */
  register(argument: number): bigint {
    const at = ThreadSlot.arguments / 4 + 2 * argument;
    return (BigInt(this.words[at + 1] ?? 0) << 32n) | BigInt(this.words[at] ?? 0);
  }

  /** Values for a handler, by the kinds of its row. */
  values(kinds: readonly ArgumentKind[]): unknown[] {
    return callArguments(kinds, this);
  }

  object(argument: number): FileDescription | undefined {
    const id = this.words[ThreadSlot.object / 4 + argument] ?? 0;
    return id === 0 ? undefined : this.process.grants.get(id);
  }

  fdKind(argument: number): number {
    return this.words[ThreadSlot.object_kind / 4 + argument] ?? 0;
  }

  hostFdOfNumber(number: number): number {
    return this.hostFd(ARGUMENTS + number);
  }

  hostFd(argument: number): number {
    const { sentDescriptors } = this.thread;
    const known = this.#sent?.get(argument) ?? sentDescriptors.get(argument);
    if (known !== undefined) {
      this.#keep(argument, known);
      sentDescriptors.delete(argument);
      return known;
    }
    if (!this.#isSent || this.words[ThreadSlot.fd_wanted / 4] !== argument) throw argument === 0 ? RETRY_WITH_FIRST : new RetryWithFd(argument);
    const received = this.#takeSent();
    if (received < 0) return -Errno.EBADF;
    this.#keep(argument, received);
    return received;
  }

  install(hostFd: number, description: FileDescription | undefined, kind: number, options: InstallOptions = {}): number {
    const sent = this.#hand({ hostFd, description, kind });
    if (sent < 0) return sent;
    this.#announce(description, kind, options);
    if (options.at !== undefined) {
      this.replyFlags |= Reply.fdAt;
      this.setReplyField(ThreadSlot.fd_target, options.at);
    }
    return 0;
  }

  installPair(first: NewDescriptor, second: NewDescriptor, output: number, options: InstallOptions = {}): number {
    const sent = this.#hand(first);
    if (sent < 0) {
      this.kernel.host.close(second.hostFd);
      return sent;
    }
    const sentSecond = this.#hand(second);
    // The first one is on its way already: the runtime takes it in with the next call and finds nobody who wants it.
    if (sentSecond < 0) return sentSecond;
    this.#announce(first.description, first.kind, options);
    this.replyFlags |= Reply.fdSecond;
    this.setReplyField(ThreadSlot.new_object_second, second.description?.id ?? 0);
    this.outLengths[output] = 8;
    return 0;
  }

  wait<T>(queue: WaitQueue | readonly WaitQueue[], condition: () => T | undefined, timeoutMs?: number): Promise<T | number> {
    return interruptibleWait(this.thread, 'wake' in queue ? [queue] : queue, condition, timeoutMs);
  }

  pollFd(argument: number, events: number): number {
    if (argument !== 0) throw new RangeError(`argument is ${argument}, must be 0`);
    this.replyFlags |= Reply.pollFd;
    this.setReplyField(ThreadSlot.poll_events, events);
    return 0;
  }

  /** Asks for the descriptor of an argument; those that came already stay for the next try. */
  retryWith(argument: number): void {
    for (const [index, descriptor] of this.#sent ?? []) this.thread.sentDescriptors.set(index, descriptor);
    this.#sent = undefined;
    this.replyFlags = Reply.retryWithFd;
    this.#replyFields = new Map([[ThreadSlot.fd_wanted, argument]]);
  }

  replaceImage(scriptArguments: readonly string[]): number {
    const bytes = Buffer.from(scriptArguments.map((text) => `${text}\0`).join(''), 'latin1');
    if (bytes.length > ArenaLayout.bufferSize) return -Errno.E2BIG;
    // They lie at the start of the buffer, whatever the call's arguments are.
    this.buffer.set(bytes);
    this.outLengths[0] = bytes.length;
    this.replyFlags |= Reply.exec;
    return 0;
  }

  /** Gives up what the call held. */
  finish(): void {
    // One that came with the call and that the handler had no use for.
    if (this.#isSent) {
      const unused = this.#takeSent();
      if (unused >= 0) this.kernel.host.close(unused);
    }
    if (this.#sent === undefined) return;
    for (const descriptor of this.#sent.values()) this.kernel.host.close(descriptor);
    this.#sent = undefined;
  }

  /** Whether the descriptor of argument `fd_wanted` is on its way and was not taken. */
  get #isSent(): boolean {
    return (this.#flags & CallFlag.fdSent) !== 0 && !this.#isTaken;
  }

  #takeSent(): number {
    this.#isTaken = true;
    return this.process.link?.takeDescriptor(this.thread.slot, this.sequence) ?? -1;
  }

  #keep(argument: number, descriptor: number): void {
    (this.#sent ??= new Map()).set(argument, descriptor);
  }

  /** Sends a descriptor to the runtime and closes it here. */
  #hand({ hostFd, description }: NewDescriptor): number {
    if (description !== undefined) this.kernel.register(description);
    const sent = this.process.link?.sendDescriptor(this.thread.slot, this.sequence, hostFd) ?? -Errno.ESRCH;
    this.kernel.host.close(hostFd);
    if (sent >= 0) {
      if (description !== undefined) this.process.grant(description);
      return 0;
    }
    // Nobody was granted it: closes what it stands for.
    description?.retain();
    description?.release();
    return -Errno.ENFILE;
  }

  #announce(description: FileDescription | undefined, kind: number, options: InstallOptions): void {
    this.replyFlags |= Reply.fd | (options.cloexec === true ? Reply.fdCloexec : 0);
    const flags = (options.inherited === true ? FdFlag.inherited : 0) | (options.appendOnly === true ? FdFlag.appendOnly : 0) | (description?.isPerProcess === true ? FdFlag.own : 0);
    this.setReplyField(ThreadSlot.new_object, description?.id ?? 0);
    this.setReplyField(ThreadSlot.new_kind, kind);
    this.setReplyField(ThreadSlot.new_flags, flags);
  }
}
