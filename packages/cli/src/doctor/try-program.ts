import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { elfHeader, programHeader } from '@occlum/abi';
import { Enclave } from '@occlum/pal';

import type { Finding } from './finding.js';

/** Runs a program of a few bytes in an enclave of its own: what really counts. */
export async function tryProgram(directories: readonly string[]): Promise<Finding> {
  let failure: string | undefined;
  for (const parent of directories) {
    const result = await tryIn(parent);
    if (typeof result === 'number') return { name: 'program', state: 'ok', found: `one has started and ended in ${result} ms` };
    failure ??= result;
  }
  return { name: 'program', state: 'failure', found: failure ?? 'there is no directory to put one', meaning: 'no program can be run', remedy: 'see the lines above; OCCLUM_LOG_LEVEL=error occlum run may say more' };
}

/** Milliseconds that it took, or why it failed. A directory may be on a file system whose files cannot be executed. */
async function tryIn(parent: string): Promise<number | string> {
  let root: string | undefined;
  try {
    root = mkdtempSync(join(parent, 'occlum-doctor-'));
    writeFileSync(join(root, 'true'), smallestProgram(), { mode: 0o755 });
    const start = performance.now();
    const enclave = await Enclave.create({ rootfs: root, kernelThread: 'main' });
    try {
      const { code, reason, signal } = await enclave.spawn('/true', [], { cwd: '/' });
      if (code !== 0) return `it ended with ${code ?? signal ?? reason} instead of 0`;
    } finally {
      await enclave.destroy();
    }
    return Math.round(performance.now() - start);
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  } finally {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
  }
}

const ADDRESS = 0x40_0000n;
/** mov eax, 231 (exit_group); xor edi, edi; syscall */
const CODE = Uint8Array.of(0xb8, 231, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05);

/** A static program that ends with status 0. Source: elf(5). */
export function smallestProgram(): Uint8Array {
  const start = elfHeader.size + programHeader.size;
  const size = BigInt(start + CODE.length);
  const header = elfHeader.encode({
    e_ident: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...new Uint8Array(9)]), e_type: 2, e_machine: 62, e_version: 1,
    e_entry: ADDRESS + BigInt(start), e_phoff: BigInt(elfHeader.size), e_shoff: 0n, e_flags: 0, e_ehsize: elfHeader.size,
    e_phentsize: programHeader.size, e_phnum: 1, e_shentsize: 0, e_shnum: 0, e_shstrndx: 0,
  });
  const segment = programHeader.encode({ p_type: 1, p_flags: 5, p_offset: 0n, p_vaddr: ADDRESS, p_paddr: ADDRESS, p_filesz: size, p_memsz: size, p_align: 4096n });
  return Buffer.concat([header, segment, CODE]);
}
