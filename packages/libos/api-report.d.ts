import { ErrnoName } from '@occlum/errno';
import { NodeReference } from '@occlum/image';
import { InterruptHelperOptions } from '@occlum/interrupt';
import { LogLevel } from '@occlum/log';

/** What the programs of an enclave may use; what is left out has no limit but the host's. None needs cgroups. */
interface EnclaveLimits {
    /**
     * Bytes of memory that all programs use together: the enclave is ended. A process that maps more than that and 128 MiB for what is reserved only
     * gets ENOMEM.
     */
    readonly memory?: number;
    /** Threads at one time, each process's first among them: EAGAIN. */
    readonly threads?: number;
    /** Processes at one time, those among them that nobody has waited for yet: EAGAIN. */
    readonly processes?: number;
    /** Descriptors of one process: EMFILE. */
    readonly descriptors?: number;
    /** Bytes of one file that is written: SIGXFSZ, and EFBIG where that is ignored. */
    readonly fileSize?: number;
    /** Milliseconds of CPU time of all programs together: the enclave is ended. */
    readonly cpuTimeMs?: number;
    /** Milliseconds from the start of the first program on: the enclave is ended. */
    readonly wallTimeMs?: number;
    /** Bytes that programs started from outside, and what they started, write to stdout and stderr together: the enclave is ended. */
    readonly outputBytes?: number;
    /** Bytes of files that programs wrote and that are kept for them: ENOSPC, and where a file grows beyond it, the enclave is ended. */
    readonly writableBytes?: number;
}
/** One of the limits. */
type LimitName = keyof EnclaveLimits;

/** What refused: a check of the image, a read-only mount, the list of entry points, a limit, an enclave without network, a socket of the host, or a system call that is missing. */
type DenialRule = 'image' | 'readOnly' | 'entryPoints' | `limits.${LimitName}` | 'network' | 'hostSocket' | 'missing';
/** A denial, and how often it was. */
interface DenialCount {
    readonly denial: Denial;
    readonly count: number;
}
/** What was refused from the start of an enclave to its end. */
interface DenialSummary {
    /** Each kind once, in the order in which they came up. */
    readonly denials: readonly DenialCount[];
    /** Kinds that came up when there were too many to keep. */
    readonly untold: number;
    /** Calls that permissions of Linux refused (EACCES, EPERM), and no option. */
    readonly permissionErrors: number;
}
/** Something that a program asked for, and that the enclave's options refused. What Linux itself would refuse is none. */
interface Denial {
    /** System call, for example `'openat'`; `'spawn'` for a start from outside. */
    readonly operation: string;
    /** What it was about: an absolute path inside, or what the limit is about. */
    readonly object: string;
    readonly rule: DenialRule;
    /** Which option decided, for example `'mounts[0].readOnly'`; left out where it is no single one. */
    readonly place?: string;
    /** What the program got; left out where it was ended. */
    readonly error?: ErrnoName;
    /** Process that asked, by its number inside; left out for a start from outside. */
    readonly pid?: number;
    /** One sentence: what was found, and what to change. */
    readonly hint: string;
}

/** Something that the program around an enclave may want to hear of. */
type EnclaveEvent = 
/** The first of its kind. */
{
    readonly type: 'denied';
    readonly denial: Denial;
}
/** The enclave is at its end: what was refused in all. */
 | {
    readonly type: 'summary';
    readonly summary: DenialSummary;
}
/** A limit ended something: the process that has `pid`, or without one the whole enclave. Told before the end itself is. */
 | {
    readonly type: 'limit';
    readonly limit: LimitName;
    readonly detail: string;
    readonly pid?: number;
};
/** Hears of events of one enclave. Must not throw. */
type EnclaveListener = (event: EnclaveEvent) => void;

