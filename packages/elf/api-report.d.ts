/** Bytes of a file that may be a program. */
interface ProgramFile {
    /**
     * Reads bytes of the file.
     *
     * @returns Fewer bytes at the file's end; a negative error number where the host cannot read.
     */
    read(offset: number, length: number): Uint8Array | number;
}
/** A segment to be loaded, exact numbers; `Infinity` for what is 2^53 or more. */
interface Segment {
    readonly flags: number;
    readonly offset: number;
    readonly address: number;
    readonly fileSize: number;
    readonly memorySize: number;
    readonly align: number;
}
/** What a kernel needs of an ELF file, and where the rest is found. */
interface ElfImage {
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
    readonly dynamic: {
        readonly offset: number;
        readonly size: number;
    } | undefined;
}
/** First bytes of a file, whatever it is; long enough for a `#!` line. Source: linux/include/uapi/linux/binfmts.h, `BINPRM_BUF_SIZE`. */
declare const PROGRAM_HEAD_BYTES = 256;
/**
 * Reads the headers of a program or interpreter.
 *
 * Errors: `ENOEXEC` no x86-64 ELF program, or its headers lie outside the file; what the host gives where it cannot read.
 *
 * Source: linux/fs/binfmt_elf.c, `load_elf_binary` and `load_elf_phdrs`.
 */
declare function readElf(file: ProgramFile): ElfImage | number;

/** What an ELF file asks of the loader. All names are byte strings. */
interface DynamicSection {
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
/**
 * Reads what an ELF file asks of the loader.
 *
 * @param image - Headers of the file.
 * @returns `undefined` for a static program, and where the section is broken.
 */
declare function readDynamicSection(file: ProgramFile, image: ElfImage): DynamicSection | undefined;

/** An ELF program or shared library for x86-64. */
interface ElfFile {
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
declare function readElfFile(path: string): ElfFile | undefined;

/** How {@link findLibraries} looks. */
interface FindLibrariesOptions {
    /** Absolute host path of the directory that is `/` to the program; the host's own root when left out. */
    readonly root?: string;
    /** Directories of LD_LIBRARY_PATH, absolute paths inside. None when left out. */
    readonly libraryPath?: readonly string[];
    /** Path inside of the loader of what names none itself, as shared libraries do; glibc's when left out. */
    readonly interpreter?: string;
}
/** A shared library that a program needs and that is there. */
interface FoundLibrary {
    /** As it is asked for, for example `'libc.so.6'`. */
    readonly name: string;
    /** Where the loader finds it, an absolute path inside; it may be a link. */
    readonly path: string;
    /** Path inside of what asks for it first. */
    readonly neededBy: string;
    /** By what the loader found it; `cache` holds only where the root has the same `ld.so.cache`. */
    readonly by: 'path' | 'rpath' | 'LD_LIBRARY_PATH' | 'runpath' | 'cache' | 'standard directories';
}
/** A shared library that a program needs and that the loader would not find. */
interface MissingLibrary {
    readonly name: string;
    /** Path inside of what asks for it first. */
    readonly neededBy: string;
}
/** What a program needs to be loaded. */
interface LibraryReport {
    /** Path inside of the loader that the program names; `undefined` for a static program or a shared library. */
    readonly interpreter: string | undefined;
    /** In the order in which they are loaded, each once; not the loader itself. */
    readonly libraries: readonly FoundLibrary[];
    readonly missing: readonly MissingLibrary[];
}
/**
 * Finds the shared libraries that a program or library needs, as the loader would when it starts, by reading files only:
 * nothing is run. Libraries for CPUs of a certain level (`glibc-hwcaps`), and those that a program asks for later
 * (`dlopen`), are not looked for.
 *
 * @param path - Absolute path inside.
 * @returns `undefined` for what is no x86-64 ELF file.
 *
 * Source: ld.so(8); glibc/elf/dl-load.c, `_dl_map_object`; musl/ldso/dynlink.c.
 *
 * @example
 * ```ts
 * import { findLibraries } from '@occlum/elf';
 *
 * const { libraries = [], missing } = findLibraries('/bin/true') ?? {};
 * libraries.map(({ name }) => name).at(-1); // => 'libc.so.6'
 * missing; // => []
 * ```
 */
declare function findLibraries(path: string, options?: FindLibrariesOptions): LibraryReport | undefined;

/**
 * Reads glibc's `ld.so.cache`.
 *
 * @returns Paths by the name that programs ask for, the first choice first; without those for certain CPUs only. Empty for
 * what is no such cache.
 */
declare function readLoaderCache(bytes: Uint8Array): ReadonlyMap<string, readonly string[]>;

/**
 * Where a path leads when a host directory is taken for `/`: links in it, absolute ones too, and `..` stay inside.
 *
 * @param root - Absolute host path.
 * @param path - Absolute path inside.
 * @returns The path inside without links, `.` and `..`; what of it is not there is kept as it is. `undefined` where links lead in circles.
 */
declare function realPathInRoot(root: string, path: string): string | undefined;

export { type DynamicSection, type ElfFile, type ElfImage, type FindLibrariesOptions, type FoundLibrary, type LibraryReport, type MissingLibrary, PROGRAM_HEAD_BYTES, type ProgramFile, type Segment, findLibraries, readDynamicSection, readElf, readElfFile, readLoaderCache, realPathInRoot };
