import type { ElfImage, Segment } from '@occlum/elf';
import { Errno } from '@occlum/errno';
import { ArenaLayout, LoadStepKind } from '@occlum/native';

/** One thing the runtime does to map an image; `struct load_step`. */
export interface LoadStepRecord {
  readonly kind: number;
  /** 0 is the program, 1 its interpreter. */
  readonly file: number;
  /** `PROT_*`. */
  readonly protection: number;
  readonly address: number;
  readonly length: number;
  readonly offset: number;
}

/** How a program is mapped and started. */
export interface LoadPlan {
  readonly steps: readonly LoadStepRecord[];
  /** First instruction: the interpreter's, or the program's. */
  readonly entry: number;
  readonly programEntry: number;
  /** Where the program headers lie in memory (AT_PHDR); 0 where no segment holds them. */
  readonly programHeaders: number;
  readonly programHeaderCount: number;
  /** AT_BASE; 0 without an interpreter. */
  readonly interpreterBase: number;
  readonly brkStart: number;
  readonly executableStack: boolean;
}

/** A random integer from 0 to `below` - 1. */
export type RandomBelow = (below: number) => number;

const PAGE = 4096;
/** End of a program's address space. Source: linux/arch/x86/include/asm/page_64_types.h, `TASK_SIZE_MAX`. */
const TASK_SIZE = 0x7fff_ffff_f000;
const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;

/** Bits of page number that vary, as on x86-64 Linux. Source: linux/arch/x86/Kconfig, `ARCH_MMAP_RND_BITS_MIN`. */
const RANDOM_PAGES = 2 ** 28;
/** Where position-independent programs lie, and their interpreters; the host's stack, vDSO and mmap area are far above. */
const PROGRAM_BASE = 0x5500_0000_0000;
const INTERPRETER_BASE = 0x7d00_0000_0000;
/** The break starts up to this far behind the program's end. Source: linux/arch/x86/kernel/process.c, `arch_randomize_brk`. */
const BRK_RANDOM_PAGES = 0x0200_0000 / PAGE;

/** Of a program that cannot be mapped: the runtime fails with its first step. */
export const IMPOSSIBLE_PLAN: LoadPlan = {
  steps: [{ kind: LoadStepKind.impossible, file: 0, protection: 0, address: 0, length: 0, offset: 0 }],
  entry: 0,
  programEntry: 0,
  programHeaders: 0,
  programHeaderCount: 0,
  interpreterBase: 0,
  brkStart: 0,
  executableStack: false,
};

/**
 * Decides how a program and its interpreter are mapped. Everything checked here lies, on Linux, behind the point of no
 * return: an error ends the process with SIGSEGV instead of coming back from execve.
 *
 * Errors: `EINVAL` a segment outside the address space, with more bytes in the file than in memory, or not congruent with its
 * offset; `ENOMEM` more segments than a plan holds.
 *
 * Source: linux/fs/binfmt_elf.c, `load_elf_binary`, `elf_map`, `set_brk`.
 */
export function planLoad(program: ElfImage, interpreter: ElfImage | undefined, random: RandomBelow): LoadPlan | number {
  const steps: LoadStepRecord[] = [];
  const programBias = place(program, PROGRAM_BASE, random);
  const end = mapImage(program, 0, programBias, steps);
  if (end < 0) return end;
  const interpreterBias = interpreter === undefined ? 0 : place(interpreter, INTERPRETER_BASE, random);
  const interpreterEnd = interpreter === undefined ? 0 : mapImage(interpreter, 1, interpreterBias, steps);
  if (interpreterEnd < 0) return interpreterEnd;

  const programEntry = program.entry + programBias;
  const entry = interpreter === undefined ? programEntry : interpreter.entry + interpreterBias;
  if (entry >= TASK_SIZE) return -Errno.EINVAL;
  if (steps.length > ArenaLayout.loadStepMax) return -Errno.ENOMEM;
  return {
    steps,
    entry,
    programEntry: programEntry < TASK_SIZE ? programEntry : 0,
    programHeaders: headersAddress(program, programBias),
    programHeaderCount: program.headerCount,
    interpreterBase: interpreterBias,
    brkStart: end + random(BRK_RANDOM_PAGES) * PAGE,
    executableStack: program.executableStack,
  };
}

