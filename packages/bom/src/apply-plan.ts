import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readlink, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path/posix';
import { pipeline } from 'node:stream/promises';

import { realPathInRoot } from '@occlum/elf';

import type { CopyPlan, PlannedDirectory, PlannedEntry, PlannedFile, PlannedLink } from './copy-plan.js';

/** One entry of a plan as it is carried out. */
export interface CopyStep {
  readonly entry: PlannedEntry;
  /** Absolute path inside. */
  readonly path: string;
  /** Whether the image had it already, as it is to be. */
  readonly isUnchanged: boolean;
}

const PERMISSIONS = 0o7777;
const DIRECTORY_MODE = 0o755;

/**
 * Makes a host directory have what a plan says. What is there besides is left alone; a file or link that has changed is replaced as a
 * whole. Links inside lead where they would lead a program whose root the directory is, so nothing is written outside of it.
 *
 * @param root - Host path of the image; made where it is missing.
 * @throws Error when something stands in the way, or a file has another hash than it had when the plan was made.
 */
export async function applyPlan({ entries }: CopyPlan, root: string, onStep: (step: CopyStep) => void): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, entry] of entries) onStep({ path, entry, isUnchanged: await apply(path, entry, root) });
}

function apply(path: string, entry: PlannedEntry, root: string): Promise<boolean> {
  const above = realPathInRoot(root, dirname(path));
  if (above === undefined) throw new Error(`${join(root, path)} cannot be made: links above it lead in circles`);
  const at = join(root, above, basename(path));
  switch (entry.kind) {
    case 'directory':
      return makeDirectory(path, entry, root);
    case 'link':
      return makeLink(at, entry);
    case 'file':
      return copy(at, entry);
  }
}

async function makeDirectory(path: string, { source }: PlannedDirectory, root: string): Promise<boolean> {
  const real = realPathInRoot(root, path);
  if (real === undefined) throw new Error(`${join(root, path)} cannot be made: links lead in circles`);
  const at = join(root, real);
  const seen = await seenAt(at);
  const mode = source === undefined ? undefined : (await stat(source)).mode & PERMISSIONS;
  if (seen !== undefined && !seen.isDirectory()) throw new Error(`${at} is in the way: it is no directory, remove it`);
  if (seen === undefined) await mkdir(at, { recursive: true });
  const wanted = mode ?? (seen === undefined ? DIRECTORY_MODE : seen.mode & PERMISSIONS);
  if (seen !== undefined && (seen.mode & PERMISSIONS) === wanted) return true;
  await chmod(at, wanted);
  return false;
}

async function makeLink(at: string, { target }: PlannedLink): Promise<boolean> {
  const seen = await seenAt(at);
  if (seen?.isSymbolicLink() === true && (await readlink(at)) === target) return true;
  if (seen?.isDirectory() === true) throw new Error(`${at} is in the way: it is a directory, remove it`);
  await replace(at, (fresh) => symlink(target, fresh));
  return false;
}

async function copy(at: string, { source, hash }: PlannedFile): Promise<boolean> {
  const [wanted, seen] = [await stat(source), await seenAt(at)];
  if (seen?.isDirectory() === true) throw new Error(`${at} is in the way: it is a directory, remove it`);
  if (seen !== undefined && isSame(seen, wanted)) return true;
  await replace(at, async (fresh) => {
    await copyFile(source, fresh, constants.COPYFILE_FICLONE);
    if (hash !== undefined && (await hashOf(fresh)) !== hash) throw new Error(`${source} was changed while it was copied: its SHA-256 is not ${hash} any more`);
    await chmod(fresh, wanted.mode & PERMISSIONS);
    await utimes(fresh, wanted.atime, wanted.mtime);
  });
  return false;
}

/** Whether a copy is up to date: size, time and mode are those of the source. */
function isSame(seen: Stats, wanted: Stats): boolean {
  return seen.isFile() && seen.size === wanted.size && Math.abs(seen.mtimeMs - wanted.mtimeMs) < 1 && (seen.mode & PERMISSIONS) === (wanted.mode & PERMISSIONS);
}

/** Makes something under another name, then gives it its own: nobody sees half of it. */
async function replace(at: string, make: (fresh: string) => Promise<unknown>): Promise<void> {
  const fresh = `${at}.occlum-new`;
  await rm(fresh, { force: true });
  try {
    await make(fresh);
    await rename(fresh, at);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

async function seenAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
