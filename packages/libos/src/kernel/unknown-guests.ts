import { AT_FDCWD, OpenFlags, latin1 } from '@occlum/abi';

import { readHostFile } from '../time/host-file.js';
import type { FileHost } from '../time/host-file.js';

/** Bytes of a list of children that are read at once. */
const CHUNK_BYTES = 16_384;
/** Fields of /proc/N/stat after the name, from 0. Source: proc_pid_stat(5), fields 3 and 6. */
const STAT_STATE = 0;
const STAT_SESSION = 3;

/**
 * Counts the host processes of an enclave that run and that nobody has reported yet.
 *
 * @param supervisor - Host process id of the supervisor, whose children all guests are, in its session; what watches a terminal
 *   is a child that leads a session.
 * @param isKnown - Whether a host process id is that of a guest that was reported.
 * @returns `undefined` where the host does not list children.
 */
export function countUnknownGuests(host: FileHost, supervisor: number, isKnown: (hostPid: number) => boolean): number | undefined {
  const children = readWhole(host, `/proc/${supervisor}/task/${supervisor}/children`);
  if (children === undefined) return undefined;
  return children.split(' ').map(Number).filter((pid) => pid > 0 && !isKnown(pid) && isRunningGuest(host, pid)).length;
}

function isRunningGuest(host: FileHost, pid: number): boolean {
  const stat = readHostFile(host, `/proc/${pid}/stat`);
  if (stat === undefined) return false;
  // The name in parentheses may hold anything, also blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[STAT_STATE] !== 'Z' && Number(fields[STAT_SESSION]) !== pid;
}

function readWhole(host: FileHost, path: string): string | undefined {
  const fd = host.openat(AT_FDCWD, Buffer.from(`${path}\0`, 'latin1'), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0, 0);
  if (fd < 0) return undefined;
  const chunk = new Uint8Array(CHUNK_BYTES);
  let text = '';
  for (let length; (length = host.read(fd, chunk)) > 0;) text += latin1(chunk.subarray(0, length));
  host.close(fd);
  return text;
}
