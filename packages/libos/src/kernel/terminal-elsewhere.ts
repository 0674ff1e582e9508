import { IoctlRequest, OpenFlags } from '@occlum/abi';

import { isError } from '../fs/result.js';
import { hostText } from '../fs/proc/host-text.js';
import type { Terminal } from '../fs/terminal/terminal.js';
import type { EnclaveKernel } from './enclave-kernel.js';

/** Field of the process group, after the name. Source: proc_pid_stat(5). */
const PGRP = 2;

/**
 * Looks whether the user's terminals are in front of somebody else: the host lets guests read them all the same, as they live in
 * sessions without a terminal, so the kernel has to stop them.
 */
export function showElsewhere({ host, vfs, processes }: Pick<EnclaveKernel, 'host' | 'vfs' | 'processes'>): void {
  let group: number | undefined;
  for (const terminal of vfs.terminals?.adopted ?? []) {
    if (terminal.isWatched) continue;
    group ??= ownGroup(host);
    const foreground = foregroundOf(host, terminal);
    const isElsewhere = foreground !== undefined && foreground !== group;
    if (isElsewhere === terminal.isElsewhere) continue;
    terminal.isElsewhere = isElsewhere;
    for (const process of processes.processes.values()) process.showBackground();
  }
}

/** `undefined` where it is no terminal of this program's session. */
function foregroundOf(host: EnclaveKernel['host'], terminal: Terminal): number | undefined {
  const descriptor = terminal.reopen(OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
  if (descriptor < 0) return undefined;
  const bytes = new Uint8Array(4);
  const result = host.ioctl(descriptor, IoctlRequest.TIOCGPGRP, bytes);
  host.close(descriptor);
  return result < 0 ? undefined : new DataView(bytes.buffer).getInt32(0, true);
}

function ownGroup(host: EnclaveKernel['host']): number {
  const text = hostText(host, '/proc/self/stat');
  return isError(text) ? 0 : Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[PGRP]);
}
