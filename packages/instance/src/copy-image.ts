import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';

import { InstanceError } from './instance-error.js';

const SLASH = Buffer.from('/');
const STICKY = 0o1000;
const OWNER_EXECUTES = 0o100;
const BLOCK_BYTES = 512;
const CHUNK_BYTES = 2 ** 16;

/**
 * Copies the files of an image, so that later changes of them change nothing that was built. Blocks are shared where the
 * file system can copy on write, holes stay holes, links stay links. Permission bits are those that are measured: what a umask
 * or an owner decides is not kept.
 *
 * @param from - Host directory.
 * @param to - Host directory; it is made.
 * @param onEntry - Called after each entry, with the bytes of a regular file, else 0.
 * @throws {@link InstanceError} for what is no file, directory or link; Node's `SystemError` where something cannot be read or written.
 */
export async function copyImage(from: string, to: string, onEntry: (bytes: number) => void): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  await copyBelow(Buffer.from(from), Buffer.from(to), onEntry);
}

async function copyBelow(from: Buffer, to: Buffer, onEntry: (bytes: number) => void): Promise<void> {
  for (const name of (await readdir(from, { encoding: 'buffer' })).sort((a, b) => a.compare(b))) {
    const [source, target] = [from, to].map((folder) => Buffer.concat([folder, SLASH, name])) as [Buffer, Buffer];
    const stats = await lstat(source);
    if (stats.isDirectory()) {
      await mkdir(target);
      await copyBelow(source, target, onEntry);
      await chmod(target, 0o755 | (stats.mode & STICKY));
    } else if (stats.isSymbolicLink()) await symlink(await readlink(source, 'buffer'), target);
    else if (stats.isFile()) await copyOne(source, target, stats);
    else throw new InstanceError([`${source.toString()} is no file, directory or link, which an image cannot have`]);
    onEntry(stats.isFile() ? stats.size : 0);
  }
}

async function copyOne(source: Buffer, target: Buffer, stats: Stats): Promise<void> {
  if (stats.blocks * BLOCK_BYTES < stats.size) await copySparse(source, target);
  else await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(target, (stats.mode & OWNER_EXECUTES) === 0 ? 0o644 : 0o755);
}

/** Writes nothing where there are only zeros. */
async function copySparse(source: Buffer, target: Buffer): Promise<void> {
  await using input = await open(source, 'r');
  await using output = await open(target, 'wx', 0o600);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const zeros = Buffer.alloc(CHUNK_BYTES);
  let at = 0;
  for (;;) {
    const { bytesRead } = await input.read(chunk, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    if (!read.equals(zeros.subarray(0, bytesRead))) await output.write(read, 0, bytesRead, at);
    at += bytesRead;
  }
  await output.truncate(at);
}
