import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

import { Minimatch } from 'minimatch';

import type { PlannedEntry } from './copy-plan.js';

/** Something below a directory that is copied. */
export interface TreeItem {
  /** Path from the directory on, without a slash at its start; empty for the directory itself. */
  readonly path: string;
  readonly entry: PlannedEntry;
}

/** What of a tree cannot be copied. */
export interface TreeGap {
  readonly path: string;
  readonly reason: string;
}

/** How a tree is walked. */
export interface TreeWalk {
  readonly isExcluded: (path: string, isDirectory: boolean) => boolean;
  /** Told of what is left out. */
  readonly onGap: (gap: TreeGap) => void;
}

/**
 * Lists a directory that is to be copied with all in it. Links within it stay links; one that leads out of it, or is absolute,
 * is taken for what it leads to.
 *
 * Source: rsync(1), `--copy-unsafe-links`.
 *
 * @param root - Host path of the directory.
 */
export function* walkTree(root: string, walk: TreeWalk): Generator<TreeItem, void, void> {
  yield* below('', root, new Set(), { ...walk, root });
}

function* below(path: string, source: string, above: ReadonlySet<string>, walk: TreeWalk & { readonly root: string }): Generator<TreeItem, void, void> {
  const real = realpathSync(source);
  if (above.has(real)) {
    walk.onGap({ path, reason: 'is a link to a directory that it lies in' });
    return;
  }
  yield { path, entry: { kind: 'directory', source } };
  for (const name of readdirSync(source).sort()) {
    const item = join(path, name);
    const at = join(source, name);
    const seen = lstatSync(at);
    if (seen.isSymbolicLink() && leadsInside(item, at)) {
      if (!walk.isExcluded(item, false)) yield { path: item, entry: { kind: 'link', target: readlinkSync(at) } };
      continue;
    }
    const target = seen.isSymbolicLink() ? statOf(at) : seen;
    if (walk.isExcluded(item, target?.isDirectory() === true)) continue;
    if (target?.isDirectory() === true) yield* below(item, at, new Set([...above, real]), walk);
    else if (target?.isFile() === true) yield { path: item, entry: { kind: 'file', source: at } };
    else walk.onGap({ path: item, reason: target === undefined ? `is a link to ${readlinkSync(at)}, which is not there` : 'is a device, FIFO or socket' });
  }
}

/** Whether a link is relative and does not climb above the directory that is copied. */
function leadsInside(path: string, at: string): boolean {
  const target = readlinkSync(at);
  return !target.startsWith('/') && !normalize(join(dirname(path), target)).startsWith('..');
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/**
 * Which paths some patterns exclude: one without a slash any file or directory of that name, one with a slash the end of a
 * path, or a whole path where it begins with a slash; with a slash at its end directories only.
 *
 * Source: rsync(1), "FILTER RULES", for patterns without `**`.
 *
 * @param base - What stands before each path: the name of the directory where that is copied itself.
 */
export function excluding(patterns: readonly string[], base: string): TreeWalk['isExcluded'] {
  const rules = patterns.map((pattern) => {
    const isForDirectories = pattern.length > 1 && pattern.endsWith('/');
    const text = isForDirectories ? pattern.slice(0, -1) : pattern;
    const glob = text.startsWith('/') ? text.slice(1) : `**/${text}`;
    return { isForDirectories, match: new Minimatch(glob, { dot: true, nocomment: true, nonegate: true, noext: true, nobrace: true }) };
  });
  return (path, isDirectory) => rules.some(({ isForDirectories, match }) => (isDirectory || !isForDirectories) && match.match(join(base, path)));
}
