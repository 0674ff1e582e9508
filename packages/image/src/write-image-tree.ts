import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { ErrnoError } from '@occlum/errno';

import type { ImageEntries, ImageEntry, NodeReference } from './image-entry.js';
import { encodeNode, sha256 } from './node-codec.js';

/** How far a tree is. */
export interface TreeProgress {
  /** Entries that are done. */
  readonly entries: number;
  /** Bytes that were hashed. */
  readonly bytes: number;
}

/** How {@link writeImageTree} tells how far it is. */
export interface WriteImageTreeOptions {
  /** Called after each entry. */
  readonly onProgress?: (progress: TreeProgress) => void;
}

const STICKY = 0o1000;
const OWNER_EXECUTES = 0o100;

/**
 * Hashes all files below a directory, and writes the tree of their hashes: a list for each directory, those below before
 * those above. It is the same for the same files, whatever their owners, times and places and the order they are read in.
 *
 * @param root - Host directory of the image. Nobody may change it meanwhile.
 * @param file - Where the tree goes; it is made, or overwritten.
 * @returns Where the list of the root stands: what is measured.
 * @throws {@link ErrnoError} `EINVAL` for a device, FIFO or socket, which an image cannot have. Node's `SystemError` where a
 * file cannot be read or the tree not written.
 */
export async function writeImageTree(root: string, file: string, { onProgress }: WriteImageTreeOptions = {}): Promise<NodeReference> {
  await using output = await open(file, 'w', 0o644);
  let offset = 0;
  let [entries, bytes] = [0, 0];

  const entryOf = async (path: Buffer, stats: Stats): Promise<ImageEntry> => {
    if (stats.isDirectory()) return { kind: 'directory', mode: 0o755 | (stats.mode & STICKY), node: await directory(path) };
    if (stats.isSymbolicLink()) return { kind: 'link', target: (await readlink(path, 'buffer')).toString('latin1') };
    if (!stats.isFile()) throw new ErrnoError('EINVAL', { detail: `${path.toString()} is a device, FIFO or socket, which an image cannot have` });
    const { hash, size } = await hashFile(path);
    bytes += size;
    return { kind: 'file', mode: (stats.mode & OWNER_EXECUTES) === 0 ? 0o644 : 0o755, size, hash };
  };
  const directory = async (path: Buffer): Promise<NodeReference> => {
    const found: [string, ImageEntry][] = [];
    for (const name of (await readdir(path, { encoding: 'buffer' })).sort((a, b) => a.compare(b))) {
      const below = Buffer.concat([path, SLASH, name]);
      found.push([name.toString('latin1'), await entryOf(below, await lstat(below))]);
      entries++;
      onProgress?.({ entries, bytes });
    }
    return append(new Map(found));
  };
  const append = async (list: ImageEntries): Promise<NodeReference> => {
    const node = encodeNode(list);
    const reference = { offset, length: node.length, hash: sha256(node) };
    await output.writeFile(node);
    offset += node.length;
    return reference;
  };
  return await directory(Buffer.from(root));
}

const SLASH = Buffer.from('/');

async function hashFile(path: Buffer): Promise<{ hash: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { hash: hash.digest('hex'), size };
}
