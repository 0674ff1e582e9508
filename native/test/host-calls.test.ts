import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TransportEvent, hostBinding } from '@occlum/native';

import { TestTransport, bytes } from './supervised.js';

const host = hostBinding();
const { EAGAIN, EBADF, ELOOP, ENOENT, EXDEV, EINVAL, EEXIST, ENODATA, ENOTCONN } = constants.errno;
const O_RDONLY = 0;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_PATH = 0o10000000;
const O_DIRECTORY = 0o200000;
const RESOLVE_NO_SYMLINKS = 4;
const RESOLVE_BENEATH = 8;
const AT_FDCWD = -100;

let folder: string;
let directory: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'occlum-calls-'));
  directory = openSync(folder, 'r');
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub', 'file'), 'contents');
  symlinkSync('sub', join(folder, 'link'));
  symlinkSync('file', join(folder, 'sub', 'link'));
});
afterAll(() => {
  closeSync(directory);
  rmSync(folder, { recursive: true });
});

/** Opens below the folder. */
const open = (path: string, flags = O_RDONLY, resolve = 0): number => host.openat(directory, bytes(path), flags, 0o600, resolve);

/** Closes a descriptor that is one. */
function closed(descriptor: number): number {
  expect(descriptor).toBeGreaterThanOrEqual(0);
  return host.close(descriptor);
}

describe('openat', () => {
  it.each([
    ['a file', 'sub/file', 0, 0],
    ['a missing file', 'sub/nothing', 0, -ENOENT],
    ['through a link that may be followed', 'link/file', 0, 0],
    ['through a link that may not', 'link/file', RESOLVE_NO_SYMLINKS, -ELOOP],
    ['a link that may not be followed', 'sub/link', RESOLVE_NO_SYMLINKS, -ELOOP],
    ['out of the folder', '../x', RESOLVE_BENEATH, -EXDEV],
    ['from the root', '/etc', RESOLVE_BENEATH, -EXDEV],
  ])('%s', (_title, path, resolve, result) => {
    const got = open(path, O_RDONLY, resolve);
    if (got >= 0) host.close(got);
    expect(Math.min(got, 0)).toBe(result);
  });

  it('reads, writes, sizes and lists by descriptor', () => {
    const file = open('made', O_RDWR | O_CREAT);
    expect(host.pwrite(file, Buffer.from('0123456789'), 2)).toBe(10);
    const out = Buffer.alloc(4);
    expect([host.pread(file, out, 3), out.toString()]).toEqual([4, '1234']);
    expect(host.ftruncate(file, 3)).toBe(0);
    expect(host.lseek(file, 0, 2)).toBe(3);
    expect(host.write(file, Buffer.from('x'))).toBe(1);
    expect(host.fallocate(file, 0, 0, 100)).toBe(0);
    expect(host.lseek(file, 0, 2)).toBe(100);
    expect(host.fsync(file)).toBe(0);
    const names = Buffer.alloc(4096);
    expect(host.getdents(directory, names)).toBeGreaterThan(0);
    expect(names.includes('made')).toBe(true);
    closed(file);
  });
});

describe('flock', () => {
  it('gives a lock to one description at a time, also of one process', () => {
    const [one, two] = [open('locked', O_RDWR | O_CREAT), open('locked', O_RDWR | O_CREAT)];
    expect([host.flock(one, 6), host.flock(two, 6), host.flock(two, 5)]).toEqual([0, -EAGAIN, -EAGAIN]);
    closed(one);
    expect(host.flock(two, 6)).toBe(0);
    closed(two);
    expect([host.flock(two, 6), host.flock(directory, 0)]).toEqual([-EBADF, -EINVAL]);
  });
});

