import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path/posix';

import type { ConfigProblem } from '@occlum/config';
import { findLibraries, readElfFile } from '@occlum/elf';
import type { FoundLibrary } from '@occlum/elf';

import type { CopyPlan } from './copy-plan.js';
import type { Dependent } from './plan-targets.js';

/**
 * Puts the loader and the shared libraries of programs into a plan, at the paths that they have on the host. What the plan has
 * there already stays.
 *
 * @returns What was not found: mistakes for files that were named, notices for those of directories.
 */
export function planLibraries(dependents: readonly Dependent[], plan: CopyPlan): { mistakes: ConfigProblem[]; notices: ConfigProblem[] } {
  const mistakes: ConfigProblem[] = [];
  const notices: ConfigProblem[] = [];
  const interpreter = onlyInterpreter(dependents);
  for (const dependent of dependents) {
    const report = findLibraries(dependent.source, interpreter === undefined ? {} : { interpreter });
    if (report === undefined) continue;
    // A shared library by itself is loaded by a program that brings its loader.
    if (report.interpreter !== undefined) add(report.interpreter, plan);
    for (const library of report.libraries) if (!isBeside(library, dependent, plan)) add(library.path, plan);
    for (const { name, neededBy } of report.missing) {
      if (isProvided(name, plan)) continue;
      const asks = neededBy === realpathSync(dependent.source) ? dependent.source : `${neededBy}, which ${dependent.source} needs,`;
      const message = `${asks} needs ${name}, which the loader does not find on this host: install it, name it below "files"${dependent.isNamed ? ', or set "autodep: false"' : ''}`;
      (dependent.isNamed ? mistakes : notices).push(dependent.problem(message));
    }
  }
  return { mistakes, notices };
}

/** The loader that all programs name; `undefined` where there are several, or none. */
function onlyInterpreter(dependents: readonly Dependent[]): string | undefined {
  const named = new Set(dependents.flatMap(({ source }) => readElfFile(source)?.image.interpreter ?? []));
  return named.size === 1 ? [...named][0] : undefined;
}

function add(path: string, plan: CopyPlan): void {
  if (plan.entries.has(path)) return;
  plan.makeDirectory(dirname(path));
  plan.set(path, { kind: 'file', source: path, isLibrary: true });
}

/** Whether a library that a program finds by its own place is copied along with it. */
function isBeside({ path, by }: FoundLibrary, dependent: Dependent, plan: CopyPlan): boolean {
  if (by !== 'rpath' && by !== 'runpath') return false;
  return plan.entries.has(join(dirname(dependent.path), relative(dirname(realpathSync(dependent.source)), path)));
}

/** Whether the bill of materials has a file of that name, wherever it is put. */
function isProvided(name: string, plan: CopyPlan): boolean {
  for (const [path, { kind }] of plan.entries) if (kind !== 'directory' && basename(path) === name) return true;
  return false;
}
