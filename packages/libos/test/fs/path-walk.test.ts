import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AT_FDCWD, AtFlags, OpenFlags, openHow } from '@occlum/abi';

import { ResolveFlags } from '../../src/fs/path-walk.js';
import { Credentials } from '../../src/process/credentials.js';
import { FsGuest, ROOT, Scratch, mountAll, named } from './guest.js';

const SECRET = '/etc/passwd';

let scratch: Scratch;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  const { lower } = scratch;
  mkdirSync(`${lower}/dir/sub`, { recursive: true });
  mkdirSync(`${lower}/mnt`);
  writeFileSync(`${lower}/file`, 'file');
  writeFileSync(`${lower}/dir/inner`, 'inner');
  writeFileSync(`${lower}/dir/sub/deep`, 'deep');
  symlinkSync('dir', `${lower}/link`);
  symlinkSync('/dir/inner', `${lower}/absolute`);
  symlinkSync('../../../../../../etc/passwd', `${lower}/escape`);
  symlinkSync(SECRET, `${lower}/secret`);
  symlinkSync('loop2', `${lower}/loop1`);
  symlinkSync('loop1', `${lower}/loop2`);
  symlinkSync('nowhere', `${lower}/dangling`);
  symlinkSync('dir/', `${lower}/slash-link`);
  symlinkSync('file/', `${lower}/file-slash-link`);
  guest = new FsGuest(mountAll(scratch, [{ type: 'layered', target: '/', lower }, { type: 'layered', target: '/mnt' }]));
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

describe('path resolution', () => {
  it.each([
    ['/file', 'file'],
    ['file', 'file'],
    ['/dir/inner', 'inner'],
    ['//dir///inner', 'inner'],
    ['/dir/./sub/../inner', 'inner'],
    ['/link/inner', 'inner'],
    ['/link/sub/deep', 'deep'],
    ['/absolute', 'inner'],
    ['/slash-link/inner', 'inner'],
    ['/../../file', 'file'],
    ['/link/../file', 'file'],
    ['', 'ENOENT'],
    ['/nothing', 'ENOENT'],
    ['/nothing/below', 'ENOENT'],
    ['/dir/nothing/below', 'ENOENT'],
    ['/dangling', 'ENOENT'],
    ['/file/', 'ENOTDIR'],
    ['/file/x', 'ENOTDIR'],
    ['/file/..', 'ENOTDIR'],
    ['/file/.', 'ENOTDIR'],
    ['/file-slash-link', 'ENOTDIR'],
    ['/dir/inner/x/y', 'ENOTDIR'],
    ['/loop1', 'ELOOP'],
    ['/loop1/x', 'ELOOP'],
    [`/${'n'.repeat(256)}`, 'ENAMETOOLONG'],
    [`/${'n'.repeat(255)}`, 'ENOENT'],
    [`/dir/${'n'.repeat(256)}/x`, 'ENAMETOOLONG'],
    [`/${'d/'.repeat(2048)}`, 'ENAMETOOLONG'],
  ])('%s', async (path, expected) => {
    expect(named(await guest.read(path))).toBe(expected);
  });

  it('keeps every link inside: no text of the lower layer names a file of the host', async () => {
    expect(named(await guest.read('/escape'))).toBe('ENOENT');
    expect(named(await guest.read('/secret'))).toBe('ENOENT');
    expect(await guest.write('/etc-is-not-made', 'x')).toBe(1);
  });

  it('follows 40 links and no more', async () => {
    let previous = 'file';
    for (let i = 1; i <= 41; i++) {
      await guest.call('symlink', previous, `/chain${i}`);
      previous = `chain${i}`;
    }
    expect(await guest.read('/chain40')).toBe('file');
    expect(named(await guest.read('/chain41'))).toBe('ELOOP');
  });

  it('leaves the last link alone where asked', async () => {
    expect(named(await guest.open('/link', OpenFlags.O_NOFOLLOW))).toBe('ELOOP');
    expect(named(await guest.open('/link', OpenFlags.O_NOFOLLOW | OpenFlags.O_DIRECTORY))).toBe('ENOTDIR');
    expect(await guest.open('/link', OpenFlags.O_NOFOLLOW | OpenFlags.O_PATH)).toBeGreaterThan(0);
    expect(await guest.readlink('/link')).toBe('dir');
    expect(named(await guest.readlink('/link/'))).toBe('EINVAL');
  });

  it('goes up through mount points, and stays at the root', async () => {
    await guest.call('mkdir', '/mnt/made', 0o755);
    expect(await guest.call('chdir', '/mnt/made')).toBe(0);
    expect(await guest.cwd()).toBe('/mnt/made');
    expect(await guest.read('../../file')).toBe('file');
    expect(await guest.call('chdir', '../../../..')).toBe(0);
    expect(await guest.cwd()).toBe('/');
  });

  it('needs the right to search, for others than root', async () => {
    await guest.call('mkdir', '/closed', 0o700);
    await guest.write('/closed/file', 'x');
    const other = new FsGuest(guest.files, Credentials.of(12345, 12345), 2);
    expect(named(await other.read('/closed/file'))).toBe('EACCES');
    expect(named(await other.read('/closed/nothing'))).toBe('EACCES');
    expect(await other.read('/dir/inner')).toBe('inner');
    await guest.call('chmod', '/dir', 0o700);
    expect(named(await other.read('/dir/sub/deep'))).toBe('EACCES');
    expect(named(await other.read('/link/inner'))).toBe('EACCES');
  });

  it('begins at a descriptor', async () => {
    const dir = await guest.open('/dir', OpenFlags.O_DIRECTORY);
    const file = await guest.open('/file');
    const at = async (fd: number, path: string): Promise<unknown> => named(await guest.call('openat', fd, path, OpenFlags.O_RDONLY, 0));
    expect(await at(dir, 'inner')).toBeGreaterThan(0);
    expect(await at(dir, '/file')).toBeGreaterThan(0);
    expect(await at(99, '/file')).toBeGreaterThan(0);
    expect(await at(99, 'inner')).toBe('EBADF');
    expect(await at(99, '')).toBe('ENOENT');
    expect(await at(file, 'inner')).toBe('ENOTDIR');
  });

  it('shows what became of the current directory', async () => {
    await guest.call('mkdir', '/a', 0o755);
    await guest.call('mkdir', '/a/b', 0o755);
    await guest.call('chdir', '/a/b');
    await guest.call('rename', '/a', '/c');
    expect(await guest.cwd()).toBe('/c/b');
    await guest.call('rmdir', '/c/b');
    expect(named(await guest.cwd())).toBe('ENOENT');
    expect(named(await guest.write('x', 'y'))).toBe('ENOENT');
  });

  it('shows what became of a lower directory that nobody had changed', async () => {
    await guest.call('chdir', '/dir/sub');
    await guest.call('rename', '/dir', '/moved');
    expect(await guest.cwd()).toBe('/moved/sub');
    expect(await guest.read('deep')).toBe('deep');
    expect(await guest.read('../inner')).toBe('inner');
  });

  it('is confined by chroot', async () => {
    const root = new FsGuest(guest.files, ROOT, 2);
    await root.call('chroot', '/dir');
    expect(await root.read('/inner')).toBe('inner');
    expect(await root.read('/../../inner')).toBe('inner');
    expect(await root.cwd()).toBe('(unreachable)/');
    await root.call('chdir', '/');
    expect(named(await root.read('../file'))).toBe('ENOENT');
    root.exit();
  });
});

