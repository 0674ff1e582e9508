import { describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { TASK_MAX, TaskRoom } from '../../src/process/task-room.js';

const numbered = <T>(count: number): Map<number, T> => new Map(Array.from({ length: count }, (_, number) => [number, {} as T]));

/** The addon's host, with a limit of descriptors and of which the next ones are these; what was closed is told. */
function hostOf(limit: number, first: number, result = 0): { host: ConstructorParameters<typeof TaskRoom>[0]; closed: number[] } {
  const closed: number[] = [];
  return {
    closed,
    host: {
      ...hostBinding(),
      getrlimit: (_resource, out) => {
        out[0] = limit;
        return 0;
      },
      processOpen: () => (result < 0 ? result : 7),
      processDescriptors: (_handle, out) => {
        out.set([first, first + 1, first + 2, first + 3]);
        return 0;
      },
      processArena: () => new ArrayBuffer(1 << 20),
      processClose: (handle) => {
        closed.push(handle);
        return 0;
      },
    },
  };
}

const roomFor = (processes: number, threads: number): TaskRoom => new TaskRoom(hostOf(1024, 20).host, { processes: numbered(processes), threads: numbered(threads) });

describe('the number of tasks', () => {
  it.each([
    ['processes with a thread each', TASK_MAX - 1, TASK_MAX - 1, false],
    ['threads of few processes', 1, TASK_MAX, true],
    ['zombies, which have no thread', TASK_MAX, 1, true],
  ])('counts %s', (_title, processes, threads, isFull) => {
    const room = roomFor(processes, threads);
    expect(room.isFull).toBe(isFull);
    expect(room.openLink('guest') === -Errno.EAGAIN).toBe(isFull);
    expect(room.openLink('outside')).not.toBe(-Errno.EAGAIN);
  });
});

describe('the limits of an enclave', () => {
  it.each([
    ['processes', 2, 5, [-Errno.EAGAIN, -Errno.EAGAIN, true, ['processes', 'processes']]],
    ['processes not met', 1, 5, ['link', 'link', true, []]],
    ['threads', 1, 6, [-Errno.EAGAIN, -Errno.EAGAIN, false, ['threads', 'threads', 'threads']]],
  ])('hold for who starts from outside, too: %s', (_title, processes, threads, expected) => {
    const refused: string[] = [];
    const room = new TaskRoom(hostOf(1024, 20).host, { processes: numbered(processes), threads: numbered(threads) }, { limits: { processes: 2, threads: 6 }, refused: (limit) => refused.push(limit) });
    const opened = (['guest', 'outside'] as const).map((maker) => room.openLink(maker)).map((link) => (typeof link === 'number' ? link : 'link'));
    expect([...opened, room.hasRoomForThread(), refused]).toEqual(expected);
  });

  it('leave nobody room once the enclave is being ended', () => {
    const room = roomFor(1, 1);
    room.isClosed = true;
    expect([room.openLink('guest'), room.openLink('outside'), room.hasRoomForThread()]).toEqual([-Errno.EAGAIN, -Errno.EAGAIN, false]);
  });
});

describe('descriptors for one more process', () => {
  it.each([
    ['there are', 1024, 892, false],
    ['those that are left are kept', 1024, 893, true],
    ['of many at most 256 are kept', 100_000, 99_740, false],
    ['of many 256 are kept', 100_000, 99_741, true],
  ])('%s', (_title, limit, first, isRefused) => {
    const { host, closed } = hostOf(limit, first);
    const link = new TaskRoom(host, { processes: new Map(), threads: new Map() }).openLink('guest');
    expect(link === -Errno.EAGAIN).toBe(isRefused);
    expect(closed).toEqual(isRefused ? [7] : []);
  });

  it('are kept in part for processes that are started from outside', () => {
    const openLink = (first: number): unknown => new TaskRoom(hostOf(1024, first).host, { processes: new Map(), threads: new Map() }).openLink('outside');
    expect(openLink(956)).not.toBe(-Errno.EAGAIN);
    expect(openLink(957)).toBe(-Errno.EAGAIN);
  });

  it('are looked for once more where processes that have ended still had some', () => {
    let first = 893;
    const { host, closed } = hostOf(1024, 0);
    const numberedFrom = (out: Int32Array): number => {
      out.set([first, first + 1, first + 2, first + 3]);
      return 0;
    };
    const room = new TaskRoom({ ...host, processDescriptors: (_handle, out) => numberedFrom(out) }, { processes: new Map(), threads: new Map() }, {
      letGo: () => {
        first--;
        return first === 892;
      },
    });
    expect(room.openLink('guest')).not.toBe(-Errno.EAGAIN);
    expect(closed).toEqual([7]);
    first = 1000;
    expect(room.openLink('guest')).toBe(-Errno.EAGAIN);
  });

  it('are EAGAIN where the host has none, its other errors its own', () => {
    const openLink = (result: number): unknown => new TaskRoom(hostOf(1024, 20, result).host, { processes: new Map(), threads: new Map() }).openLink('guest');
    expect(openLink(-Errno.EMFILE)).toBe(-Errno.EAGAIN);
    expect(openLink(-Errno.ENOMEM)).toBe(-Errno.ENOMEM);
  });
});
