import { elfHeader, programHeader } from '@occlum/abi';
import { Errno } from '@occlum/errno';

/** Bytes of a file that may be a program. */
export interface ProgramFile {
  /**
   * Reads bytes of the file.
   *
   * @returns Fewer bytes at the file's end; a negative error number where the host cannot read.
   */
  read(offset: number, length: number): Uint8Array | number;
}

/** A segment to be loaded, exact numbers; `Infinity` for what is 2^53 or more. */
export interface Segment {
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** What a kernel needs of an ELF file, and where the rest is found. */
export interface ElfImage {
  /** `fixed` is ET_EXEC, `relocatable` ET_DYN. */
  readonly placement: 'fixed' | 'relocatable';
  readonly entry: number;
  readonly headerOffset: number;
  readonly headerCount: number;
  readonly segments: readonly Segment[];
  /** Path of the interpreter, a byte string. */
  readonly interpreter: string | undefined;
  readonly executableStack: boolean;
  /** Where the section for the loader lies in the file; a static program has none. */
  readonly dynamic: { readonly offset: number; readonly size: number } | undefined;
}

const MAGIC = 0x464c457f;
const EM_X86_64 = 62;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;
const PF_X = 1;

/** Bytes of program headers that are read at most. Source: linux/fs/binfmt_elf.c, `load_elf_phdrs`. */
const HEADER_BYTES_MAX = 65_536;
const PATH_MAX = 4096;

/** First bytes of a file, whatever it is; long enough for a `#!` line. Source: linux/include/uapi/linux/binfmts.h, `BINPRM_BUF_SIZE`. */
export const PROGRAM_HEAD_BYTES = 256;

/**
 * Reads the headers of a program or interpreter.
 *
 * Errors: `ENOEXEC` no x86-64 ELF program, or its headers lie outside the file; what the host gives where it cannot read.
 *
 * Source: linux/fs/binfmt_elf.c, `load_elf_binary` and `load_elf_phdrs`.
 */
export function readElf(file: ProgramFile): ElfImage | number {
  const head = file.read(0, elfHeader.size);
  if (typeof head === 'number') return head;
  if (head.length < elfHeader.size) return -Errno.ENOEXEC;
  const view = viewOf(head);
  if (view.getUint32(0, true) !== MAGIC) return -Errno.ENOEXEC;
  const header = elfHeader.read(view);
  if ((header.e_type !== ET_EXEC && header.e_type !== ET_DYN) || header.e_machine !== EM_X86_64) return -Errno.ENOEXEC;

  const bytes = header.e_phnum * programHeader.size;
  if (header.e_phentsize !== programHeader.size || bytes === 0 || bytes > HEADER_BYTES_MAX) return -Errno.ENOEXEC;
  const headerOffset = exact(header.e_phoff);
  const table = headerOffset === Infinity ? -Errno.ENOEXEC : file.read(headerOffset, bytes);
  if (typeof table === 'number' || table.length < bytes) return -Errno.ENOEXEC;

  const headers = Array.from({ length: header.e_phnum }, (_, index) => programHeader.read(viewOf(table), index * programHeader.size));
  const dynamic = headers.find(({ p_type }) => p_type === PT_DYNAMIC);
  const interpreter = interpreterOf(headers.find(({ p_type }) => p_type === PT_INTERP), file);
  if (typeof interpreter === 'number') return interpreter;
  return {
    placement: header.e_type === ET_EXEC ? 'fixed' : 'relocatable',
    entry: exact(header.e_entry),
    headerOffset,
    headerCount: header.e_phnum,
    segments: headers.filter(({ p_type }) => p_type === PT_LOAD).map(segmentOf),
    interpreter,
    executableStack: headers.some(({ p_type, p_flags }) => p_type === PT_GNU_STACK && (p_flags & PF_X) !== 0),
    dynamic: dynamic && { offset: exact(dynamic.p_offset), size: exact(dynamic.p_filesz) },
  };
}

type Header = ReturnType<typeof programHeader.read>;

function segmentOf(header: Header): Segment {
  return {
    flags: header.p_flags,
    offset: exact(header.p_offset),
    address: exact(header.p_vaddr),
    fileSize: exact(header.p_filesz),
    memorySize: exact(header.p_memsz),
    align: exact(header.p_align),
  };
}

function interpreterOf(header: Header | undefined, file: ProgramFile): string | undefined | number {
  if (header === undefined) return undefined;
  const size = exact(header.p_filesz);
  const offset = exact(header.p_offset);
  if (size < 2 || size > PATH_MAX || offset === Infinity) return -Errno.ENOEXEC;
  const path = file.read(offset, size);
  if (typeof path === 'number') return path;
  if (path.length < size) return -Errno.EIO;
  if (path[size - 1] !== 0) return -Errno.ENOEXEC;
  return Buffer.from(path.subarray(0, path.indexOf(0))).toString('latin1');
}

function exact(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Infinity;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
