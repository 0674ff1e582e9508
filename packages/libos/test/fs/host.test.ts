import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OpenFlags } from '@occlum/abi';
import { hostBinding } from '@occlum/native';

import { FsGuest, Scratch, mountAll, named } from './guest.js';

const host = hostBinding();

let scratch: Scratch;
let shared: string;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  shared = `${scratch.path}/shared`;
  mkdirSync(`${shared}/dir`, { recursive: true });
  writeFileSync(`${shared}/file`, 'host');
  symlinkSync('/etc', `${shared}/out`);
  symlinkSync(scratch.path, `${shared}/up`);
  execFileSync('mkfifo', [`${shared}/fifo`]);
  guest = new FsGuest(
    mountAll(scratch, [
      { type: 'layered', target: '/' },
      { type: 'host', target: '/data', source: shared },
      { type: 'host', target: '/fixed', source: shared, readOnly: true },
    ]),
  );
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

describe('a directory of the host', () => {
  it('is written and read as it is', async () => {
    expect(await guest.read('/data/file')).toBe('host');
    await guest.write('/data/dir/new', 'from inside');
    expect(readFileSync(`${shared}/dir/new`, 'latin1')).toBe('from inside');
    await guest.call('chmod', '/data/dir/new', 0o640);
    expect(statSync(`${shared}/dir/new`).mode & 0o7777).toBe(0o640);
    await guest.call('rename', '/data/dir/new', '/data/moved');
    expect(existsSync(`${shared}/moved`)).toBe(true);
    await guest.call('unlink', '/data/moved');
    expect(existsSync(`${shared}/moved`)).toBe(false);
  });

  it('shows what others do there at once', async () => {
    writeFileSync(`${shared}/dir/later`, 'later');
    expect(await guest.read('/data/dir/later')).toBe('later');
    renameSync(`${shared}/dir`, `${shared}/renamed`);
    expect(named(await guest.read('/data/dir/later'))).toBe('ENOENT');
    expect(await guest.read('/data/renamed/later')).toBe('later');
    rmSync(`${shared}/file`);
    writeFileSync(`${shared}/file`, 'another');
    expect(await guest.read('/data/file')).toBe('another');
  });

  it('is left by no link', async () => {
    expect(named(await guest.read('/data/out/passwd'))).toBe('ENOENT');
    expect(named(await guest.read('/data/up/store'))).toBe('ENOENT');
    expect(named(await guest.read('/data/../../../../etc/passwd'))).toBe('ENOENT');
    await guest.call('symlink', '/etc/passwd', '/data/made');
    expect(named(await guest.read('/data/made'))).toBe('ENOENT');
  });

  it('is not changed where it is read-only', async () => {
    expect(await guest.read('/fixed/file')).toBe('host');
    expect(named(await guest.open('/fixed/file', OpenFlags.O_RDWR))).toBe('EROFS');
    expect(named(await guest.open('/fixed/new', OpenFlags.O_CREAT | OpenFlags.O_WRONLY))).toBe('EROFS');
    for (const [name, ...rest] of [['mkdir', 0o755], ['unlink'], ['rmdir'], ['chmod', 0], ['truncate', 0]] as const) {
      const path = name === 'mkdir' ? '/fixed/made' : name === 'rmdir' ? '/fixed/dir' : '/fixed/file';
      expect([name, named(await guest.call(name, path, ...rest))]).toEqual([name, 'EROFS']);
    }
    expect(named(await guest.call('rename', '/fixed/file', '/fixed/x'))).toBe('EROFS');
    expect(named(await guest.call('link', '/fixed/file', '/data/x'))).toBe('EXDEV');
    expect(named(await guest.call('rename', '/data/file', '/fixed/x'))).toBe('EXDEV');
  });

  it('has FIFOs of the LibOS, whatever waits at the host', async () => {
    expect(named(await guest.open('/data/fifo', OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK))).toBe('ENXIO');
    const reader = await guest.open('/data/fifo', OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
    const writer = await guest.open('/data/fifo', OpenFlags.O_WRONLY);
    host.write(guest.hostFd(writer), Buffer.from('x'));
    expect(host.read(guest.hostFd(reader), new Uint8Array(4))).toBe(1);
  });

  it('opens no socket of the host', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(`${shared}/socket`, resolve); });
    expect(named(await guest.open('/data/socket'))).toBe('ENXIO');
    server.close();
  });

  it('keeps an open file whose name is gone', async () => {
    const fd = await guest.open('/data/file', OpenFlags.O_RDWR);
    await guest.call('unlink', '/data/file');
    const stat = await guest.fstat(fd);
    expect(typeof stat === 'number' ? stat : stat.st_nlink).toBe(0n);
    expect(guest.content(fd)).toBe('host');
  });

  it('tells another device than its neighbours', async () => {
    const inside = await guest.stat('/data/file');
    const root = await guest.stat('/');
    if (typeof inside === 'number' || typeof root === 'number') throw new Error('no stat');
    expect(inside.st_dev).not.toBe(root.st_dev);
    expect(inside.st_ino).toBe(BigInt(statSync(`${shared}/file`).ino));
  });

  it('is no place to rename or remove from above', async () => {
    expect(named(await guest.call('rmdir', '/data'))).toBe('EBUSY');
    expect(named(await guest.call('rename', '/data', '/elsewhere'))).toBe('EBUSY');
  });
});
