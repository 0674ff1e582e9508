import { ConfigProblem } from '@occlum/config';

/** Makes a directory. */
interface PlannedDirectory {
    readonly kind: 'directory';
    /** Host path of the one whose mode it gets; 0755 when left out. */
    readonly source?: string;
}
/** Makes a symbolic link. */
interface PlannedLink {
    readonly kind: 'link';
    readonly target: string;
}
/** Copies a file. */
interface PlannedFile {
    readonly kind: 'file';
    /** Absolute host path. */
    readonly source: string;
    /** SHA-256 that it has to have, in lower case. */
    readonly hash?: string;
    /** Whether it was found as a shared library that something needs. */
    readonly isLibrary?: true;
}
/** What an image is to have at a path. */
type PlannedEntry = PlannedDirectory | PlannedLink | PlannedFile;

/** One entry of a plan as it is carried out. */
interface CopyStep {
    readonly entry: PlannedEntry;
    /** Absolute path inside. */
    readonly path: string;
    /** Whether the image had it already, as it is to be. */
    readonly isUnchanged: boolean;
}

/** What {@link copyBom} copies, and where. */
interface CopyBomOptions {
    /** Path of the bill of materials. */
    readonly file: string;
    /** Path of the image; made where it is missing. Relative paths in a bill of materials start from the directory that it is in. */
    readonly root: string;
    /** Absolute directory that relative paths of these options start from. */
    readonly cwd: string;
    /** Directories with bills of materials that others include. None when left out; the package brings `base.yaml`. */
    readonly includeDirs?: readonly string[];
    /** Variables that a bill of materials may name. None when left out. */
    readonly env?: Readonly<Record<string, string | undefined>>;
    /** `true`: everything is checked and told, and nothing written. */
    readonly dryRun?: boolean;
    /** Told of each directory, link and file. */
    readonly onStep?: (step: CopyStep) => void;
}
/** What {@link copyBom} has done. */
interface CopyReport {
    readonly directories: number;
    readonly links: number;
    /** Libraries among them. */
    readonly files: number;
    readonly libraries: number;
    /** Directories, links and files that the image had already, as they are to be; none of a dry run. */
    readonly unchanged: number;
    /** Bytes of all files. */
    readonly bytes: number;
    /** What is left out of a directory, and libraries that programs will miss. */
    readonly notices: readonly ConfigProblem[];
}
/**
 * Copies what a bill of materials names into the image of an enclave, with the shared libraries that its programs need. Modes and
 * times are kept; nothing is deleted. Where there is a mistake nothing is written.
 *
 * @throws ConfigError with all mistakes, each with its line: of the files, or else of what they name.
 * @throws Error when a file cannot be read or written.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { copyBom } from '@occlum/bom';
 *
 * const cwd = mkdtempSync('/tmp/bom-');
 * writeFileSync(`${cwd}/hello.yaml`, 'includes: [base.yaml]\ntargets: [{ target: /bin, copy: [{ files: [/bin/echo] }] }]');
 * const { files, libraries } = await copyBom({ file: 'hello.yaml', root: 'image', cwd });
 * files - libraries; // => 1
 * ```
 */
declare function copyBom(options: CopyBomOptions): Promise<CopyReport>;

export { type CopyBomOptions, type CopyReport, type CopyStep, type PlannedDirectory, type PlannedEntry, type PlannedFile, type PlannedLink, copyBom };
