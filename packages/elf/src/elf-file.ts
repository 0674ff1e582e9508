import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import { readDynamicSection } from './dynamic-section.js';
import type { DynamicSection } from './dynamic-section.js';
import { readElf } from './elf-image.js';
import type { ElfImage, ProgramFile } from './elf-image.js';

/** An ELF program or shared library for x86-64. */
export interface ElfFile {
  readonly image: ElfImage;
  /** `undefined` for a static program. */
  readonly dynamic: DynamicSection | undefined;
}

/**
 * Reads the headers of a file.
 *
 * @param path - Host path.
 * @returns `undefined` where it is no regular file, cannot be read, or is no x86-64 ELF program or library.
 */
export function readElfFile(path: string): ElfFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const file = fileOf(descriptor);
    const image = readElf(file);
    return typeof image === 'number' ? undefined : { image, dynamic: readDynamicSection(file, image) };
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function fileOf(descriptor: number): ProgramFile {
  return {
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    },
  };
}