describe('names', () => {
  it('are made, moved, linked, read and removed below a directory', () => {
    expect(host.mkdirat(directory, bytes('d'), 0o700)).toBe(0);
    expect(host.mkdirat(directory, bytes('d'), 0o700)).toBe(-EEXIST);
    expect(host.symlinkat(bytes('target'), directory, bytes('d/s'))).toBe(0);
    const out = Buffer.alloc(16);
    expect(host.readlinkat(directory, bytes('d/s'), out)).toBe(6);
    expect(host.linkat(directory, bytes('sub/file'), directory, bytes('d/hard'), 0)).toBe(0);
    expect(host.renameat2(directory, bytes('d/hard'), directory, bytes('d/moved'), 1)).toBe(0);
    expect(host.mknodat(directory, bytes('d/fifo'), 0o10600)).toBe(0);
    expect(host.faccessat(directory, bytes('d/moved'), 4, 0)).toBe(0);
    for (const name of ['d/s', 'd/moved', 'd/fifo']) expect(host.unlinkat(directory, bytes(name), 0), name).toBe(0);
    expect(host.unlinkat(directory, bytes('d'), 0x200)).toBe(0);
  });

  it('give metadata, and never that of a link\'s target', () => {
    const out = new Uint8Array(256);
    const mode = (): number => new DataView(out.buffer).getUint16(28, true);
    expect(host.statx(directory, bytes('link'), 0, 0x7ff, out)).toBe(0);
    expect(mode() & 0o170000).toBe(0o120000);
    const path = open('sub/file', O_PATH);
    expect(host.statx(path, bytes(''), 0, 0x7ff, out)).toBe(0);
    expect(mode() & 0o170000).toBe(0o100000);
    expect(host.fchmod(path, 0o640)).toBe(0);
    expect(host.utimensat(path, bytes(''), 1, 2, 3, 4, 0)).toBe(0);
    host.statx(path, bytes(''), 0, 0x7ff, out);
    expect([mode() & 0o777, Number(new DataView(out.buffer).getBigInt64(112, true))]).toEqual([0o640, 3]);
    const again = host.reopen(path, O_RDONLY);
    const content = Buffer.alloc(8);
    expect([host.read(again, content), content.toString()]).toEqual([8, 'contents']);
    closed(again);
    closed(path);
  });

  it('carry attributes where the file system does', () => {
    const file = open('sub/file', O_PATH);
    const name = bytes('user.occlum');
    const set = host.fsetxattr(file, name, Buffer.from('value'), 0);
    if (set === 0) {
      const out = Buffer.alloc(16);
      expect(host.fgetxattr(file, name, out)).toBe(5);
      expect(host.flistxattr(file, Buffer.alloc(64))).toBeGreaterThan(0);
      expect(host.fremovexattr(file, name)).toBe(0);
      expect(host.fgetxattr(file, name, out)).toBe(-ENODATA);
    } else {
      expect(set).toBe(-constants.errno.EOPNOTSUPP);
    }
    closed(file);
  });
});

describe('copies', () => {
  it('are of the whole file, on this thread or another', async () => {
    const transport = new TestTransport();
    const source = open('large', O_RDWR | O_CREAT);
    host.ftruncate(source, 5_000_000);
    host.pwrite(source, Buffer.from('end'), 4_999_997);
    const here = open('here', O_RDWR | O_CREAT);
    const there = open('there', O_RDWR | O_CREAT);
    expect(host.copyFile(source, here, 5_000_000)).toBe(5_000_000);
    const job = host.copyFileJob(source, there);
    closed(source); // the job has its own
    expect(await transport.event(TransportEvent.job, job)).toEqual([TransportEvent.job, job, 0]);
    const sync = host.fsyncJob(there);
    expect((await transport.event(TransportEvent.job, sync))[2]).toBe(0);
    for (const name of ['here', 'there']) expect(readFileSync(join(folder, name)).equals(readFileSync(join(folder, 'large'))), name).toBe(true);
    expect(host.copyFileJob(999, here)).toBe(-constants.errno.EBADF);
    closed(here);
    closed(there);
    transport.close();
  });

  it('of more jobs than there are threads all end', async () => {
    const transport = new TestTransport();
    const file = open('sub/file');
    const jobs = Array.from({ length: 50 }, () => host.fsyncJob(file));
    for (const job of jobs) await transport.event(TransportEvent.job, job);
    closed(file);
    transport.close();
  });
});

