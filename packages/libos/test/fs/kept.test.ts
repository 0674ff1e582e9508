import * as fs from 'node:fs';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AT_FDCWD, OpenFlags } from '@occlum/abi';

import { loadKeptLayers } from '../../src/fs/kept/load-kept-layer.lazy.js';
import type { KeptLayers } from '../../src/fs/kept/load-kept-layer.lazy.js';
import type { FileSystems } from '../../src/fs/mount-file-systems.js';
import { FsGuest, ROOT, Scratch, named, tryMountAll } from './guest.js';
import { operations, onGuest, treeOfGuest } from './operations.js';
import type { Operation } from './operations.js';

const { O_TMPFILE, O_RDWR, O_CREAT, O_WRONLY } = OpenFlags;

let keptLayers: KeptLayers;
let scratch: Scratch;
const open: FsGuest[] = [];

beforeEach(async () => {
  keptLayers = await loadKeptLayers();
  scratch = new Scratch();
  const { lower } = scratch;
  fs.mkdirSync(`${lower}/dir/sub`, { recursive: true });
  fs.writeFileSync(`${lower}/file`, 'lower');
  fs.writeFileSync(`${lower}/dir/sub/deep`, 'deep');
  fs.symlinkSync('file', `${lower}/link`);
});

afterEach(() => {
  for (const guest of open.splice(0)) {
    guest.exit();
    guest.files.close();
  }
  scratch.remove();
});

function tryBoot(upper = `${scratch.path}/run`): FileSystems | number {
  return tryMountAll(scratch, [{ type: 'layered', target: '/', lower: scratch.lower, upper }], { keptLayers });
}

function boot(upper?: string): FsGuest {
  const files = tryBoot(upper);
  if (typeof files === 'number') throw new Error(`boot gave ${String(named(files))}`);
  const guest = new FsGuest(files, ROOT);
  open.push(guest);
  return guest;
}

function end(guest: FsGuest): void {
  guest.exit();
  guest.files.close();
  open.splice(open.indexOf(guest), 1);
}

/** Boots on what is on the disk now, as after SIGKILL: nothing was closed. */
function bootAfterKill(): FsGuest {
  const copy = `${scratch.path}/copy-${open.length}`;
  fs.cpSync(`${scratch.path}/run`, copy, { recursive: true, preserveTimestamps: true });
  return boot(copy);
}

async function statOf(guest: FsGuest, path: string): Promise<unknown> {
  const stat = await guest.stat(path);
  if (typeof stat === 'number') return named(stat);
  const { st_mode, st_uid, st_gid, st_nlink, st_ino, st_mtim } = stat;
  return [st_mode.toString(8), st_uid, st_gid, Number(st_nlink), st_ino, st_mtim.tv_sec];
}

