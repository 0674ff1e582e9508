import { readdirSync, readFileSync } from 'node:fs';

/** A process of the host, as /proc shows it. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly group: number;
  readonly session: number;
  /** In clock ticks after boot, of which a second has 100: with the pid, it names a process for ever. */
  readonly startTime: string;
}

/** All processes of the host. */
export function hostProcesses(): HostProcess[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(Number(name)) : []));
}

/** The processes that descend from `pid`, without itself. */
export function descendants(pid: number, all: readonly HostProcess[] = hostProcesses()): HostProcess[] {
  return all.filter((one) => one.parent === pid).flatMap((child) => [child, ...descendants(child.pid, all)]);
}

/** Milliseconds since a process was started, to 10 ms. */
export function ageMs({ startTime }: HostProcess): number {
  const [uptime = ''] = readFileSync('/proc/uptime', 'latin1').split(' ');
  return 1000 * Number(uptime) - 10 * Number(startTime);
}

/** Processes with this word among their arguments. */
export function processesWithArgument(word: string): HostProcess[] {
  return hostProcesses().filter(({ pid }) => readText(`/proc/${pid}/cmdline`).split('\0').includes(word));
}

/** Signals that a process blocks, from its status: bit N-1 is signal N. */
export function blockedSignals({ pid }: HostProcess): bigint {
  return BigInt(`0x${/^SigBlk:\t(\w+)$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? '0'}`);
}

/** Those of the processes that are still there, or that live in a session or group which one of them had and the test itself has not. */
export function survivors(before: readonly HostProcess[]): HostProcess[] {
  const now = hostProcesses();
  const own = now.filter(({ pid }) => pid === process.pid || pid === process.ppid);
  const had = (kind: 'group' | 'session'): Set<number> => new Set(before.map((one) => one[kind]).filter((id) => own.every((one) => one[kind] !== id)));
  const [groups, sessions] = [had('group'), had('session')];
  const same = (one: HostProcess): boolean => before.some(({ pid, startTime }) => pid === one.pid && startTime === one.startTime);
  return now.filter((one) => one.state !== 'Z' && (same(one) || groups.has(one.group) || sessions.has(one.session)));
}

function readStat(pid: number): HostProcess[] {
  const text = readText(`/proc/${pid}/stat`);
  if (text === '') return [];
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, group, session] = fields;
  return [{ pid, parent: Number(parent), state, group: Number(group), session: Number(session), startTime: fields[19] ?? '' }];
}

/** Empty for a process that ends while it is looked at. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