describe('sockets', () => {
  it('take and give addresses as bytes', () => {
    const [AF_INET, SOCK_STREAM] = [2, 1];
    const server = host.socket(AF_INET, SOCK_STREAM, 0);
    const address = Buffer.alloc(16);
    address.writeUInt16LE(AF_INET, 0);
    address.set([127, 0, 0, 1], 4);
    expect(host.bind(server, address)).toBe(0);
    expect(host.listen(server, 1)).toBe(0);
    const bound = Buffer.alloc(28);
    expect(host.getsockname(server, bound)).toBe(16);
    const client = host.socket(AF_INET, SOCK_STREAM, 0);
    expect(host.getpeername(client, Buffer.alloc(16))).toBe(-ENOTCONN);
    expect(host.connect(client, bound.subarray(0, 16))).toBe(0);
    const peer = Buffer.alloc(16);
    expect([host.getpeername(client, peer), peer.equals(bound.subarray(0, 16))]).toEqual([16, true]);
    expect(host.setsockopt(client, 1, 9, Buffer.from([1, 0, 0, 0]))).toBe(0);
    const option = Buffer.alloc(4);
    expect([host.getsockopt(client, 1, 9, option), option[0]]).toEqual([4, 1]);
    expect(host.sendto(client, Buffer.from('hi'), 0, new Uint8Array(0))).toBe(2);
    closed(client);
    closed(server);
  });

  it('carry records with descriptors', () => {
    const ends = new Int32Array(2);
    host.socketpair(1, 5, 0, ends);
    expect(host.sendRecord(ends[0]!, Buffer.from('abc'), Int32Array.of(directory), 0)).toBe(3);
    const descriptors = new Int32Array(2);
    expect(host.receiveRecord(ends[1]!, Buffer.alloc(8), descriptors, 0)).toBe(3);
    expect(descriptors[1]).toBe(-1);
    closed(descriptors[0]!);
    for (const end of ends) closed(end);
  });
});

describe('terminals', () => {
  it('are pairs with settings', () => {
    const pair = new Int32Array(2);
    expect(host.openpty(pair)).toBe(0);
    const [master, slave] = pair as unknown as [number, number];
    expect([host.isatty(master), host.isatty(slave), host.isatty(directory)]).toEqual([1, 1, 0]);
    const settings = new Uint8Array(36);
    expect(host.tcgetattr(slave, settings)).toBe(0);
    settings[12]! &= ~8; // ECHO
    expect(host.tcsetattr(slave, 0, settings)).toBe(0);
    expect(host.tcsetattr(slave, 3, settings)).toBe(-EINVAL);
    const size = Buffer.from([24, 0, 80, 0, 0, 0, 0, 0]);
    expect(host.ioctl(slave, 0x5414, size)).toBe(0);
    const read = Buffer.alloc(8);
    expect([host.ioctl(master, 0x5413, read), read.equals(size)]).toEqual([0, true]);
    closed(master);
    closed(slave);
  });
});

