import * as fs from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { writeImageTree } from '@occlum/image';

import { loadCheckedTree } from '../../src/fs/image/load-checked-tree.lazy.js';
import type { MountRequest } from '../../src/fs/mount-file-systems.js';
import { FsGuest, ROOT, Scratch, mountAll } from './guest.js';
import { onGuest, operations, relative, treeOfGuest } from './operations.js';
import type { Operation, Shown } from './operations.js';

type Kind = 'layered' | 'host' | 'image';

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

/** A directory as an image shows it: links of one file are files, and of permission bits only the owner's right to execute counts. */
function asImage(root: string, path = ''): void {
  fs.chmodSync(root + path, 0o755);
  for (const name of fs.readdirSync(root + path)) {
    const at = `${path}/${name}`;
    const stat = fs.lstatSync(root + at);
    if (stat.isDirectory()) asImage(root, at);
    if (!stat.isFile()) continue;
    const content = fs.readFileSync(root + at);
    fs.rmSync(root + at);
    fs.writeFileSync(root + at, content, { mode: (stat.mode & 0o100) === 0 ? 0o644 : 0o755 });
  }
}

async function mountOf(kind: Kind, { lower, path }: Scratch): Promise<MountRequest> {
  if (kind === 'host') return { type: kind, target: '/', source: lower };
  if (kind === 'layered') return { type: kind, target: '/', lower };
  return { type: 'layered', target: '/', lower, image: { tree: `${path}/tree`, reference: await writeImageTree(lower, `${path}/tree`) } };
}

async function agree(kind: Kind, before: readonly Operation[], after: readonly Operation[]): Promise<void> {
  const scratch = new Scratch();
  const model = `${scratch.path}/model`;
  fs.mkdirSync(model);
  const umask = process.umask(0);
  try {
    for (const operation of before) {
      onHost(model, operation);
      onHost(scratch.lower, operation);
    }
    const mount = await mountOf(kind, scratch);
    if (kind === 'image') asImage(model);
    const changes: string[] = [];
    const files = mountAll(scratch, [mount], { openCheckedTree: await loadCheckedTree(), imageChanged: (path, what) => changes.push(`${path}: ${what}`) });
    // The files of an image are root's.
    const guest = kind === 'image' ? new FsGuest(files, ROOT) : new FsGuest(files);
    const untouched = treeOfHost(scratch.lower);
    for (const operation of after) expect([operation, await onGuest(guest, operation)]).toEqual([operation, onHost(model, operation)]);
    expect(await treeOfGuest(guest)).toEqual(treeOfHost(model));
    if (kind !== 'host') expect(treeOfHost(scratch.lower)).toEqual(untouched);
    expect(changes).toEqual([]);
    guest.exit();
    guest.files.close();
  } finally {
    process.umask(umask);
    scratch.remove();
  }
}

describe.each(['layered', 'host', 'image'] as const)('a %s file system', (kind) => {
  it('does what a real directory does, whatever the lower layer had', async () => {
    const lists = fc.array(operations, { maxLength: 25 });
    await fc.assert(fc.asyncProperty(lists, lists, (before, after) => agree(kind, before, after)), { numRuns: 100 });
  }, 60_000);
});
