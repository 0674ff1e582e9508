import type { ChildCode} from '@occlum/abi';
import { EpollEvents, PollCode, Signal, SignalCode, siginfo, siginfoChild, siginfoFault, siginfoPoll, siginfoSender, siginfoTimer } from '@occlum/abi';

/** A signal and what is known of it. */
export interface SignalInfo {
  readonly signal: number;
  /** `SI_*`, `CLD_*` and the like: 0 and below is what a process sent. */
  readonly code: number;
  /** The `siginfo_t`, 128 bytes. */
  readonly bytes: Uint8Array;
}

/** Who sends a signal. */
export interface Sender {
  readonly pid: number;
  readonly uid: number;
}

/** A signal of `kill(2)`, or with `SI_TKILL` of `tgkill(2)`. */
export function sentBy({ pid, uid }: Sender, signal: number, code: number = SignalCode.SI_USER): SignalInfo {
  return make(signal, code, siginfoSender.encode({ si_pid: pid, si_uid: uid, si_value: 0n }));
}

/** A signal that the kernel raises by itself. */
export function sentByKernel(signal: number): SignalInfo {
  return make(signal, SignalCode.SI_KERNEL, new Uint8Array(0));
}

/** A fault of the thread itself, such as SIGSEGV. */
export function fault(signal: number, code: number, address: bigint): SignalInfo {
  return make(signal, code, siginfoFault.encode({ si_addr: address }));
}

/** A timer of `timer_create(2)` that expired. */
export function timerExpired(signal: number, timer: number, overrun: number, value: bigint): SignalInfo {
  return make(signal, SignalCode.SI_TIMER, siginfoTimer.encode({ si_timerid: timer, si_overrun: overrun, si_value: value }));
}

/** Events of each `POLL_*` code. Source: linux/fs/fcntl.c, `band_table`. */
const BANDS: Readonly<Record<number, number>> = {
  [PollCode.POLL_IN]: EpollEvents.EPOLLIN | EpollEvents.EPOLLRDNORM,
  [PollCode.POLL_OUT]: EpollEvents.EPOLLOUT | EpollEvents.EPOLLWRNORM | EpollEvents.EPOLLWRBAND,
  [PollCode.POLL_MSG]: EpollEvents.EPOLLIN | EpollEvents.EPOLLRDNORM | EpollEvents.EPOLLMSG,
  [PollCode.POLL_ERR]: EpollEvents.EPOLLERR,
  [PollCode.POLL_PRI]: EpollEvents.EPOLLPRI | EpollEvents.EPOLLRDBAND,
  [PollCode.POLL_HUP]: EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR,
};

/** Signals whose codes mean something else. Source: linux/include/linux/signal.h, `sig_specific_sicodes`, without SIGPOLL. */
const WITH_OWN_CODES: ReadonlySet<number> = new Set([Signal.SIGILL, Signal.SIGFPE, Signal.SIGSEGV, Signal.SIGBUS, Signal.SIGTRAP, Signal.SIGCHLD, Signal.SIGSYS]);

/**
 * A descriptor with `O_ASYNC` is ready.
 *
 * Source: linux/fs/fcntl.c, `send_sigio_to_task`.
 *
 * @param signal - Of `F_SETSIG`.
 * @param code - `POLL_*`.
 * @param fd - Number that `O_ASYNC` was set by.
 */
export function descriptorReady(signal: number, code: number, fd: number): SignalInfo {
  const shown = WITH_OWN_CODES.has(signal) ? SignalCode.SI_SIGIO : code;
  return make(signal, shown, siginfoPoll.encode({ si_band: BigInt(BANDS[code] ?? -1), si_fd: fd }));
}

/** What became of a child. */
export interface ChildChange extends Sender {
  readonly code: (typeof ChildCode)[keyof typeof ChildCode];
  /** Exit status, or the signal. */
  readonly status: number;
  /** Clock ticks, 100 a second. */
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** A child that ended, stopped or went on. */
export function childChanged(signal: number, change: ChildChange): SignalInfo {
  return make(
    signal,
    change.code,
    siginfoChild.encode({
      si_pid: change.pid,
      si_uid: change.uid,
      si_status: change.status,
      si_utime: BigInt(change.userTicks),
      si_stime: BigInt(change.systemTicks),
    }),
  );
}

/**
 * What `rt_sigqueueinfo(2)` was given, its number replaced by the argument's.
 *
 * @param signal - Number of the signal.
 * @param bytes - The `siginfo_t` of the caller, 128 bytes.
 */
export function queued(signal: number, bytes: Uint8Array): SignalInfo {
  const info = siginfo.decode(bytes);
  return { signal, code: info.si_code, bytes: siginfo.encode({ ...info, si_signo: signal }) };
}

function make(signal: number, code: number, fields: Uint8Array): SignalInfo {
  return { signal, code, bytes: siginfo.encode({ si_signo: signal, si_errno: 0, si_code: code, __pad0: 0, _sifields: fields }) };
}
