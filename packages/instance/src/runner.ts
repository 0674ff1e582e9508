import { readFileSync, readlinkSync } from 'node:fs';

/** A process, so named that another of the same number is told from it: number, start in clock ticks, and pid namespace. */
const NAME = /^(\d+)-(\d+)-(\d+)$/;

/** Name of a process of this host, for a file that says what it is at. */
export function processName(pid: number): string {
  return `${pid}-${startTime(pid) ?? '0'}-${pidNamespace()}`;
}

/** Whether a process of such a name lives. One of another pid namespace is taken to live: nobody here can tell. */
export function isAlive(name: string): boolean {
  const [, pid, start, namespace] = NAME.exec(name) ?? [];
  if (pid === undefined) return false;
  return namespace !== pidNamespace() || startTime(Number(pid)) === start;
}

/** When a process started; `undefined` when there is none, or it has ended. Source: proc_pid_stat(5), fields 3 and 22. */
function startTime(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Inode number of this process's pid namespace, from a link that reads `pid:[4026531836]`. */
function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
