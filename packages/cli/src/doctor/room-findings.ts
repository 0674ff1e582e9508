import { ResourceLimit } from '@occlum/abi';

import { inUnits } from '../in-units.js';
import type { Finding } from './finding.js';
import type { HostView } from './host-view.js';

/** Source: linux/include/uapi/linux/magic.h. */
const TMPFS_MAGIC = 0x0102_1994;
/** What /dev/shm must have left for what programs write; less, and a directory on disk is taken. */
const SHARED_BYTES = 2 ** 30;
/** A disk that is as good as full. */
const SCARCE_BYTES = 100 * 2 ** 20;
/** Fewer are used up by a few dozen processes. */
const DESCRIPTORS = 1024;
const TASKS = 512;

/** How much room for programs there is. */
export function roomFindings(host: HostView): Finding[] {
  return [descriptors(host), tasks(host), store(host), memory(host)];
}

function descriptors({ limit }: HostView): Finding {
  const name = 'descriptors';
  const [, hard] = limit(ResourceLimit.RLIMIT_NOFILE) ?? [];
  if (hard === undefined || hard >= DESCRIPTORS) return { name, state: 'ok', found: `up to ${hard ?? 'an unknown number'}` };
  return { name, state: 'warning', found: `up to ${hard}`, meaning: 'each process of a program takes some of this command, so fork will soon be refused with EAGAIN', remedy: 'raise the hard limit: ulimit -Hn 4096' };
}

/** Root is not bound by the limit of its user. Source: getrlimit(2), RLIMIT_NPROC. */
function tasks(host: HostView): Finding {
  const name = 'processes';
  const [soft = Number.POSITIVE_INFINITY] = host.uid === 0 ? [] : (host.limit(ResourceLimit.RLIMIT_NPROC) ?? []);
  const most = Math.min(soft, controlGroupNumber(host, 'pids.max'));
  if (most >= TASKS) return { name, state: 'ok', found: most === Number.POSITIVE_INFINITY ? 'no limit' : `up to ${most}` };
  return { name, state: 'warning', found: `up to ${most}`, meaning: 'threads count, those of Node too, and programs are refused more with EAGAIN', remedy: 'raise ulimit -u, or pids.max of the container (docker run --pids-limit)' };
}

function store({ space, temporary }: HostView): Finding {
  const name = 'store';
  const shared = space('/dev/shm');
  if (shared?.type === TMPFS_MAGIC && shared.freeBytes >= SHARED_BYTES) return { name, state: 'ok', found: `/dev/shm has ${inUnits(shared.freeBytes)} for what programs write` };
  const disk = space(temporary);
  const why = shared === undefined ? '/dev/shm is not there' : shared.type === TMPFS_MAGIC ? `/dev/shm has only ${inUnits(shared.freeBytes)}` : '/dev/shm is not in memory';
  if (disk === undefined) return { name, state: 'warning', found: `${temporary} is not there`, meaning: 'there is no place for what programs write', remedy: 'set TMPDIR to a directory that can be written to' };
  const found = `${why}, so ${temporary} is used, which has ${inUnits(disk.freeBytes)}`;
  if (disk.freeBytes < SCARCE_BYTES) return { name, state: 'warning', found, meaning: 'programs that write much are refused with ENOSPC', remedy: 'make room, or set TMPDIR' };
  return { name, state: 'ok', found };
}

function memory(host: HostView): Finding {
  const most = controlGroupNumber(host, 'memory.max');
  return { name: 'memory', state: 'ok', found: most === Number.POSITIVE_INFINITY ? 'no limit by a control group' : `up to ${inUnits(most)} by the control group` };
}

/** The least of a limit in the control groups of this process, version 2; `Infinity` for none. Source: cgroups(7). */
export function controlGroupNumber({ read }: HostView, file: string): number {
  const [, path = '/'] = /^0::(.*)$/m.exec(read('/proc/self/cgroup') ?? '') ?? [];
  const parts = path.split('/').filter((part) => part !== '');
  const groups = parts.map((_part, depth) => `/sys/fs/cgroup/${parts.slice(0, depth + 1).join('/')}`);
  const numbers = ['/sys/fs/cgroup', ...groups].map((group) => Number(read(`${group}/${file}`)?.trim() ?? 'max'));
  return Math.min(Number.POSITIVE_INFINITY, ...numbers.filter((number) => Number.isFinite(number)));
}
