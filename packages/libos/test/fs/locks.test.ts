import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FcntlCommand, FlockOperation, LockType, OpenFlags, flock } from '@occlum/abi';

import { LockTable } from '../../src/fs/locks/lock-table.js';
import type { WaitQueue } from '../../src/kernel/wait-queue.js';
import { FsGuest, Scratch, mountAll, named } from './guest.js';
import { Room } from '../guest-call.js';

let scratch: Scratch;
let one: FsGuest;
let two: FsGuest;

beforeEach(async () => {
  scratch = new Scratch();
  const files = mountAll(scratch, [{ type: 'layered', target: '/' }]);
  one = new FsGuest(files, undefined, 1);
  two = new FsGuest(files, undefined, 2);
  await one.write('/file', 'content');
});

afterEach(() => {
  one.exit();
  two.exit();
  one.files.close();
  scratch.remove();
});

/** A lock structure as memory has it. */
function range(type: number, start: number, length: number): Uint8Array {
  return flock.encode({ l_type: type, l_whence: 0, l_start: BigInt(start), l_len: BigInt(length), l_pid: 0 });
}

const open = (guest: FsGuest): Promise<number> => guest.open('/file', OpenFlags.O_RDWR);
const set = async (guest: FsGuest, fd: number, type: number, start: number, length: number, command: number = FcntlCommand.F_SETLK): Promise<unknown> =>
  named(await guest.call('fcntl', fd, command, range(type, start, length)));

async function get(guest: FsGuest, fd: number, start: number, length: number): Promise<readonly [type: number, start: bigint, length: bigint, pid: number]> {
  const room = new Room(range(LockType.F_WRLCK, start, length));
  await guest.call('fcntl', fd, FcntlCommand.F_GETLK, room);
  const { l_type, l_start, l_len, l_pid } = flock.decode(room.bytes);
  return [l_type, l_start, l_len, l_pid];
}

describe('record locks', () => {
  it('exclude other processes by range and kind', async () => {
    const a = await open(one);
    const b = await open(two);
    expect(await set(one, a, LockType.F_RDLCK, 0, 10)).toBe(0);
    expect(await set(two, b, LockType.F_RDLCK, 5, 10)).toBe(0);
    expect(await set(two, b, LockType.F_WRLCK, 5, 10)).toBe('EAGAIN');
    expect(await set(two, b, LockType.F_WRLCK, 10, 10)).toBe(0);
    expect(await get(one, a, 0, 0)).toEqual([LockType.F_RDLCK, 5n, 5n, 2]);
    expect(await get(one, a, 15, 0)).toEqual([LockType.F_WRLCK, 10n, 10n, 2]);
    expect((await get(one, a, 20, 0))[0]).toBe(LockType.F_UNLCK);
  });

  it('are split by unlocking a part', async () => {
    const a = await open(one);
    const b = await open(two);
    await set(one, a, LockType.F_WRLCK, 0, 0);
    await set(one, a, LockType.F_UNLCK, 10, 10);
    expect(await set(two, b, LockType.F_WRLCK, 10, 10)).toBe(0);
    expect(await set(two, b, LockType.F_WRLCK, 9, 1)).toBe('EAGAIN');
    expect(await get(two, b, 20, 0)).toEqual([LockType.F_WRLCK, 20n, 0n, 1]);
  });

  it('go with any descriptor of the file that their process closes', async () => {
    const a = await open(one);
    const other = await open(one);
    const b = await open(two);
    await set(one, a, LockType.F_WRLCK, 0, 0);
    expect(await set(two, b, LockType.F_WRLCK, 0, 0)).toBe('EAGAIN');
    one.close(other);
    expect(await set(two, b, LockType.F_WRLCK, 0, 0)).toBe(0);
  });

  it('are waited for', async () => {
    const a = await open(one);
    const b = await open(two);
    await set(one, a, LockType.F_WRLCK, 0, 0);
    const waiting = set(two, b, LockType.F_WRLCK, 0, 1, FcntlCommand.F_SETLKW);
    await set(one, a, LockType.F_UNLCK, 0, 0);
    expect(await waiting).toBe(0);
  });

  it('refuse a wait that would never end', async () => {
    const a = await open(one);
    const b = await open(two);
    await set(one, a, LockType.F_WRLCK, 0, 1);
    await set(two, b, LockType.F_WRLCK, 1, 1);
    const waiting = set(one, a, LockType.F_WRLCK, 1, 1, FcntlCommand.F_SETLKW);
    expect(await set(two, b, LockType.F_WRLCK, 0, 1, FcntlCommand.F_SETLKW)).toBe('EDEADLK');
    two.close(b);
    expect(await waiting).toBe(0);
  });

  it('of descriptions exclude each other within a process', async () => {
    const a = await open(one);
    const b = await open(one);
    expect(await set(one, a, LockType.F_WRLCK, 0, 0, FcntlCommand.F_OFD_SETLK)).toBe(0);
    expect(await set(one, b, LockType.F_WRLCK, 0, 0, FcntlCommand.F_OFD_SETLK)).toBe('EAGAIN');
    expect(await set(one, b, LockType.F_WRLCK, 0, 0)).toBe('EAGAIN');
    one.close(a);
    expect(await set(one, b, LockType.F_WRLCK, 0, 0, FcntlCommand.F_OFD_SETLK)).toBe(0);
  });

  it.each([
    ['an unknown type', 7, 0, 'EINVAL'],
    ['a range before the file', LockType.F_WRLCK, -1, 'EINVAL'],
  ])('refuse %s', async (_title, type, start, expected) => {
    expect(await set(one, await open(one), type, start, 1)).toBe(expected);
  });

  it('go with the access mode', async () => {
    const reader = await one.open('/file', OpenFlags.O_RDONLY);
    const writer = await one.open('/file', OpenFlags.O_WRONLY);
    expect(await set(one, reader, LockType.F_WRLCK, 0, 1)).toBe('EBADF');
    expect(await set(one, writer, LockType.F_RDLCK, 0, 1)).toBe('EBADF');
  });
});

