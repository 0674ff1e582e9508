import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { ConfigError } from '@occlum/config';
import type { ConfigProblem } from '@occlum/config';
import { findLibraries } from '@occlum/elf';

import { applyPlan } from './apply-plan.js';
import type { CopyStep } from './apply-plan.js';
import { CopyPlan } from './copy-plan.js';
import { loadBoms } from './load-boms.js';
import { planLibraries } from './plan-libraries.js';
import { planTargets } from './plan-targets.js';
import type { Dependent } from './plan-targets.js';

/** What {@link copyBom} copies, and where. */
export interface CopyBomOptions {
  /** Path of the bill of materials. */
  readonly file: string;
  /** Path of the image; made where it is missing. Relative paths in a bill of materials start from the directory that it is in. */
  readonly root: string;
  /** Absolute directory that relative paths of these options start from. */
  readonly cwd: string;
  /** Directories with bills of materials that others include. None when left out; the package brings `base.yaml`. */
  readonly includeDirs?: readonly string[];
  /** Variables that a bill of materials may name. None when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `true`: everything is checked and told, and nothing written. */
  readonly dryRun?: boolean;
  /** Told of each directory, link and file. */
  readonly onStep?: (step: CopyStep) => void;
}

/** What {@link copyBom} has done. */
export interface CopyReport {
  readonly directories: number;
  readonly links: number;
  /** Libraries among them. */
  readonly files: number;
  readonly libraries: number;
  /** Directories, links and files that the image had already, as they are to be; none of a dry run. */
  readonly unchanged: number;
  /** Bytes of all files. */
  readonly bytes: number;
  /** What is left out of a directory, and libraries that programs will miss. */
  readonly notices: readonly ConfigProblem[];
}

/**
 * Copies what a bill of materials names into the image of an enclave, with the shared libraries that its programs need. Modes and
 * times are kept; nothing is deleted. Where there is a mistake nothing is written.
 *
 * @throws ConfigError with all mistakes, each with its line: of the files, or else of what they name.
 * @throws Error when a file cannot be read or written.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { copyBom } from '@occlum/bom';
 *
 * const cwd = mkdtempSync('/tmp/bom-');
 * writeFileSync(`${cwd}/hello.yaml`, 'includes: [base.yaml]\ntargets: [{ target: /bin, copy: [{ files: [/bin/echo] }] }]');
 * const { files, libraries } = await copyBom({ file: 'hello.yaml', root: 'image', cwd });
 * files - libraries; // => 1
 * ```
 */
export async function copyBom(options: CopyBomOptions): Promise<CopyReport> {
  const { cwd, includeDirs = [], env = {}, dryRun = false, onStep = () => undefined } = options;
  const root = resolve(cwd, options.root);
  const plan = new CopyPlan();
  const planned = loadBoms(options.file, { cwd, includeDirs }).map((bom) => planTargets(bom, plan, { base: dirname(root), env }));
  const dependents = planned.flatMap((one) => one.dependents).filter(({ source, path }) => isStillAt(path, source, plan));
  const libraries = planLibraries(dependents, plan);
  const mistakes = [...planned.flatMap((one) => one.mistakes), ...libraries.mistakes];
  if (mistakes.length > 0) throw new ConfigError(inOrder(mistakes));
  const counts = countsOf(plan);
  const notices = [...planned.flatMap((one) => one.notices), ...libraries.notices];
  if (dryRun) {
    for (const [path, entry] of plan.entries) onStep({ path, entry, isUnchanged: false });
    return { ...counts, unchanged: 0, notices };
  }
  let unchanged = 0;
  await applyPlan(plan, root, (step) => {
    if (step.isUnchanged) unchanged++;
    onStep(step);
  });
  return { ...counts, unchanged, notices: [...notices, ...lacking(dependents, root)] };
}

/** File by file, each from its top on. */
function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}

/** Whether a file was not replaced by a later one. */
function isStillAt(path: string, source: string, plan: CopyPlan): boolean {
  const entry = plan.entries.get(path);
  return entry?.kind === 'file' && entry.source === source;
}

function countsOf({ entries }: CopyPlan): Omit<CopyReport, 'unchanged' | 'notices'> {
  const all = [...entries.values()];
  const files = all.flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  return {
    directories: all.filter(({ kind }) => kind === 'directory').length,
    links: all.filter(({ kind }) => kind === 'link').length,
    files: files.length,
    libraries: files.filter(({ isLibrary }) => isLibrary === true).length,
    bytes: files.reduce((sum, { source }) => sum + statSync(source).size, 0),
  };
}

/** Programs in the image whose libraries the loader would not find there. */
function lacking(dependents: readonly Dependent[], root: string): ConfigProblem[] {
  return dependents.flatMap(({ path, problem }) => {
    const report = findLibraries(path, { root });
    if (report?.interpreter === undefined) return [];
    const names = report.missing.map(({ name }) => name);
    return names.length === 0 ? [] : [problem(`${join(root, path)} will not find ${names.join(', ')} by itself in the image: give it LD_LIBRARY_PATH, or copy them to /lib`)];
  });
}
