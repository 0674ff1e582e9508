/**
 * The native functions of the addon, by family. Every result is 0 or more, or a negative error number, unless said
 * otherwise. Paths are bytes that end in NUL; structs are raw bytes in a buffer that the caller made. No function checks
 * the types of its arguments: only this package and `@occlum/libos` call them.
 */
/** Raised with every change of a signature below; addon/addon.cc carries the same number. */
declare const INTERFACE_VERSION = 7;
/** What {@link TransportBinding.transportCollect} reports, as `[kind, process, value]` triples. */
declare const TransportEvent: {
    /** A kernel call is posted: value is the slot. */
    readonly call: 0;
    /** Records arrived on the control socket of a process. Told once: receive until `EAGAIN`. */
    readonly control: 1;
    /** The control socket of a process was closed at the guest's end. */
    readonly hangup: 2;
    /** Records arrived from the supervisor; process is its handle. Told once: receive until `EAGAIN`. */
    readonly supervisor: 3;
    /** The supervisor is gone. */
    readonly supervisorHangup: 4;
    /**
     * A clone waits for an answer on the filter's listener, or all guests of the filter are gone; process is the handle that
     * `notifyAdd` gave, value its epoll events (EPOLLIN, EPOLLHUP). Told once: receive until `EAGAIN`.
     */
    readonly notify: 5;
    /** A descriptor given to `watchAdd` is ready; process is its handle, value its epoll events. */
    readonly watch: 6;
    /** An asynchronous job is done; process is its id, value its result. */
    readonly job: 7;
};
/**
 * Kernel side of the slots, doorbells and control sockets. All state hangs on one transport per Node thread; while none
 * is open the results are `EBADF`.
 */
interface TransportBinding {
    /**
     * Makes the status page, the epoll descriptor and its libuv handle.
     *
     * @param ready - Called when there is something to collect; it collects until 0 comes back. After it returns the addon
     *   spins for a short time where a caller runs on another CPU, then sleeps.
     */
    transportOpen(ready: () => void): number;
    /**
     * Fills triples; returns how many (round-robin over processes, so that none starves the rest). The array has room for
     * two triples at least. Inside `ready` it gives 0 after 2 ms, and `ready` is called again when libuv had its turn.
     */
    transportCollect(events: Int32Array): number;
    /** Bytes of the status page, writable here only. */
    transportStatus(): ArrayBuffer;
    /** Whether the libuv handle keeps the event loop alive: 1 or 0. */
    transportRef(on: number): number;
    transportClose(): number;
    /** Makes arena (sealed), doorbell and control socket pair; returns a handle, a small integer that is used again some time after `processClose`. */
    processOpen(): number;
    /** The arena up to the slots' buffers, mapped here. Detached by `processClose`. */
    processArena(handle: number): ArrayBuffer;
    /** The buffer of a slot, mapped here. Detached by `processClose`. */
    processBuffer(handle: number, slot: number): ArrayBuffer;
    /** Guest's ends: `[arena, status page (read-only), doorbell, control socket]`; they stay the addon's. */
    processDescriptors(handle: number, descriptors: Int32Array): number;
    /** Closes doorbell and control socket of the guest here, after they were sent; every new image maps arena and status page anew. */
    processHandedOver(handle: number): number;
    /** Result is written: exchanges the slot's state with DONE and wakes its thread. */
    processReply(handle: number, slot: number): number;
    /** Sends one record with descriptors on the control socket. `EAGAIN` when it is full. */
    processSend(handle: number, record: Uint8Array, descriptors: Int32Array): number;
    /**
     * Receives one record; `out` gets `[descriptor or -1, host pid of the sender]`. `EAGAIN` when there is none, `EPIPE` at
     * the end, `EMSGSIZE` when the record was longer than the array (it is dropped, with its descriptor).
     */
    processReceive(handle: number, record: Uint8Array, out: Int32Array): number;
    /**
     * Tells nothing of its control socket from now on. One that is killed closes the socket on its way; a wake-up here would come before
     * it has ended, and where the CPUs are taken hold it up.
     */
    processUnwatch(handle: number): number;
    processClose(handle: number): number;
    /** Watches a descriptor with epoll events (edge-triggered allowed); returns a handle. The descriptor stays the caller's, to be closed after `watchRemove`. */
    watchAdd(descriptor: number, events: number): number;
    watchRemove(handle: number): number;
    /** Watches a filter's listener; returns a handle. The descriptor stays the caller's, to be closed after `notifyRemove`. */
    notifyAdd(descriptor: number): number;
    /** `EAGAIN` when none waits. `out` gets `[pid, number, low and high halves of six arguments]`; result is 0 or an error; the id stays inside. */
    notifyReceive(handle: number, out: Uint32Array): number;
    /** Answers the notification received last: 0 lets the call go on, a negative error number refuses it. */
    notifyAnswer(handle: number, result: number): number;
    notifyRemove(handle: number): number;
}
/** The supervisor: one an enclave; it starts, reaps, signals and ends all guest processes. */
interface SupervisorBinding {
    /**
     * Starts a supervisor. Its first record is `ready`, or `spawnFailed` for request 0 when the runtime cannot be opened.
     *
     * @param program - Path of the supervisor's file.
     * @param runtime - Path of the runtime's file.
     * @param scratch - Private directory that it removes at its end, with all in it; empty for none.
     * @returns A handle.
     */
    supervisorStart(program: Uint8Array, runtime: Uint8Array, scratch: Uint8Array): number;
    /**
     * Sends one record (native/include/occlum/supervisor.h) with descriptors, which stay the caller's. A record without any waits inside when
     * the socket is full; with some it is refused with `EAGAIN`.
     */
    supervisorSend(handle: number, record: Uint8Array, descriptors: Int32Array): number;
    supervisorReceive(handle: number, record: Uint8Array, out: Int32Array): number;
    /**
     * SIGKILL to a guest, without its supervisor having to wake up: 1; `ESRCH` it has ended, as the supervisor has reported or is about
     * to, or the supervisor has; or what `kill(2)` says.
     *
     * @param pid - Host process id, of which the supervisor vouches.
     */
    supervisorKill(handle: number, pid: number): number;
    /** Closes the socket: the supervisor ends all guests and itself, and is reaped later. */
    supervisorClose(handle: number): number;
}
/**
 * The interrupt helper: sends signal 64 to threads that have an event, and repeats it from a thread of its own. One a Node
 * thread; while none is open the results are `EBADF`.
 */
