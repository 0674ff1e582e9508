import { readFileSync } from 'node:fs';

/** One system call that the host saw a guest process make. */
export interface HostCall {
  readonly pid: number;
  readonly name: string;
  readonly line: string;
  /** Whether the host refused the number: EPERM or ENOSYS, as the filter answers. */
  readonly refused: boolean;
}

const LINE = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()/;
const UNFINISHED = ' <unfinished ...>';
/** How each guest process starts: the runtime's image, by its descriptor. Without a capability strace can't read the path. */
const GUEST_START = /^\d+ +execveat\(\d+, (?:""|0x[0-9a-f]+), .*AT_EMPTY_PATH/;
const CHILD = /^(\d+) +(?:<\.\.\. )?(?:clone|vfork|fork)\b.* = (\d+)$/;

/**
 * Reads what `strace -f -o FILE` wrote, and gives the calls of guest processes only: of those that executed the runtime,
 * after they did, and of all that they started. A call counts where its result stands; one that never had a result,
 * since its process was killed, does not.
 */
export function readGuestCalls(file: string): HostCall[] {
  const lines = readFileSync(file, 'latin1').split('\n');
  const firstLine = guestStarts(lines);
  return lines.flatMap((line, index) => {
    const match = LINE.exec(line);
    const pid = Number(match?.[1]);
    if (match === null || line.endsWith(UNFINISHED) || index <= (firstLine.get(pid) ?? Infinity)) return [];
    return [{ pid, name: match[2] ?? match[3] ?? '', line, refused: / = -1 (EPERM|ENOSYS|EACCES)\b/.test(line) }];
  });
}

/** From which line on a process is a guest. */
function guestStarts(lines: readonly string[]): Map<number, number> {
  const starts = new Map<number, number>();
  lines.forEach((line, index) => {
    const pid = Number(/^\d+/.exec(line)?.[0]);
    if (GUEST_START.test(line) && !starts.has(pid)) starts.set(pid, index);
  });
  // A child's first lines can stand before the one in which its parent's clone returns, so a child counts from its first.
  for (const line of lines) {
    const [, parent, child] = CHILD.exec(line) ?? [];
    if (parent !== undefined && starts.has(Number(parent)) && !starts.has(Number(child))) starts.set(Number(child), -1);
  }
  return starts;
}

/** Names of the system calls that the filter lets through with some arguments, from its page: rows `| number | call | ...`. */
export function readFilterList(page: string): Set<string> {
  return new Set([...readFileSync(page, 'utf8').matchAll(/^\| \d+ \| (\w+) \|/gm)].map(([, name = '']) => name));
}
