import { dynamicEntry } from '@occlum/abi';

import type { ElfImage, ProgramFile } from './elf-image.js';

/** What an ELF file asks of the loader. All names are byte strings. */
export interface DynamicSection {
  /** Shared libraries that have to be loaded with it, in its order. */
  readonly needed: readonly string[];
  /** Name by which others ask for it. */
  readonly soname: string | undefined;
  /** Directories to look in first, which hold for what it loads too; `undefined` where there are newer ones. */
  readonly rpath: string | undefined;
  /** Directories to look in, for its own needs only. */
  readonly runpath: string | undefined;
  /** Whether the cache and the standard directories are not to be looked in. */
  readonly noDefaultLibraries: boolean;
}

/** Source: elf(5); linux/include/uapi/linux/elf.h; glibc/elf/elf.h. */
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_FLAGS_1 = 0x6fff_fffb;
const DF_1_NODEFLIB = 0x800;

/** Longer is no section that a linker wrote. */
const SECTION_BYTES_MAX = 2 ** 20;
const STRINGS_BYTES_MAX = 64 * 2 ** 20;

/**
 * Reads what an ELF file asks of the loader.
 *
 * @param image - Headers of the file.
 * @returns `undefined` for a static program, and where the section is broken.
 */
export function readDynamicSection(file: ProgramFile, image: ElfImage): DynamicSection | undefined {
  const entries = entriesOf(file, image);
  const strings = entries && stringsOf(file, image, entries);
  if (entries === undefined || strings === undefined) return undefined;
  const texts = (tag: number): string[] => entries.filter((entry) => entry.tag === tag).map(({ value }) => textAt(strings, value));
  const runpath = texts(DT_RUNPATH)[0];
  return {
    needed: texts(DT_NEEDED),
    soname: texts(DT_SONAME)[0],
    rpath: runpath === undefined ? texts(DT_RPATH)[0] : undefined,
    runpath,
    noDefaultLibraries: entries.some(({ tag, value }) => tag === DT_FLAGS_1 && (value & DF_1_NODEFLIB) !== 0),
  };
}

interface Entry {
  readonly tag: number;
  readonly value: number;
}

function entriesOf(file: ProgramFile, { dynamic }: ElfImage): Entry[] | undefined {
  if (dynamic === undefined || dynamic.offset === Infinity || dynamic.size > SECTION_BYTES_MAX) return undefined;
  const bytes = file.read(dynamic.offset, dynamic.size);
  if (typeof bytes === 'number') return undefined;
  const count = Math.floor(bytes.length / dynamicEntry.size);
  const entries = Array.from({ length: count }, (_, index) => {
    const { d_tag, d_un } = dynamicEntry.decode(bytes.subarray(index * dynamicEntry.size));
    return { tag: Number(d_tag), value: Number(d_un) };
  });
  const end = entries.findIndex(({ tag }) => tag === DT_NULL);
  return end < 0 ? entries : entries.slice(0, end);
}

/** The names that entries point into, by the address at which they will lie. */
function stringsOf(file: ProgramFile, { segments }: ElfImage, entries: readonly Entry[]): Uint8Array | undefined {
  const address = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  const size = entries.find(({ tag }) => tag === DT_STRSZ)?.value;
  if (address === undefined || size === undefined || size > STRINGS_BYTES_MAX) return undefined;
  const segment = segments.find((one) => address >= one.address && address + size <= one.address + one.fileSize);
  const bytes = segment && file.read(segment.offset + address - segment.address, size);
  return typeof bytes === 'number' || bytes?.length !== size ? undefined : bytes;
}

function textAt(strings: Uint8Array, at: number): string {
  const end = strings.indexOf(0, at);
  return Buffer.from(strings.subarray(at, end < 0 ? strings.length : end)).toString('latin1');
}
