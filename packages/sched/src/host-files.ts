import { readFileSync } from 'node:fs';

/** Reads a small file of the host; `undefined` when it is not there or cannot be read. Tests give another. */
export type ReadHostFile = (path: string) => string | undefined;

/** As the host has it. */
export const readHostFile: ReadHostFile = (path) => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};
