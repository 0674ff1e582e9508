import { InterruptBinding, HostThreadBinding } from '@occlum/native';

/** Where the words of a thread are in its slot, as byte offsets that are multiples of 4. */
interface EventLayout {
    /** First byte of slot 0. */
    readonly first: number;
    readonly count: number;
    /** Bytes of a slot. */
    readonly stride: number;
    /** Word of the events that are there, a bit each. */
    readonly pending: number;
    /** Word of the events that the thread blocks; without one it blocks none. */
    readonly mask?: number;
    /** Word of what the thread does. */
    readonly state: number;
    /** Values of that word, 0 to 31, in which the thread looks at its events by itself before it goes on. */
    readonly quiet: readonly number[];
    /** Word of the thread's id at the host, 0 before it runs. */
    readonly tid: number;
}
/**
 * Events of threads, in memory that the threads share: a set of bits for each. Whoever posts an event sets its bit and then
 * has the thread interrupted; the thread takes the bits. All steps are atomic and sequentially consistent.
 *
 * The words may be a hostile thread's: they say whom to interrupt, never what happened.
 *
 * @example
 * ```ts
 * import { PendingEvents } from '@occlum/interrupt';
 *
 * const STOP = 1;
 * const RELOAD = 2;
 * const events = PendingEvents.allocate(4);
 *
 * events.block(0, RELOAD);
 * events.post(0, RELOAD); // => false
 * events.post(0, STOP); // => true
 * events.take(0); // => 1
 * events.block(0, 0);
 * events.take(0); // => 2
 * ```
 */
declare class PendingEvents {
    #private;
    readonly words: Int32Array | Uint32Array;
    readonly layout: EventLayout;
    /**
     * @param words - Memory with the slots, seen as words of 32 bits.
     * @throws RangeError when a slot or a word lies outside of the memory.
     */
    constructor(words: Int32Array | Uint32Array, layout: EventLayout);
    /** Makes slots in shared memory of their own, for threads of this process. `words` may be given to other workers. */
    static allocate(count: number): PendingEvents;
    /** The same slots, seen by another worker. */
    static of(words: Int32Array): PendingEvents;
    /**
     * Sets events of a thread.
     *
     * @returns Whether the thread has to be interrupted for them: it has an event that it does not block, and had none before.
     */
    post(slot: number, events: number): boolean;
    /**
     * Takes events that are not blocked: their bits are cleared.
     *
     * @param wanted - Which of them.
     * @returns Their bits.
     */
    take(slot: number, wanted?: number): number;
    /** Events that are there, blocked ones included. */
    pending(slot: number): number;
    /** Whether there is an event that is not blocked. */
    isDeliverable(slot: number): boolean;
    /** Events that wait until they are blocked no more. */
    blocked(slot: number): number;
    /**
     * Sets what a thread blocks; for the thread itself.
     *
     * @throws TypeError where the layout has no mask.
     */
    block(slot: number, events: number): void;
}
/** What a thread of this process does. */
declare const HostThreadState: {
    /** It runs, and looks at its events before it waits. */
    readonly running: 0;
    /** It is in a waiting call of the host, or about to be. */
    readonly waiting: 1;
};

/** How the helper behaves. */
interface InterruptHelperOptions {
    /**
     * Milliseconds from a signal until the helper looks whether it was acknowledged and, if not, sends another; the time doubles
     * with each. A safety net: no wake-up depends on it. 25 when left out, at most {@link PERIOD_MAX_MS}.
     */
    readonly periodMs?: number;
}
/** Whose the threads are, where they are not of this process. */
interface GuestProcess {
    /** Host process id that the supervisor vouches for. */
    readonly pid: number;
    /** Handle of the supervisor that reaps it. */
    readonly supervisor: number;
}
/** What a helper has done since it was opened. */
interface InterruptStatistics {
    readonly sent: number;
    /** Signals that the host had no room for, each tried again. */
    readonly refused: number;
    /** Signals that were sent again, as the first was not acknowledged within the period. */
    readonly repeated: number;
    /** Events found taken when the helper looked. */
    readonly acknowledged: number;
    /** How often its thread woke. */
    readonly wakes: number;
    /** Threads that it waits for now. */
    readonly watched: number;
}
/** Default of {@link InterruptHelperOptions.periodMs}. */
declare const DEFAULT_PERIOD_MS = 25;
/** A day. */
declare const PERIOD_MAX_MS = 86400000;
/**
 * Interrupts threads that have an event. A signal is sent at once by whoever asks; a native thread, which no busy event loop
 * delays and which starts when it is first needed, sends it again where the host had no room for it or the thread did not
 * acknowledge it. While nothing is unacknowledged that thread sleeps. A Node thread has one helper.
 */
