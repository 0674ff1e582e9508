import { IpcCommand, SemCommand, SemFlags, sembuf, semid64Ds, seminfo } from '@occlum/abi';
import type { BufferArgument, DataArgument, Handler, InputArgument, NamedScalar, StructInput, timespec } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import { ERESTARTSYS } from '../kernel/syscall-context.js';
import { WaitQueue } from '../kernel/wait-queue.js';
import type { ProcessCaller } from '../process/process-caller.js';
import type { Process } from '../process/process.js';
import type { ControlData, ControlPointer } from './sys-shm.js';
import { READ_ALL, WRITE_ALL } from './ipc-object.js';
import { SEMAEM, SEMVMX } from './semaphore-set.js';
import type { PendingOperations, SemaphoreOperation, SemaphoreSet } from './semaphore-set.js';
import { SEMAPHORE_LIMITS } from './semaphores.js';
import type { Semaphores } from './semaphores.js';

type Timespec = ReturnType<(typeof timespec)['decode']>;

const NANOSECONDS = 1_000_000_000n;
/** Source: linux/include/uapi/linux/sem.h, `SEMUSZ`. */
const SEMUSZ = 20;

/** `semget(2)`; errors as {@link Semaphores.get} says. */
export function semget(semaphores: Semaphores): Handler<ProcessCaller, ['int', 'int', NamedScalar]> {
  return ({ process }, key, count, flags) => semaphores.get(process, key, count, flags);
}

/** `semop(2)`: {@link semtimedop} without a time. */
export function semop(semaphores: Semaphores): Handler<ProcessCaller, ['int', BufferArgument<'inputBuffer'>, 'uint']> {
  return (context, id, operations, count) => operate(semaphores, context, { id, operations, count, timeoutMs: Infinity });
}

/**
 * `semtimedop(2)`.
 *
 * Errors, in the order Linux checks them: `EFAULT` of the time; `E2BIG`; `EINVAL` no operations; `EFAULT`; `EINVAL` id or time; `EINVAL`, `EIDRM`;
 * `EFBIG`; `EACCES`; `ENOMEM` too much to undo; `ERANGE`; `EAGAIN`; `EIDRM`, `EINTR` while it waits.
 *
 * Source: linux/ipc/sem.c, `ksys_semtimedop` and `__do_semtimedop`.
 */
export function semtimedop(
  semaphores: Semaphores,
): Handler<ProcessCaller, ['int', BufferArgument<'inputBuffer'>, 'uint', DataArgument<'input', Timespec>]> {
  return (context, id, operations, count, timeout) => {
    const time = timeout.isNull ? undefined : timeout.value();
    if (time === undefined && !timeout.isNull) return -Errno.EFAULT;
    return operate(semaphores, context, { id, operations, count, timeoutMs: millisecondsOf(time) });
  };
}

interface OperationRequest {
  readonly id: number;
  readonly operations: InputArgument;
  readonly count: number;
  /** Negative for a time that is none. */
  readonly timeoutMs: number;
}

function operate(semaphores: Semaphores, context: ProcessCaller, { id, operations: given, count, timeoutMs }: OperationRequest): number | Promise<number> {
  if (count > SEMAPHORE_LIMITS.semopm) return -Errno.E2BIG;
  if (count < 1) return -Errno.EINVAL;
  const operations = operationsOf(given, count);
  if (operations === undefined) return -Errno.EFAULT;
  if (id < 0 || timeoutMs < 0) return -Errno.EINVAL;
  const { process, thread } = context;
  const set = semaphores.sets.find(id);
  if (isError(set)) return set;
  const undone = operations.filter(({ sem_flg }) => (sem_flg & SemFlags.SEM_UNDO) !== 0);
  if (operations.some(({ sem_num }) => sem_num >= set.count)) return -Errno.EFBIG;
  const denied = set.checkAccess(process.credentials, operations.some(({ sem_op }) => sem_op !== 0) ? WRITE_ALL : READ_ALL);
  if (denied !== 0) return denied;
  const undo = undone.length === 0 ? undefined : semaphores.undoOf(process, set, undone);
  if (typeof undo === 'number') return undo;
  const pending: PendingOperations = { operations, thread, pid: process.pid, undo, decided: new WaitQueue() };
  set.perform(pending);
  return pending.result ?? waitFor(context, set, pending, timeoutMs);
}

