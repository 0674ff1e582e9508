import { readFileSync } from 'node:fs';

/** The launcher moves this variable out of Node's way under the name with the prefix. */
const MOVED_PREFIX = 'OCCLUM_HOST_NODE_EXTRA_CA_CERTS=';
const MOVED = 'NODE_EXTRA_CA_CERTS=';

/**
 * The variables that this process was started with, as bytes: `process.env` has text, and loses what is no UTF-8.
 *
 * Source: proc_pid_environ(5).
 */
export function hostEnvironment(content: Buffer = readFileSync('/proc/self/environ')): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < content.length;) {
    const end = content.indexOf(0, at);
    const entry = content.subarray(at, end < 0 ? content.length : end);
    if (entry.length > 0) entries.push(moved(entry));
    at = end < 0 ? content.length : end + 1;
  }
  return entries;
}

function moved(entry: Buffer): Buffer {
  return entry.toString('latin1').startsWith(MOVED_PREFIX) ? Buffer.concat([Buffer.from(MOVED), entry.subarray(MOVED_PREFIX.length)]) : entry;
}
