import { bytes } from '../codec.js';
import { struct } from '../struct.js';

/**
 * What is known of a signal; the union after the first three fields is `fields`, see the structs below. `fields` begins
 * with padding to 8 bytes. Source: linux/include/uapi/asm-generic/siginfo.h.
 */
export const siginfo = struct('siginfo_t', { si_signo: 'i32', si_errno: 'i32', si_code: 'i32', __pad0: 'i32', _sifields: bytes(112) });

/** The union of {@link siginfo} for `kill(2)`, `sigqueue(3)`. */
export const siginfoSender = struct('siginfo_sender', { si_pid: 'i32', si_uid: 'u32', si_value: 'u64' });

/** The union of {@link siginfo} for `SIGCHLD`. */
export const siginfoChild = struct('siginfo_child', { si_pid: 'i32', si_uid: 'u32', si_status: 'i32', si_utime: 'i64', si_stime: 'i64' });

/** The union of {@link siginfo} for timers of `timer_create(2)`. */
export const siginfoTimer = struct('siginfo_timer', { si_timerid: 'i32', si_overrun: 'i32', si_value: 'u64' });

/** The union of {@link siginfo} for `SIGIO`. */
export const siginfoPoll = struct('siginfo_poll', { si_band: 'i64', si_fd: 'i32' });

/** The union of {@link siginfo} for faults. */
export const siginfoFault = struct('siginfo_fault', { si_addr: 'u64' });

/** A signal's action as the syscall takes it. Source: linux/arch/x86/include/uapi/asm/signal.h, `struct sigaction` of the kernel. */
export const kernelSigaction = struct('kernel_sigaction', { handler: 'u64', flags: 'u64', restorer: 'u64', mask: 'u64' });

/** Alternate signal stack. Source: linux/include/uapi/asm-generic/signal-defs.h. */
export const stackT = struct('stack_t', { ss_sp: 'u64', ss_flags: 'i32', ss_size: 'u64' });

/** How a timer tells, of `timer_create(2)`. Source: linux/include/uapi/asm-generic/siginfo.h. */
export const sigevent = struct('sigevent', { sigev_value: 'u64', sigev_signo: 'i32', sigev_notify: 'i32', _sigev_un: bytes(48) });

/** A set of signals: bit N-1 is signal N. */
export const sigset = struct('kernel_sigset', { bits: 'u64' });
