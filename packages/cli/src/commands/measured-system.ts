import type { KernelFiles, SystemFiles } from '@occlum/instance';
import { systemFiles } from '@occlum/pal';

import { commandFiles } from '../command-files.js';

/** What a build measures of this host: the kernel as this command loads it and as a Node program does, and the runtime. */
export function measuredSystem(version: string): SystemFiles {
  const { kernel, runtime } = systemFiles();
  const command: KernelFiles = commandFiles(version, __dirname);
  return { kernel: { ...kernel, command }, runtime };
}