/** What is added to each address of an image. */
function place(image: ElfImage, base: number, random: RandomBelow): number {
  if (image.placement === 'fixed') return 0;
  const alignments = image.segments.map(({ align }) => align).filter((align) => align > PAGE && align <= 2 ** 32 && Number.isInteger(Math.log2(align)));
  const align = Math.max(PAGE, ...alignments);
  const first = Math.min(...image.segments.map(({ address }) => pageDown(address)), TASK_SIZE);
  const start = base + random(RANDOM_PAGES) * PAGE;
  return start - (start % align) - (first === TASK_SIZE ? 0 : first - (first % align));
}

/** Adds the steps of one image. Returns the first page behind it, or a negative error number. */
function mapImage(image: ElfImage, file: number, bias: number, steps: LoadStepRecord[]): number {
  if (!image.segments.every((segment) => isMappable(segment, bias))) return -Errno.EINVAL;
  const used = image.segments.filter(({ memorySize }) => memorySize > 0);
  if (used.length === 0) return image.placement === 'relocatable' ? -Errno.EINVAL : pageUp(0);
  const start = Math.min(...used.map(({ address }) => pageDown(address + bias)));
  const end = Math.max(...used.map(({ address, memorySize }) => pageUp(address + bias + memorySize)));
  steps.push({ kind: LoadStepKind.reserve, file, protection: 0, address: start, length: end - start, offset: 0 });
  for (const segment of used) mapSegment(segment, file, bias, steps);
  return end;
}

/** Whether a segment lies in the address space, after `bias`, as the kernel checks it. */
function isMappable({ address, offset, fileSize, memorySize }: Segment, bias: number): boolean {
  // An address of its own first: the bias of an inexact one is no number, and compares with nothing.
  if (fileSize > memorySize || memorySize > TASK_SIZE || address > TASK_SIZE || address + bias < 0 || address + bias > TASK_SIZE - memorySize) return false;
  return fileSize === 0 || (offset !== Infinity && offset % PAGE === address % PAGE);
}

function mapSegment(segment: Segment, file: number, bias: number, steps: LoadStepRecord[]): void {
  const protection = protectionOf(segment.flags);
  const first = segment.address + bias;
  const fileEnd = first + segment.fileSize;
  const memoryEnd = first + segment.memorySize;
  const filePages = segment.fileSize === 0 ? pageDown(first) : pageUp(fileEnd);
  if (segment.fileSize > 0) {
    const address = pageDown(first);
    steps.push({ kind: LoadStepKind.map, file, protection, address, length: filePages - address, offset: segment.offset - (first - address) });
  }
  // The bytes behind the file's part of its last page are the file's own; where the segment can be written they are its zeros.
  const tail = Math.min(filePages, memoryEnd) - fileEnd;
  if (segment.fileSize > 0 && memoryEnd > fileEnd && tail > 0 && (protection & PROT_WRITE) !== 0) {
    steps.push({ kind: LoadStepKind.clear, file, protection, address: fileEnd, length: pageUp(fileEnd) - fileEnd, offset: 0 });
  }
  if (pageUp(memoryEnd) > filePages) {
    steps.push({ kind: LoadStepKind.zero, file, protection, address: filePages, length: pageUp(memoryEnd) - filePages, offset: 0 });
  }
}

function headersAddress({ segments, headerOffset }: ElfImage, bias: number): number {
  const holder = segments.find(({ offset, fileSize }) => offset <= headerOffset && headerOffset < offset + fileSize);
  return holder === undefined ? 0 : headerOffset - holder.offset + holder.address + bias;
}

/** PF_X is 1, PF_W 2, PF_R 4. */
function protectionOf(flags: number): number {
  return (flags & 4 ? PROT_READ : 0) | (flags & 2 ? PROT_WRITE : 0) | (flags & 1 ? PROT_EXEC : 0);
}

function pageDown(address: number): number {
  return address - (address % PAGE);
}

function pageUp(address: number): number {
  return pageDown(address + PAGE - 1);
}
