import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path/posix';

import type { ConfigPath, ConfigProblem } from '@occlum/config';

import type { BomSource, BomTarget } from './bom-schema.js';
import type { CopyPlan } from './copy-plan.js';
import { expandVariables } from './expand-variables.js';
import type { LoadedBom } from './load-boms.js';
import { excluding, walkTree } from './walk-tree.js';

/** What bills of materials are carried out with. */
export interface Surroundings {
  /** Absolute host path that relative sources start from. */
  readonly base: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A file whose shared libraries are wanted. */
export interface Dependent {
  /** Absolute host path. */
  readonly source: string;
  /** Path inside. */
  readonly path: string;
  /** Whether a library that is not found is a mistake, as it is for a file that was named, or a notice. */
  readonly isNamed: boolean;
  readonly problem: (message: string) => ConfigProblem;
}

/** What comes of reading the targets of bills of materials. */
export interface PlannedTargets {
  readonly dependents: readonly Dependent[];
  readonly mistakes: readonly ConfigProblem[];
  readonly notices: readonly ConfigProblem[];
}

/** Puts all that a bill of materials names into a plan; nothing is copied yet. */
export function planTargets({ bom, problem }: LoadedBom, plan: CopyPlan, surroundings: Surroundings): PlannedTargets {
  const planner = new TargetPlanner(plan, surroundings, bom.excludes, problem);
  for (const [index, target] of bom.targets.entries()) planner.add(target, ['targets', index]);
  return planner;
}

class TargetPlanner implements PlannedTargets {
  readonly dependents: Dependent[] = [];
  readonly mistakes: ConfigProblem[] = [];
  readonly notices: ConfigProblem[] = [];
  readonly #plan: CopyPlan;
  readonly #surroundings: Surroundings;
  readonly #excludes: readonly string[];
  readonly #problem: LoadedBom['problem'];

  constructor(plan: CopyPlan, surroundings: Surroundings, excludes: readonly string[], problem: LoadedBom['problem']) {
    this.#plan = plan;
    this.#surroundings = surroundings;
    this.#excludes = excludes;
    this.#problem = problem;
  }

  add({ target, mkdirs, createlinks, copy }: BomTarget, at: ConfigPath): void {
    const folder = this.#inside('/', target, [...at, 'target']);
    this.#plan.makeDirectory(folder);
    for (const [index, name] of mkdirs.entries()) this.#plan.makeDirectory(this.#inside(folder, name, [...at, 'mkdirs', index]));
    for (const [index, { src, linkname }] of createlinks.entries()) {
      const place = [...at, 'createlinks', index];
      const path = this.#inside(folder, linkname, [...place, 'linkname']);
      this.#plan.makeDirectory(join(path, '..'));
      this.#plan.set(path, { kind: 'link', target: this.#expand(src, [...place, 'src']) });
    }
    for (const [index, source] of copy.entries()) this.#copy(source, folder, [...at, 'copy', index]);
  }

  #copy({ from, dirs, files }: BomSource, folder: string, at: ConfigPath): void {
    const { base } = this.#surroundings;
    const origin = from === undefined ? base : outside(base, this.#expand(from, [...at, 'from']));
    if (dirs === undefined && files === undefined) {
      if (from === undefined) this.#mistake(at, 'names nothing to copy, expected "from", "dirs" or "files"');
      else this.#tree(origin, folder, '', [...at, 'from']);
    }
    for (const [index, name] of (dirs ?? []).entries()) {
      const place = [...at, 'dirs', index];
      const directory = outside(origin, this.#expand(name, place));
      const own = directory.endsWith('/') || basename(directory) === '..' ? '' : basename(directory);
      this.#tree(directory, join(folder, own), own, place);
    }
    for (const [index, file] of (files ?? []).entries()) this.#file(file, origin, folder, [...at, 'files', index]);
  }

  #tree(directory: string, folder: string, base: string, at: ConfigPath): void {
    if (this.#isA('directory', directory, at) === undefined) return;
    this.#plan.makeDirectory(folder);
    const onGap = ({ path, reason }: { path: string; reason: string }): void => {
      this.notices.push(this.#problem(at, `${join(directory, path)} is left out: it ${reason}`));
    };
    try {
      for (const { path, entry } of walkTree(directory, { isExcluded: excluding(this.#excludes, base), onGap })) {
        const inside = join(folder, path);
        // `from: .` with `target: /` is no reason to change the mode of the image itself.
        if (entry.kind !== 'directory' || path !== '' || base !== '') this.#plan.set(inside, entry);
        if (entry.kind === 'file') this.dependents.push({ source: entry.source, path: inside, isNamed: false, problem: (message) => this.#problem(at, message) });
      }
    } catch (error) {
      this.#mistake(at, `cannot be read: ${reasonOf(error)}`);
    }
  }

  #file({ name, hash, autodep, rename }: NonNullable<BomSource['files']>[number], origin: string, folder: string, at: ConfigPath): void {
    const source = outside(origin, this.#expand(name, [...at, 'name']));
    if (this.#isA('file', source, [...at, 'name']) === undefined) return;
    const wanted = hash?.toLowerCase();
    const found = wanted === undefined ? undefined : createHash('sha256').update(readFileSync(source)).digest('hex');
    if (found !== wanted) this.#mistake([...at, 'hash'], `${source} has another SHA-256, ${found?.toUpperCase() ?? ''}: if that is the right file, write this`);
    const path = rename === undefined ? join(folder, basename(source)) : this.#inside(folder, rename, [...at, 'rename']);
    this.#plan.makeDirectory(join(path, '..'));
    this.#plan.set(path, { kind: 'file', source, ...(wanted === undefined ? {} : { hash: wanted }) });
    if (autodep) this.dependents.push({ source, path, isNamed: true, problem: (message) => this.#problem([...at, 'name'], message) });
  }

  #isA(kind: 'directory' | 'file', path: string, at: ConfigPath): true | undefined {
    try {
      const seen = statSync(path);
      if (kind === 'directory' ? seen.isDirectory() : seen.isFile()) return true;
      this.#mistake(at, `expected a ${kind === 'file' ? 'regular file' : kind}, and ${path} is ${seen.isDirectory() ? 'a directory, which belongs below "dirs"' : seen.isFile() ? 'a file, which belongs below "files"' : 'neither file nor directory'}`);
    } catch (error) {
      this.#mistake(at, `expected a ${kind}, and ${path} ${reasonOf(error)}`);
    }
    return undefined;
  }

  /** A path inside: `..` does not lead out of the image. */
  #inside(folder: string, name: string, at: ConfigPath): string {
    const path = join('/', folder, this.#expand(name, at));
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  }

  #expand(text: string, at: ConfigPath): string {
    const expanded = expandVariables(text, this.#surroundings.env);
    if (typeof expanded === 'string') return expanded;
    this.#mistake(at, `names the variable ${expanded.unset}, which is not set`);
    return text;
  }

  #mistake(at: ConfigPath, message: string): void {
    this.mistakes.push(this.#problem(at, message));
  }
}

function outside(base: string, path: string): string {
  return path.startsWith('/') ? path : join(base, path);
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is not there';
  if (code === 'EACCES') return 'must not be read by this user';
  return `cannot be looked at (${code ?? String(error)})`;
}
