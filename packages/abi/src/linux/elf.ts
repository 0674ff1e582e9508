import { bytes } from '../codec.js';
import { struct } from '../struct.js';

/** Head of an ELF file of 64 bits. Source: linux/include/uapi/linux/elf.h, elf(5). */
export const elfHeader = struct('Elf64_Ehdr_t', {
  e_ident: bytes(16),
  e_type: 'u16',
  e_machine: 'u16',
  e_version: 'u32',
  e_entry: 'u64',
  e_phoff: 'u64',
  e_shoff: 'u64',
  e_flags: 'u32',
  e_ehsize: 'u16',
  e_phentsize: 'u16',
  e_phnum: 'u16',
  e_shentsize: 'u16',
  e_shnum: 'u16',
  e_shstrndx: 'u16',
});

/** One segment of an ELF file. Source: linux/include/uapi/linux/elf.h, elf(5). */
export const programHeader = struct('Elf64_Phdr_t', {
  p_type: 'u32',
  p_flags: 'u32',
  p_offset: 'u64',
  p_vaddr: 'u64',
  p_paddr: 'u64',
  p_filesz: 'u64',
  p_memsz: 'u64',
  p_align: 'u64',
});

/** One entry of an ELF file's section for the loader. Source: elf(5). */
export const dynamicEntry = struct('Elf64_Dyn_t', {
  d_tag: 'i64',
  d_un: 'u64',
});