/** The measured hash tree of a host directory. */
interface ImageAttributes {
    /** Host path of the tree's file, as `writeImageTree` wrote it. */
    readonly tree: string;
    /** Where its root stands, and what that hashes to. */
    readonly reference: NodeReference;
}
/** A host directory or regular file that guests see as it is. */
interface HostMountAttributes {
    readonly type: 'host';
    /** Absolute path in the enclave. */
    readonly target: string;
    /** Absolute path on the host. */
    readonly source: string;
    readonly readOnly: boolean;
}
/** An empty directory that is gone with the enclave. */
interface TmpfsMountAttributes {
    readonly type: 'tmpfs';
    readonly target: string;
    readonly readOnly: boolean;
}
/** What guests write, over a host directory that they never change. */
interface UnionMountAttributes {
    readonly type: 'union';
    readonly target: string;
    /** Absolute host path of the directory below; nothing is below when left out. */
    readonly lower?: string;
    /** What each file of `lower` is checked against when it is opened. */
    readonly image?: ImageAttributes;
    /** Host directory where what guests write is kept for later runs; gone with the enclave when left out. */
    readonly upper?: string;
    readonly readOnly: boolean;
}
/** Another place for /proc or /dev. */
interface KernelMountAttributes {
    readonly type: 'proc' | 'dev';
    readonly target: string;
}
/** One mount over the root. */
type MountAttributes = HostMountAttributes | TmpfsMountAttributes | UnionMountAttributes | KernelMountAttributes;
/** What `init` boots an enclave with. All paths are absolute. */
interface EnclaveAttributes {
    /** Host directory whose files guests see as `/` and never change. */
    readonly rootfs: string;
    /** What each file of `rootfs` is checked against when it is opened. */
    readonly image?: ImageAttributes;
    /** Host directory where what guests write below `/` is kept for later runs; gone with the enclave when left out. */
    readonly writableLayer?: string;
    /** Whether nobody can write below `/`: EROFS. */
    readonly readOnly?: boolean;
    readonly mounts: readonly MountAttributes[];
    /** `user`: guests are who this process is on the host. `root`: they are uid 0, and so are owners that are this user's on the host. */
    readonly identity?: 'user' | 'root';
    /** Who processes from outside are, in place of that; owners of files stay what `identity` makes them. */
    readonly user?: {
        readonly uid: number;
        readonly gid: number;
    };
    readonly limits?: EnclaveLimits;
    /** How far the stack of a process from outside grows, in bytes; it can raise that. 8 MiB when left out, or what this process has. */
    readonly stackBytes?: number;
    /** Paths inside: only what is one of them or below one of them can be started from outside. */
    readonly entryPoints?: readonly string[];
    readonly network: 'none' | 'host';
    /** Host descriptors whose status flags and terminal settings are put back as they are now should the host program be killed. */
    readonly preserve?: readonly number[];
    /** Private host directory for what guests write; the supervisor removes it when the enclave ends. */
    readonly store: string;
    readonly hostname?: string;
    /** Whether the runtime rewrites call sites of programs that make many system calls. */
    readonly rewriteCallSites: boolean;
    /** The only CPUs that programs may run on, as a list; those of this process when left out. */
    readonly cpuset?: string;
    /** CPUs' worth of time that all programs have together; no limit when left out. */
    readonly cpus?: number;
    readonly logLevel: LogLevel;
    /** A release enclave: nothing is logged, whatever the level. */
    readonly isRelease?: boolean;
    /** Host path; stderr when left out. */
    readonly logFile?: string;
    /** Host path of another build of the enclave runtime, for tests of it. */
    readonly runtime?: string;
    /** As of {@link InterruptHelperOptions.periodMs}; it holds for all enclaves of the Node thread. */
    readonly interruptPeriodMs?: NonNullable<InterruptHelperOptions['periodMs']>;
}
/** What `newProcess` starts a program with. */
interface ProcessAttributes {
    /** Path in the enclave, as text or as bytes. */
    readonly path: string | Uint8Array;
    /** As text or as bytes. */
    readonly argv: readonly (string | Uint8Array)[];
    /** `NAME=value` each, as text or as bytes. */
    readonly env: readonly (string | Uint8Array)[];
    readonly cwd: string;
    /** Host descriptors; they stay the caller's, copies are taken before the call answers. */
    readonly stdio: readonly [number, number, number];
    /** The only CPUs that it and what descends from it may run on, as a list; those of the enclave when left out. */
    readonly cpuset?: string;
    /** CPUs' worth of time that it and what descends from it have together. */
    readonly cpus?: number;
    /** Stdin is one end of a pseudo-terminal that was made for it: what its keys mean inside is the enclave's. */
    readonly isOnOwnTerminal?: boolean;
    /** Its starter continues it when it is stopped, as a shell does; without that, keys and reads from the background stop nothing. */
    readonly isContinuedOutside?: boolean;
}

