import { createHash } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

import { isErrnoError } from '@occlum/errno';
import { afterAll, describe, expect, it } from 'vitest';

import { ImageTree, writeImageTree } from '@occlum/image';
import type { ImageEntry, NodeReference, TreeProgress } from '@occlum/image';

const scratch = mkdtempSync(join(tmpdir(), 'occlum-image-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
let made = 0;
const place = (): string => join(scratch, String(made++));

/** Files by path; text that starts with `->` is a link, `null` a directory. In the order given. */
function makeImage(files: Readonly<Record<string, string | null>>): string {
  const root = place();
  mkdirSync(root);
  for (const [path, content] of Object.entries(files)) {
    const full = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
    if (content === null) mkdirSync(full);
    else if (content.startsWith('->')) symlinkSync(content.slice(2), full);
    else writeFileSync(full, content);
  }
  return root;
}

async function build(root: string): Promise<{ node: NodeReference; file: string }> {
  const file = place();
  return { node: await writeImageTree(root, file), file };
}

function reader(file: string): (offset: number, length: number) => Uint8Array {
  return (offset, length) => {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    } finally {
      closeSync(descriptor);
    }
  };
}

const FILES = { bin: null, 'bin/tool': 'code', etc: null, 'etc/empty': '', 'etc/deep': null, 'etc/deep/link': '->../../bin/tool', top: 'x'.repeat(100_000) };

describe('writeImageTree and ImageTree', () => {
  it('keep what each name is', async () => {
    const root = makeImage({ ...FILES, 'etc/\xff\xfe': 'raw' });
    chmodSync(join(root, 'bin/tool'), 0o711);
    const { node, file } = await build(root);
    const tree = new ImageTree(reader(file), node);
    const top = tree.entries();
    expect([...top.keys()]).toEqual(['bin', 'etc', 'top']);
    expect(top.get('top')).toEqual({ kind: 'file', mode: 0o644, size: 100_000, hash: createHash('sha256').update('x'.repeat(100_000)).digest('hex') });
    const below = (name: string, from = top): ReturnType<ImageTree['entries']> => tree.entries((from.get(name) as Extract<ImageEntry, { kind: 'directory' }>).node);
    expect(below('bin').get('tool')).toMatchObject({ kind: 'file', mode: 0o755, size: 4 });
    expect([...below('etc').keys()]).toEqual(['deep', 'empty', '\xff\xfe']);
    expect(below('deep', below('etc')).get('link')).toEqual({ kind: 'link', target: '../../bin/tool' });
  });

  it('measure the same whatever the order, the times, the umask and the place', async () => {
    const first = await build(makeImage(FILES));
    const directories = Object.entries(FILES).filter(([, content]) => content === null);
    const rest = Object.entries(FILES).filter(([, content]) => content !== null);
    const before = process.umask(0o077);
    const other = makeImage(Object.fromEntries([...directories, ...rest.reverse()]));
    process.umask(before);
    utimesSync(join(other, 'bin/tool'), 1, 1);
    utimesSync(other, 1, 1);
    const second = await build(other);
    expect(second.node).toEqual(first.node);
    expect(readFileSync(second.file)).toEqual(readFileSync(first.file));
  });

  it.each<[string, (root: string) => void]>([
    ['a byte of a file', (root) => { writeFileSync(join(root, 'bin/tool'), 'codf'); }],
    ['a file more', (root) => { writeFileSync(join(root, 'etc/deep/more'), ''); }],
    ['a file less', (root) => { rmSync(join(root, 'etc/empty')); }],
    ['another name', (root) => { rmSync(join(root, 'etc/empty')); writeFileSync(join(root, 'etc/emptz'), ''); }],
    ['a file that may be executed', (root) => { chmodSync(join(root, 'bin/tool'), 0o755); }],
    ['another link', (root) => { rmSync(join(root, 'etc/deep/link')); symlinkSync('../../bin/tools', join(root, 'etc/deep/link')); }],
    ['a directory for a file', (root) => { rmSync(join(root, 'etc/empty')); mkdirSync(join(root, 'etc/empty')); }],
  ])('measure another image by %s', async (_, change) => {
    const root = makeImage(FILES);
    const { node } = await build(root);
    change(root);
    expect((await build(root)).node.hash).not.toBe(node.hash);
  });

  it('refuse what an image cannot have', async () => {
    const root = makeImage({});
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(build(root)).rejects.toThrow(expect.objectContaining({ code: 'EINVAL', message: expect.stringContaining(`${root}/pipe`) as string }) as Error);
  });

  it('tell how far they are', async () => {
    const seen: TreeProgress[] = [];
    await writeImageTree(makeImage(FILES), place(), { onProgress: (progress) => seen.push(progress) });
    expect(seen).toHaveLength(Object.keys(FILES).length);
    expect(seen.at(-1)).toEqual({ entries: Object.keys(FILES).length, bytes: 100_004 });
  });

  it('notice each changed byte of the tree, and a tree cut short', async () => {
    const { node, file } = await build(makeImage(FILES));
    const whole = readFileSync(file);
    const visit = (tree: ImageTree, list = tree.entries()): void => {
      for (const entry of list.values()) if (entry.kind === 'directory') visit(tree, tree.entries(entry.node));
    };
    visit(new ImageTree((offset, length) => whole.subarray(offset, offset + length), node));
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(codeOf(() => { visit(new ImageTree((offset, length) => changed.subarray(offset, offset + length), node)); })).toBe('EIO');
    }
    expect(codeOf(() => { visit(new ImageTree((offset, length) => whole.subarray(offset, Math.min(offset + length, whole.length - 1)), node)); })).toBe('EIO');
    expect(codeOf(() => new ImageTree(() => whole, { ...node, length: 2 ** 40 }).entries())).toBe('EIO');
  });
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (isErrnoError(error)) return error.code;
    throw error;
  }
  return undefined;
}
