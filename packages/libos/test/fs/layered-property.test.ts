import * as fs from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { OpenFlags } from '@occlum/abi';

import { FsGuest, Scratch, mountAll, named } from './guest.js';

/** One operation on paths of a small world, so that they meet often. */
type Operation = readonly [name: string, first: string, second: string];

const NAMES = ['a', 'b', 'c'];
const paths = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const operations = fc.tuple(
  fc.constantFrom('mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'write', 'append', 'truncate', 'chmod'),
  paths,
  paths,
) as fc.Arbitrary<Operation>;

/** What the same operation is on a real directory. */
function onHost(root: string, [name, first, second]: Operation): unknown {
  const one = root + first;
  const two = root + second;
  try {
    switch (name) {
      case 'mkdir': fs.mkdirSync(one, 0o755); break;
      case 'rmdir': fs.rmdirSync(one); break;
      case 'unlink': fs.unlinkSync(one); break;
      case 'rename': fs.renameSync(one, two); break;
      case 'link': fs.linkSync(one, two); break;
      case 'symlink': fs.symlinkSync(relative(first), two); break;
      case 'write': fs.writeFileSync(one, second, { mode: 0o644 }); break;
      case 'append': fs.appendFileSync(one, second, { mode: 0o644 }); break;
      case 'truncate': fs.truncateSync(one, 2); break;
      case 'chmod': fs.chmodSync(one, 0o700); break;
    }
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

async function onGuest(guest: FsGuest, [name, first, second]: Operation): Promise<unknown> {
  let result: number;
  switch (name) {
    case 'mkdir': result = await guest.call('mkdir', first, 0o755); break;
    case 'symlink': result = await guest.call('symlink', relative(first), second); break;
    case 'write': result = await guest.write(first, second); break;
    case 'append': result = await guest.write(first, second, OpenFlags.O_APPEND | OpenFlags.O_CREAT); break;
    case 'truncate': result = await guest.call('truncate', first, 2); break;
    case 'chmod': result = await guest.call('chmod', first, 0o700); break;
    case 'rename':
    case 'link': result = await guest.call(name, first, second); break;
    default: result = await guest.call(name, first);
  }
  return result < 0 ? named(result) : 'done';
}

/** Links are relative: an absolute one would leave the real directory. */
function relative(path: string): string {
  return path.slice(1);
}

interface Shown {
  readonly path: string;
  readonly type: number;
  readonly mode: number;
  readonly nlink: number;
  readonly content: string | number;
}

function treeOfHost(root: string, path = ''): Shown[] {
  const shown: Shown[] = [];
  for (const name of fs.readdirSync(root + path).sort()) {
    const at = `${path}/${name}`;
    const stat = fs.lstatSync(root + at);
    const isDirectory = stat.isDirectory();
    const content = stat.isSymbolicLink() ? fs.readlinkSync(root + at) : isDirectory ? '' : fs.readFileSync(root + at, 'latin1');
    shown.push({ path: at, type: stat.mode & 0o170000, mode: stat.mode & 0o7777, nlink: isDirectory ? 0 : stat.nlink, content });
    if (isDirectory) shown.push(...treeOfHost(root, at));
  }
  return shown;
}

async function treeOfGuest(guest: FsGuest, path = ''): Promise<Shown[]> {
  const shown: Shown[] = [];
  const names = await guest.list(path === '' ? '/' : path);
  for (const name of typeof names === 'number' ? [] : names) {
    const at = `${path}/${name}`;
    const stat = await guest.stat(at);
    if (typeof stat === 'number') throw new Error(`${at} is listed, but stat gives ${stat}`);
    const type = stat.st_mode & 0o170000;
    const isDirectory = type === 0o040000;
    const content = type === 0o120000 ? await guest.readlink(at) : isDirectory ? '' : await guest.read(at);
    shown.push({ path: at, type, mode: stat.st_mode & 0o7777, nlink: isDirectory ? 0 : Number(stat.st_nlink), content });
    if (isDirectory) shown.push(...(await treeOfGuest(guest, at)));
  }
  return shown;
}

async function agree(kind: 'layered' | 'host', before: readonly Operation[], after: readonly Operation[]): Promise<void> {
  const scratch = new Scratch();
  const model = `${scratch.path}/model`;
  fs.mkdirSync(model);
  const umask = process.umask(0);
  try {
    for (const operation of before) {
      onHost(model, operation);
      onHost(scratch.lower, operation);
    }
    const mount = kind === 'layered' ? { type: kind, target: '/', lower: scratch.lower } : { type: kind, target: '/', source: scratch.lower };
    const guest = new FsGuest(mountAll(scratch, [mount]));
    const untouched = treeOfHost(scratch.lower);
    for (const operation of after) expect([operation, await onGuest(guest, operation)]).toEqual([operation, onHost(model, operation)]);
    expect(await treeOfGuest(guest)).toEqual(treeOfHost(model));
    if (kind === 'layered') expect(treeOfHost(scratch.lower)).toEqual(untouched);
    guest.exit();
    guest.files.close();
  } finally {
    process.umask(umask);
    scratch.remove();
  }
}

describe.each(['layered', 'host'] as const)('a %s file system', (kind) => {
  it('does what a real directory does, whatever the lower layer had', async () => {
    const lists = fc.array(operations, { maxLength: 25 });
    await fc.assert(fc.asyncProperty(lists, lists, (before, after) => agree(kind, before, after)), { numRuns: 100 });
  }, 60_000);
});