interface InterruptBinding {
    /**
     * Makes the helper. Its thread starts with the first event that has to be watched.
     *
     * @param periodMs - How long after a signal the helper looks whether it was acknowledged; doubled each time.
     */
    helperOpen(periodMs: number): number;
    /** Ends the thread and forgets everyone. */
    helperClose(): number;
    helperSetPeriod(periodMs: number): number;
    /**
     * Makes the threads of one process known.
     *
     * @param words - Memory with their slots, in which field offsets are multiples of 4. `processClose` forgets those of an arena.
     * @param layout - `[first slot, count, size of a slot, pending, mask or -1, state, tid, quiet]`: bytes, fields from the start
     *   of a slot; `quiet` has a bit for each value of `state` in which a thread looks by itself before it goes on.
     * @param pid - Host process id, of which its supervisor vouches; of no matter for threads of this process.
     * @param supervisor - Handle of the supervisor whose guest it is; -1 for threads of this process, of which those are
     *   signalled that have opted in.
     * @returns A handle.
     */
    helperAdd(words: Int32Array | Uint32Array, layout: Int32Array, pid: number, supervisor: number): number;
    helperRemove(handle: number): number;
    /**
     * Interrupts a thread if it has an event that it does not block: 1 it was signalled; 0 there is no need; `EAGAIN` the host
     * has no room for a signal, the helper tries again; `ESRCH` the thread is not there.
     */
    helperInterrupt(handle: number, slot: number): number;
    /** `[signals sent, refused by the host, repeated, acknowledged, wake-ups of the thread, watched now]`, all counted from the start. */
    helperCount(out: Float64Array): number;
}
/**
 * Waiting host calls of a thread of this process that has opted in: not made, or ended with `EINTR`, when the thread has an
 * event that it does not block. One Node thread is one; without having opted in the results are `EBADF`.
 */
