import { describe, expect, it } from 'vitest';

import { isForeground, isJob } from '../src/job.js';
import type { JobMember } from '../src/job.js';

const SHELL = 10;
const COMMAND = 20;

/** Processes by pid. */
function look(table: Readonly<Record<number, JobMember>>) {
  return (pid: number): JobMember | undefined => table[pid];
}

describe('isJob', () => {
  it.each<[string, Record<number, JobMember>, boolean]>([
    ['a job of a shell', { [COMMAND]: { parent: SHELL, group: 20, session: 10 }, [SHELL]: { parent: 1, group: 10, session: 10 } }, true],
    ['behind a wrapper of its group', { [COMMAND]: { parent: 15, group: 15, session: 10 }, 15: { parent: SHELL, group: 15, session: 10 }, [SHELL]: { parent: 1, group: 10, session: 10 } }, true],
    ['of a script that is no shell for it', { [COMMAND]: { parent: SHELL, group: 10, session: 10 }, [SHELL]: { parent: 1, group: 10, session: 10 }, 1: { parent: 0, group: 1, session: 1 } }, false],
    ['the leader of a session', { [COMMAND]: { parent: SHELL, group: 20, session: 20 }, [SHELL]: { parent: 1, group: 10, session: 10 } }, false],
    ['whose parent is not to be seen', { [COMMAND]: { parent: 0, group: 20, session: 20 } }, false],
  ])('%s', (_title, table, result) => {
    expect(isJob(COMMAND, look(table))).toBe(result);
  });

  it('reads the host\'s processes', () => {
    expect(typeof isJob()).toBe('boolean');
  });
});

describe('isForeground', () => {
  const tells = (group: number) => ({
    ioctl: (_descriptor: number, _request: number, out: Uint8Array) => {
      new DataView(out.buffer).setInt32(0, group, true);
      return 0;
    },
  });
  const own = { parent: 1, group: 20, session: 10 };

  it('is where the terminal\'s group is the command\'s', () => {
    expect(isForeground(tells(20), 0, () => own)).toBe(true);
    expect(isForeground(tells(10), 0, () => own)).toBe(false);
  });

  it('is where there is no terminal to share', () => {
    expect(isForeground({ ioctl: () => -25 }, 0, () => own)).toBe(true);
  });
});
