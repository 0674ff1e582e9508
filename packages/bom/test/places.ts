import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

import { copyBom } from '@occlum/bom';
import type { CopyBomOptions, CopyReport } from '@occlum/bom';

/** A directory of the test with some files; it is removed afterwards. */
export function workplace(files: Readonly<Record<string, string>> = {}): string {
  const cwd = mkdtempSync(join(tmpdir(), 'occlum-bom-'));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return cwd;
}

/** Copies `bom.yaml` of a directory into its `image`. */
export function copy(cwd: string, options: Partial<CopyBomOptions> = {}): Promise<CopyReport> {
  return copyBom({ file: 'bom.yaml', root: 'image', cwd, ...options });
}

/** The mistakes that keep it from being copied, a line each. */
export async function mistakes(cwd: string, options: Partial<CopyBomOptions> = {}): Promise<string[]> {
  try {
    await copy(cwd, options);
    return [];
  } catch (error) {
    return (error as Error).message.replaceAll(cwd, '$CWD').split('\n');
  }
}