interface HostThreadBinding {
    /**
     * Opts the calling thread in: its id is written into its slot, and while any thread is in, signal 64 of this process has
     * a handler. `EBUSY` it is in; `EINVAL` the memory does not hold the slot; `EAGAIN` there are too many.
     *
     * @param words - Memory with slots, as for `helperAdd`; the words of `state` have the values 0 running and 1 waiting.
     * @param layout - As for `helperAdd`.
     */
    threadJoin(words: Int32Array | Uint32Array, layout: Int32Array, slot: number): number;
    /** Takes it out again, which the end of the environment does as well. The last to leave puts back what signal 64 did before. */
    threadLeave(): number;
    /** Before any other call that waits: says that the thread waits. `EINTR` when there is an event; it says nothing then. */
    threadEnter(): number;
    /** After that call: a signal that was sent has come when it returns. */
    threadExit(): number;
    /** `[signals that threads of this process took, those of them that came between the look and the call]`. */
    threadCount(out: Float64Array): number;
    waitRead(descriptor: number, out: Uint8Array): number;
    waitWrite(descriptor: number, bytes: Uint8Array): number;
    /**
     * `poll(2)`.
     *
     * @param descriptors - Two words each: the descriptor; the events, and above them 16 bits for what was found.
     * @param timeoutMs - Negative for none.
     */
    waitPoll(descriptors: Int32Array, timeoutMs: number): number;
    /** `futex(2)` FUTEX_WAIT_PRIVATE. `EAGAIN` the word has another value; `ETIMEDOUT`. */
    waitFutex(words: Int32Array, index: number, expected: number, timeoutMs: number): number;
    /** FUTEX_WAKE_PRIVATE; for any thread. */
    wakeFutex(words: Int32Array, index: number, count: number): number;
    waitSleep(durationMs: number): number;
}
/** Host files, by descriptor and one relative path; never through a symbolic link of the last component unless said. */
interface FileBinding {
    /** `openat2(2)` with RESOLVE_* bits, or a walk component by component where the host has no openat2. */
    openat(directory: number, path: Uint8Array, flags: number, mode: number, resolve: number): number;
    /**
     * A file of `/proc/PID` to read, as root also one that is shown to the user of that process only.
     *
     * @param pid - Of a guest.
     * @param name - For example `maps`, NUL-terminated; a constant.
     * @returns A descriptor. `EACCES` the host lets not even this user look; `ENOENT`, `ESRCH` it has ended.
     */
    openGuestFile(pid: number, name: Uint8Array): number;
    close(descriptor: number): number;
    /** `statx(2)` with AT_SYMLINK_NOFOLLOW, or AT_EMPTY_PATH for an empty path; writes 256 bytes. */
    statx(directory: number, path: Uint8Array, flags: number, mask: number, out: Uint8Array): number;
    statfs(descriptor: number, out: Uint8Array): number;
    readlinkat(directory: number, path: Uint8Array, out: Uint8Array): number;
    /** Reads directory records as `getdents64(2)` gives them. */
    getdents(descriptor: number, out: Uint8Array): number;
    lseek(descriptor: number, offset: number, whence: number): number;
    pread(descriptor: number, out: Uint8Array, offset: number): number;
    pwrite(descriptor: number, bytes: Uint8Array, offset: number): number;
    read(descriptor: number, out: Uint8Array): number;
    write(descriptor: number, bytes: Uint8Array): number;
    ftruncate(descriptor: number, length: number): number;
    fallocate(descriptor: number, mode: number, offset: number, length: number): number;
    fsync(descriptor: number): number;
    fchmod(descriptor: number, mode: number): number;
    fchmodat(directory: number, path: Uint8Array, mode: number): number;
    fchownat(directory: number, path: Uint8Array, uid: number, gid: number, flags: number): number;
    /** Times in seconds and nanoseconds; a nanosecond value may be UTIME_NOW or UTIME_OMIT. */
    utimensat(directory: number, path: Uint8Array, accessSec: number, accessNsec: number, modifySec: number, modifyNsec: number, flags: number): number;
    mkdirat(directory: number, path: Uint8Array, mode: number): number;
    mknodat(directory: number, path: Uint8Array, mode: number): number;
    unlinkat(directory: number, path: Uint8Array, flags: number): number;
    renameat2(fromDirectory: number, from: Uint8Array, toDirectory: number, to: Uint8Array, flags: number): number;
    linkat(fromDirectory: number, from: Uint8Array, toDirectory: number, to: Uint8Array, flags: number): number;
    symlinkat(target: Uint8Array, directory: number, path: Uint8Array): number;
    faccessat(directory: number, path: Uint8Array, mode: number, flags: number): number;
    /** `getxattr(2)` family on an O_PATH or open descriptor through /proc/self/fd. */
    fgetxattr(descriptor: number, name: Uint8Array, out: Uint8Array): number;
    fsetxattr(descriptor: number, name: Uint8Array, value: Uint8Array, flags: number): number;
    flistxattr(descriptor: number, out: Uint8Array): number;
    fremovexattr(descriptor: number, name: Uint8Array): number;
    /** Opens the file of an O_PATH descriptor anew, by /proc/self/fd of this process. */
    reopen(descriptor: number, flags: number): number;
    memfdCreate(name: Uint8Array, flags: number): number;
    fcntl(descriptor: number, command: number, argument: number): number;
    /** `flock(2)`; with LOCK_NB, since it would wait on the calling thread. */
    flock(descriptor: number, operation: number): number;
    dup(descriptor: number): number;
    pipe(out: Int32Array, flags: number): number;
    eventfd(initial: number, flags: number): number;
    /** `inotify_init1(2)`; its events are read with `read`. */
    inotifyInit(flags: number): number;
    /** `inotify_add_watch(2)` of the file of a descriptor, which may be an O_PATH one; by /proc/self/fd of this process. */
    inotifyAdd(inotify: number, descriptor: number, mask: number): number;
    inotifyRemove(inotify: number, watch: number): number;
    /** Copies a whole file (FICLONE, copy_file_range, read and write) on a worker thread; the result comes as a `job` event. */
    copyFileJob(from: number, to: number): number;
    fsyncJob(descriptor: number): number;
    /** Copies on the calling thread, for files small enough that it does not matter. */
    copyFile(from: number, to: number, length: number): number;
}
/** Host sockets. Addresses are raw `sockaddr` bytes. */
interface SocketBinding {
    socket(domain: number, type: number, protocol: number): number;
    socketpair(domain: number, type: number, protocol: number, out: Int32Array): number;
    bind(descriptor: number, address: Uint8Array): number;
    connect(descriptor: number, address: Uint8Array): number;
    listen(descriptor: number, backlog: number): number;
    /** `accept4(2)` with SOCK_CLOEXEC and these flags; the caller makes sure that it does not wait. */
    accept(descriptor: number, flags: number): number;
    /** Returns the whole length of the address, also where `out` is shorter. */
    getsockname(descriptor: number, out: Uint8Array): number;
    /** As `getsockname`, for the other end. */
    getpeername(descriptor: number, out: Uint8Array): number;
    /** Returns the bytes of the value. */
    getsockopt(descriptor: number, level: number, option: number, out: Uint8Array): number;
    setsockopt(descriptor: number, level: number, option: number, value: Uint8Array): number;
    sendto(descriptor: number, bytes: Uint8Array, flags: number, address: Uint8Array): number;
    ioctl(descriptor: number, request: number, data: Uint8Array): number;
    /** `sendmsg(2)`/`recvmsg(2)` of one record with descriptors, for sockets whose other end the kernel holds. */
    sendRecord(descriptor: number, bytes: Uint8Array, descriptors: Int32Array, flags: number): number;
    receiveRecord(descriptor: number, out: Uint8Array, descriptors: Int32Array, flags: number): number;
}
/** How the host schedules threads, by their host ids; 0 is the calling thread. */
interface SchedBinding {
    /** Host id of the calling thread; of the main thread it is that of the process. */
    gettid(): number;
    /** 0 when a thread of that id belongs to that process, also where it may not be signalled; else `ESRCH`. */
    isThreadOf(pid: number, tid: number): number;
    /** `sched_setaffinity(2)` with a mask of any length. */
    schedSetaffinity(tid: number, mask: Uint8Array): number;
    /** `sched_getaffinity(2)`: how many bytes were written; `EINVAL` where the host has more CPUs than `out` has bits. */
    schedGetaffinity(tid: number, out: Uint8Array): number;
    /** `sched_setattr(2)` with a `struct sched_attr`; `EINVAL` when its size is 0 or more than the array has. */
    schedSetattr(tid: number, attributes: Uint8Array, flags: number): number;
    /** `sched_getattr(2)`. */
    schedGetattr(tid: number, out: Uint8Array, flags: number): number;
    /** `sched_rr_get_interval(2)`: `[seconds, nanoseconds]`. */
    schedRrGetInterval(tid: number, out: Float64Array): number;
    schedPriorityMax(policy: number): number;
    schedPriorityMin(policy: number): number;
    /** `getpriority(2)` as the kernel answers it: 20 less the nice value. */
    getpriority(which: number, who: number): number;
    setpriority(which: number, who: number, nice: number): number;
    ioprioGet(which: number, who: number): number;
    ioprioSet(which: number, who: number, priority: number): number;
}
/** Terminals and the Node process itself. */
interface HostBinding extends TransportBinding, SupervisorBinding, InterruptBinding, HostThreadBinding, FileBinding, SocketBinding, SchedBinding {
    readonly interfaceVersion: number;
    /** `[master, slave]`, both O_NOCTTY and close-on-exec. */
    openpty(out: Int32Array): number;
    isatty(descriptor: number): number;
    tcgetattr(descriptor: number, out: Uint8Array): number;
    tcsetattr(descriptor: number, action: number, settings: Uint8Array): number;
    getrlimit(resource: number, out: Float64Array): number;
    setrlimit(resource: number, soft: number, hard: number): number;
    /** `[uid, euid, gid, egid, groups...]` of this process; returns the count. */
    credentials(out: Uint32Array): number;
    umask(mask: number): number;
    prctl(option: number, argument: number): number;
    /** Clock in nanoseconds as `[high, low]` pairs is avoided: seconds and nanoseconds. */
    clockGettime(clock: number, out: Float64Array): number;
    getrandom(out: Uint8Array): number;
    sysinfo(out: Uint8Array): number;
    /** `sched_getcpu(3)`. */
    cpu(): number;
    /** `_exit(2)`: nothing of Node runs any more. */
    exit(status: number): never;
}

