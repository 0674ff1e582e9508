import { isError } from '../fs/result.js';
import { hostText } from '../fs/proc/host-text.js';
import type { TextBinding } from '../fs/proc/host-text.js';
import type { Terminal } from '../fs/terminal/terminal.js';
import type { ProcessTable } from '../process/process-table.js';

/** Fields of /proc/self/stat after the name. Source: proc_pid_stat(5). */
const PGRP = 2;
const TTY_NR = 4;
const TPGID = 5;

/** What {@link showElsewhere} needs of the kernel. */
export interface ElsewhereKernel {
  readonly host: TextBinding;
  readonly vfs: { readonly terminals?: { readonly adopted: ReadonlyMap<number, Pick<Terminal, 'isWatched' | 'isElsewhere'>> } | undefined };
  readonly processes: Pick<ProcessTable, 'processes'>;
}

/**
 * Looks whether the user's terminal is in front of somebody else: the host lets guests read it all the same, as they live in
 * sessions without a terminal, so the kernel has to stop them. A terminal that is not this program's own is in front of nobody else.
 */
export function showElsewhere({ host, vfs, processes }: ElsewhereKernel): void {
  const adopted = [...(vfs.terminals?.adopted ?? [])].filter(([, terminal]) => !terminal.isWatched);
  if (adopted.length === 0) return;
  const { device, isForeground } = ownTerminal(host);
  for (const [hostDevice, terminal] of adopted) {
    const isElsewhere = hostDevice === device && !isForeground;
    if (isElsewhere === terminal.isElsewhere) continue;
    terminal.isElsewhere = isElsewhere;
    for (const process of processes.processes.values()) process.showBackground();
  }
}

/** This program's controlling terminal; device 0 where it has none. */
function ownTerminal(host: TextBinding): { readonly device: number; readonly isForeground: boolean } {
  const text = hostText(host, '/proc/self/stat');
  if (isError(text)) return { device: 0, isForeground: true };
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  return { device: (fields[TTY_NR] ?? 0) >>> 0, isForeground: fields[PGRP] === fields[TPGID] };
}
