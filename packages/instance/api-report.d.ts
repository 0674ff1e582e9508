import { ConfigProblem, Config } from '@occlum/config';
import { VerifiedEnclave, NodeReference } from '@occlum/image';

/** A file of the host that an enclave is made of. */
interface SystemFile {
    /** The same on every host. */
    readonly name: string;
    readonly path: string;
}
/** One form of the LibOS's kernel. */
interface KernelFiles {
    readonly version: string;
    readonly files: readonly SystemFile[];
}
/** Forms in which a host loads the LibOS's kernel: the bundle of the `occlum` command, and the packages of a Node program. */
type KernelForm = 'command' | 'library';
/** What an enclave is made of besides its instance. */
interface SystemFiles {
    /** The forms to measure, or the one that runs. */
    readonly kernel: Readonly<Partial<Record<KernelForm, KernelFiles>>>;
    /** Runtime, supervisor and addon. */
    readonly runtime: readonly SystemFile[];
}

/** How far a build is. */
interface BuildProgress {
    readonly step: 'copying' | 'hashing' | 'signing';
    /** Bytes of files that are done, and that there are. */
    readonly bytes: number;
    readonly totalBytes: number;
}
/** How an instance is built. */
interface BuildOptions {
    /** What this host would run it with. */
    readonly system: SystemFiles;
    /** PEM of the private key; a key of the instance's own when left out. */
    readonly signKey?: string;
    /** Throws away what programs of the instance have written. */
    readonly discardsWritten?: boolean;
    readonly onProgress?: (progress: BuildProgress) => void;
}
/** What a build made. */
interface BuiltInstance {
    readonly measurement: string;
    readonly signer: string;
    /** Keys without effect, choices that weaken the enclave, and directories of the host that are not there. */
    readonly notices: readonly ConfigProblem[];
    /** What programs of the image lack, and that a key was made; a line each. */
    readonly notes: readonly string[];
}
/**
 * Builds an instance: checks its configuration, copies and hashes its image, measures and signs. It takes effect at its end,
 * all at once: a build that fails or is interrupted leaves the one before.
 *
 * @param directory - Absolute host path.
 * @throws ConfigError of `@occlum/config` with every mistake of the configuration; {@link InstanceError} with all else that
 * keeps it from being built; ErrnoError `ENOENT` when the directory is no instance; Node's `SystemError`.
 */
declare function buildInstance(directory: string, options: BuildOptions): Promise<BuiltInstance>;

/**
 * Says where something of a built instance's configuration was written when it was built. That is not measured: it is for messages only.
 *
 * @param directory - Absolute host path.
 * @param path - Such as `'entry_points'`.
 * @returns `'Occlum.json:8:3 - entry_points'`; without the numbers where it was not written and is a default.
 */
declare function placeInConfig(directory: string, path: string): string;

/**
 * Makes an instance of a directory: an Occlum.json with comments, and an image with the directories that programs expect, the
 * loader and the C library of this host.
 *
 * @param directory - Absolute host path; made where it is missing.
 * @param schema - What `$schema` names.
 * @throws ErrnoError `EEXIST` when it is an instance already, or has an `image`; Node's `SystemError`.
 */
declare function createInstance(directory: string, schema: string): void;

/** An instance that cannot be built. It names everything that is wrong, a line each. */
declare class InstanceError extends Error {
    readonly name = "InstanceError";
    /** At least one; each is for the person who makes the instance. */
    readonly problems: readonly string[];
    constructor(problems: readonly string[]);
}

/**
 * Name of the configuration of an instance.
 *
 * @throws {@link ErrnoError} `ENOENT` when it has none.
 */
declare function configName(directory: string): string;

/** What an instance is at, as Occlum's marker file has it. */
type InstanceStatus = 'initialized' | 'built' | 'running';
/**
 * What an instance is at. `running` holds as long as a process runs it: one that was killed leaves no trace.
 *
 * @throws {@link ErrnoError} `ENOENT` when the directory is no instance.
 */
declare function instanceStatus(directory: string): InstanceStatus;
/**
 * Says that a process runs a program of the instance.
 *
 * @returns Takes it back.
 */
declare function markRunning(directory: string, pid: number): () => void;
/** Process ids of those who run programs of the instance now. What dead ones left is removed. */
declare function runnersOf(directory: string): number[];

/** An instance whose measurement and signature hold. */
interface VerifiedInstance {
    /** Host directory of the instance. */
    readonly directory: string;
    /** What its signature says. */
    readonly identity: VerifiedEnclave;
    /** As it was measured: defaults filled in, sizes in bytes, spans of time in milliseconds. */
    readonly config: Config;
    /** Whether it is a release enclave, which nobody may debug and which writes no log. */
    readonly isRelease: boolean;
    /** Its files, and what they are checked against when they are opened. */
    readonly image: {
        readonly root: string;
        readonly tree: string;
        readonly reference: NodeReference;
    };
}
/**
 * Verifies everything of an instance that can be verified before anything of it runs: the signature, and that
 * configuration, hash tree, kernel and runtime are those that were measured. Its files are checked by the tree when they are opened.
 *
 * @param directory - Absolute host path.
 * @param system - What this host would run it with: the form of the kernel that is loaded, and the runtime.
 * @throws {@link ErrnoError} `ENOENT` when it was not built; `EACCES` when something was changed, or built with another
 * version, with the part that it is.
 */
declare function openInstance(directory: string, system: SystemFiles): VerifiedInstance;
/**
 * What the signature of a built instance says, whatever became of the rest.
 *
 * @throws {@link ErrnoError} `ENOENT` when it was not built; `EACCES` when the signature does not hold.
 */
declare function readIdentity(directory: string): VerifiedEnclave;

export { type BuildOptions, type BuildProgress, type BuiltInstance, InstanceError, type InstanceStatus, type KernelFiles, type KernelForm, type SystemFile, type SystemFiles, type VerifiedInstance, buildInstance, configName, createInstance, instanceStatus, markRunning, openInstance, placeInConfig, readIdentity, runnersOf };