describe('scheduling', () => {
  const { ESRCH } = constants.errno;
  const mask = new Uint8Array(1024);

  it('is told of the calling thread and of others, by their ids', () => {
    const tid = host.gettid();
    const size = host.schedGetaffinity(0, mask);
    expect(size % 8).toBe(0);
    expect(host.schedSetaffinity(tid, mask.subarray(0, size))).toBe(0);
    expect(host.schedGetattr(tid, new Uint8Array(56), 0)).toBe(0);
    expect(host.schedRrGetInterval(0, new Float64Array(2))).toBe(0);
    expect([host.schedPriorityMin(1), host.schedPriorityMax(1), host.schedPriorityMax(99)]).toEqual([1, 99, -EINVAL]);
    expect(host.getpriority(0, process.pid)).toBeGreaterThan(0);
    expect(host.ioprioGet(1, process.pid)).toBeGreaterThanOrEqual(0);
    expect([host.isThreadOf(process.pid, tid), host.isThreadOf(process.pid, process.ppid), host.isThreadOf(process.pid, 0)]).toEqual([0, -ESRCH, -EINVAL]);
    expect([host.setpriority(0, 4_194_304, 0), host.ioprioSet(1, 4_194_304, 0)]).toEqual([-ESRCH, -ESRCH]);
  });

  it('takes no attributes that say they are longer than they are', () => {
    const attributes = new Uint8Array(48);
    attributes[0] = 56;
    expect([host.schedSetattr(0, attributes, 0), host.schedSetattr(0, new Uint8Array(2), 0), host.schedSetattr(0, new Uint8Array(48), 0)]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
  });
});

describe('a buffer of the wrong length', () => {
  it.each<[string, () => number]>([
    ['statx', () => host.statx(AT_FDCWD, bytes('/'), 0, 0x7ff, new Uint8Array(255))],
    ['statfs', () => host.statfs(directory, new Uint8Array(8))],
    ['tcgetattr', () => host.tcgetattr(0, new Uint8Array(35))],
    ['sysinfo', () => host.sysinfo(new Uint8Array(8))],
    ['pipe', () => host.pipe(new Int32Array(1), 0)],
    ['openpty', () => host.openpty(new Int32Array(1))],
    ['getrlimit', () => host.getrlimit(7, new Float64Array(1))],
    ['clockGettime', () => host.clockGettime(0, new Float64Array(1))],
    ['schedGetaffinity', () => host.schedGetaffinity(0, new Uint8Array(0))],
    ['schedGetattr', () => host.schedGetattr(0, new Uint8Array(47), 0)],
    ['schedRrGetInterval', () => host.schedRrGetInterval(0, new Float64Array(1))],
    ['credentials', () => host.credentials(new Uint32Array(3))],
  ])('is refused: %s', (_name, call) => {
    expect(call()).toBe(-EINVAL);
  });

  it('is no matter for ioctl', () => {
    const pair = new Int32Array(2);
    host.openpty(pair);
    expect(host.ioctl(pair[1]!, 0x5401, new Uint8Array(1))).toBe(0); // TCGETS writes 36 bytes
    for (const end of pair) closed(end);
  });
});

describe('the process', () => {
  it('tells about itself', () => {
    const limit = new Float64Array(2);
    expect(host.getrlimit(7, limit)).toBe(0);
    expect(limit[0]).toBeGreaterThan(0);
    expect(host.setrlimit(7, limit[0]!, limit[1]!)).toBe(0);
    const ids = new Uint32Array(70);
    expect(host.credentials(ids)).toBeGreaterThanOrEqual(4);
    expect(ids[0]).toBe(process.getuid?.());
    const time = new Float64Array(2);
    expect(host.clockGettime(0, time)).toBe(0);
    expect(Math.abs(time[0]! * 1000 - Date.now())).toBeLessThan(2000);
    expect(host.getrandom(new Uint8Array(16))).toBe(16);
    expect(host.cpu()).toBeGreaterThanOrEqual(0);
    expect(host.sysinfo(new Uint8Array(112))).toBe(0);
    const umask = host.umask(0o27);
    expect(host.umask(umask)).toBe(0o27);
    expect(host.prctl(3, 0)).toBeGreaterThanOrEqual(0);
  });

  it('keeps every descriptor that it makes close-on-exec', () => {
    const pipe = new Int32Array(2);
    host.pipe(pipe, 0);
    const made = [...pipe, host.eventfd(0, 0), host.memfdCreate(bytes('m'), 0), host.dup(directory), host.socket(1, 1, 0), open('sub', O_PATH | O_DIRECTORY)];
    expect(made.map((descriptor) => host.fcntl(descriptor, 1, 0))).toEqual(made.map(() => 1));
    for (const descriptor of made) closed(descriptor);
  });
});
