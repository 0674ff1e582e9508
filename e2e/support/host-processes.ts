import { readdirSync, readFileSync } from 'node:fs';

/** A process of the host, as /proc shows it. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly session: number;
  /** In clock ticks after boot: with the pid, it names a process for ever. */
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

/** Those of the processes that are still there, or that live in a session which one of them had and the test itself has not. */
export function survivors(before: readonly HostProcess[]): HostProcess[] {
  const now = hostProcesses();
  const own = new Set(now.filter(({ pid }) => pid === process.pid || pid === process.ppid).map(({ session }) => session));
  const sessions = new Set(before.map(({ session }) => session).filter((session) => !own.has(session)));
  const same = (one: HostProcess): boolean => before.some(({ pid, startTime }) => pid === one.pid && startTime === one.startTime);
  return now.filter((one) => one.state !== 'Z' && (same(one) || sessions.has(one.session)));
}

/** A process that ends while it is looked at is not there. */
function readStat(pid: number): HostProcess[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, , session] = fields;
    return [{ pid, parent: Number(parent), state, session: Number(session), startTime: fields[19] ?? '' }];
  } catch {
    return [];
  }
}
