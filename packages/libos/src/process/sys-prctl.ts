import { PrctlOption, SIGNAL_MAX, inoutput, kernel, local, oneOf, partial } from '@occlum/abi';
import type { DataArgument, Handler, NamedScalar, OutputArgument, StructInput, StructOutput, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { bytesOf, textOf } from '../fs/byte-string.js';
import {
  changeAmbient, dropBounding, getKeepCapabilities, getSecureBits, readBounding, setKeepCapabilities, setSecureBits,
} from './prctl-capability.js';
import type { ProcessCaller } from './process-caller.js';

/** Arguments of a `prctl(2)` after its option. */
export interface PrctlArguments {
  /** The second argument as a number, unsigned. */
  readonly value: number;
  /** The second argument as a pointer to a name or an `int`. */
  readonly pointer: StructInput<Uint8Array> & StructOutput<Uint8Array>;
  /** The third to fifth ones, unsigned. */
  readonly rest: readonly number[];
}

/** What one option of `prctl(2)` does. */
export type PrctlOperation = (context: ProcessCaller, args: PrctlArguments) => number;

/** Bytes of a thread's name, its NUL included. Source: linux/include/linux/sched.h, `TASK_COMM_LEN`. */
const NAME_BYTES = 16;

/** How `PR_GET_TSC` says that the time stamp counter may be read. Source: linux/include/uapi/linux/prctl.h. */
const PR_TSC_ENABLE = 1;

const setName: PrctlOperation = ({ thread }, { pointer }) => {
  const bytes = pointer.read();
  if (bytes === undefined) return -Errno.EFAULT;
  thread.name = textOf(bytes).replace(/\0.*$/s, '').slice(0, NAME_BYTES - 1);
  return 0;
};

const getName: PrctlOperation = ({ thread }, { pointer }) => {
  const bytes = new Uint8Array(NAME_BYTES);
  bytes.set(bytesOf(thread.name.slice(0, NAME_BYTES - 1)));
  return pointer.write(bytes) ? 0 : -Errno.EFAULT;
};

const setParentDeathSignal: PrctlOperation = ({ process }, { value }) => {
  if (value > SIGNAL_MAX) return -Errno.EINVAL;
  process.parentDeathSignal = value;
  return 0;
};

const setDumpable: PrctlOperation = ({ process }, { value }) => {
  if (value > 1) return -Errno.EINVAL;
  process.dumpable = value;
  return 0;
};

const setSubreaper: PrctlOperation = ({ process }, { value }) => {
  process.isSubreaper = value !== 0;
  return 0;
};

const setNoNewPrivileges: PrctlOperation = ({ process }, { value, rest }) => {
  if (value !== 1 || !areZero(rest)) return -Errno.EINVAL;
  process.noNewPrivileges = true;
  return 0;
};

const getNoNewPrivileges: PrctlOperation = ({ process }, { value, rest }) => {
  if (value !== 0 || !areZero(rest)) return -Errno.EINVAL;
  return process.noNewPrivileges ? 1 : 0;
};

const setTimerSlack: PrctlOperation = ({ thread }, { value }) => {
  thread.timerSlackNs = value === 0 ? thread.defaultTimerSlackNs : Math.min(value, Number.MAX_SAFE_INTEGER);
  return 0;
};

/** Huge pages of the host are as the host has them. */
const getHugePagesDisabled: PrctlOperation = (_context, { value, rest }) => (value === 0 && areZero(rest) ? 0 : -Errno.EINVAL);

/** What is known; every other option is `EINVAL`, as on a kernel without it. */
const OPERATIONS: ReadonlyMap<number, PrctlOperation> = new Map([
  [PrctlOption.PR_SET_PDEATHSIG, setParentDeathSignal],
  [PrctlOption.PR_GET_PDEATHSIG, ({ process }, { pointer }) => putInt(pointer, process.parentDeathSignal)],
  [PrctlOption.PR_GET_DUMPABLE, ({ process }) => process.dumpable],
  [PrctlOption.PR_SET_DUMPABLE, setDumpable],
  [PrctlOption.PR_GET_KEEPCAPS, getKeepCapabilities],
  [PrctlOption.PR_SET_KEEPCAPS, setKeepCapabilities],
  [PrctlOption.PR_GET_TIMING, () => 0],
  [PrctlOption.PR_SET_TIMING, (_context, { value }) => (value === 0 ? 0 : -Errno.EINVAL)],
  [PrctlOption.PR_SET_NAME, setName],
  [PrctlOption.PR_GET_NAME, getName],
  [PrctlOption.PR_GET_SECCOMP, () => 0],
  [PrctlOption.PR_CAPBSET_READ, readBounding],
  [PrctlOption.PR_CAPBSET_DROP, dropBounding],
  [PrctlOption.PR_GET_TSC, (_context, { pointer }) => putInt(pointer, PR_TSC_ENABLE)],
  [PrctlOption.PR_SET_TSC, (_context, { value }) => (value === PR_TSC_ENABLE ? 0 : -Errno.EINVAL)],
  [PrctlOption.PR_GET_SECUREBITS, getSecureBits],
  [PrctlOption.PR_SET_SECUREBITS, setSecureBits],
  [PrctlOption.PR_SET_TIMERSLACK, setTimerSlack],
  [PrctlOption.PR_GET_TIMERSLACK, ({ thread }) => thread.timerSlackNs],
  [PrctlOption.PR_SET_MM, () => -Errno.EPERM],
  [PrctlOption.PR_SET_CHILD_SUBREAPER, setSubreaper],
  [PrctlOption.PR_GET_CHILD_SUBREAPER, ({ process }, { pointer }) => putInt(pointer, process.isSubreaper ? 1 : 0)],
  [PrctlOption.PR_SET_NO_NEW_PRIVS, setNoNewPrivileges],
  [PrctlOption.PR_GET_NO_NEW_PRIVS, getNoNewPrivileges],
  [PrctlOption.PR_GET_THP_DISABLE, getHugePagesDisabled],
  [PrctlOption.PR_CAP_AMBIENT, changeAmbient],
]);

/**
 * `prctl(2)`: asks or changes one of many properties of a thread or process.
 *
 * Errors: `EINVAL` no such option, or a value or further argument that it does not take; `EFAULT`; `EPERM` as the option
 * says.
 *
 * Source: linux/kernel/sys.c, `SYSCALL_DEFINE5(prctl)`.
 */
const prctl: Handler<ProcessCaller, [NamedScalar, DataArgument<'inoutput', Uint8Array>, 'size', 'size', 'size']> = (context, option, pointer, ...rest) =>
  OPERATIONS.get(option)?.(context, { value: pointer.address, pointer, rest }) ?? -Errno.EINVAL;

/** What asks for the execution domain and changes nothing. Source: personality(2). */
const PERSONALITY_QUERY = 0xffff_ffff;

/**
 * `personality(2)`: the execution domain, which is Linux.
 *
 * Errors: `EINVAL` another domain or a flag.
 */
const personality: Handler<ProcessCaller, ['uint']> = (_context, persona) => (persona === PERSONALITY_QUERY || persona === 0 ? 0 : -Errno.EINVAL);

/** What lies behind the second argument: the runtime knows how many bytes each option has there, and passes the call on. */
const dataOfOption = inoutput(0);

/** The rows of properties of a process. */
export const prctlSyscalls: SyscallTable<ProcessCaller> = {
  personality: partial(kernel(135, ['uint'], personality), 'No other execution domain than Linux and none of its flags.'),
  prctl: partial(
    local(157, [oneOf(PrctlOption), dataOfOption, 'size', 'size', 'size'], { kernel: prctl }),
    'No seccomp, no names of mappings, no PR_SET_MM, no control of speculation, huge pages and the time stamp counter; properties of a process but for name and timer slack.',
  ),
};

function putInt(out: OutputArgument, value: number): number {
  return out.write(new Uint8Array(Int32Array.of(value).buffer)) ? 0 : -Errno.EFAULT;
}

function areZero(args: readonly number[]): boolean {
  return args.every((argument) => argument === 0);
}
