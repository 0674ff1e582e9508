import fc from 'fast-check';

import { OpenFlags } from '@occlum/abi';

import { named } from './guest.js';
import type { FsGuest } from './guest.js';

/** One operation on paths of a small world, so that they meet often. */
export type Operation = readonly [name: string, first: string, second: string];

const NAMES = ['a', 'b', 'c'];
const paths = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
export const operations = fc.tuple(
  fc.constantFrom('mkdir', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'write', 'append', 'truncate', 'chmod'),
  paths,
  paths,
) as fc.Arbitrary<Operation>;

/** What an operation gives in the LibOS. */
export async function onGuest(guest: FsGuest, [name, first, second]: Operation): Promise<unknown> {
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
export function relative(path: string): string {
  return path.slice(1);
}

/** A file of a tree, with all that is compared. */
export interface Shown {
  readonly path: string;
  readonly type: number;
  readonly mode: number;
  readonly nlink: number;
  readonly content: string | number;
}

/** All files below a path. */
export async function treeOfGuest(guest: FsGuest, path = ''): Promise<Shown[]> {
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
