import { Signal, SignalCode, siginfo, siginfoChild, siginfoFault, siginfoPoll, siginfoSender, siginfoTimer, signalfdSiginfo } from '@occlum/abi';

import type { SignalInfo } from './signal-info.js';

type SignalRecord = ReturnType<typeof signalfdSiginfo.decode>;

/** Signals whose information from the kernel is a fault's. Source: linux/kernel/signal.c, `sig_sicodes`. */
const FAULTS: ReadonlySet<number> = new Set([Signal.SIGILL, Signal.SIGFPE, Signal.SIGSEGV, Signal.SIGBUS, Signal.SIGTRAP]);

const EMPTY = new Uint8Array(signalfdSiginfo.size);
const UNSIGNED = 2n ** 64n - 1n;

/**
 * A signal as signalfd(2) tells it.
 *
 * Source: linux/fs/signalfd.c, `signalfd_copyinfo`.
 */
export function recordOf(info: SignalInfo): Uint8Array {
  const { si_errno, _sifields: fields } = siginfo.decode(info.bytes);
  return signalfdSiginfo.encode({
    ...signalfdSiginfo.decode(EMPTY),
    ssi_signo: info.signal,
    ssi_errno: si_errno,
    ssi_code: info.code,
    ...fieldsOf(info, fields),
  });
}

/** Which fields there are says the code, or the signal where it is the kernel's. Source: linux/kernel/signal.c, `siginfo_layout`. */
function fieldsOf({ signal, code }: SignalInfo, fields: Uint8Array): Partial<SignalRecord> {
  const { si_pid, si_uid, si_value } = siginfoSender.decode(fields);
  const sender = { ssi_pid: si_pid, ssi_uid: si_uid };
  if (code === SignalCode.SI_TIMER) {
    const timer = siginfoTimer.decode(fields);
    return { ssi_tid: timer.si_timerid, ssi_overrun: timer.si_overrun, ...valueOf(timer.si_value) };
  }
  if (code === SignalCode.SI_SIGIO) return poll(fields);
  if (code < 0) return { ...sender, ...valueOf(si_value) };
  if (code === SignalCode.SI_USER || code >= SignalCode.SI_KERNEL) return sender;
  if (signal === Signal.SIGCHLD) {
    const child = siginfoChild.decode(fields);
    return { ...sender, ssi_status: child.si_status, ssi_utime: child.si_utime & UNSIGNED, ssi_stime: child.si_stime & UNSIGNED };
  }
  return FAULTS.has(signal) ? { ssi_addr: siginfoFault.decode(fields).si_addr } : poll(fields);
}

function valueOf(value: bigint): Partial<SignalRecord> {
  return { ssi_int: Number(BigInt.asIntN(32, value)), ssi_ptr: value };
}

function poll(fields: Uint8Array): Partial<SignalRecord> {
  const { si_band, si_fd } = siginfoPoll.decode(fields);
  return { ssi_band: Number(BigInt.asUintN(32, si_band)), ssi_fd: si_fd };
}
