/**
 * The native functions of the addon, by family. Every result is 0 or more, or a negative error number, unless said
 * otherwise. Paths are bytes that end in NUL; structs are raw bytes in a buffer that the caller made. No function checks
 * the types of its arguments: only this package and `@occlum/libos` call them.
 */

/** Raised with every change of a signature below; addon/addon.cc carries the same number. */
export const INTERFACE_VERSION = 7;

/** What {@link TransportBinding.transportCollect} reports, as `[kind, process, value]` triples. */
export const TransportEvent = {
  /** A kernel call is posted: value is the slot. */
  call: 0,
  /** Records arrived on the control socket of a process. Told once: receive until `EAGAIN`. */
  control: 1,
  /** The control socket of a process was closed at the guest's end. */
  hangup: 2,
  /** Records arrived from the supervisor; process is its handle. Told once: receive until `EAGAIN`. */
  supervisor: 3,
  /** The supervisor is gone. */
  supervisorHangup: 4,
  /**
   * A clone waits for an answer on the filter's listener, or all guests of the filter are gone; process is the handle that
   * `notifyAdd` gave, value its epoll events (EPOLLIN, EPOLLHUP). Told once: receive until `EAGAIN`.
   */
  notify: 5,
  /** A descriptor given to `watchAdd` is ready; process is its handle, value its epoll events. */
  watch: 6,
  /** An asynchronous job is done; process is its id, value its result. */
  job: 7,
} as const;

/**
 * Kernel side of the slots, doorbells and control sockets. All state hangs on one transport per Node thread; while none
 * is open the results are `EBADF`.
 */
export interface TransportBinding {
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
export interface SupervisorBinding {
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
export interface InterruptBinding {
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
export interface HostThreadBinding {
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
export interface FileBinding {
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
export interface SocketBinding {
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
export interface SchedBinding {
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
export interface HostBinding extends TransportBinding, SupervisorBinding, InterruptBinding, HostThreadBinding, FileBinding, SocketBinding, SchedBinding {
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