describe('flock', () => {
  const { LOCK_SH, LOCK_EX, LOCK_UN, LOCK_NB } = FlockOperation;
  const lock = async (guest: FsGuest, fd: number, operation: number): Promise<unknown> => named(await guest.call('flock', fd, operation));

  it('belongs to descriptions', async () => {
    const a = await open(one);
    const b = await open(one);
    expect(await lock(one, a, LOCK_SH)).toBe(0);
    expect(await lock(one, b, LOCK_SH)).toBe(0);
    expect(await lock(one, b, LOCK_EX | LOCK_NB)).toBe('EAGAIN');
    expect(await lock(one, a, LOCK_UN)).toBe(0);
    expect(await lock(one, b, LOCK_EX | LOCK_NB)).toBe(0);
    expect(await lock(one, a, LOCK_EX | LOCK_SH)).toBe('EINVAL');
  });

  it('is waited for until the holder closes', async () => {
    const a = await open(one);
    const b = await open(two);
    await lock(one, a, LOCK_EX);
    const waiting = lock(two, b, LOCK_EX);
    one.close(a);
    expect(await waiting).toBe(0);
  });
});

describe('a lock that is waited for', () => {
  it('is had once, though its own setting wakes who waits', async () => {
    const table = new LockTable();
    const inode = { locks: undefined } as unknown as Parameters<LockTable['lock']>[1];
    const context = {
      kernel: { takeReleases: () => undefined },
      // As the kernel does: it looks from within the wake.
      wait: (queue: WaitQueue, condition: () => number | undefined) => new Promise<number>((resolve) => {
        const end = queue.subscribe(() => {
          const value = condition();
          if (value === undefined) return;
          end();
          resolve(value);
        });
      }),
    } as unknown as Parameters<LockTable['lock']>[0];
    const [one, other] = [{}, {}];
    const lock = (owner: object) => ({ owner, pid: 1, exclusive: true, start: 0, end: 10 });
    expect(table.lock(context, inode, lock(one), true)).toBe(0);
    const waiting = table.lock(context, inode, lock(other), true);
    table.unlock(inode, one, 0, 10);
    expect(await waiting).toBe(0);
    expect(inode.locks?.ranges.has(other)).toBe(true);
  });
});
