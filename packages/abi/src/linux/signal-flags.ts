import type { FlagTable } from '../flags.js';

/**
 * Signal numbers; real-time ones run from `SIGRTMIN` to 64.
 *
 * Source: linux/arch/x86/include/uapi/asm/signal.h.
 */
export const Signal = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
} as const satisfies FlagTable;

/**
 * Flags of `sigaction(2)`.
 *
 * Source: linux/include/uapi/asm-generic/signal-defs.h.
 */
export const SignalActionFlags = {
  SA_NOCLDSTOP: 1,
  SA_NOCLDWAIT: 2,
  SA_SIGINFO: 4,
  SA_ONSTACK: 0x8000000,
  SA_RESTART: 0x10000000,
  SA_NODEFER: 0x40000000,
  SA_RESETHAND: 0x80000000,
} as const satisfies FlagTable;

/**
 * First argument of `sigprocmask(2)`.
 *
 * Source: linux/include/uapi/asm-generic/signal-defs.h.
 */
export const MaskChange = {
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
  SIG_SETMASK: 2,
} as const satisfies FlagTable;

/**
 * `si_code` values that do not depend on the signal.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
export const SignalCode = {
  SI_USER: 0,
  SI_KERNEL: 128,
  SI_QUEUE: -1,
  SI_TIMER: -2,
  SI_MESGQ: -3,
  SI_ASYNCIO: -4,
  SI_SIGIO: -5,
  SI_TKILL: -6,
} as const satisfies FlagTable;

/**
 * `si_code` values of `SIGCHLD`.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
export const ChildCode = {
  CLD_EXITED: 1,
  CLD_KILLED: 2,
  CLD_DUMPED: 3,
  CLD_TRAPPED: 4,
  CLD_STOPPED: 5,
  CLD_CONTINUED: 6,
} as const satisfies FlagTable;

/**
 * `si_code` values of `SIGIO`.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
export const PollCode = {
  POLL_IN: 1,
  POLL_OUT: 2,
  POLL_MSG: 3,
  POLL_ERR: 4,
  POLL_PRI: 5,
  POLL_HUP: 6,
} as const satisfies FlagTable;

/**
 * First argument of `setitimer(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
export const IntervalTimer = {
  ITIMER_REAL: 0,
  ITIMER_VIRTUAL: 1,
  ITIMER_PROF: 2,
} as const satisfies FlagTable;

/** First real-time signal of the kernel; libc keeps the lowest for itself. Source: linux/arch/x86/include/uapi/asm/signal.h. */
export const SIGRTMIN = 32;

/** Highest signal. Source: `_NSIG` of the same file. */
export const SIGNAL_MAX = 64;
