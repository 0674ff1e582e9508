import { chmodSync, linkSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AT_FDCWD, AtFlags, OpenFlags, RenameFlags } from '@occlum/abi';
import { hostBinding } from '@occlum/native';

import { Credentials } from '../../src/process/credentials.js';
import { FsGuest, ROOT, Scratch, mountAll, named } from './guest.js';

const host = hostBinding();

let scratch: Scratch;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  const { lower } = scratch;
  mkdirSync(`${lower}/dir/sub`, { recursive: true });
  mkdirSync(`${lower}/empty`);
  writeFileSync(`${lower}/file`, 'lower');
  writeFileSync(`${lower}/dir/one`, '1');
  writeFileSync(`${lower}/dir/two`, '2');
  writeFileSync(`${lower}/dir/sub/deep`, 'deep');
  linkSync(`${lower}/file`, `${lower}/hard`);
  symlinkSync('file', `${lower}/link`);
  chmodSync(`${lower}/file`, 0o644);
  guest = new FsGuest(mountAll(scratch, [{ type: 'layered', target: '/', lower }]));
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

async function statOf(path: string): Promise<Exclude<Awaited<ReturnType<FsGuest['stat']>>, number>> {
  const stat = await guest.stat(path);
  if (typeof stat === 'number') throw new Error(`stat of ${path} gave ${stat}`);
  return stat;
}

describe('a file of the lower layer', () => {
  it('is copied when it is written, and keeps its identity', async () => {
    const before = await statOf('/file');
    expect(await guest.write('/file', '+upper', OpenFlags.O_APPEND)).toBe(6);
    const after = await statOf('/file');
    expect([after.st_dev, after.st_ino]).toEqual([before.st_dev, before.st_ino]);
    expect(after.st_size).toBe(11n);
    expect(await guest.read('/file')).toBe('lower+upper');
    expect(readFileSync(`${scratch.lower}/file`, 'latin1')).toBe('lower');
    expect(scratch.stored).toBe(1);
  });

  it('is one file under all its names, also when it was copied', async () => {
    await guest.write('/file', 'new');
    expect(await guest.read('/hard')).toBe('new');
    expect((await statOf('/hard')).st_nlink).toBe(2n);
    await guest.call('unlink', '/file');
    expect((await statOf('/hard')).st_nlink).toBe(1n);
    expect(await guest.read('/hard')).toBe('new');
  });

  it('is not copied for its attributes, its name or a link', async () => {
    expect(await guest.call('chmod', '/file', 0o600)).toBe(0);
    expect(await guest.call('rename', '/file', '/dir/moved')).toBe(0);
    expect(await guest.call('link', '/dir/moved', '/again')).toBe(0);
    expect(scratch.stored).toBe(0);
    expect((await statOf('/again')).st_mode & 0o7777).toBe(0o600);
    expect((await statOf('/again')).st_nlink).toBe(3n);
    expect(await guest.read('/dir/moved')).toBe('lower');
    expect(named(await guest.stat('/file'))).toBe('ENOENT');
    expect(readdirSync(scratch.lower)).toContain('file');
  });

  it('is not copied to be emptied', async () => {
    await guest.write('/file', 'x');
    expect(await guest.read('/file')).toBe('x');
    expect(await guest.call('truncate', '/dir/one', 0)).toBe(0);
    expect((await statOf('/dir/one')).st_size).toBe(0n);
  });

  it('keeps its times when it is copied', async () => {
    const before = await statOf('/file');
    guest.close(await guest.open('/file', OpenFlags.O_RDWR));
    const after = await statOf('/file');
    expect(after.st_mtim).toEqual(before.st_mtim);
  });

  it('lives on without a name while it is open', async () => {
    await guest.write('/file', 'kept');
    await guest.call('unlink', '/hard');
    const fd = await guest.open('/file', OpenFlags.O_RDWR);
    await guest.call('unlink', '/file');
    expect(scratch.stored).toBe(1);
    expect(guest.content(fd)).toBe('kept');
    const stat = await guest.fstat(fd);
    expect(typeof stat === 'number' ? stat : stat.st_nlink).toBe(0n);
    guest.close(fd);
    expect(scratch.stored).toBe(0);
  });
});

