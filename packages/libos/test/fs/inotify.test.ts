import { appendFileSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { InotifyMask, IoctlRequest, OpenFlags, inotifyEvent } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { HostWatches } from '../../src/fs/inotify/host-watches.js';
import { InotifyInstance } from '../../src/fs/inotify/inotify-instance.js';
import { INSTANCES_MAX } from '../../src/fs/inotify/inotify-registry.js';
import { Room } from '../guest-call.js';
import { FsGuest, Scratch, mountAll, named } from './guest.js';

const { IN_ACCESS, IN_ATTRIB, IN_CLOSE_WRITE, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_EXCL_UNLINK, IN_IGNORED, IN_ISDIR, IN_MODIFY, IN_MOVED_FROM, IN_MOVED_TO, IN_Q_OVERFLOW } = InotifyMask;
const host = hostBinding();

let scratch: Scratch;
let shared: string;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  shared = join(scratch.path, 'shared');
  mkdirSync(shared);
  writeFileSync(join(scratch.lower, 'below'), 'below');
  guest = new FsGuest(
    mountAll(scratch, [
      { type: 'layered', target: '/', lower: scratch.lower },
      { type: 'host', target: '/shared', source: shared },
    ]),
  );
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

/** Events that wait, each as `MASK name`, with the mask's bits as numbers. */
function events(fd: number, room = 65_536): readonly { readonly mask: number; readonly name: string }[] {
  const description = guest.descriptors.get(fd)?.description;
  const object = description?.object;
  if (!(object instanceof InotifyInstance)) throw new Error(`${fd} is no inotify descriptor`);
  const context = { kernel: { takeReleases: () => undefined }, object: () => description };
  const bytes = object.read(context as never, room);
  if (bytes === -Errno.EAGAIN) return [];
  if (!(bytes instanceof Uint8Array)) throw new Error(`read gave ${String(named(bytes))}`);
  const found: { mask: number; name: string }[] = [];
  for (let at = 0; at < bytes.length;) {
    const { mask, len } = inotifyEvent.decode(bytes.subarray(at, at + inotifyEvent.size));
    found.push({ mask, name: Buffer.from(bytes.subarray(at + inotifyEvent.size, at + inotifyEvent.size + len)).toString().replace(/\0+$/, '') });
    at += inotifyEvent.size + len;
  }
  return found;
}

async function watching(path: string, mask: number): Promise<number> {
  const fd = await guest.call('inotify_init1', OpenFlags.O_NONBLOCK);
  expect(await guest.call('inotify_add_watch', fd, path, mask >>> 0)).toBe(1);
  return fd;
}

/** How many descriptors of this process are inotify instances of the host. */
function hostInstances(): number {
  return readdirSync('/proc/self/fd').filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`) === 'anon_inode:inotify';
    } catch {
      return false;
    }
  }).length;
}

describe('names', () => {
  it('that come and go are reported', async () => {
    await guest.call('mkdir', '/watched', 0o755);
    const fd = await watching('/watched', IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB);
    await guest.write('/watched/a', 'x');
    await guest.call('mkdir', '/watched/d', 0o755);
    await guest.call('rename', '/watched/a', '/watched/b');
    await guest.call('chmod', '/watched/b', 0o600);
    await guest.call('unlink', '/watched/b');
    expect(events(fd)).toEqual([
      { mask: IN_CREATE, name: 'a' },
      { mask: (IN_CREATE | IN_ISDIR) >>> 0, name: 'd' },
      { mask: IN_MOVED_FROM, name: 'a' },
      { mask: IN_MOVED_TO, name: 'b' },
      { mask: IN_ATTRIB, name: 'b' },
      { mask: IN_DELETE, name: 'b' },
    ]);
    expect(await guest.call('inotify_rm_watch', fd, 1)).toBe(0);
    expect(events(fd)).toEqual([{ mask: IN_IGNORED, name: '' }]);
    expect(named(await guest.call('inotify_rm_watch', fd, 1))).toBe('EINVAL');
  });

  it.each([
    ['no events', '/', 0, 'EINVAL'],
    ['no directory', '/file', (IN_CREATE | InotifyMask.IN_ONLYDIR) >>> 0, 'ENOTDIR'],
    ['nothing', '/nothing', IN_CREATE, 'ENOENT'],
  ])('of %s cannot be watched', async (_title, path, mask, expected) => {
    await guest.write('/file', 'x');
    const fd = await guest.call('inotify_init1', 0);
    expect(named(await guest.call('inotify_add_watch', fd, path, mask))).toBe(expected);
  });
});

describe.each([['a layered file system', ''], ['a directory of the host', '/shared']])('descriptors in %s', (_title, folder) => {
  it('that were open before the watch, and after it, are heard of', async () => {
    await guest.write(`${folder}/file`, 'x');
    const before = await guest.open(`${folder}/file`, OpenFlags.O_RDWR);
    const fd = await watching(`${folder}/file`, IN_MODIFY | IN_ACCESS);
    host.write(guest.hostFd(before), Buffer.from('1'));
    expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }]);
    guest.content(before);
    expect(events(fd)).toEqual([{ mask: IN_ACCESS, name: '' }]);
    const after = await guest.open(`${folder}/file`, OpenFlags.O_WRONLY);
    host.write(guest.hostFd(after), Buffer.from('2'));
    host.ftruncate(guest.hostFd(before), 0);
    expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }]);
  });

  it('bring the name that the file has now to who watches its directory', async () => {
    await guest.call('mkdir', `${folder}/watched`, 0o755);
    const file = await guest.open(`${folder}/watched/a`, OpenFlags.O_WRONLY | OpenFlags.O_CREAT);
    const fd = await watching(`${folder}/watched`, IN_MODIFY | IN_CLOSE_WRITE | IN_EXCL_UNLINK);
    host.write(guest.hostFd(file), Buffer.from('1'));
    await guest.call('rename', `${folder}/watched/a`, `${folder}/watched/b`);
    host.write(guest.hostFd(file), Buffer.from('2'));
    const other = await guest.open(`${folder}/watched/b`, OpenFlags.O_WRONLY);
    guest.close(other);
    expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: 'a' }, { mask: IN_MODIFY, name: 'b' }, { mask: IN_CLOSE_WRITE, name: 'b' }]);
    await guest.call('unlink', `${folder}/watched/b`);
    host.write(guest.hostFd(file), Buffer.from('3'));
    guest.close(file);
    expect(events(fd)).toEqual([]);
  });

  it('are told of once where the kernel itself writes', async () => {
    await guest.write(`${folder}/file`, 'x');
    const fd = await watching(`${folder}/file`, IN_MODIFY | IN_CLOSE_WRITE);
    await guest.call('truncate', `${folder}/file`, 3);
    await guest.write(`${folder}/file`, 'longer');
    expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }, { mask: IN_CLOSE_WRITE, name: '' }]);
  });

  it('keep a file from being gone', async () => {
    const file = await guest.open(`${folder}/file`, OpenFlags.O_WRONLY | OpenFlags.O_CREAT);
    const fd = await watching(`${folder}/file`, IN_DELETE_SELF | IN_MODIFY);
    await guest.call('unlink', `${folder}/file`);
    host.write(guest.hostFd(file), Buffer.from('1'));
    expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }]);
    guest.close(file);
    expect(events(fd)).toEqual([{ mask: IN_DELETE_SELF, name: '' }, { mask: IN_IGNORED, name: '' }]);
  });
});

it('reports what the user of the host writes to a file that is watched', async () => {
  await guest.write('/shared/log', '');
  const fd = await watching('/shared/log', IN_MODIFY);
  appendFileSync(join(shared, 'log'), 'a line');
  expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }]);
});

it('goes on when a file of the lower layer is copied up', async () => {
  const fd = await watching('/below', IN_MODIFY);
  const file = await guest.open('/below', OpenFlags.O_WRONLY);
  host.write(guest.hostFd(file), Buffer.from('1'));
  expect(events(fd)).toEqual([{ mask: IN_MODIFY, name: '' }]);
});

it('is not held by a guest that never stops writing', () => {
  let reads = 0;
  const read = (_descriptor: number, out: Uint8Array): number => {
    if (++reads > 100) throw new Error('held');
    return out.fill(0).length;
  };
  const watches = HostWatches.open({ ...host, inotifyInit: () => 0, read }, () => () => undefined, { happened: () => undefined, overflow: () => undefined });
  if (typeof watches === 'number') throw new Error(`open gave ${watches}`);
  watches.collect();
  expect(reads * 65_536).toBeGreaterThanOrEqual(16_384 * inotifyEvent.size);
});

describe('an instance', () => {
  it('tells how many bytes wait, and gives whole events', async () => {
    const fd = await watching('/', IN_CREATE);
    await guest.call('mkdir', '/a', 0o755);
    await guest.call('mkdir', '/b', 0o755);
    const size = new Room(new Uint8Array(4));
    expect(await guest.call('ioctl', fd, IoctlRequest.FIONREAD, size)).toBe(0);
    expect(size.view().getInt32(0, true)).toBe(64);
    expect(() => events(fd, 31)).toThrow('EINVAL');
    expect(events(fd, 63)).toHaveLength(1);
    expect(events(fd, 63)).toHaveLength(1);
  });

  it('says that it lost some', async () => {
    const fd = await watching('/', IN_CREATE | IN_DELETE);
    for (let i = 0; i < 8200; i++) {
      await guest.call('mkdir', '/a', 0o755);
      await guest.call('rmdir', '/a');
    }
    const found = events(fd, 1 << 20);
    expect([found.length, found.at(-1)?.mask]).toEqual([16_384, IN_Q_OVERFLOW]);
  });

  it('is one of a limited number, and the host has one for all', async () => {
    const had = hostInstances();
    const all: number[] = [];
    for (let i = 0; i < INSTANCES_MAX; i++) all.push(await guest.call('inotify_init1', 0));
    expect(all.every((fd) => fd >= 0)).toBe(true);
    expect(named(await guest.call('inotify_init1', 0))).toBe('EMFILE');
    expect(hostInstances() - had).toBe(1);
    for (const fd of all) guest.close(fd);
    expect(hostInstances() - had).toBe(0);
  });
});
