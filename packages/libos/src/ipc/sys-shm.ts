import { Capability, IpcCommand, ResourceLimit, ShmCommand, ShmFlags, shmInfo, shmid64Ds, shminfo64 } from '@occlum/abi';
import type { DataArgument, Handler, InputArgument, NamedScalar, OutputArgument } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { isError } from '../fs/result.js';
import type { Process } from '../process/process.js';
import type { ProcessCaller } from '../process/process-caller.js';
import { READ_ALL, WRITE_ALL } from './ipc-object.js';
import { pagesOf } from './segment.js';
import type { Segment } from './segment.js';
import type { SharedMemory } from './shared-memory.js';

/** What lies behind the last argument of a `ctl` call: the runtime knows how many bytes each command has there. */
export type ControlData = DataArgument<'inoutput', Uint8Array>;
/** The value of a {@link ControlData}. */
export type ControlPointer = InputArgument & OutputArgument;

const EXECUTE_ALL = 0o111;

/** `shmget(2)`; errors as {@link SharedMemory.get} says. */
export function shmget(memory: SharedMemory): Handler<ProcessCaller, ['int', 'size', NamedScalar]> {
  return ({ process }, key, size, flags) => memory.get(process, key, size, flags);
}

/** What an attach hands over. */
export interface Attached {
  readonly segment: Segment;
  /** Descriptor of its memory; the caller closes it. */
  readonly hostFd: number;
}

/**
 * The part of `shmat(2)` that is the kernel's: from now on the segment is attached, unless the process says otherwise.
 *
 * Errors, in the order Linux checks them: `EINVAL`, `EIDRM` the id; `EACCES`; `ENOMEM`.
 *
 * Source: linux/ipc/shm.c, `do_shmat`.
 */
export function attach(memory: SharedMemory, process: Process, id: number, flags: number): Attached | number {
  const segment = memory.segments.find(id);
  if (isError(segment)) return segment;
  const isReadOnly = (flags & ShmFlags.SHM_RDONLY) !== 0;
  const wanted = READ_ALL | (isReadOnly ? 0 : WRITE_ALL) | ((flags & ShmFlags.SHM_EXEC) === 0 ? 0 : EXECUTE_ALL);
  const denied = segment.checkAccess(process.credentials, wanted);
  if (denied !== 0) return denied;
  if (memory.of(process).isFull) return -Errno.ENOMEM;
  const hostFd = segment.open(isReadOnly ? 'read' : 'write');
  if (hostFd < 0) return -Errno.ENOMEM;
  memory.of(process).attach(segment, process.pid);
  return { segment, hostFd };
}

/**
 * `shmctl(2)`. `SHM_LOCK` is `ENOMEM` where Linux would lock: memory of the host is not locked by Node.
 *
 * Errors, in the order Linux checks them: `EINVAL` id or command; `EFAULT` of what is set; `EINVAL`, `EIDRM`; `EACCES` to look, `EPERM` to change;
 * `EINVAL` a new owner that is none; `EFAULT`.
 *
 * Source: linux/ipc/shm.c, `ksys_shmctl`.
 */
export function shmctl(memory: SharedMemory): Handler<ProcessCaller, ['int', NamedScalar, ControlData]> {
  return ({ process }, id, command, data) => {
    if (id < 0 || command < 0) return -Errno.EINVAL;
    switch (command) {
      case IpcCommand.IPC_INFO: return data.write(shminfo64.encode(limitsOf(memory))) ? memory.segments.highestIndex : -Errno.EFAULT;
      case ShmCommand.SHM_INFO: return data.write(shmInfo.encode(usageOf(memory))) ? memory.segments.highestIndex : -Errno.EFAULT;
      case IpcCommand.IPC_STAT:
      case ShmCommand.SHM_STAT:
      case ShmCommand.SHM_STAT_ANY: return look(memory, process, id, command, data);
      case IpcCommand.IPC_SET: return change(memory, process, id, data);
      case IpcCommand.IPC_RMID: return remove(memory, process, id);
      case ShmCommand.SHM_LOCK:
      case ShmCommand.SHM_UNLOCK: return lock(memory, process, id, command);
      default: return -Errno.EINVAL;
    }
  };
}

function look(memory: SharedMemory, { credentials }: Process, id: number, command: number, data: ControlPointer): number {
  const segment = command === IpcCommand.IPC_STAT ? memory.segments.find(id) : memory.segments.at(id);
  if (isError(segment)) return segment;
  const denied = command === ShmCommand.SHM_STAT_ANY ? 0 : segment.checkAccess(credentials, READ_ALL);
  if (denied !== 0) return denied;
  if (!data.write(shmid64Ds.encode(statusOf(segment)))) return -Errno.EFAULT;
  return command === IpcCommand.IPC_STAT ? 0 : segment.id;
}

function change(memory: SharedMemory, { credentials }: Process, id: number, data: ControlPointer): number {
  const bytes = data.read();
  if (bytes === undefined) return -Errno.EFAULT;
  const segment = memory.segments.find(id);
  if (isError(segment)) return segment;
  const denied = segment.checkOwner(credentials) || segment.change(shmid64Ds.decode(bytes).shm_perm);
  if (denied === 0) segment.ctime = memory.now();
  return denied;
}

function remove(memory: SharedMemory, { credentials }: Process, id: number): number {
  const segment = memory.segments.find(id);
  if (isError(segment)) return segment;
  const denied = segment.checkOwner(credentials);
  if (denied === 0) memory.remove(segment);
  return denied;
}

function lock(memory: SharedMemory, { credentials, limits }: Process, id: number, command: number): number {
  const segment = memory.segments.find(id);
  if (isError(segment)) return segment;
  const isUnlock = command === ShmCommand.SHM_UNLOCK;
  if (!credentials.hasCapability(Capability.CAP_IPC_LOCK)) {
    if (credentials.euid !== segment.uid && credentials.euid !== segment.cuid) return -Errno.EPERM;
    if (!isUnlock && limits.get(ResourceLimit.RLIMIT_MEMLOCK).soft === 0n) return -Errno.EPERM;
  }
  return isUnlock ? 0 : -Errno.ENOMEM;
}

function statusOf(segment: Segment): Parameters<typeof shmid64Ds.encode>[0] {
  return {
    shm_perm: segment.permission(),
    shm_segsz: BigInt(segment.size),
    shm_atime: BigInt(segment.atime),
    shm_dtime: BigInt(segment.dtime),
    shm_ctime: BigInt(segment.ctime),
    shm_cpid: segment.cpid,
    shm_lpid: segment.lpid,
    shm_nattch: BigInt(segment.attachments),
    __unused4: 0n,
    __unused5: 0n,
  };
}

function limitsOf({ limits: { shmmax, shmmin, shmmni, shmall } }: SharedMemory): Parameters<typeof shminfo64.encode>[0] {
  return { shmmax, shmmin: BigInt(shmmin), shmmni: BigInt(shmmni), shmseg: BigInt(shmmni), shmall, __unused: [0n, 0n, 0n, 0n] };
}

function usageOf({ segments, pages }: SharedMemory): Parameters<typeof shmInfo.encode>[0] {
  const resident = segments.all().reduce((total, { residentBytes }) => total + residentBytes, 0);
  return { used_ids: segments.count, shm_tot: BigInt(pages), shm_rss: BigInt(pagesOf(resident)), shm_swp: 0n, swap_attempts: 0n, swap_successes: 0n };
}
