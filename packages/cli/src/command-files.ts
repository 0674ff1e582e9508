import { join } from 'node:path';

import type { KernelFiles } from '@occlum/instance';

/** The bundle that has the LibOS's kernel as this command loads it, and what starts it. */
const BUNDLES = ['main.cjs', 'occlum.cjs'];

/**
 * What this command is made of.
 *
 * @param folder - Where its bundles lie.
 */
export function commandFiles(version: string, folder: string): KernelFiles {
  return { version, files: BUNDLES.map((name) => ({ name: `@occlum/cli/${name}`, path: join(folder, name) })) };
}
