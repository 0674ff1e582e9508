import { beforeEach, describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';

import { showElsewhere } from '../../src/kernel/terminal-elsewhere.js';
import { FakeKernel } from '../process/fake-kernel.js';

const DEVICE = 0x8805;
const FILE = 3;

let terminal: { isWatched: boolean; isElsewhere: boolean };
let shown: number;

beforeEach(() => {
  terminal = { isWatched: false, isElsewhere: false };
  shown = 0;
});

/** Looks, where the host says this of the program itself. */
function look(stat: string | undefined): void {
  const { processes } = new FakeKernel();
  processes.processes.set(1, { showBackground: () => { shown++; } } as never);
  let rest = Buffer.from(stat ?? '');
  showElsewhere({
    host: {
      openat: () => (stat === undefined ? -Errno.EACCES : FILE),
      openGuestFile: () => -Errno.EACCES,
      read: (_file, out) => {
        const count = rest.copy(out);
        rest = rest.subarray(count);
        return count;
      },
      close: () => 0,
    },
    vfs: { terminals: { adopted: new Map([[DEVICE, terminal]]) } },
    processes,
  });
}

/** Source: proc_pid_stat(5). */
const stat = (group: number, device: number, foreground: number): string => `20 (a (b) c) S 10 ${group} 10 ${device} ${foreground} 4194304 1\n`;

describe('showElsewhere', () => {
  it.each<[string, string | undefined, boolean]>([
    ['in front', stat(20, DEVICE, 20), false],
    ['behind the shell', stat(20, DEVICE, 10), true],
    ['behind a group that has ended', stat(20, DEVICE, -1), true],
    ['another terminal', stat(20, DEVICE + 1, 10), false],
    ['no terminal of this program', stat(20, 0, -1), false],
    ['not to be seen', undefined, false],
  ])('takes a terminal for elsewhere or not: %s', (_title, text, isElsewhere) => {
    look(text);
    expect([terminal.isElsewhere, shown]).toEqual([isElsewhere, Number(isElsewhere)]);
  });

  it('sees that it is back', () => {
    look(stat(20, DEVICE, 10));
    look(stat(20, DEVICE, 20));
    expect([terminal.isElsewhere, shown]).toEqual([false, 2]);
  });

  it('leaves those alone that the host tells of', () => {
    terminal.isWatched = true;
    look(stat(20, DEVICE, 10));
    expect(terminal.isElsewhere).toBe(false);
  });
});
