import { GuestAddress, ProcessPage } from '@occlum/native';

import type { Process } from '../../process/process.js';
import { COPY_NAME } from '../image/copy-name.js';
import { isError } from '../result.js';
import { guestText } from './host-text.js';
import type { TextBinding } from './host-text.js';

/** Where a part of the host's file tree is, seen from a guest. */
export interface ShownTree {
  /** Path on the host, without a slash at the end. */
  readonly host: string;
  /** Path inside. */
  readonly guest: string;
}

/** Names that the host's kernel gives to mappings, which guests may see. `[heap]` is shown by the guest's own break. */
const OWN_NAMES = /^\[(stack|vdso|vvar|vvar_vclock|vsyscall)\]$/;
/** How a copy of a file of an image begins. */
const COPY = `/memfd:${COPY_NAME}`;
const LINE = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/;
/** First address of the runtime, and the first one after it. */
const RUNTIME_START = GuestAddress.rangeHighFirst * 2 ** 32;
const RUNTIME_END = (GuestAddress.rangeHighLast + 1) * 2 ** 32;
/** Where a path column begins. Source: linux/fs/proc/task_mmu.c, `show_vma_header_prefix`. */
const PATH_COLUMN = 73;

/**
 * `/proc/N/maps`: the host's, without what belongs to the runtime, and with the guest's paths in place of the host's.
 *
 * @param binding - Host calls.
 * @param process - Whose.
 * @param trees - Where host paths lead inside, the most particular first.
 * @returns The text; only the stack where the host does not let this process look.
 */
export function processMaps(binding: TextBinding, process: Process, trees: readonly ShownTree[]): string {
  const text = guestText(binding, process.hostPid, 'maps');
  if (isError(text)) return stackOnly(process);
  const heapStart = Number(process.arena?.pageWide(ProcessPage.brk_start) ?? 0n);
  const heapEnd = Number(process.arena?.pageWide(ProcessPage.brk) ?? 0n);
  let shown = '';
  for (const line of text.split('\n')) {
    const [, start = '', end = '', rights = '', offset = '', , ino = '', path = ''] = LINE.exec(line) ?? [];
    const address = Number.parseInt(start, 16);
    if (start === '' || (address >= RUNTIME_START && address < RUNTIME_END)) continue;
    const isHeap = heapEnd > heapStart && address >= heapStart && address < heapEnd && ino === '0';
    shown += showLine(`${start}-${end} ${rights} ${offset}`, ino, isHeap ? '[heap]' : guestPath(path, trees));
  }
  return shown;
}

function showLine(head: string, ino: string, path: string): string {
  const isFile = path.startsWith('/');
  const line = `${head} ${isFile ? `00:20 ${ino}` : '00:00 0'} `;
  return path === '' ? `${line}\n` : `${line.padEnd(PATH_COLUMN)}${path}\n`;
}

function guestPath(path: string, trees: readonly ShownTree[]): string {
  if (OWN_NAMES.test(path)) return path;
  for (const { host, guest } of trees) {
    if (path === host || path.startsWith(`${host}/`)) return `${guest === '/' ? '' : guest}${path.slice(host.length)}`;
  }
  // A copy of a file of an image, which the host knows by this name only.
  if (path.startsWith(COPY)) return path.slice(COPY.length).replace(/ \(deleted\)$/, '');
  // Memory of the host that a guest made itself keeps its name; any other path is none of the guest's business.
  return path.startsWith('/memfd:') || path.startsWith('/dev/zero') ? path : '';
}

/** The first thread's stack as the environment at its top tells it: what pthread_getattr_np(3) looks for. */
function stackOnly(process: Process): string {
  const top = Number(process.arena?.pageWide(ProcessPage.environment_end) ?? 0n);
  if (top === 0) return '';
  const end = Math.ceil((top + 1) / 4096) * 4096;
  const start = end - 0x21000;
  return showLine(`${start.toString(16)}-${end.toString(16)} rw-p 00000000`, '0', '[stack]');
}