/**
 * One enclave, by its ECalls. Each answers 0 or more, or a negative error number; `native/Enclave.edl` lists which
 * and when.
 */
declare class LibOS {
    #private;
    /** @param listener - Hears of what the options refuse and what limits end. */
    constructor(listener?: EnclaveListener);
    /**
     * Boots the enclave.
     *
     * Errors: `EEXIST` it was initialised before; `EBUSY` another enclave has a layer that is kept; `EUCLEAN` that is not what was written; `EIO` the hash tree of an image was changed; `ENOENT`, `EACCES`, `ENOTDIR` and the like for a host directory that cannot be
     * used; what the host says where it cannot start the supervisor.
     */
    init(attributes: EnclaveAttributes): Promise<number>;
    /**
     * Makes a process that does not run yet.
     *
     * Errors: `EAGAIN` not initialised; those of {@link makeProcess}; `ESRCH` the enclave was destroyed meanwhile.
     *
     * @returns Its pid, over 0.
     */
    newProcess(attributes: ProcessAttributes): Promise<number>;
    /**
     * Lets a process run.
     *
     * Errors: `EAGAIN` not initialised; `ESRCH` no process of that pid waits to run; what the host says where it refuses; `EIO`
     * the LibOS lost it, with all others.
     *
     * @returns Its wait status, once its host process is gone.
     */
    execThread(pid: number): Promise<number>;
    /**
     * Sends a signal as the kernel.
     *
     * Errors, in the order they are checked: `EAGAIN` not initialised; `EINVAL` no signal of that number; `ESRCH` nobody there.
     *
     * @param pid - Over 0 that process; 0 the foreground group of the oldest session; -1 every process.
     * @param scope - `'tree'`: the process and all that came of it, also after it ended.
     */
    kill(pid: number, signal: number, scope?: 'process' | 'tree'): Promise<number>;
    /**
     * Waits until a signal has stopped a process that was started from outside. What descends from it and was stopped as well stands then too.
     *
     * Errors: `EAGAIN` not initialised; `ESRCH` no such process.
     *
     * @returns The signal, also where it is stopped already; 0 when it has ended.
     */
    stopOf(pid: number): Promise<number>;
    /**
     * Whether someone handles a signal and has none of it waiting.
     *
     * Errors: `EAGAIN` not initialised.
     *
     * @param pid - As of {@link LibOS.kill}.
     * @returns How many.
     */
    takes(pid: number, signal: number): Promise<number>;
    /**
     * Interrupts every thread that has a signal to act on and is not in the kernel.
     *
     * Errors: `EAGAIN` not initialised.
     *
     * @returns How many.
     */
    broadcastInterrupts(): Promise<number>;
    /** Ends every process and gives back all that the enclave holds. */
    destroy(): Promise<void>;
}

export { type Denial, type DenialCount, type DenialRule, type DenialSummary, type EnclaveAttributes, type EnclaveEvent, type EnclaveLimits, type EnclaveListener, type HostMountAttributes, type ImageAttributes, type KernelMountAttributes, LibOS, type LimitName, type MountAttributes, type ProcessAttributes, type TmpfsMountAttributes, type UnionMountAttributes };
