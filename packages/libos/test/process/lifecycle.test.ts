import { beforeEach, describe, expect, it, vi } from 'vitest';

import { Signal } from '@occlum/abi';

import { takeTerminal } from '../../src/process/controlling-terminal.js';
import type { ControllingTerminal } from '../../src/process/controlling-terminal.js';
import { Lifecycle } from '../../src/process/lifecycle.js';
import type { Process } from '../../src/process/process.js';
import { sentBy } from '../../src/signal/signal-info.js';
import { signalBit } from '../../src/signal/signal-set.js';
import { FakeKernel } from './fake-kernel.js';

const HANDLER = 0x1000;
const IGNORE = 1;
const USAGE = { userUs: 30_000, systemUs: 20_000, maxRssKb: 500 };

let kernel: FakeKernel;
let lifecycle: Lifecycle;
let parent: Process;
let child: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  lifecycle = new Lifecycle(kernel.processes, kernel.signals);
  parent = kernel.spawn();
  child = kernel.spawn(parent);
});

const end = (process: Process, status = 0): void => {
  lifecycle.ended(process, status, USAGE, (ended) => { ended.link = undefined; });
};

describe('the end of a process', () => {
  it('leaves a zombie, wakes who waits, and signals the parent', () => {
    const woken = vi.fn();
    parent.childChange.subscribe(woken);
    kernel.setAction(parent, Signal.SIGCHLD, HANDLER);
    end(child, 3 << 8);
    expect(child).toMatchObject({ state: 'zombie', exit: 3 << 8, usage: USAGE });
    expect(child.threads.size).toBe(0);
    expect(parent.pending.set).toBe(signalBit(Signal.SIGCHLD));
    expect(woken).toHaveBeenCalled();
  });

  it('happens once', () => {
    end(child, 1);
    end(child, 2);
    expect(child.exit).toBe(1);
  });

  it.each([
    ['ignores SIGCHLD', IGNORE, 0],
    ['does not want to wait', HANDLER, 2],
  ])('leaves nothing where the parent %s', (_title, handler, flags) => {
    kernel.setAction(parent, Signal.SIGCHLD, handler, flags);
    end(child);
    expect(child.state).toBe('reaped');
    expect(kernel.processes.get(child.pid)).toBeUndefined();
  });

  it('sends the signal that clone asked for', () => {
    child.exitSignal = Signal.SIGUSR1;
    kernel.setAction(parent, Signal.SIGUSR1, HANDLER);
    end(child);
    expect(parent.pending.set).toBe(signalBit(Signal.SIGUSR1));
  });
});

describe('orphans', () => {
  it('belong to the kernel, which waits for them', () => {
    const orphan = kernel.spawn(child);
    end(child);
    expect(orphan.parent).toBeUndefined();
    expect(orphan.ppid).toBe(0);
    end(orphan);
    expect(orphan.state).toBe('reaped');
  });

  it('that are zombies already are gone at once', () => {
    const orphan = kernel.spawn(child);
    end(orphan);
    expect(orphan.state).toBe('zombie');
    end(child);
    expect(orphan.state).toBe('reaped');
  });

  it('go to the nearest subreaper', () => {
    parent.isSubreaper = true;
    const orphan = kernel.spawn(child);
    end(child);
    expect(orphan.parent).toBe(parent);
    expect(parent.children.has(orphan)).toBe(true);
  });

  it('get the signal they asked for', () => {
    const orphan = kernel.spawn(child);
    orphan.parentDeathSignal = Signal.SIGUSR1;
    kernel.setAction(orphan, Signal.SIGUSR1, HANDLER);
    end(child);
    expect(orphan.pending.set).toBe(signalBit(Signal.SIGUSR1));
  });

  describe('that are stopped', () => {
    let job: Process;
    let member: Process;
    /** It takes the signal itself, now that it goes on. */
    const HUNG_UP = { stoppedBy: 0, pending: { set: signalBit(Signal.SIGHUP) } };

    beforeEach(() => {
      job = kernel.spawn(child);
      member = kernel.spawn(job);
      const group = kernel.processes.newGroup(job.pid, parent.session);
      job.joinGroup(group);
      member.joinGroup(group);
      kernel.signals.toProcess(member, sentBy({ pid: 1, uid: 0 }, Signal.SIGSTOP));
    });

    it('are hung up when the process ends that could have continued them', () => {
      end(child);
      expect(job.exit).toBe(Signal.SIGHUP);
      expect(member).toMatchObject(HUNG_UP);
    });

    it('are hung up when their own link to the session ends', () => {
      end(job);
      expect(member).toMatchObject(HUNG_UP);
    });

    it('are hung up also where the stopped one only starts', () => {
      member.state = 'new';
      end(child);
      expect(member).toMatchObject(HUNG_UP);
    });

    it('are left alone when one of a group ends that was an orphan before', () => {
      const other = kernel.spawn(job);
      other.joinGroup(job.group);
      child.parent = undefined;
      job.parent = undefined;
      end(other);
      expect(job.exit).toBeUndefined();
      expect(member.stoppedBy).toBe(Signal.SIGSTOP);
    });
  });
});

describe('a group that nobody can continue any more', () => {
  it('is hung up and continued where a member is stopped', () => {
    const grandchild = kernel.spawn(child);
    kernel.processes.move(grandchild, kernel.processes.newGroup(grandchild.pid, grandchild.session));
    kernel.setAction(grandchild, Signal.SIGHUP, HANDLER);
    grandchild.stoppedBy = Signal.SIGTSTP;
    end(child);
    expect(grandchild.stoppedBy).toBe(0);
    expect(grandchild.pending.set).toBe(signalBit(Signal.SIGHUP));
  });
});

describe('the end of a session leader', () => {
  it('hangs up the foreground of its terminal', () => {
    kernel.setAction(child, Signal.SIGHUP, HANDLER);
    const terminal: ControllingTerminal = { session: undefined, foreground: undefined, device: 0, isElsewhere: false };
    takeTerminal(terminal, parent);
    child.terminal = terminal;
    end(parent);
    expect([terminal.session, parent.session.terminal, child.terminal]).toEqual([undefined, undefined, undefined]);
    expect(child.pending.set & signalBit(Signal.SIGHUP)).not.toBe(0n);
  });
});

describe('reap', () => {
  it('adds what the child and its children used', () => {
    child.childrenUsage = { userUs: 1, systemUs: 2, maxRssKb: 900 };
    end(child);
    lifecycle.reap(child);
    expect(parent.childrenUsage).toEqual({ userUs: 30_001, systemUs: 20_002, maxRssKb: 900 });
  });

  it('frees the number and the group', () => {
    end(child);
    lifecycle.reap(child);
    expect(kernel.processes.get(child.pid)).toBeUndefined();
    expect(parent.group.members.has(child)).toBe(false);
  });

  it('does nothing to a process that runs', () => {
    lifecycle.reap(child);
    expect(child.state).toBe('running');
  });
});