describe('openat2', () => {
  const open = async (path: string, resolve: number): Promise<unknown> => {
    const how = openHow.encode({ flags: 0n, mode: 0n, resolve: BigInt(resolve) });
    const fd = await guest.call('openat2', AT_FDCWD, path, how, how.length);
    return fd > 0 ? 'open' : named(fd);
  };

  it.each([
    ['/file', 0, 'open'],
    ['/link/inner', ResolveFlags.RESOLVE_NO_SYMLINKS, 'ELOOP'],
    ['/dir/inner', ResolveFlags.RESOLVE_NO_SYMLINKS, 'open'],
    ['/file', ResolveFlags.RESOLVE_BENEATH, 'EXDEV'],
    ['file', ResolveFlags.RESOLVE_BENEATH, 'open'],
    ['../file', ResolveFlags.RESOLVE_BENEATH, 'EXDEV'],
    ['dir/../file', ResolveFlags.RESOLVE_BENEATH, 'open'],
    ['absolute', ResolveFlags.RESOLVE_BENEATH, 'EXDEV'],
    ['absolute', ResolveFlags.RESOLVE_IN_ROOT, 'open'],
    ['../../file', ResolveFlags.RESOLVE_IN_ROOT, 'open'],
    ['/mnt/nothing', ResolveFlags.RESOLVE_NO_XDEV, 'EXDEV'],
    ['/file', ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_BENEATH, 'EINVAL'],
    ['/file', 0x1000, 'EINVAL'],
  ])('%s with %i is %s', async (path, resolve, expected) => {
    expect(await open(path, resolve)).toBe(expected);
  });
});

describe('AT_EMPTY_PATH', () => {
  it('means the descriptor itself', async () => {
    const fd = await guest.open('/link', OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW);
    expect(named(await guest.call('newfstatat', fd, '', new Uint8Array(144), 0))).toBe('ENOENT');
    expect(await guest.call('newfstatat', fd, '', new Uint8Array(144), AtFlags.AT_EMPTY_PATH)).toBe(0);
  });
});
