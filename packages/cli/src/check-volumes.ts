import { statSync } from 'node:fs';

import { errnoMessage, errnoName } from '@occlum/errno';

import type { RunRequest } from './run-request.js';
import { UsageError } from './usage-error.js';

/**
 * Looks whether the host has what each `--volume` names, so that the complaint can repeat what was typed.
 *
 * @throws UsageError for the first that names no directory or regular file.
 */
export function checkVolumes({ volumes }: Pick<RunRequest, 'volumes'>): void {
  for (const { text, source } of volumes) {
    const wrong = wrongWith(source);
    if (wrong !== undefined) throw new UsageError(`--volume is "${text}", and ${source} ${wrong}`);
  }
}

function wrongWith(path: string): string | undefined {
  try {
    const seen = statSync(path);
    return seen.isDirectory() || seen.isFile() ? undefined : 'is no directory or regular file';
  } catch (error) {
    const name = errnoName((error as NodeJS.ErrnoException).errno ?? 0);
    return `cannot be mounted: ${name === undefined ? String(error) : errnoMessage(name)}`;
  }
}
