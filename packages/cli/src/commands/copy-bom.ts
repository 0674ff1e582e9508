import { relative } from 'node:path';

import { copyBom } from '@occlum/bom';
import type { CopyReport, CopyStep } from '@occlum/bom';
import { ConfigError, formatProblem } from '@occlum/config';

import { inUnits } from '../in-units.js';
import { UsageError } from '../usage-error.js';
import type { Define, Surroundings } from './command.js';

const EXAMPLES = `
Examples:
  occlum copy-bom -f python.yaml --root image
  occlum copy-bom -f python.yaml --root image --dry-run
  occlum run --rootfs image -- /usr/bin/python3 -V

Shared libraries are found by reading ELF files; no program is run. Nothing is deleted.

Exit status: 0 copied; 1 a mistake in the bill of materials, and nothing was written; 125 occlum itself failed.`;

/** Exit status for mistakes in a bill of materials. */
const MISTAKEN = 1;

interface Flags {
  readonly file?: string;
  readonly root?: string;
  readonly includeDir?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `occlum copy-bom`, and `copy_bom` as Occlum has it. */
export const defineCopyBom: Define = (program, chosen) => {
  program
    .command('copy-bom')
    .alias('copy_bom')
    .description('copy programs with all that they need into an image, by a bill of materials')
    .usage('-f FILE --root DIR [options]')
    .option('-f, --file <FILE>', 'the bill of materials (needed)')
    .option('--root <DIR>', 'the image, made where it is missing; relative paths in the bill of materials start beside it (needed)')
    .option('-i, --include-dir <DIR>', 'where to look for included files that are not beside the one which includes them', (dir: string, before: readonly string[] | undefined) => [...(before ?? []), dir])
    .option('--dry-run', 'check everything, tell what would be copied, and write nothing')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => {
      chosen((surroundings) => copy(flags, surroundings));
    });
};

async function copy({ file = '', root = '', includeDir = [], dryRun = false, json = false }: Flags, { cwd, env, print, tell }: Surroundings): Promise<number> {
  if (file === '') throw new UsageError('--file is missing, name the bill of materials: occlum copy-bom -f BOM.yaml --root image');
  if (root === '') throw new UsageError('--root is missing, name the image that is copied to: occlum copy-bom -f BOM.yaml --root image');
  const steps: CopyStep[] = [];
  try {
    const report = await copyBom({ file, root, cwd, env, includeDirs: includeDir, dryRun, onStep: (step) => steps.push(step) });
    for (const notice of report.notices) tell(`${formatProblem(notice)}\n`);
    if (json) print(`${JSON.stringify({ ...report, ...(dryRun ? { steps } : {}) })}\n`);
    else print(`${dryRun ? steps.map((step) => `${shownStep(step, cwd)}\n`).join('') : ''}${summary(root, report, dryRun ? 'dry' : 'real')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (json) print(`${JSON.stringify({ problems: error.problems })}\n`);
    else tell(`${error.message}\n`);
    return MISTAKEN;
  }
}

function shownStep({ path, entry }: CopyStep, cwd: string): string {
  switch (entry.kind) {
    case 'directory':
      return `directory ${path}`;
    case 'link':
      return `link      ${path} -> ${entry.target}`;
    case 'file':
      return `${entry.isLibrary === true ? 'library  ' : 'file     '} ${path} from ${entry.source.startsWith(`${cwd}/`) ? relative(cwd, entry.source) : entry.source}`;
  }
}

function summary(root: string, { directories, links, files, libraries, unchanged, bytes }: CopyReport, run: 'dry' | 'real'): string {
  const what = `${directories} directories, ${links} links, ${files} files (${libraries} of them libraries), ${inUnits(bytes)}`;
  return run === 'dry' ? `${root} would have ${what}` : `${root} has ${what}; ${unchanged} of them were there`;
}
