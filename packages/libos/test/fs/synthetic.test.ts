import { readdirSync, readlinkSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { IoctlRequest, OpenFlags } from '@occlum/abi';
import { hostBinding } from '@occlum/native';

import { Room } from '../guest-call.js';
import { FsGuest, ROOT, Scratch, mountAll, named } from './guest.js';

const host = hostBinding();

/** How many descriptors of this process stand for a file of the host. */
function held(path: string): number {
  return readdirSync('/proc/self/fd').filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`) === path;
    } catch {
      return false;
    }
  }).length;
}

let scratch: Scratch;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  guest = new FsGuest(
    mountAll(scratch, [
      { type: 'layered', target: '/' },
      { type: 'process', target: '/proc' },
      { type: 'system', target: '/sys' },
      { type: 'device', target: '/dev' },
      { type: 'layered', target: '/dev/shm', mode: 0o1777 },
    ]),
  );
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

describe('/dev', () => {
  it('has the harmless devices of the host and no others', async () => {
    expect(await guest.list('/dev')).toEqual(
      ['fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero'],
    );
    const zero = await guest.open('/dev/zero');
    expect(host.read(guest.hostFd(zero), new Uint8Array(8))).toBe(8);
    expect(await guest.write('/dev/null', 'gone', OpenFlags.O_TRUNC)).toBe(4);
    expect(named(await guest.open('/dev/tty', OpenFlags.O_RDWR))).toBe('ENXIO');
    expect(named(await guest.open('/dev/new', OpenFlags.O_CREAT | OpenFlags.O_WRONLY))).toBe('EACCES');
    expect(named(await new FsGuest(guest.files, ROOT, 2).call('mknod', '/dev/mem', 0o020600, 0x101))).toBe('EPERM');
    expect(await guest.write('/dev/shm/segment', 'x')).toBe(1);
  });

  it('gives the devices of the host back with the file systems', async () => {
    const place = new Scratch();
    const other = new FsGuest(mountAll(place, [{ type: 'layered', target: '/' }, { type: 'device', target: '/dev' }]));
    const before = held('/dev/urandom');
    await other.open('/dev/urandom');
    expect(held('/dev/urandom')).toBeGreaterThan(before);
    other.exit();
    other.files.close();
    place.remove();
    expect(held('/dev/urandom')).toBe(before);
  });

  it('makes pairs of terminals', async () => {
    const master = await guest.open('/dev/ptmx', OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);
    const number = new Room(new Uint8Array(4));
    expect(await guest.call('ioctl', master, IoctlRequest.TIOCGPTN, number)).toBe(0);
    expect(number.view().getUint32(0, true)).toBe(0);
    expect(named(await guest.open('/dev/pts/0', OpenFlags.O_RDWR | OpenFlags.O_NOCTTY))).toBe('EIO');
    expect(await guest.call('ioctl', master, IoctlRequest.TIOCSPTLCK, new Uint8Array(4))).toBe(0);
    const slave = await guest.open('/dev/pts/0', OpenFlags.O_RDWR | OpenFlags.O_NOCTTY);
    host.write(guest.hostFd(master), Buffer.from('typed\n'));
    expect(host.read(guest.hostFd(slave), new Uint8Array(16))).toBe(6);
    guest.close(slave);
    guest.close(master);
    expect(await guest.list('/dev/pts')).toEqual(['ptmx']);
  });
});

describe('/proc', () => {
  it('tells about the machine and refuses what it cannot set', async () => {
    expect(await guest.read('/proc/sys/kernel/ostype')).toBe('Linux\n');
    expect(await guest.read('/proc/sys/kernel/hostname')).toBe('test\n');
    expect(await guest.read('/proc/filesystems')).toContain('nodev\tproc\n');
    expect(await guest.read('/proc/meminfo')).toContain('MemTotal');
    expect(await guest.readlink('/proc/self')).toBe('1');
    expect(named(await guest.open('/proc/sys/kernel/hostname', OpenFlags.O_WRONLY))).toBe('EACCES');
    expect(named(await guest.stat('/proc/1/status'))).toBe('ENOENT');
    expect(named(await guest.call('mkdir', '/proc/x', 0o755))).toBe('ENOENT');
  });

  it('gives files that nobody can change', async () => {
    const fd = await guest.open('/proc/version');
    expect(host.write(guest.hostFd(fd), Buffer.from('x'))).toBeLessThan(0);
    expect(host.reopen(guest.hostFd(fd), OpenFlags.O_RDWR)).toBeGreaterThan(0);
    const writer = host.reopen(guest.hostFd(fd), OpenFlags.O_RDWR);
    expect(host.write(writer, Buffer.from('x'))).toBeLessThan(0);
  });
});

describe('/sys', () => {
  it('tells how many CPUs there are', async () => {
    expect(await guest.read('/sys/devices/system/cpu/online')).toMatch(/^[\d,-]+\n$/);
    expect(named(await guest.stat('/sys/fs/cgroup'))).toBe('ENOENT');
  });
});

describe('extended attributes', () => {
  it('are kept beside a file', async () => {
    await guest.write('/file', 'x');
    expect(await guest.call('setxattr', '/file', 'user.note', Buffer.from('text'), 4, 0)).toBe(0);
    const room = new Room();
    expect(await guest.call('getxattr', '/file', 'user.note', room, 100)).toBe(4);
    expect(Buffer.from(room.bytes).toString()).toBe('text');
    expect(await guest.call('getxattr', '/file', 'user.note', null, 0)).toBe(4);
    expect(named(await guest.call('getxattr', '/file', 'user.note', new Room(), 2))).toBe('ERANGE');
    expect(named(await guest.call('setxattr', '/file', 'user.note', Buffer.from('x'), 1, 1))).toBe('EEXIST');
    expect(named(await guest.call('setxattr', '/file', 'user.other', Buffer.from('x'), 1, 2))).toBe('ENODATA');
    expect(named(await guest.call('setxattr', '/file', 'nonsense', Buffer.from('x'), 1, 0))).toBe('EOPNOTSUPP');
    expect(await guest.call('listxattr', '/file', new Room(), 100)).toBe('user.note'.length + 1);
    expect(await guest.call('removexattr', '/file', 'user.note')).toBe(0);
    expect(named(await guest.call('removexattr', '/file', 'user.note'))).toBe('ENODATA');
  });
});
