import { describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';

import { countUnknownGuests } from '../../src/kernel/unknown-guests.js';
import type { FileHost } from '../../src/time/host-file.js';

const SUPERVISOR = 50;

/** A host that has these files, and gives a few bytes of one at a time. */
function hostOf(files: Readonly<Record<string, string>>): FileHost {
  const open = new Map<number, Buffer>();
  return {
    openat: (_directory, path) => {
      const text = files[Buffer.from(path).toString('latin1').slice(0, -1)];
      if (text === undefined) return -Errno.ENOENT;
      open.set(open.size + 3, Buffer.from(text));
      return open.size + 2;
    },
    read: (fd, out) => {
      const rest = open.get(fd) ?? Buffer.alloc(0);
      const length = Math.min(rest.length, out.length, 100);
      out.set(rest.subarray(0, length));
      open.set(fd, rest.subarray(length));
      return length;
    },
    close: () => 0,
  };
}

const stat = (pid: number, state: string, session: number): [string, string] => [`/proc/${pid}/stat`, `${pid} (a) S 1 x) ${state} ${SUPERVISOR} ${SUPERVISOR} ${session} 0 -1\n`];

describe('countUnknownGuests', () => {
  it('counts what runs, leads no session and was not reported', () => {
    const many = Array.from({ length: 60 }, (_, index) => 1000 + index);
    const files = Object.fromEntries([
      [`/proc/${SUPERVISOR}/task/${SUPERVISOR}/children`, [...many, 7, 8, 9, 10].map((pid) => `${pid} `).join('')],
      ...many.map((pid) => stat(pid, 'R', SUPERVISOR)),
      stat(7, 'T', SUPERVISOR),
      stat(8, 'Z', SUPERVISOR), // has ended
      stat(9, 'S', 9), // watches a terminal
      // 10 is gone
    ]);
    expect(countUnknownGuests(hostOf(files), SUPERVISOR, (pid) => pid >= 1001)).toBe(2);
    expect(countUnknownGuests(hostOf(files), SUPERVISOR, () => false)).toBe(61);
  });

  it('does not know where the host lists no children', () => {
    expect(countUnknownGuests(hostOf({}), SUPERVISOR, () => false)).toBeUndefined();
  });
});