describe('names over the lower layer', () => {
  it('are taken away and made again', async () => {
    expect(await guest.call('unlink', '/dir/one')).toBe(0);
    expect(await guest.list('/dir')).toEqual(['sub', 'two']);
    expect(named(await guest.read('/dir/one'))).toBe('ENOENT');
    await guest.write('/dir/one', 'again');
    expect(await guest.list('/dir')).toEqual(['one', 'sub', 'two']);
    expect(await guest.read('/dir/one')).toBe('again');
    await guest.call('unlink', '/dir/one');
    expect(named(await guest.read('/dir/one'))).toBe('ENOENT');
  });

  it('do not come back in a directory that was made in place of a lower one', async () => {
    expect(named(await guest.call('rmdir', '/dir'))).toBe('ENOTEMPTY');
    for (const path of ['/dir/one', '/dir/two', '/dir/sub/deep']) await guest.call('unlink', path);
    await guest.call('rmdir', '/dir/sub');
    expect(await guest.call('rmdir', '/dir')).toBe(0);
    expect(await guest.call('mkdir', '/dir', 0o755)).toBe(0);
    expect(await guest.list('/dir')).toEqual([]);
    expect(named(await guest.stat('/dir/sub'))).toBe('ENOENT');
  });

  it('move with their directory', async () => {
    expect(await guest.call('rename', '/dir', '/other')).toBe(0);
    expect(await guest.list('/other')).toEqual(['one', 'sub', 'two']);
    expect(await guest.read('/other/sub/deep')).toBe('deep');
    expect(named(await guest.stat('/dir'))).toBe('ENOENT');
    await guest.call('unlink', '/other/one');
    await guest.call('mkdir', '/dir', 0o755);
    expect(await guest.list('/dir')).toEqual([]);
    expect(await guest.call('rename', '/other', '/dir')).toBe(0);
    expect(await guest.list('/dir')).toEqual(['sub', 'two']);
    expect(await guest.list('/')).toEqual(['dir', 'empty', 'file', 'hard', 'link']);
  });

  it('are seen from within a directory that moved', async () => {
    await guest.call('chdir', '/dir/sub');
    await guest.call('rename', '/dir/sub', '/empty/sub');
    expect(await guest.cwd()).toBe('/empty/sub');
    await guest.write('new', 'x');
    expect(await guest.list('/empty/sub')).toEqual(['deep', 'new']);
    expect(await guest.list('/dir')).toEqual(['one', 'two']);
  });
});

describe('renameat2', () => {
  const rename = async (from: string, to: string, flags: number): Promise<unknown> => named(await guest.call('renameat2', AT_FDCWD, from, AT_FDCWD, to, flags));

  it('exchanges two names of any types', async () => {
    expect(await rename('/dir', '/file', RenameFlags.RENAME_EXCHANGE)).toBe(0);
    expect(await guest.list('/file')).toEqual(['one', 'sub', 'two']);
    expect(await guest.read('/dir')).toBe('lower');
    expect(await guest.list('/')).toEqual(['dir', 'empty', 'file', 'hard', 'link']);
  });

  it.each([
    ['a name that is there', '/dir/one', '/dir/two', RenameFlags.RENAME_NOREPLACE, 'EEXIST'],
    ['a new name', '/dir/one', '/dir/three', RenameFlags.RENAME_NOREPLACE, 0],
    ['nothing to exchange with', '/dir/one', '/dir/three', RenameFlags.RENAME_EXCHANGE, 'ENOENT'],
    ['a directory into itself', '/dir', '/dir/sub/x', 0, 'EINVAL'],
    ['a directory over one with names', '/empty', '/dir', 0, 'ENOTEMPTY'],
    ['a directory over one above it', '/dir/sub', '/dir', 0, 'ENOTEMPTY'],
    ['a directory over a file', '/empty', '/file', 0, 'ENOTDIR'],
    ['a file over a directory', '/file', '/empty', 0, 'EISDIR'],
    ['a directory over an empty one', '/dir', '/empty', 0, 0],
    ['a file with a slash', '/file', '/new/', 0, 'ENOTDIR'],
    ['a directory with a slash', '/empty', '/new/', 0, 0],
    ['two names of one file', '/file', '/hard', 0, 0],
    ['the root', '/', '/x', 0, 'EBUSY'],
    ['dot', '/dir/.', '/x', 0, 'EBUSY'],
    ['both flags', '/file', '/x', 3, 'EINVAL'],
  ])('%s', async (_title, from, to, flags, expected) => {
    expect(await rename(from, to, flags)).toBe(expected);
  });
});