describe('a layer that is kept', () => {
  it('has names, bytes, modes, owners, links, times, whiteouts and attributes in the next run, and after SIGKILL', async () => {
    const first = boot();
    await first.write('/file', '+more', OpenFlags.O_APPEND);
    await first.call('chmod', '/file', 0o4750);
    await first.call('chown', '/file', 12, 34);
    await first.call('rename', '/dir/sub', '/moved');
    await first.write('/moved/new', 'new');
    await first.call('link', '/moved/new', '/hard');
    await first.call('symlink', 'moved/new', '/soft');
    await first.call('unlink', '/link');
    await first.call('mknod', '/pipe', 0o010600, 0);
    await first.call('setxattr', '/hard', 'user.note', Buffer.from('kept'), 4, 0);
    await first.call('utimensat', AT_FDCWD, '/soft', times(1000, 2000), 0x100);
    const paths = ['/file', '/moved', '/moved/new', '/moved/deep', '/hard', '/soft', '/pipe', '/link', '/dir/sub', '/'];
    const before = await Promise.all(paths.map((path) => statOf(first, path)));
    const check = async (guest: FsGuest): Promise<void> => {
      expect(await Promise.all(paths.map((path) => statOf(guest, path)))).toEqual(before);
      expect([await guest.read('/file'), await guest.read('/hard'), await guest.read('/moved/deep'), await guest.readlink('/soft')]).toEqual(['lower+more', 'new', 'deep', 'moved/new']);
      expect(await guest.list('/')).toEqual(['dir', 'file', 'hard', 'moved', 'pipe', 'soft']);
      const value = Buffer.alloc(8);
      expect(await guest.call('getxattr', '/moved/new', 'user.note', value, 8)).toBe(4);
    };
    await check(bootAfterKill());
    end(first);
    const second = boot();
    await check(second);
    await second.call('unlink', '/hard');
    await second.write('/later', 'x');
    end(second);
    const third = boot();
    expect(await third.list('/')).toEqual(['dir', 'file', 'later', 'moved', 'pipe', 'soft']);
    expect(fs.readFileSync(`${scratch.lower}/file`, 'latin1')).toBe('lower');
  });

  it('is one enclave at a time\'s, and says whose', () => {
    const first = boot();
    expect(named(tryBoot())).toBe('EBUSY');
    expect(fs.readFileSync(`${scratch.path}/run/owner`, 'latin1')).toBe('0\n');
    expect(fs.statSync(`${scratch.path}/run`).mode & 0o777).toBe(0o700);
    end(first);
    expect(boot().files.vfs.mounts.mounts.length).toBe(1);
  });

  it('keeps no bytes of files that nobody can name any more', async () => {
    const first = boot();
    const stored = (): number => fs.readdirSync(`${scratch.path}/run/files`).length;
    const fd = await first.open('/', O_TMPFILE | O_RDWR);
    const gone = await first.open('/gone', O_CREAT | O_WRONLY);
    await first.call('unlink', '/gone');
    await first.write('/stays', 'x');
    await first.write('/over', 'x');
    await first.call('rename', '/stays', '/over');
    await Promise.resolve();
    expect([fd > 0, gone > 0, stored()]).toEqual([true, true, 3]);
    const second = bootAfterKill();
    expect(fs.readdirSync(`${scratch.path}/copy-1/files`).length).toBe(1);
    expect(await second.list('/')).toEqual(['dir', 'file', 'link', 'over']);
  });

  it('goes by paths where its lower layer is another one', async () => {
    const first = boot();
    await first.write('/file', 'mine');
    await first.call('chmod', '/dir/sub/deep', 0o600);
    await first.write('/dir/sub/new', 'new');
    end(first);
    fs.rmSync(`${scratch.lower}/dir`, { recursive: true });
    fs.rmSync(`${scratch.lower}/file`);
    fs.writeFileSync(`${scratch.lower}/added`, '');
    const second = boot();
    expect(await second.list('/')).toEqual(['added', 'dir', 'file', 'link']);
    expect([await second.read('/file'), await second.list('/dir/sub')]).toEqual(['mine', ['new']]);
  });

  it('forgets the line that was being written, and refuses to guess where an earlier one is not whole', async () => {
    const first = boot();
    await first.write('/one', '1');
    await first.write('/two', '2');
    end(first);
    const names = `${scratch.path}/run/names`;
    fs.appendFileSync(names, '0123abcd {"inodes":[{"id"');
    const torn = boot();
    expect(await torn.list('/')).toEqual(['dir', 'file', 'link', 'one', 'two']);
    end(torn);
    fs.appendFileSync(names, '0123abcd {}\n');
    end(boot());
    const whole = fs.readFileSync(names);
    const second = boot();
    await second.write('/three', '3');
    end(second);
    const bytes = fs.readFileSync(names);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    fs.writeFileSync(names, bytes);
    expect(named(tryBoot())).toBe('EUCLEAN');
    fs.writeFileSync(names, 'something else\n');
    expect(named(tryBoot())).toBe('EUCLEAN');
    fs.writeFileSync(names, whole);
    expect(await boot().list('/')).toEqual(['dir', 'file', 'link', 'one', 'two']);
  });

  it('writes its changes anew before they take much more room than what they amount to', async () => {
    const guest = boot();
    const name = 'n'.repeat(200);
    for (let turn = 0; turn < 3000; turn++) {
      await guest.call('mkdir', `/${name}`, 0o755);
      await guest.call('rmdir', `/${name}`);
    }
    expect(fs.statSync(`${scratch.path}/run/names`).size).toBeLessThan(1.2 * 2 ** 20);
    expect(await bootAfterKill().list('/')).toEqual(['dir', 'file', 'link']);
  });
});

describe('whatever programs did', () => {
  it('is there after SIGKILL at any moment', async () => {
    const lists = fc.array(operations, { maxLength: 15 });
    await fc.assert(fc.asyncProperty(lists, lists, survives), { numRuns: 60 });
  }, 60_000);
});

async function survives(before: readonly Operation[], after: readonly Operation[]): Promise<void> {
  const own = scratch;
  scratch = new Scratch();
  try {
    fs.mkdirSync(`${scratch.lower}/a/b`, { recursive: true });
    fs.writeFileSync(`${scratch.lower}/a/c`, 'c');
    fs.writeFileSync(`${scratch.lower}/b`, 'b');
    const first = boot();
    for (const operation of before) await onGuest(first, operation);
    const second = bootAfterKill();
    const shown = await treeOfGuest(first);
    expect(await treeOfGuest(second)).toEqual(shown);
    for (const operation of after) expect(await onGuest(second, operation)).toEqual(await onGuest(first, operation));
    end(first);
    const third = boot();
    expect(await treeOfGuest(third)).toEqual(await treeOfGuest(second));
    end(second);
    end(third);
  } finally {
    scratch.remove();
    scratch = own;
  }
}

function times(access: number, modify: number): Uint8Array {
  const bytes = Buffer.alloc(32);
  bytes.writeBigInt64LE(BigInt(access), 0);
  bytes.writeBigInt64LE(BigInt(modify), 16);
  return bytes;
}
