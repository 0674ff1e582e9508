import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { writeImageTree } from '@occlum/image';
import type { NodeReference } from '@occlum/image';
import { hostBinding } from '@occlum/native';

import { loadCheckedTree } from '../../src/fs/image/load-checked-tree.lazy.js';
import { Credentials } from '../../src/process/credentials.js';
import { FsGuest, ROOT, Scratch, mountAll, named, tryMountAll } from './guest.js';

/** More than is handed out as a copy. */
const LARGE = 'x'.repeat(300_000);
const host = hostBinding();

let scratch: Scratch;
let reference: NodeReference;
let guest: FsGuest;
let changes: string[];

beforeEach(async () => {
  scratch = new Scratch();
  changes = [];
  const { lower } = scratch;
  mkdirSync(`${lower}/bin/deep`, { recursive: true });
  writeFileSync(`${lower}/bin/tool`, 'tool', { mode: 0o700 });
  writeFileSync(`${lower}/bin/deep/large`, LARGE);
  writeFileSync(`${lower}/note`, 'measured');
  writeFileSync(`${lower}/twin`, 'measured');
  symlinkSync('bin/tool', `${lower}/link`);
  reference = await writeImageTree(lower, `${scratch.path}/tree`);
  guest = await boot();
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

async function boot(): Promise<FsGuest> {
  return new FsGuest(mountAll(scratch, mounts(), await options()), ROOT);
}

function mounts() {
  return [{ type: 'layered', target: '/', lower: scratch.lower, image: { tree: `${scratch.path}/tree`, reference } }] as const;
}

async function options() {
  return { openCheckedTree: await loadCheckedTree(), imageChanged: (path: string, what: string) => changes.push(`${path}: ${what}`) };
}

async function attributes(path: string): Promise<unknown> {
  const stat = await guest.stat(path);
  return typeof stat === 'number' ? named(stat) : [stat.st_mode.toString(8), stat.st_uid, stat.st_gid, Number(stat.st_nlink), Number(stat.st_size)];
}

describe('an image', () => {
  it('shows what was measured: names, types, modes, links, owners', async () => {
    expect(await guest.list('/')).toEqual(['bin', 'link', 'note', 'twin']);
    expect(await guest.list('/bin')).toEqual(['deep', 'tool']);
    expect(await attributes('/bin/tool')).toEqual(['100755', 0, 0, 1, 4]);
    expect(await attributes('/note')).toEqual(['100644', 0, 0, 1, 8]);
    expect((await attributes('/bin') as unknown[]).slice(0, 4)).toEqual(['40755', 0, 0, 3]);
    expect(await attributes('/link')).toEqual(['120777', 0, 0, 1, 8]);
    expect(await guest.readlink('/link')).toBe('bin/tool');
    expect(await guest.read('/link')).toBe('tool');
    expect(await guest.read('/bin/deep/large')).toBe(LARGE.slice(0, 65536));
    expect(await guest.read('/note/')).toBe(-Errno.ENOTDIR);
    expect(await guest.read('/none')).toBe(-Errno.ENOENT);
    expect(changes).toEqual([]);
  });

  it('lets everybody search its directories, and only root write them', async () => {
    const other = new FsGuest(guest.files, Credentials.of(4711, 4711), 2);
    expect(await other.read('/bin/deep/large')).toBe(LARGE.slice(0, 65536));
    expect(named(await other.write('/bin/deep/new', ''))).toBe('EACCES');
    expect(named(await other.write('/note', ''))).toBe('EACCES');
    other.exit();
  });

  it('gives numbers to inodes that are the same in each run and differ by name', async () => {
    const numbers = async (): Promise<bigint[]> => Promise.all(['/', '/bin', '/note', '/twin', '/bin/tool', '/bin/deep', '/bin/deep/large'].map(async (path) => {
      const stat = await guest.stat(path);
      return typeof stat === 'number' ? -1n : stat.st_ino;
    }));
    const before = await numbers();
    expect(new Set(before).size).toBe(before.length);
    guest.files.close();
    guest = await boot();
    expect(await numbers()).toEqual(before);
  });

  it('takes writes in the layer above', async () => {
    expect(await guest.write('/note', ' and more', OpenFlags.O_APPEND)).toBe(9);
    expect(await guest.write('/bin/deep/large', 'y', OpenFlags.O_APPEND)).toBe(1);
    expect(await guest.read('/note')).toBe('measured and more');
    expect((await attributes('/bin/deep/large') as number[])[4]).toBe(LARGE.length + 1);
    expect(await guest.call('rename', '/bin', '/sbin')).toBe(0);
    expect(await guest.read('/sbin/tool')).toBe('tool');
    expect(await guest.call('unlink', '/twin')).toBe(0);
    expect(await guest.list('/')).toEqual(['link', 'note', 'sbin']);
    expect(readFileSync(`${scratch.lower}/note`, 'latin1')).toBe('measured');
    expect(changes).toEqual([]);
  });
});

describe('a file of an image that was changed', () => {
  it.each<[string, (lower: string) => void, string, string]>([
    ['in its content', (lower) => { writeFileSync(`${lower}/note`, 'changed!'); }, '/note', '/note: its content is not what it was'],
    ['in its size', (lower) => { appendFileSync(`${lower}/note`, '+'); }, '/note', '/note: it has 9 bytes, and had 8'],
    ['in a byte of a large one', (lower) => { truncateSync(`${lower}/bin/deep/large`, 299_999); appendFileSync(`${lower}/bin/deep/large`, 'y'); }, '/bin/deep/large', '/bin/deep/large: its content is not what it was'],
    ['to another one of the image', (lower) => { renameSync(`${lower}/bin/tool`, `${lower}/tool`); renameSync(`${lower}/note`, `${lower}/bin/tool`); }, '/bin/tool', '/bin/tool: it has 8 bytes, and had 4'],
    ['to a directory', (lower) => { rmSync(`${lower}/note`); mkdirSync(`${lower}/note`); }, '/note', '/note: it is a directory on the host, and was a file'],
    ['to a link', (lower) => { rmSync(`${lower}/note`); symlinkSync('/etc/passwd', `${lower}/note`); }, '/note', '/note: it is a symlink on the host, and was a file'],
    ['by its directory, to a link', (lower) => { renameSync(`${lower}/bin`, `${lower}/b`); symlinkSync('b', `${lower}/bin`); }, '/bin/tool', '/bin/tool: it cannot be found on the host any more'],
    ['by a link to it', (lower) => { rmSync(`${lower}/link`); symlinkSync('note', `${lower}/link`); }, '/link', '/link: it leads elsewhere on the host'],
    ['by being taken away', (lower) => { rmSync(`${lower}/note`); }, '/note', '/note: it cannot be found on the host any more'],
    ['by being added', (lower) => { writeFileSync(`${lower}/bin/added`, ''); }, '/bin/added', '/bin/added: it was added on the host'],
  ])('%s is EIO, and told', async (_how, change, path, what) => {
    change(scratch.lower);
    expect(named(await guest.read(path))).toBe('EIO');
    expect(changes).toContain(what);
    expect(named(await guest.write(path, '+', OpenFlags.O_APPEND))).toBe('EIO');
  });

  it('is noticed also when it was read before, and its time was set back', async () => {
    expect(await guest.read('/note')).toBe('measured');
    writeFileSync(`${scratch.lower}/note`, 'changed!');
    utimesSync(`${scratch.lower}/note`, 1, 1);
    expect(named(await guest.read('/note'))).toBe('EIO');
    writeFileSync(`${scratch.lower}/note`, 'measured');
    expect(await guest.read('/note')).toBe('measured');
  });

  it('is not seen by who has a small one open', async () => {
    const fd = await guest.open('/note');
    writeFileSync(`${scratch.lower}/note`, 'changed!');
    expect(guest.content(fd)).toBe('measured');
    expect(host.write(guest.hostFd(fd), Buffer.from('x'))).toBe(-Errno.EBADF);
    guest.close(fd);
  });

  it('is told where a directory is listed, which shows what was measured', async () => {
    writeFileSync(`${scratch.lower}/bin/added`, '');
    rmSync(`${scratch.lower}/bin/tool`);
    expect(await guest.list('/bin')).toEqual(['deep', 'tool']);
    expect(changes.sort()).toEqual(['/bin/added: it was added on the host', '/bin/tool: it cannot be found on the host any more']);
  });
});

describe('a hash tree that was changed', () => {
  it('is refused at boot where its root is, and where it is come by else', async () => {
    const file = `${scratch.path}/tree`;
    const good = readFileSync(file);
    for (const [at, boots] of [[reference.offset + 3, false], [1, true]] as const) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(file, bad);
      const files = tryMountAll(scratch, mounts(), await options());
      expect(typeof files === 'number' ? named(files) : 'boots').toBe(boots ? 'boots' : 'EIO');
      if (typeof files === 'number') continue;
      const other = new FsGuest(files, ROOT);
      expect(named(await other.read('/bin/deep/large'))).toBe('EIO');
      files.close();
    }
    expect(changes.some((line) => line.includes("the image's hash tree was changed"))).toBe(true);
    rmSync(file);
    expect(named(tryMountAll(scratch, mounts(), await options()))).toBe('ENOENT');
  });
});
