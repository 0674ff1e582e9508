import { guestText, hostText } from '../fs/proc/host-text.js';
import type { TextBinding } from '../fs/proc/host-text.js';
import { isError } from '../fs/result.js';
import type { Process } from '../process/process.js';

const KIB = 1024;

/** Bytes of memory that are nobody else's file, each process by itself: what processes share is counted for each. */
export function roughMemory(host: TextBinding, processes: readonly Process[]): number {
  return sum(processes, (process) => residentOf(host, process));
}

/** Bytes of memory, what several processes share once. Where the host does not let this process look, as {@link roughMemory}. */
export function exactMemory(host: TextBinding, processes: readonly Process[]): number {
  return sum(processes, (process) => proportionalOf(host, process) ?? residentOf(host, process));
}

/** Source: proc_pid_status(5). */
function residentOf(host: TextBinding, { hostPid }: Process): number {
  return fields(hostText(host, `/proc/${hostPid}/status`), /^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm) ?? 0;
}

/** Source: linux/Documentation/ABI/testing/procfs-smaps_rollup. */
function proportionalOf(host: TextBinding, { hostPid }: Process): number | undefined {
  return fields(guestText(host, hostPid, 'smaps_rollup'), /^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+) kB$/gm);
}

function fields(text: string | number, pattern: RegExp): number | undefined {
  const values = isError(text) ? [] : Array.from(text.matchAll(pattern), ([, value]) => Number(value));
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0) * KIB;
}

function sum(processes: readonly Process[], bytes: (process: Process) => number): number {
  return processes.reduce((total, process) => total + (process.hostPid > 0 ? bytes(process) : 0), 0);
}