async function waitFor(context: ProcessCaller, set: SemaphoreSet, pending: PendingOperations, timeoutMs: number): Promise<number> {
  const { process } = context;
  const { timesContinued } = process;
  const decided = (): number | undefined => pending.result ?? (process.timesContinued === timesContinued ? undefined : -Errno.EINTR);
  const result = await context.wait([pending.decided, process.signalArrived], decided, timeoutMs);
  // It may have been decided since.
  if (pending.result !== undefined) return pending.result;
  set.withdraw(pending);
  if (result === -Errno.ETIMEDOUT) return -Errno.EAGAIN;
  return result === -ERESTARTSYS ? -Errno.EINTR : result;
}

/**
 * `semctl(2)`.
 *
 * Errors, in the order Linux checks them: `EINVAL` id or command; `EFAULT` of what is set by IPC_SET; `ERANGE` of SETVAL; `EINVAL`, `EIDRM`;
 * `EACCES`, `EPERM`; `EINVAL` the number of a semaphore (of SETVAL before `EACCES`); `EFAULT`; `ERANGE` of SETALL.
 *
 * Source: linux/ipc/sem.c, `ksys_semctl`.
 */
export function semctl(semaphores: Semaphores): Handler<ProcessCaller, ['int', 'int', NamedScalar, ControlData]> {
  return ({ process }, id, number, command, data) => {
    if (id < 0) return -Errno.EINVAL;
    switch (command) {
      case IpcCommand.IPC_INFO:
      case SemCommand.SEM_INFO: return data.write(seminfo.encode(infoOf(semaphores, command))) ? semaphores.sets.highestIndex : -Errno.EFAULT;
      case IpcCommand.IPC_STAT:
      case SemCommand.SEM_STAT:
      case SemCommand.SEM_STAT_ANY: return look(semaphores, process, id, command, data);
      case IpcCommand.IPC_SET: return change(semaphores, process, id, data);
      case IpcCommand.IPC_RMID: return remove(semaphores, process, id);
      case SemCommand.SETVAL: return setValue(semaphores, process, { id, number, value: data.address % 2 ** 32 | 0 });
      case SemCommand.SETALL: return setAll(semaphores, process, id, data);
      case SemCommand.GETALL: return getAll(semaphores, process, id, data);
      case SemCommand.GETPID:
      case SemCommand.GETVAL:
      case SemCommand.GETNCNT:
      case SemCommand.GETZCNT: return tell(semaphores, process, { id, number, command });
      default: return -Errno.EINVAL;
    }
  };
}

function look({ sets }: Semaphores, { credentials }: Process, id: number, command: number, data: ControlPointer): number {
  const set = command === IpcCommand.IPC_STAT ? sets.find(id) : sets.at(id);
  if (isError(set)) return set;
  const denied = command === SemCommand.SEM_STAT_ANY ? 0 : set.checkAccess(credentials, READ_ALL);
  if (denied !== 0) return denied;
  if (!data.write(semid64Ds.encode(statusOf(set)))) return -Errno.EFAULT;
  return command === IpcCommand.IPC_STAT ? 0 : set.id;
}

function change({ sets, now }: Semaphores, { credentials }: Process, id: number, data: ControlPointer): number {
  const bytes = data.read();
  if (bytes === undefined) return -Errno.EFAULT;
  const set = sets.find(id);
  if (isError(set)) return set;
  const denied = set.checkOwner(credentials) || set.change(semid64Ds.decode(bytes).sem_perm);
  if (denied === 0) set.ctime = now();
  return denied;
}

function remove(semaphores: Semaphores, { credentials }: Process, id: number): number {
  const set = semaphores.sets.find(id);
  if (isError(set)) return set;
  const denied = set.checkOwner(credentials);
  if (denied === 0) semaphores.remove(set);
  return denied;
}

