import * as fs from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AT_FDCWD, OpenFlags, openHow } from '@occlum/abi';
import { hostBinding } from '@occlum/native';

import { ResolveFlags } from '../../src/fs/path-walk.js';
import { FsGuest, ROOT, Scratch, mountAll, named } from './guest.js';

// The host's kernel is the model: RESOLVE_IN_ROOT makes a directory the root of a look-up, as chroot(2) would.
const host = hostBinding();
const { O_PATH, O_NOFOLLOW, O_DIRECTORY, O_CLOEXEC } = OpenFlags;

const NAMES = ['a', 'b', 'c', '.', '..', 'n'.repeat(255), 'n'.repeat(256), '\xff\xfe'];
const component = fc.oneof({ weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c', '..') }, { weight: 1, arbitrary: fc.constantFrom(...NAMES) });
const path = fc
  .tuple(fc.constantFrom('', '/', '//'), fc.array(component, { maxLength: 6 }), fc.constantFrom('/', '//', '/./'), fc.constantFrom('', '', '/', '/.', '//'))
  .map(([start, names, between, end]) => start + names.join(between) + (names.length === 0 ? '' : end));
const place = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
const entry = fc.tuple(place, fc.oneof({ weight: 2, arbitrary: fc.constant('directory') }, { weight: 1, arbitrary: fc.constant('file') }, { weight: 3, arbitrary: path.filter((text) => text !== '') }));
type Entry = readonly [at: string[], kind: string];

/** Makes a tree; what has no place is left out. */
function make(root: string, entries: readonly Entry[]): void {
  for (const [at, kind] of entries) {
    const where = `${root}/${at.join('/')}`;
    // A link on the way could lead out of the tree.
    try {
      if (at.slice(0, -1).some((_, index) => isLink(`${root}/${at.slice(0, index + 1).join('/')}`))) continue;
      if (kind === 'directory') fs.mkdirSync(where);
      else if (kind === 'file') fs.writeFileSync(where, where, { flag: 'wx' });
      else fs.symlinkSync(Buffer.from(kind, 'latin1'), where);
    } catch {
      continue;
    }
  }
}

function isLink(at: string): boolean {
  return fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** What the host finds: an inode number, or an error. */
function onHost(root: number, text: string, flags: number, resolve: number): unknown {
  const found = host.openat(root, Buffer.from(`${text}\0`, 'latin1'), O_PATH | O_CLOEXEC | flags, 0, resolve);
  if (found < 0) return named(found);
  const { ino } = fs.fstatSync(found);
  host.close(found);
  return ino;
}

async function onGuest(guest: FsGuest, text: string, flags: number, resolve: number): Promise<unknown> {
  const how = openHow.encode({ flags: BigInt(O_PATH | O_CLOEXEC | flags), mode: 0n, resolve: BigInt(resolve) });
  const fd = resolve === 0 ? await guest.call('openat', AT_FDCWD, text, O_PATH | O_CLOEXEC | flags, 0) : await guest.call('openat2', AT_FDCWD, text, how, how.length);
  if (fd < 0) return named(fd);
  const stat = await guest.fstat(fd);
  guest.close(fd);
  return typeof stat === 'number' ? named(stat) : Number(stat.st_ino);
}

/** What the guest asks for, and what the host is asked for to answer the same. */
const LIMITS = [
  [0, ResolveFlags.RESOLVE_IN_ROOT],
  [ResolveFlags.RESOLVE_IN_ROOT, ResolveFlags.RESOLVE_IN_ROOT],
  [ResolveFlags.RESOLVE_BENEATH, ResolveFlags.RESOLVE_BENEATH],
  [ResolveFlags.RESOLVE_NO_SYMLINKS, ResolveFlags.RESOLVE_NO_SYMLINKS | ResolveFlags.RESOLVE_IN_ROOT],
] as const;

async function agree(kind: 'layered' | 'host', entries: readonly Entry[], paths: readonly string[], flags: number): Promise<void> {
  const scratch = new Scratch();
  const { lower } = scratch;
  try {
    make(lower, entries);
    const guest = new FsGuest(mountAll(scratch, [kind === 'layered' ? { type: kind, target: '/', lower } : { type: kind, target: '/', source: lower }]), ROOT);
    const root = fs.openSync(lower, O_DIRECTORY);
    for (const text of paths) {
      for (const [asked, model] of LIMITS) expect([text, asked, await onGuest(guest, text, flags, asked)]).toEqual([text, asked, onHost(root, text, flags, model)]);
    }
    fs.closeSync(root);
    guest.exit();
    guest.files.close();
  } finally {
    scratch.remove();
  }
}

describe.each(['layered', 'host'] as const)('a path in a %s file system', (kind) => {
  it('leads where the host says, or to the same error', async () => {
    const property = fc.asyncProperty(fc.array(entry, { maxLength: 20 }), fc.array(path, { minLength: 1, maxLength: 12 }), fc.constantFrom(0, O_NOFOLLOW, O_DIRECTORY), (...given) => agree(kind, ...given));
    await fc.assert(property, { numRuns: 150 });
  }, 120_000);
});