/** The addon, or a program or library that is built beside it. */
type NativeFile = 'addon.node' | 'occlum-runtime' | 'occlum-supervisor' | 'libocclum-pal.so';
/** The native files that every enclave is made of. */
declare const ENCLAVE_FILES: readonly NativeFile[];
/**
 * Loads the addon once a thread.
 *
 * @throws Error on a platform that has no native part, or when no file loads, with each path tried and why it failed.
 */
declare function hostBinding(): HostBinding;
/**
 * The absolute path of a native file, beside the addon that {@link hostBinding} loads.
 *
 * @throws Error when it is at none of its places.
 */
declare function nativeFile(name: NativeFile): string;

/** Where things are in an arena, in bytes, and how many there are. */
declare const ArenaLayout: {
    readonly version: 4;
    readonly size: 34078720;
    readonly process: 0;
    readonly actions: 4096;
    readonly releases: 8192;
    readonly commandLine: 16384;
    readonly fds: 65536;
    readonly slots: 131072;
    readonly buffers: 524288;
    readonly slotCount: 512;
    readonly slotSize: 512;
    readonly bufferSize: 65536;
    readonly fdMax: 4096;
    readonly releaseRing: 1024;
    readonly commandLineSize: 32768;
    readonly signalCount: 65;
    readonly loadStepMax: 64;
    readonly datagramSender: 128;
    readonly releaseOne: 2147483648;
    readonly inCallEndsByStop: 2147483648;
};
/** Fixed addresses in a guest process. */
declare const GuestAddress: {
    readonly runtime: 105553116266496;
    readonly statusPage: 105555263750144;
    readonly arena: 105557411233792;
    readonly vforkArenaStride: 67108864;
    readonly rangeHighFirst: 24576;
    readonly rangeHighLast: 24591;
};
/** Descriptors of the runtime, counted from the host's RLIMIT_NOFILE - `count`. */
declare const ReservedFd: {
    readonly count: 16;
    readonly runtime: 0;
    readonly control: 1;
    readonly doorbell: 2;
    readonly scratch: 3;
    readonly limitMax: 4096;
};
/** Byte offsets in `struct status_page`. */
declare const StatusPage: {
    readonly version: 0;
    readonly sleeping: 4;
    readonly cpu: 8;
    readonly trace: 12;
    readonly size: 16;
};
/** Byte offsets in `struct process_page`. */
declare const ProcessPage: {
    readonly version: 0;
    readonly pid: 4;
    readonly ppid: 8;
    readonly uid: 12;
    readonly euid: 16;
    readonly suid: 20;
    readonly fsuid: 24;
    readonly gid: 28;
    readonly egid: 32;
    readonly sgid: 36;
    readonly fsgid: 40;
    readonly fd_soft_limit: 44;
    readonly fd_high: 48;
    readonly dead: 52;
    readonly stopped: 56;
    readonly command_line_size: 60;
    readonly background: 64;
    readonly record_locks: 68;
    readonly refused: 72;
    readonly stack_limit: 80;
    readonly data_limit: 88;
    readonly brk_start: 96;
    readonly brk: 104;
    readonly environment_start: 112;
    readonly environment_end: 120;
    readonly pending_signals: 128;
    readonly calls: 136;
    readonly release_head: 200;
    readonly release_tail: 204;
    readonly size: 208;
};
/** Byte offsets in `struct signal_action`. */
declare const SignalAction: {
    readonly handler: 0;
    readonly flags: 8;
    readonly restorer: 16;
    readonly mask: 24;
    readonly size: 32;
};
/** Byte offsets in `struct fd_entry`. */
declare const FdEntry: {
    readonly object: 0;
    readonly kind: 4;
    readonly flags: 5;
    readonly status_flags: 6;
    readonly reserved: 8;
    readonly size: 16;
};
/** What the kernel granted under a descriptor number. */
declare const FdKind: {
    readonly none: 0;
    readonly anonymous: 1;
    readonly file: 2;
    readonly directory: 3;
    readonly terminal: 4;
    readonly inet: 5;
    readonly unix: 6;
    readonly mediated: 7;
    readonly path: 8;
    readonly pipe: 9;
    readonly datagram: 10;
};
/** Bits of `ProcessPage.refused`. */
declare const Refused: {
    readonly descriptors: 1;
    readonly memory: 2;
};
/** Flags of an fd map entry. */
declare const FdFlag: {
    readonly cloexec: 1;
    readonly appendOnly: 2;
    readonly inherited: 4;
    readonly own: 8;
};
/** Byte offsets in `struct thread_slot`. */
declare const ThreadSlot: {
    readonly state: 0;
    readonly sequence: 4;
    readonly tid: 8;
    readonly host_tid: 12;
    readonly pending: 16;
    readonly thread_state: 20;
    readonly cpu: 24;
    readonly number: 28;
    readonly arguments: 32;
    readonly result: 80;
    readonly call_flags: 88;
    readonly reply_flags: 92;
    readonly signal_mask: 96;
    readonly data_offset: 104;
    readonly data_length: 128;
    readonly out_length: 152;
    readonly object: 176;
    readonly object_kind: 200;
    readonly fd_wanted: 224;
    readonly new_object: 228;
    readonly new_kind: 232;
    readonly new_flags: 236;
    readonly new_object_second: 240;
    readonly poll_events: 244;
    readonly fd_target: 248;
    readonly in_call: 252;
    readonly user_ip: 256;
    readonly user_sp: 264;
    readonly pending_signals: 272;
    readonly offered_information: 280;
    readonly offered_signal: 408;
    readonly size: 416;
};
/** Values of `ThreadSlot.state`. */
declare const SlotState: {
    readonly idle: 0;
    readonly posted: 1;
    readonly done: 2;
    readonly waiting: 3;
};
/** Values of `ThreadSlot.thread_state`. */
declare const ThreadState: {
    readonly user: 0;
    readonly runtime: 1;
    readonly kernel: 2;
    readonly host: 3;
};
/** Bits of `ThreadSlot.pending`. */
declare const Pending: {
    readonly signal: 1;
    readonly exit: 2;
    readonly stop: 4;
    readonly offer: 8;
};
/** Values of `ThreadSlot.data_length` that are no length. */
declare const Argument: {
    readonly null: -1;
    readonly fault: -2;
    readonly long: -3;
};
/** Bits of `ThreadSlot.reply_flags`. */
declare const Reply: {
    readonly fd: 1;
    readonly fdSecond: 2;
    readonly fdCloexec: 4;
    readonly retryWithFd: 8;
    readonly pollFd: 16;
    readonly exec: 32;
    readonly fdAt: 64;
};
/** Bits of `ThreadSlot.call_flags`. */
declare const CallFlag: {
    readonly fdSent: 1;
    readonly polled: 2;
    readonly restarted: 4;
};
/** Values of `ThreadSlot.number` that are no syscall. */
declare const KernelCall: {
    readonly first: 65536;
    readonly hello: 65536;
    readonly fork: 65537;
    readonly forkFailed: 65538;
    readonly thread: 65539;
    readonly threadFailed: 65540;
    readonly threadExit: 65541;
    readonly execFailed: 65542;
    readonly nextSignal: 65543;
    readonly fatalSignal: 65544;
    readonly trace: 65545;
    readonly drain: 65546;
    readonly fdLost: 65547;
    readonly terminal: 65549;
    readonly receivedFd: 65548;
    readonly sender: 65550;
    readonly own: 65551;
    readonly segment: 65552;
    readonly segmentCount: 65553;
};
/** Types of a record on the control socket. */
declare const Control: {
    readonly boot: 1;
    readonly fd: 2;
    readonly fork: 3;
    readonly fdUp: 4;
    readonly hello: 5;
};
/** Byte offsets in `struct control_header`. */
declare const ControlHeader: {
    readonly type: 0;
    readonly slot: 4;
    readonly sequence: 8;
    readonly count: 12;
    readonly size: 16;
};
/** Byte offsets in `struct control_boot`; the load steps follow it. */
declare const ControlBoot: {
    readonly header: 0;
    readonly entry: 16;
    readonly program_entry: 24;
    readonly program_headers: 32;
    readonly program_header_count: 40;
    readonly interpreter_base: 48;
    readonly brk_start: 56;
    readonly uid: 64;
    readonly euid: 68;
    readonly gid: 72;
    readonly egid: 76;
    readonly flags: 80;
    readonly path_length: 84;
    readonly size: 88;
};
/** Bits of `ControlBoot.flags`. */
declare const BootFlag: {
    readonly executableStack: 1;
    readonly first: 2;
    readonly trapped: 4;
    readonly rewrite: 8;
};
/** Byte offsets in `struct load_step`. */
declare const LoadStep: {
    readonly kind: 0;
    readonly file: 4;
    readonly protection: 8;
    readonly reserved: 12;
    readonly address: 16;
    readonly length: 24;
    readonly offset: 32;
    readonly size: 40;
};
/** Values of `LoadStep.kind`. */
declare const LoadStepKind: {
    readonly reserve: 1;
    readonly map: 2;
    readonly zero: 3;
    readonly clear: 4;
    readonly protect: 5;
    readonly impossible: 6;
};
/** Sizes and special values of supervisor records. */
declare const SupervisorLimits: {
    readonly version: 4;
    readonly recordMax: 131072;
    readonly fdMax: 64;
    readonly limitCount: 16;
    readonly cpuBytes: 1024;
    readonly restoreMax: 8;
    readonly idUnused: 4294967295;
    readonly listenerSignal: 34;
    readonly listenerLost: 0;
    readonly limitKeep: 18446744073709551614n;
};
/** Types of a supervisor record. */
declare const SupervisorType: {
    readonly spawn: 1;
    readonly kill: 2;
    readonly stop: 4;
    readonly continue: 5;
    readonly killAll: 6;
    readonly shutdown: 7;
    readonly restore: 8;
    readonly terminal: 9;
    readonly schedule: 10;
    readonly limitCpu: 11;
    readonly listen: 12;
    readonly ready: 16;
    readonly spawned: 17;
    readonly spawnFailed: 18;
    readonly exited: 19;
    readonly scheduled: 20;
    readonly stopped: 21;
};
/** Bits of `SupervisorEvent.flags` in a `ready` record. */
declare const SupervisorFlag: {
    readonly hasDispatch: 1;
    readonly hasLandlock: 2;
    readonly hasMemfd: 4;
    readonly isRoot: 8;
    readonly hasNotify: 16;
    readonly hasChildren: 32;
};
/** Bits of `SupervisorSpawn.flags`. */
declare const SpawnFlag: {
    readonly stringsFd: 1;
    readonly debug: 2;
    readonly trap: 4;
};
/** Bits of `SupervisorEvent.flags` in a `spawned` record. */
declare const SpawnedFlag: {
    readonly listener: 1;
    readonly noListener: 2;
};
/** Values of `SupervisorSchedule.what`. */
declare const ScheduleWhat: {
    readonly affinity: 1;
    readonly attributes: 2;
    readonly nice: 3;
    readonly ioPriority: 4;
};
/** Bits of `SupervisorRestore.what`. */
declare const RestoreFlag: {
    readonly statusFlags: 1;
    readonly terminal: 2;
};
/** Values of `SupervisorEvent.step` in a `spawnFailed` record. */
declare const SupervisorStep: {
    readonly record: 1;
    readonly clone: 2;
    readonly group: 3;
    readonly oom: 4;
    readonly limits: 5;
    readonly identity: 6;
    readonly capabilities: 7;
    readonly deathSignal: 8;
    readonly descriptors: 9;
    readonly landlock: 10;
    readonly filter: 11;
    readonly listener: 12;
    readonly exec: 13;
    readonly image: 14;
    readonly cpus: 15;
};
/** Byte offsets in `struct supervisor_spawn`; the strings follow it. */
declare const SupervisorSpawn: {
    readonly type: 0;
    readonly request: 4;
    readonly flags: 8;
    readonly uid: 12;
    readonly gid: 16;
    readonly fd_count: 20;
    readonly argument_count: 24;
    readonly environment_count: 28;
    readonly strings_size: 32;
    readonly cpu_bytes: 36;
    readonly cpu_share: 40;
    readonly reserved: 44;
    readonly limits: 48;
    readonly fd_target: 304;
    readonly cpus: 560;
    readonly size: 1584;
};
/** Byte offsets in `struct supervisor_command`. */
declare const SupervisorCommand: {
    readonly type: 0;
    readonly request: 4;
    readonly pid: 8;
    readonly value: 12;
    readonly size: 16;
};
/** Byte offsets in `struct supervisor_schedule`. */
declare const SupervisorSchedule: {
    readonly type: 0;
    readonly request: 4;
    readonly pid: 8;
    readonly tid: 12;
    readonly what: 16;
    readonly value: 20;
    readonly data_size: 24;
    readonly reserved: 28;
    readonly data: 32;
    readonly size: 1056;
};
/** Byte offsets in `struct supervisor_restore`. */
declare const SupervisorRestore: {
    readonly type: 0;
    readonly request: 4;
    readonly what: 8;
    readonly status_flags: 12;
    readonly settings: 16;
    readonly size: 80;
};
/** Byte offsets in `struct supervisor_event`. */
declare const SupervisorEvent: {
    readonly type: 0;
    readonly request: 4;
    readonly pid: 8;
    readonly status: 12;
    readonly flags: 16;
    readonly step: 20;
    readonly user_us: 24;
    readonly system_us: 32;
    readonly max_rss_kb: 40;
    readonly size: 48;
};
/** Byte offsets in `struct listener_record`. */
declare const ListenerRecord: {
    readonly descriptor: 0;
    readonly code: 4;
    readonly size: 8;
};
/** Byte offsets in `struct reap_page`. */
declare const ReapPage: {
    readonly sending: 0;
    readonly ended_count: 4;
    readonly ended: 8;
    readonly size: 16392;
};

export { ArenaLayout, Argument, BootFlag, CallFlag, Control, ControlBoot, ControlHeader, ENCLAVE_FILES, FdEntry, FdFlag, FdKind, type FileBinding, GuestAddress, type HostBinding, type HostThreadBinding, INTERFACE_VERSION, type InterruptBinding, KernelCall, ListenerRecord, LoadStep, LoadStepKind, type NativeFile, Pending, ProcessPage, ReapPage, Refused, Reply, ReservedFd, RestoreFlag, type SchedBinding, ScheduleWhat, SignalAction, SlotState, type SocketBinding, SpawnFlag, SpawnedFlag, StatusPage, type SupervisorBinding, SupervisorCommand, SupervisorEvent, SupervisorFlag, SupervisorLimits, SupervisorRestore, SupervisorSchedule, SupervisorSpawn, SupervisorStep, SupervisorType, ThreadSlot, ThreadState, type TransportBinding, TransportEvent, hostBinding, nativeFile };