function setValue(semaphores: Semaphores, { credentials, pid }: Process, { id, number, value }: { readonly id: number; readonly number: number; readonly value: number }): number {
  if (value < 0 || value > SEMVMX) return -Errno.ERANGE;
  const set = semaphores.sets.find(id);
  if (isError(set)) return set;
  if (number < 0 || number >= set.count) return -Errno.EINVAL;
  const denied = set.checkAccess(credentials, WRITE_ALL);
  if (denied !== 0) return denied;
  assign(semaphores, set, pid, new Map([[number, value]]));
  return 0;
}

function setAll(semaphores: Semaphores, { credentials, pid }: Process, id: number, data: ControlPointer): number {
  const set = semaphores.sets.find(id);
  if (isError(set)) return set;
  const denied = set.checkAccess(credentials, WRITE_ALL);
  if (denied !== 0) return denied;
  const bytes = data.read();
  if (bytes === undefined || bytes.length < 2 * set.count) return -Errno.EFAULT;
  const values = new Uint16Array(bytes.slice(0, 2 * set.count).buffer);
  if (values.some((value) => value > SEMVMX)) return -Errno.ERANGE;
  assign(semaphores, set, pid, new Map(values.entries()));
  return 0;
}

function assign(semaphores: Semaphores, set: SemaphoreSet, pid: number, values: ReadonlyMap<number, number>): void {
  for (const [number, value] of values) {
    set.values[number] = value;
    set.pids[number] = pid;
    semaphores.forgetUndo(set, number);
  }
  set.ctime = semaphores.now();
  set.update();
}

function getAll({ sets }: Semaphores, { credentials }: Process, id: number, data: ControlPointer): number {
  const set = sets.find(id);
  if (isError(set)) return set;
  const denied = set.checkAccess(credentials, READ_ALL);
  if (denied !== 0) return denied;
  return data.write(new Uint8Array(set.values.slice().buffer)) ? 0 : -Errno.EFAULT;
}

function tell({ sets }: Semaphores, { credentials }: Process, { id, number, command }: { readonly id: number; readonly number: number; readonly command: number }): number {
  const set = sets.find(id);
  if (isError(set)) return set;
  const denied = set.checkAccess(credentials, READ_ALL);
  if (denied !== 0) return denied;
  if (number < 0 || number >= set.count) return -Errno.EINVAL;
  switch (command) {
    case SemCommand.GETVAL: return set.values[number] ?? 0;
    case SemCommand.GETPID: return set.pids[number] ?? 0;
    case SemCommand.GETNCNT: return set.waiting(number, 'growth');
    default: return set.waiting(number, 'zero');
  }
}

function operationsOf(given: InputArgument, count: number): SemaphoreOperation[] | undefined {
  const bytes = given.read();
  if (bytes === undefined || bytes.length < count * sembuf.size) return undefined;
  return Array.from({ length: count }, (_, index) => sembuf.decode(bytes.subarray(index * sembuf.size, (index + 1) * sembuf.size)));
}

function millisecondsOf(time: ReturnType<StructInput<Timespec>['value']>): number {
  if (time === undefined) return Infinity;
  if (time.tv_sec < 0n || time.tv_nsec < 0n || time.tv_nsec >= NANOSECONDS) return -1;
  return Number(time.tv_sec) * 1000 + Number(time.tv_nsec) / 1e6;
}

function statusOf(set: SemaphoreSet): Parameters<typeof semid64Ds.encode>[0] {
  return {
    sem_perm: set.permission(),
    sem_otime: BigInt(set.otime),
    __unused1: 0n,
    sem_ctime: BigInt(set.ctime),
    __unused2: 0n,
    sem_nsems: BigInt(set.count),
    __unused3: 0n,
    __unused4: 0n,
  };
}

/** Source: linux/ipc/sem.c, `semctl_info`. */
function infoOf({ sets, used }: Semaphores, command: number): Parameters<typeof seminfo.encode>[0] {
  const { semmni, semmns, semmsl, semopm } = SEMAPHORE_LIMITS;
  const isUse = command === SemCommand.SEM_INFO;
  return {
    semmap: semmns, semmni, semmns, semmnu: semmns, semmsl, semopm, semume: semopm,
    semusz: isUse ? sets.count : SEMUSZ,
    semvmx: SEMVMX,
    semaem: isUse ? used : SEMAEM,
  };
}
