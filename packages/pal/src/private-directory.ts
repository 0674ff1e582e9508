import { accessSync, constants, lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ErrnoError, errnoName } from '@occlum/errno';

/** `f_type` of a tmpfs. Source: linux/include/uapi/linux/magic.h, TMPFS_MAGIC. */
const TMPFS_MAGIC = 0x01021994;
/** What a tmpfs must have left to be chosen: a guest that unpacks an archive should not meet its end. */
const ROOM_BYTES = 2 ** 30;
const NAME = /^occlum-(\d+)-(\d+)-(\d+)-(\d+)-\w+$/;

/** Who is asking: `user` id, process id, its start time in clock ticks, and the inode of its pid namespace. */
export interface Owner {
  readonly user: number;
  readonly pid: number;
  readonly start: string;
  readonly namespace: string;
}

/**
 * Makes the private directory (mode 0700) of an enclave and removes those that dead owners left.
 *
 * The name carries owner, process and start time, so that a later start knows which are stale also after the pid
 * was used again, and the pid namespace, so that containers which share the directory leave each other's alone.
 *
 * @param pid - Process that the directory belongs to.
 * @param user - Its user id.
 * @param parent - Where; chosen when left out.
 * @throws {@link ErrnoError} `EACCES`, `EROFS`, `ENOSPC` and others of `mkdir(2)` when there is no place for it.
 */
export function makePrivateDirectory(pid: number, user: number, parent = chooseParent()): string {
  const owner = { user, pid, start: startTime(pid) ?? '0', namespace: pidNamespace() };
  try {
    removeStale(parent, owner);
    return mkdtempSync(join(parent, `occlum-${user}-${pid}-${owner.start}-${owner.namespace}-`));
  } catch (error) {
    const code = errnoName((error as NodeJS.ErrnoException).errno ?? 0) ?? 'EACCES';
    throw new ErrnoError(code, { syscall: 'mkdtemp', detail: `${parent} is no directory to write to, set TMPDIR to one` });
  }
}

/**
 * The folder that private directories are made in: `/dev/shm` where that is a tmpfs to write to with 1 GiB free whose
 * files can be executed, else the folder for temporary files.
 */
function chooseParent(): string {
  try {
    const { type, bavail, bsize } = statfsSync('/dev/shm');
    accessSync('/dev/shm', constants.R_OK | constants.W_OK | constants.X_OK);
    const mounts = readFileSync('/proc/self/mounts', 'latin1');
    if (type === TMPFS_MAGIC && bavail * bsize >= ROOM_BYTES && !isNoexec('/dev/shm', mounts)) return '/dev/shm';
  } catch {
    // No /dev/shm, not for us, or no /proc: the other choice is always there.
  }
  return tmpdir();
}

/**
 * Whether programs below a mount point can not be executed.
 *
 * @param point - Path of a mount point.
 * @param mounts - Text of `/proc/self/mounts`; of several mounts on one point the last one counts.
 */
export function isNoexec(point: string, mounts: string): boolean {
  const options = mounts.split('\n').map((line) => line.split(' ')).filter((fields) => fields[1] === point).at(-1)?.[3];
  return options?.split(',').includes('noexec') ?? false;
}

/** Removes the directories in `parent` whose owner, a process of this user and pid namespace, is gone. */
export function removeStale(parent: string, owner: Owner): void {
  for (const name of readdirSync(parent)) {
    const [, user, pid, start, namespace] = NAME.exec(name) ?? [];
    if (pid === undefined || Number(user) !== owner.user || namespace !== owner.namespace || startTime(Number(pid)) === start) continue;
    const path = join(parent, name);
    try {
      if (lstatSync(path).uid === owner.user) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another start was faster, or the supervisor of the dead owner is at it.
    }
  }
}

/** When a process started, in clock ticks since boot; `undefined` when there is none. Source: proc_pid_stat(5), field 22. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Inode number of this process's pid namespace, from a link that reads `pid:[4026531836]`. */
function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
