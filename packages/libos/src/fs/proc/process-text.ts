import { ResourceLimit } from '@occlum/abi';
import { ProcessPage } from '@occlum/native';

import { pathOf } from '../location.js';
import type { MountTable } from '../mount-table.js';
import type { Process } from '../../process/process.js';
import { UNLIMITED } from '../../process/limits.js';
import type { Thread } from '../../process/thread.js';
import { isError } from '../result.js';
import { hostText } from './host-text.js';
import type { TextBinding } from './host-text.js';

/** Clock ticks a second, as /proc counts. Source: linux/include/asm-generic/param.h, `USER_HZ`. */
const TICKS_PER_MS = 0.1;

/** What `/proc/N/stat` and others take from the host's own files about a process. */
export interface HostProcessText {
  /** Fields of the host's `/proc/N/stat` after the name, the state first; empty where there is none. */
  readonly stat: readonly string[];
  /** Fields of the host's `/proc/N/statm`. */
  readonly statm: readonly string[];
  /** Lines of the host's `/proc/N/status` about CPUs and nodes of memory; empty where there is none. */
  readonly allowed: string;
}

/** Reads what the host knows of a process, or of one of its threads: the host looks itself whether that is one of it. */
export function readHostProcess(binding: TextBinding, { hostPid }: Process, thread?: Thread): HostProcessText {
  const task = thread === undefined ? '' : `/task/${thread.hostTid}`;
  const stat = hostPid > 0 ? hostText(binding, `/proc/${hostPid}${task}/stat`) : '';
  const status = hostPid > 0 ? hostText(binding, `/proc/${hostPid}${task}/status`) : '';
  const statm = hostPid > 0 ? hostText(binding, `/proc/${hostPid}/statm`) : '';
  return {
    stat: isError(stat) ? [] : stat.slice(stat.lastIndexOf(')') + 2).trim().split(' '),
    statm: isError(statm) || statm === '' ? ['0', '0', '0', '0', '0', '0', '0'] : statm.trim().split(' '),
    allowed: isError(status) ? '' : (/^Cpus_allowed:[^]*?(?=^voluntary)/m.exec(status)?.[0] ?? ''),
  };
}

/** State as one letter, and as `status` writes it out. Source: linux/fs/proc/array.c, `task_state_array`. */
function stateOf(process: Process, host: HostProcessText): { readonly letter: string; readonly name: string } {
  const letter = process.state === 'zombie' ? 'Z' : process.stoppedBy !== 0 ? 'T' : host.stat[0] === 'R' ? 'R' : 'S';
  const name = { Z: 'zombie', T: 'stopped', R: 'running', S: 'sleeping' }[letter];
  return { letter, name };
}

/** `/proc/N/stat`. Source: proc_pid_stat(5). */
export function statText(process: Process, thread: Thread | undefined, host: HostProcessText): string {
  const { group, session, terminal, arena } = process;
  const own = (index: number): string => host.stat[index] ?? '0';
  const name = thread?.name ?? process.name;
  const fields = [
    thread?.tid ?? process.pid, `(${name})`, stateOf(process, host).letter, process.ppid, group.pgid, session.sid,
    terminal?.device ?? 0, terminal === undefined ? -1 : (terminal.foreground?.pgid ?? 0), 0,
    // Faults and times, from the host: minflt cminflt majflt cmajflt utime stime cutime cstime.
    own(7), own(8), own(9), own(10), own(11), own(12), own(13), own(14),
    // priority nice num_threads itrealvalue starttime
    host.stat[15] ?? '20', own(16), Math.max(1, process.threads.size), 0, Math.floor(process.startedAtMs * TICKS_PER_MS),
    own(20), own(21), '18446744073709551615', 0, 0, 0, 0, 0,
    // signal blocked sigignore sigcatch wchan nswap cnswap
    0, 0, 0, 0, 0, 0, 0,
    // exit_signal processor rt_priority policy, delays
    process.exitSignal, own(36), own(37), own(38), 0, 0, 0,
    // start_data end_data start_brk arg_start arg_end env_start env_end exit_code
    0, 0, arena?.pageWide(ProcessPage.brk_start) ?? 0, 0, 0, 0, 0, process.exit ?? 0,
  ];
  return `${fields.join(' ')}\n`;
}


