import { PendingEvents } from '@occlum/interrupt';
import { ArenaLayout, FdEntry, ProcessPage, SignalAction, ThreadSlot } from '@occlum/native';

/** Words of 32 bits in a slot. */
export const SLOT_WORDS = ArenaLayout.slotSize / 4;

/** What a guest registered for a signal: its own word about itself. */
export interface RegisteredAction {
  /** 0 is the default, 1 ignores, else an address; exact below 2^53. */
  readonly handler: number;
  readonly flags: number;
}

/** An entry of the fd map: what the runtime says is behind a number. */
export interface MappedDescriptor {
  readonly object: number;
  readonly kind: number;
  readonly flags: number;
}

/**
 * The memory shared with one guest process. The guest writes all of it at any time, so whatever is read here is a claim of
 * the guest: each method reads a value once, and who needs the truth keeps its own.
 */
export class ProcessArena {
  readonly #words: Uint32Array;
  readonly #wide: BigUint64Array;
  readonly #bytes: Uint8Array;
  /** Views of slots and of their buffers, made when first used: a view costs more than a call's copy. */
  readonly #slots: Uint32Array[] = [];
  readonly #buffers: Uint8Array[] = [];
  readonly #bufferOf: (slot: number) => Uint8Array;

  /**
   * @param memory - The arena up to the buffers of slots, or all of it.
   * @param bufferOf - Gives the buffer of a slot, once a slot; without it the buffers are in `memory`.
   */
  constructor(memory: ArrayBuffer, bufferOf?: (slot: number) => Uint8Array) {
    this.#bufferOf = bufferOf ?? ((slot) => new Uint8Array(memory, ArenaLayout.buffers + slot * ArenaLayout.bufferSize, ArenaLayout.bufferSize));
    this.#words = new Uint32Array(memory);
    this.events = new PendingEvents(this.#words, EVENTS);
    this.#wide = new BigUint64Array(memory);
    this.#bytes = new Uint8Array(memory);
  }

  /** A field of 32 bits of the process page, by `ProcessPage`. */
  pageWord(field: number): number {
    return this.#words[(ArenaLayout.process + field) / 4] ?? 0;
  }

  setPageWord(field: number, value: number): void {
    this.#words[(ArenaLayout.process + field) / 4] = value;
  }

  /** A field of 64 bits of the process page. */
  pageWide(field: number): bigint {
    return this.#wide[(ArenaLayout.process + field) / 8] ?? 0n;
  }

  setPageWide(field: number, value: bigint): void {
    Atomics.store(this.#wide, (ArenaLayout.process + field) / 8, value);
  }

  /** A field of 32 bits of a slot, by `ThreadSlot`. */
  slotWord(slot: number, field: number): number {
    return this.#words[slotWord(slot, field)] ?? 0;
  }

  setSlotWord(slot: number, field: number, value: number): void {
    this.#words[slotWord(slot, field)] = value;
  }

  /**
   * Writes what a call gave.
   *
   * @param result - Its result, exact.
   * @param replyFlags - `Reply` bits.
   * @param outLengths - Bytes written for each output argument; an empty array for none.
   */
  setReply(slot: number, result: number, replyFlags: number, outLengths: readonly number[]): void {
    const words = this.#words;
    const first = slotWord(slot, 0);
    words[first + ThreadSlot.result / 4] = result >>> 0;
    words[first + ThreadSlot.result / 4 + 1] = Math.floor(result / 2 ** 32) >>> 0;
    words[first + ThreadSlot.reply_flags / 4] = replyFlags;
    // The runtime has set them to 0, and does not trust them.
    for (let index = 0; index < outLengths.length; index++) words[first + ThreadSlot.out_length / 4 + index] = outLengths[index] ?? 0;
  }

  /** A field of 64 bits of a slot. */
  slotWide(slot: number, field: number): bigint {
    return Atomics.load(this.#wide, slotWord(slot, field) / 2);
  }

  setSlotWide(slot: number, field: number, value: bigint): void {
    Atomics.store(this.#wide, slotWord(slot, field) / 2, value);
  }

  /** Events of its threads, by `Pending`. While a call is posted the kernel sees them, or the thread when the call is done. */
  readonly events: PendingEvents;

  /**
   * Makes a private copy of a whole slot.
   *
   * @param into - Where to, {@link SLOT_WORDS} long.
   */
  copySlot(slot: number, into: Uint32Array): void {
    const first = slotWord(slot, 0);
    into.set((this.#slots[slot] ??= this.#words.subarray(first, first + SLOT_WORDS)));
  }

  /**
   * Puts a signal into a slot, where its thread can take it.
   *
   * @param word - Its number, and above that what tells this offer from others.
   * @param bytes - Its `siginfo_t`.
   */
  offerSignal(slot: number, word: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, ArenaLayout.slots + slot * ArenaLayout.slotSize + ThreadSlot.offered_information);
    Atomics.store(this.#words, slotWord(slot, ThreadSlot.offered_signal), word);
  }

  /** The word of the signal that lies in a slot; 0 for none. */
  offeredSignal(slot: number): number {
    return Atomics.load(this.#words, slotWord(slot, ThreadSlot.offered_signal));
  }

  /** Takes it back; `false` where it lies there no more. */
  withdrawSignal(slot: number, word: number): boolean {
    return Atomics.compareExchange(this.#words, slotWord(slot, ThreadSlot.offered_signal), word, 0) === word;
  }

  /** All zero, for a new thread. */
  clearSlot(slot: number): void {
    const first = slotWord(slot, 0);
    this.#words.fill(0, first, first + SLOT_WORDS);
  }

  /** The buffer of a slot, shared with the guest: bytes are copied out of it and into it, never looked at in place. */
  buffer(slot: number): Uint8Array {
    return (this.#buffers[slot] ??= this.#bufferOf(slot));
  }

  /** What the guest registered for a signal. */
  action(signal: number): RegisteredAction {
    const first = (ArenaLayout.actions + signal * SignalAction.size) / 4;
    const low = this.#words[first] ?? 0;
    const high = this.#words[first + 1] ?? 0;
    return { handler: high * 2 ** 32 + low, flags: this.#words[first + SignalAction.flags / 4] ?? 0 };
  }

  /** The entry of a descriptor number. */
  descriptor(number: number): MappedDescriptor {
    const at = ArenaLayout.fds + number * FdEntry.size;
    return {
      object: this.#words[(at + FdEntry.object) / 4] ?? 0,
      kind: this.#bytes[at + FdEntry.kind] ?? 0,
      flags: this.#bytes[at + FdEntry.flags] ?? 0,
    };
  }

  /** Writes an entry; before the process runs. */
  setDescriptor(number: number, { object, kind, flags }: MappedDescriptor): void {
    const at = ArenaLayout.fds + number * FdEntry.size;
    this.#words[(at + FdEntry.object) / 4] = object;
    this.#bytes[at + FdEntry.kind] = kind;
    this.#bytes[at + FdEntry.flags] = flags;
  }

  /** One more than the highest number that may be in the fd map. */
  get descriptorEnd(): number {
    return Math.min(this.pageWord(ProcessPage.fd_high), ArenaLayout.fdMax);
  }

  /**
   * Takes ids of released objects out of their ring.
   *
   * @param take - Called for each; `which` is `one` where the object has other numbers left.
   */
  drainReleases(take: (object: number, which: 'one' | 'last') => void): void {
    const head = Atomics.load(this.#words, (ArenaLayout.process + ProcessPage.release_head) / 4);
    const tailWord = (ArenaLayout.process + ProcessPage.release_tail) / 4;
    let tail = this.#words[tailWord] ?? 0;
    if (head === tail) return;
    // A guest that writes nonsense into the counts gets one round of the ring read, no more.
    const count = Math.min((head - tail) >>> 0, ArenaLayout.releaseRing);
    for (let i = 0; i < count; i++, tail = (tail + 1) >>> 0) {
      const entry = this.#words[ArenaLayout.releases / 4 + (tail % ArenaLayout.releaseRing)] ?? 0;
      if (entry >>> 0 < ArenaLayout.releaseOne) take(entry, 'last');
      else take((entry >>> 0) - ArenaLayout.releaseOne, 'one');
    }
    Atomics.store(this.#words, tailWord, head);
  }

  /** The strings of the command line, a private copy. */
  commandLine(): Uint8Array {
    const size = Math.min(this.pageWord(ProcessPage.command_line_size), ArenaLayout.commandLineSize);
    return this.#bytes.slice(ArenaLayout.commandLine, ArenaLayout.commandLine + size);
  }

  /** Takes over what a fork child has of its parent: process page, actions and command line. */
  copyFrom(parent: ProcessArena): void {
    for (const [first, size] of FORKED) this.#bytes.set(parent.#bytes.subarray(first, first + size), first);
    this.#bytes.set(parent.commandLine(), ArenaLayout.commandLine);
    const calls = (ArenaLayout.process + ProcessPage.calls) / 4;
    this.#words.fill(0, calls, calls + ArenaLayout.slotCount / 32);
    this.setPageWord(ProcessPage.release_head, 0);
    this.setPageWord(ProcessPage.release_tail, 0);
    this.setPageWord(ProcessPage.record_locks, 0);
    this.setPageWord(ProcessPage.refused, 0);
    this.setPageWide(ProcessPage.pending_signals, 0n);
  }
}

/**
 * A thread's mask is in the kernel's view of `pending`: what the thread blocks is not posted. No state is a quiet one: which
 * threads are in the kernel it knows itself, and a slot with a hello says nothing of its thread, which has gone on.
 */
const EVENTS = {
  first: ArenaLayout.slots,
  count: ArenaLayout.slotCount,
  stride: ArenaLayout.slotSize,
  pending: ThreadSlot.pending,
  state: ThreadSlot.state,
  quiet: [],
  tid: ThreadSlot.host_tid,
} as const;

/** What a fork child starts with, as first byte and size. */
const FORKED = [
  [ArenaLayout.process, ProcessPage.size],
  [ArenaLayout.actions, ArenaLayout.signalCount * SignalAction.size],
] as const;

function slotWord(slot: number, field: number): number {
  return (ArenaLayout.slots + slot * ArenaLayout.slotSize + field) / 4;
}