declare class InterruptHelper {
    #private;
    /**
     * @throws RangeError when the period is not over 0 or too long.
     */
    constructor(host: InterruptBinding, { periodMs }?: InterruptHelperOptions);
    /**
     * Lets it work.
     *
     * @returns 0; `-EBUSY` where this Node thread has another one.
     */
    open(): number;
    /** Ends its thread; what was posted and not acknowledged stays pending. */
    close(): void;
    get periodMs(): number;
    /** Takes effect at once, also for what waits now. */
    set periodMs(periodMs: number);
    /**
     * Makes the threads of a process known.
     *
     * @param guest - Left out, they are threads of this process: those of them are signalled that have opted in, see `InterruptibleThread`.
     * @throws {@link ErrnoError} `EBADF` the helper is not open, or there is no such supervisor; `EINVAL` the memory does not
     *   hold the slots.
     */
    add(events: PendingEvents, guest?: GuestProcess): InterruptTarget;
    /**
     * Interrupts every thread that has an event which it does not block, and that does not look by itself.
     *
     * @returns How many were signalled.
     */
    broadcastInterrupts(): number;
    statistics(): InterruptStatistics;
}
/** Threads of one process that a helper knows. */
declare class InterruptTarget {
    #private;
    readonly events: PendingEvents;
    /** @internal */
    constructor(host: InterruptBinding, handle: number, events: PendingEvents, removed: () => void);
    /**
     * Posts events to a thread and interrupts it where it would not see them by itself.
     *
     * @returns Whether it was signalled.
     */
    post(slot: number, events: number): boolean;
    /**
     * Posts events to a thread when a signal is aborted, at once where it is already.
     *
     * @returns Ends it: nothing is posted any more.
     */
    postOnAbort(slot: number, events: number, signal: AbortSignal): () => void;
    /**
     * Interrupts a thread that has an event.
     *
     * @returns Whether it was signalled now. Where not, it needs no signal, is not there, or the helper signals it later.
     */
    interrupt(slot: number): boolean;
    /** As {@link InterruptHelper.broadcastInterrupts}, for these threads. */
    interruptAll(): number;
    /** The process is gone: nobody is signalled any more. */
    remove(): void;
}

/** A descriptor that {@link InterruptibleThread.poll} waits for. */
interface Polled {
    readonly descriptor: number;
    /** Bits of `poll(2)`: 1 readable, 4 writable. */
    readonly events: number;
}
/**
 * The calling thread (the main thread or a worker of Node), opted in to be interrupted: its waiting calls end with `EINTR` as
 * soon as an event is posted that it does not block, also one that comes between the look for events and the call. They
 * end for nothing else before their time: a signal of anybody else makes them go on.
 *
 * The calls are made by the thread itself, which does nothing else meanwhile, so they are for workers. Where they end with an event
 * the event stays; `PendingEvents.take` takes it.
 *
 * @example
 * ```ts
 * import { InterruptibleThread, PendingEvents } from '@occlum/interrupt';
 * import { hostBinding } from '@occlum/native';
 *
 * const events = PendingEvents.allocate(1);
 * const thread = InterruptibleThread.join(hostBinding(), events, 0);
 * thread.poll([], 1); // => []
 * events.post(0, 4);
 * let code = '';
 * try {
 *   thread.sleep(3_600_000);
 * } catch (error) {
 *   code = (error as { code: string }).code;
 * }
 * code; // => 'EINTR'
 * events.take(0); // => 4
 * thread.leave();
 * ```
 */
declare class InterruptibleThread {
    #private;
    readonly events: PendingEvents;
    readonly slot: number;
    private constructor();
    /**
     * Opts the calling thread in. While any thread of the process is in, signal 64 has a handler of this package; one that was there
     * gets what is not for these threads, and is put back when the last has left, or its environment ends.
     *
     * @param events - Slots whose state word has the values of `HostThreadState`.
     * @param slot - Its own.
     * @throws {@link ErrnoError} `EBUSY` this thread has opted in already; `EINVAL` the memory does not hold the slot; `EAGAIN`
     *   1024 threads have.
     */
    static join(host: HostThreadBinding, events: PendingEvents, slot: number): InterruptibleThread;
    /** Opts out again: nobody signals the thread any more when it returns. */
    leave(): void;
    /**
     * `read(2)`.
     *
     * @returns Bytes read; 0 at the end.
     * @throws {@link ErrnoError} `EINTR` the thread has an event; or what the host says.
     */
    read(descriptor: number, out: Uint8Array): number;
    /**
     * `write(2)`.
     *
     * @returns Bytes written.
     * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
     */
    write(descriptor: number, bytes: Uint8Array): number;
    /**
     * Waits until one of some descriptors is ready: `poll(2)`.
     *
     * @param timeoutMs - Left out, it waits for ever.
     * @returns What was found of each, in their order; all 0 when the time is over.
     * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
     */
    poll(polled: readonly Polled[], timeoutMs?: number): number[];
    /**
     * Waits until {@link InterruptibleThread.notify}, as `Atomics.wait` does, which cannot be interrupted.
     *
     * @param words - Memory that is shared.
     * @param expected - It waits only while the word has this value.
     * @param timeoutMs - Left out, it waits for ever.
     * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
     */
    wait(words: Int32Array, index: number, expected: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out';
    /**
     * Wakes threads that {@link InterruptibleThread.wait}; for any thread.
     *
     * @param count - At most so many; all when left out.
     * @returns How many were woken.
     */
    static notify(host: HostThreadBinding, words: Int32Array, index: number, count?: number): number;
    /**
     * Does nothing for a time.
     *
     * @throws {@link ErrnoError} as {@link InterruptibleThread.read}.
     */
    sleep(durationMs: number): void;
    /**
     * Makes any other call that waits in the host, such as `fs.readSync` of a pipe. An event that is posted just before it waits is noticed
     * when the helper looks again, after its period. What the call does when it is interrupted is its own; the thread looks at
     * its events afterwards.
     *
     * @throws {@link ErrnoError} `EINTR` the thread has an event, and the call was not made; or what it throws.
     */
    during<T>(call: () => T): T;
}

export { DEFAULT_PERIOD_MS, type EventLayout, type GuestProcess, HostThreadState, InterruptHelper, type InterruptHelperOptions, type InterruptStatistics, InterruptTarget, InterruptibleThread, PERIOD_MAX_MS, PendingEvents, type Polled };