/** `/proc/N/status`. Source: proc_pid_status(5). */
export function statusText(process: Process, thread: Thread | undefined, host: HostProcessText): string {
  const { credentials: user } = process;
  const state = stateOf(process, host);
  const kb = (pages: string | undefined): string => `${Number(pages ?? 0) * 4} kB`.padStart(11);
  const mask = (thread ?? process.leader)?.mask ?? 0n;
  const hex = (value: bigint): string => value.toString(16).padStart(16, '0');
  const lines: readonly (readonly [string, string | number])[] = [
    ['Name', thread?.name ?? process.name],
    ['Umask', `0${process.files.umask.toString(8).padStart(3, '0')}`],
    ['State', `${state.letter} (${state.name})`],
    ['Tgid', process.pid],
    ['Ngid', 0],
    ['Pid', thread?.tid ?? process.pid],
    ['PPid', process.ppid],
    ['TracerPid', 0],
    ['Uid', `${user.uid}\t${user.euid}\t${user.suid}\t${user.fsuid}`],
    ['Gid', `${user.gid}\t${user.egid}\t${user.sgid}\t${user.fsgid}`],
    ['FDSize', 256],
    ['Groups', `${user.groups.join(' ')} `],
    ['NStgid', process.pid],
    ['NSpid', thread?.tid ?? process.pid],
    ['NSpgid', process.group.pgid],
    ['NSsid', process.session.sid],
    ['VmSize', kb(host.statm[0])],
    ['VmRSS', kb(host.statm[1])],
    ['Threads', Math.max(1, process.threads.size)],
    ['SigQ', '0/4096'],
    ['SigPnd', hex(thread?.pending.set ?? 0n)],
    ['ShdPnd', hex(process.pending.set)],
    ['SigBlk', hex(mask)],
    ['CapInh', hex(user.inheritable)],
    ['CapPrm', hex(user.permitted)],
    ['CapEff', hex(user.effective)],
    ['CapBnd', hex(user.bounding)],
    ['CapAmb', hex(0n)],
    ['NoNewPrivs', process.noNewPrivileges ? 1 : 0],
    ['Seccomp', 0],
  ];
  const last = 'voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n';
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join('') + host.allowed + last;
}

/** Rows of `/proc/N/limits`: name, resource, unit. Source: linux/fs/proc/base.c, `lnames`. */
const LIMITS: readonly (readonly [string, number, string])[] = [
  ['Max cpu time', ResourceLimit.RLIMIT_CPU, 'seconds'],
  ['Max file size', ResourceLimit.RLIMIT_FSIZE, 'bytes'],
  ['Max data size', ResourceLimit.RLIMIT_DATA, 'bytes'],
  ['Max stack size', ResourceLimit.RLIMIT_STACK, 'bytes'],
  ['Max core file size', ResourceLimit.RLIMIT_CORE, 'bytes'],
  ['Max resident set', ResourceLimit.RLIMIT_RSS, 'bytes'],
  ['Max processes', ResourceLimit.RLIMIT_NPROC, 'processes'],
  ['Max open files', ResourceLimit.RLIMIT_NOFILE, 'files'],
  ['Max locked memory', ResourceLimit.RLIMIT_MEMLOCK, 'bytes'],
  ['Max address space', ResourceLimit.RLIMIT_AS, 'bytes'],
  ['Max file locks', ResourceLimit.RLIMIT_LOCKS, 'locks'],
  ['Max pending signals', ResourceLimit.RLIMIT_SIGPENDING, 'signals'],
  ['Max msgqueue size', ResourceLimit.RLIMIT_MSGQUEUE, 'bytes'],
  ['Max nice priority', ResourceLimit.RLIMIT_NICE, ''],
  ['Max realtime priority', ResourceLimit.RLIMIT_RTPRIO, ''],
  ['Max realtime timeout', ResourceLimit.RLIMIT_RTTIME, 'us'],
];

/** `/proc/N/limits`. */
export function limitsText({ limits }: Process): string {
  const value = (limit: bigint): string => (limit === UNLIMITED ? 'unlimited' : `${limit}`).padEnd(20);
  const row = (name: string, soft: string, hard: string, unit: string): string => `${name.padEnd(25)} ${soft} ${hard} ${unit.padEnd(10)}\n`;
  return row('Limit', 'Soft Limit'.padEnd(20), 'Hard Limit'.padEnd(20), 'Units')
    + LIMITS.map(([name, resource, unit]) => row(name, value(limits.get(resource).soft), value(limits.get(resource).hard), unit)).join('');
}

/** `/proc/N/mounts`. Source: proc_pid_mounts(5). */
export function mountsText({ files }: Process, mounts: MountTable): string {
  let text = '';
  for (const mount of mounts.mounts) {
    const place = pathOf({ mount, inode: mount.root, directory: undefined, name: '' }, files.root);
    if (!place.reachable) continue;
    text += `${escapePath(mount.fileSystem.source)} ${escapePath(place.text)} ${mount.fileSystem.name} ${mount.readOnly ? 'ro' : 'rw'} 0 0\n`;
  }
  return text;
}

/** `/proc/N/mountinfo`. Source: proc_pid_mountinfo(5). */
export function mountinfoText({ files }: Process, mounts: MountTable): string {
  let text = '';
  for (const mount of mounts.mounts) {
    const place = pathOf({ mount, inode: mount.root, directory: undefined, name: '' }, files.root);
    if (!place.reachable) continue;
    const access = mount.readOnly ? 'ro' : 'rw';
    const { name, source } = mount.fileSystem;
    const device = mount.root.dev;
    text += `${mount.id} ${mount.point?.mount.id ?? 0} 0:${device} / ${escapePath(place.text)} ${access} - ${name} ${escapePath(source)} ${access}\n`;
  }
  return text;
}

/** Blanks and the like in octal. Source: linux/fs/proc_namespace.c, `mangle`. */
function escapePath(path: string): string {
  return path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