describe('O_TMPFILE', () => {
  it('makes a file that gets its first name later', async () => {
    const root = new FsGuest(guest.files, ROOT, 2);
    const fd = await root.open('/empty', OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0o600);
    host.write(root.hostFd(fd), Buffer.from('unnamed'));
    expect(await root.list('/empty')).toEqual([]);
    expect(await root.call('linkat', fd, '', AT_FDCWD, '/empty/named', AtFlags.AT_EMPTY_PATH)).toBe(0);
    expect(await root.read('/empty/named')).toBe('unnamed');
    root.exit();
  });

  it('leaves nothing behind', async () => {
    const fd = await guest.open('/empty', OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0o600);
    expect(scratch.stored).toBe(1);
    guest.close(fd);
    expect(scratch.stored).toBe(0);
  });
});

describe('permissions', () => {
  it('come before the host: nobody gets more than the LibOS says', async () => {
    const other = new FsGuest(guest.files, Credentials.of(12345, 12345), 2);
    await guest.write('/dir/private', 'secret');
    await guest.call('chmod', '/dir/private', 0o600);
    expect(named(await other.open('/dir/private'))).toBe('EACCES');
    expect(named(await other.open('/file', OpenFlags.O_WRONLY))).toBe('EACCES');
    expect(named(await other.open('/new', OpenFlags.O_CREAT | OpenFlags.O_WRONLY))).toBe('EACCES');
    expect(named(await other.call('unlink', '/file'))).toBe('EACCES');
    expect(named(await other.call('chmod', '/file', 0o777))).toBe('EPERM');
    expect(named(await other.call('chown', '/file', 12345, 12345))).toBe('EPERM');
  });

  it('let only owners take names out of a sticky directory', async () => {
    await guest.call('mkdir', '/sticky', 0);
    await guest.call('chmod', '/sticky', 0o1777);
    const one = new FsGuest(guest.files, Credentials.of(1001, 1001), 2);
    const two = new FsGuest(guest.files, Credentials.of(1002, 1002), 3);
    await one.write('/sticky/file', 'x');
    expect(named(await two.call('unlink', '/sticky/file'))).toBe('EPERM');
    expect(named(await two.call('rename', '/sticky/file', '/sticky/other'))).toBe('EPERM');
    expect(named(await one.call('unlink', '/sticky/file'))).toBe(0);
  });

  it('give exactly the access that was asked for', async () => {
    const fd = await guest.open('/file', OpenFlags.O_RDONLY);
    expect(host.write(guest.hostFd(fd), Buffer.from('x'))).toBeLessThan(0);
    await guest.write('/upper', 'x');
    const upper = await guest.open('/upper', OpenFlags.O_RDONLY);
    expect(host.write(guest.hostFd(upper), Buffer.from('y'))).toBeLessThan(0);
    expect(host.ftruncate(guest.hostFd(upper), 0)).toBeLessThan(0);
  });
});

describe('special files', () => {
  it('are made, but for devices', async () => {
    expect(await guest.call('mknod', '/fifo', 0o010644, 0)).toBe(0);
    expect(named(await guest.call('mknod', '/null', 0o020666, 0x103))).toBe('EPERM');
    expect(named(await guest.call('mknod', '/directory', 0o040755, 0))).toBe('EPERM');
    expect(named(await guest.call('mknod', '/strange', 0o030755, 0))).toBe('EINVAL');
  });

  it('opens both ends of a FIFO', async () => {
    await guest.call('mknod', '/fifo', 0o010644, 0);
    expect(named(await guest.open('/fifo', OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK))).toBe('ENXIO');
    const reader = guest.open('/fifo', OpenFlags.O_RDONLY);
    const writer = await guest.open('/fifo', OpenFlags.O_WRONLY);
    const end = await reader;
    host.write(guest.hostFd(writer), Buffer.from('through'));
    const bytes = new Uint8Array(16);
    expect(host.read(guest.hostFd(end), bytes)).toBe(7);
    guest.close(writer);
    expect(host.read(guest.hostFd(end), bytes)).toBe(0);
  });
});

describe('limits', () => {
  it('refuse a file that is too large', async () => {
    guest.process.limits.set(1, { soft: 100n, hard: 100n });
    await guest.write('/small', 'x');
    expect(named(await guest.call('truncate', '/small', 101))).toBe('EFBIG');
    expect(await guest.call('truncate', '/small', 100)).toBe(0);
  });
});
