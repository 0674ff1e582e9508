import { ImageAttributes, EnclaveLimits, Denial, DenialSummary, LimitName } from '@occlum/libos';
export { Denial, DenialCount, DenialRule, DenialSummary, EnclaveLimits, LimitName } from '@occlum/libos';
import { LogLevel } from '@occlum/log';
import { Writable, Readable } from 'node:stream';
import { HostEnvironment } from '@occlum/env';
import { SystemFiles, SystemFile } from '@occlum/instance';

/** A host directory, or one regular file of the host, that programs see in the enclave. What they write to it is written to the host. */
interface HostMount {
    readonly type?: 'host';
    /** Absolute host path. */
    readonly source: string;
    /** Absolute path in the enclave; made where it is missing. */
    readonly target: string;
    /** Whether writes to it fail with EROFS; `false` when left out. */
    readonly readOnly?: boolean;
}
/** An empty directory of the enclave's own; it hides what the root has there, and is gone with the enclave. */
interface TmpfsMount {
    readonly type: 'tmpfs';
    /** Absolute path in the enclave. */
    readonly target: string;
}
/** The hash tree of a host directory, as `writeImageTree` of `@occlum/image` makes it. */
interface ImageSource {
    /** Absolute host path of the tree's file. */
    readonly tree: string;
    /** What `writeImageTree` gave: where the tree's root stands, and its hash. It comes from where nobody can change it. */
    readonly reference: ImageAttributes['reference'];
}
/** Files that programs write, over a host directory that they never change. */
interface UnionMount {
    readonly type: 'union';
    /** Absolute path in the enclave. */
    readonly target: string;
    /** Absolute host path of the directory below; an empty one when left out. */
    readonly lower?: string;
    /** What every file of `lower` is checked against when it is opened: EIO where it was changed. */
    readonly image?: ImageSource;
    /** Absolute host path of the directory that keeps what programs write, as {@link EnclaveOptions.writableLayer} does. */
    readonly upper?: string;
    /** Whether writes to it fail with EROFS; `false` when left out. */
    readonly readOnly?: boolean;
}
/** One more place where programs see the enclave's processes (as in /proc) or its devices (as in /dev). */
interface KernelMount {
    readonly type: 'proc' | 'dev';
    /** Absolute path in the enclave. */
    readonly target: string;
}
/** One mount over the root. */
type EnclaveMount = HostMount | TmpfsMount | UnionMount | KernelMount;

/** Variables by name, a value as text or as bytes; `undefined` takes a name out. */
type Variables = Readonly<Record<string, string | Uint8Array | undefined>>;

/** What an enclave is made of. */
interface EnclaveOptions {
    /**
     * Absolute path of the host directory whose files the enclave's programs see as `/`; they can read all of it that the
     * user can, and write none of it: what they write is the enclave's own and gone with it.
     */
    readonly rootfs: string;
    /** What every file of `rootfs` is checked against when it is opened: one that was changed, added or removed gives EIO. */
    readonly image?: ImageSource;
    /**
     * Absolute path of the host directory that keeps what programs write below `/`, for later runs; made with mode 0700 where it is
     * missing. One enclave at a time may have it. What programs write is gone with the enclave when left out.
     */
    readonly writableLayer?: string;
    /** `true`: programs can write nothing below `/` but where a mount allows it, and get EROFS. */
    readonly readOnly?: boolean;
    /** More directories and files, over the root, in the order given. */
    readonly mounts?: readonly EnclaveMount[];
    /**
     * Who programs are. `'user'` (also when left out): who runs this program. `'root'`: user and group 0 of the enclave with all
     * capabilities there, as in a container; files of who runs this program are theirs.
     */
    readonly identity?: 'user' | 'root';
    /** User and group that programs are started as, without other groups, in place of those of `identity`; owners of files stay what `identity` makes them. */
    readonly user?: {
        readonly uid: number;
        readonly gid: number;
    };
    /** What programs may use. */
    readonly limits?: EnclaveLimits;
    /**
     * How far the stack of a program's first thread grows, in bytes, and how large those of its other threads are (`ulimit -s`); programs can
     * raise it. 8 MiB when left out.
     */
    readonly stackBytes?: number;
    /**
     * Absolute paths in the enclave: `spawn` starts only what is one of them or below one of them once links are followed, else it is EACCES. What runs
     * in the enclave starts what it likes. Anything may be started when left out.
     */
    readonly entryPoints?: readonly string[];
    /** Hears of what these options refused, each kind once. */
    readonly onDenied?: (denial: Denial) => void;
    /** Hears, once the enclave is at its end and before `destroy` resolves, what was refused in all, and how often. */
    readonly onSummary?: (summary: DenialSummary) => void;
    /** `'host'` (also when left out): programs use the host's network. `'none'`: there is none. */
    readonly network?: 'host' | 'none';
    /** Variables that every program starts with, over PATH, HOME and LANG; `undefined` takes one out. A value that is no UTF-8 as bytes. Nothing comes from `process.env`. */
    readonly env?: Variables;
    /** What `uname -n` tells; `'occlum'` when left out. */
    readonly hostname?: string;
    /**
     * `false`: every system call of a program traps, and its code stays as it is in its file. Else (also when left out) `syscall`
     * instructions that a program runs often become jumps into the enclave's runtime, which makes its calls several times faster
     * and changes nothing else. Turn it off to debug a program, or to rule that out.
     */
    readonly rewriteCallSites?: boolean;
    /** The only CPUs that programs run on and know of, as a list such as `'0-3,8'`; all that this program may use when left out. */
    readonly cpuset?: string;
    /**
     * How many CPUs' worth of time all programs have together, `1.5` for example: they are stopped for moments to keep to it. No limit
     * when left out.
     */
    readonly cpus?: number;
    /** `'off'` when left out. At `'trace'` each syscall is logged. */
    readonly logLevel?: LogLevel;
    /** Absolute host path that the log is appended to; stderr when left out. */
    readonly logFile?: string;
    /**
     * Descriptors of this program whose status flags, and settings where they are terminals, are put back as they are now should it be
     * killed: a program that sets the user's terminal to raw mode lists it. None when left out.
     */
    readonly preserve?: readonly number[];
    /**
     * Which thread runs the kernel. `'worker'` (also when left out): one thread for all enclaves of this Node program.
     * `'main'`: the calling thread, which starts 40 ms earlier, but then long work on it stalls the programs.
     */
    readonly kernelThread?: 'worker' | 'main';
}

/** Name of a Linux signal, for example `'SIGTERM'`. */
type SignalName = NodeJS.Signals;
/** The program ended by itself. */
interface ExitedStatus {
    /** What it gave to `exit(2)`: 0 to 255. */
    readonly code: number;
    readonly signal?: undefined;
    readonly reason?: undefined;
}
/** A signal ended the program. */
interface SignaledStatus {
    readonly code?: undefined;
    /** Name of the signal; `'SIG34'` to `'SIG64'` for those without one. */
    readonly signal: SignalName | `SIG${number}`;
    /** Whether a core file was written. No program of an enclave writes one, whatever its RLIMIT_CORE: `false`. */
    readonly core: boolean;
    /** The limit of the enclave that sent it: `'fileSize'` with SIGXFSZ, `'cpuTimeMs'` with SIGXCPU or SIGKILL. */
    readonly limit?: LimitName;
    readonly reason?: undefined;
}
/** The embedding program, not the program or its peers, ended it. */
interface EndedStatus {
    readonly code?: undefined;
    readonly signal?: undefined;
    /** What ended it: its `timeout`, its `signal`, or the end of its enclave. */
    readonly reason: 'timeout' | 'aborted' | 'destroyed';
    /** The same for people, with the value that led to it. */
    readonly detail: string;
}
/** A limit of the enclave ended it, with all that ran there. */
interface LimitedStatus {
    readonly code?: undefined;
    readonly signal?: undefined;
    readonly reason: 'limit';
    readonly limit: LimitName;
    /** The same for people, with what was used and allowed. */
    readonly detail: string;
}
/** How a program ended. Exactly one of `code`, `signal` and `reason` is there. */
type ExitStatus = ExitedStatus | SignaledStatus | EndedStatus | LimitedStatus;

/** Size of a terminal in characters, each from 1 to 65535. */
interface TerminalSize {
    readonly columns: number;
    readonly rows: number;
}

/**
 * A program that runs, or ran, in an enclave. Await it for its {@link ExitStatus}; iterate it for the lines of its
 * stdout. It never rejects for what the program did; only when it could not be started.
 *
 * @example
 * ```ts
 * import { Enclave } from '@occlum/pal';
 *
 * await using enclave = await Enclave.create({ rootfs: '/' });
 * const program = enclave.spawn('sh', ['-c', 'read name; echo "hello $name"; exit 3']);
 * program.stdin.end('world\n');
 * const lines = [];
 * for await (const line of program) lines.push(line);
 * lines; // => ['hello world']
 * await program; // => { code: 3 }
 * ```
 */
interface GuestProcess extends PromiseLike<ExitStatus>, AsyncIterable<string>, AsyncDisposable {
    /** Its number in the enclave, once it has one; `await started` to be sure. */
    readonly pid: number | undefined;
    /**
     * Its number in the enclave, when the program has been loaded.
     *
     * Rejects with an {@link ErrnoError}: `ENOENT` no such program, or with `syscall` `'chdir'` no such directory to start in;
     * `EACCES` it may not be executed; `ENOEXEC` it is no program; others as `execve(2)` gives them.
     */
    readonly started: Promise<number>;
    /**
     * How it ended. The streams may still hold output after that. Rejects as {@link GuestProcess.started} does, and with
     * `E2BIG` when its arguments and variables are too long.
     */
    readonly exited: Promise<ExitStatus>;
    /** Writes to the program. A program that closed its stdin is no error. */
    readonly stdin: Writable;
    /** What the program writes. Up to 256 KiB are kept while nobody reads; then the program waits. */
    readonly stdout: Readable;
    /** As {@link GuestProcess.stdout}. */
    readonly stderr: Readable;
    /**
     * Sets the size of its terminal; its programs are told by SIGWINCH.
     *
     * @throws TypeError when it was not spawned with `tty`, or for what is no size.
     */
    resize(size: TerminalSize): void;
    /**
     * Sends a signal to the program, as `kill(2)` does. Nothing happens when it has ended.
     *
     * @param signal - Name or number; `'SIGTERM'` when left out.
     * @throws TypeError when there is no such signal.
     */
    kill(signal?: SignalName | number): Promise<void>;
    /**
     * Waits until a signal such as SIGTSTP or SIGTTIN has stopped the program; at once where it is stopped already.
     *
     * @returns The signal; `undefined` when the program has ended.
     */
    stopped(): Promise<SignalName | undefined>;
    /** Iterates over the lines of stdout, as UTF-8, without their ends. */
    [Symbol.asyncIterator](): AsyncGenerator<string, void, void>;
    /** Ends the program with all that it started, and waits until it has ended. */
    [Symbol.asyncDispose](): Promise<void>;
}

/** What may still be chosen of an instance: all else is measured. */
interface InstanceOptions extends Pick<EnclaveOptions, 'hostname' | 'rewriteCallSites' | 'logLevel' | 'logFile' | 'preserve' | 'kernelThread' | 'onDenied' | 'onSummary'> {
    /** The host's variables, as `process.env` or as entries of bytes: those that the instance lists as untrusted get in. None when left out. */
    readonly hostEnvironment?: HostEnvironment;
    /** `'none'` takes the network away where the instance has it. */
    readonly network?: 'none';
    /** `true`: programs can write nothing below `/`. */
    readonly readOnly?: true;
    /** Limits that are lower than the instance's. */
    readonly limits?: EnclaveLimits;
    /** Some of the instance's CPUs. */
    readonly cpuset?: string;
    /** A limit of CPU time that is lower than the instance's. */
    readonly cpus?: number;
    /** What the LibOS is loaded from, where that is a bundle and not the installed packages. */
    readonly system?: SystemFiles;
}

/**
 * What one of a program's three standard descriptors is: a new pipe to this program, this program's own descriptor of
 * that number, `/dev/null`, a descriptor by number, or a stream that has one.
 */
type StdioItem = 'pipe' | 'inherit' | 'ignore' | number | {
    readonly fd: number;
};
/** All three, or one word for all three. */
type StdioOption = 'pipe' | 'inherit' | 'ignore' | readonly [StdioItem, StdioItem, StdioItem];

/** What a program's own terminal begins as. */
interface TerminalOptions {
    /** 80 when left out. */
    readonly columns?: number;
    /** 24 when left out. */
    readonly rows?: number;
    /** A descriptor of a terminal whose settings it begins with, such as which key erases. */
    readonly like?: number;
}

/** How a program is started. */
interface SpawnOptions {
    /** Variables over those of the enclave; `undefined` takes one out. A value that is no UTF-8 as bytes. */
    readonly env?: Variables;
    /** Absolute guest path of the directory it starts in; `/` when left out. */
    readonly cwd?: string;
    /** What its stdin, stdout and stderr are: new pipes to this program when left out. */
    readonly stdio?: StdioOption;
    /**
     * Gives it a pseudo-terminal of its own instead of `stdio`, which is the controlling terminal of its session: `stdin` types,
     * `stdout` shows, `stderr` is not there. `true` is 80 columns and 24 rows.
     */
    readonly tty?: boolean | TerminalOptions;
    /** Whether this program continues it when a key or a signal such as SIGTSTP has stopped it; else those stop nothing that it is in. */
    readonly jobControl?: boolean;
    /** Ends the program and all that it started when aborted. */
    readonly signal?: AbortSignal;
    /** Ends the program and all that it started after this many milliseconds. */
    readonly timeout?: number;
    /**
     * When its time is over or it is aborted, it gets SIGTERM first, and this many milliseconds to end by itself. Left out: it is killed at once.
     */
    readonly stopTimeout?: number;
    /** The only CPUs that it, and what it starts, run on: some of the enclave's, which are all when left out. */
    readonly cpuset?: string;
    /** How many CPUs' worth of time it has, together with what it starts; beside the limit of the enclave. No limit of its own when left out. */
    readonly cpus?: number;
    /** What the program sees as its own name; the path given to spawn when left out. */
    readonly argv0?: string | Uint8Array;
}

/**
 * A booted LibOS with its own processes, files and environment, in which unmodified Linux programs run.
 *
 * @example
 * ```ts
 * import { Enclave } from '@occlum/pal';
 *
 * await using enclave = await Enclave.create({ rootfs: '/' });
 * for await (const line of enclave.spawn('uname', ['-n'])) {
 *   line; // => 'occlum'
 * }
 * ```
 */
declare class Enclave implements AsyncDisposable {
    #private;
    private constructor();
    /**
     * Boots an enclave.
     *
     * @throws TypeError when an option is wrong, with its place and what would be right.
     * @throws {@link ErrnoError} `ENOENT` or `ENOTDIR` when a host path of an option is not there or of the wrong kind; `EBUSY` when another enclave
     *   has a writable layer; `EIO` when the hash tree of an image was changed; others as the host gives them.
     * @throws Error on a platform or kernel that cannot run enclaves, or when the native part is not built.
     */
    static create(options: EnclaveOptions): Promise<Enclave>;
    /**
     * Boots an enclave of an instance that `occlum build` has made, once its signature, configuration, image, kernel and runtime are
     * verified. Its programs are root inside; they get the variables that its configuration gives them, and of those that are asked for
     * here, or when they are spawned, the ones that it lists as untrusted.
     *
     * A release enclave (`metadata.debuggable` is false) logs nothing, whatever the options say. That no other process of this user
     * reads its memory through this process, which hosts the kernel, is up to this program: see {@link protectProcess}.
     *
     * @param directory - Host directory of the instance.
     * @throws TypeError when an option is wrong, with its place and what would be right.
     * @throws {@link ErrnoError} `ENOENT` when it was not built, or a directory of the host that it names is not there; `EACCES` when something
     *   is not as it was measured or signed, with the part; `EBUSY` when it is running; those of {@link Enclave.create}.
     */
    static fromInstance(directory: string, options?: InstanceOptions): Promise<Enclave>;
    /**
     * Starts a program.
     *
     * @param path - Guest path, or a name that is looked for in the PATH of its environment; one that is no UTF-8 as bytes.
     * @param args - Its arguments, without its own name; one that is no UTF-8 as bytes.
     * @throws TypeError when something is wrong with the arguments.
     * @throws {@link ErrnoError} `EMFILE` or `ENFILE` when there are too many descriptors for its pipes, `ENOSPC` too many terminals. What else keeps the
     *   program from starting comes as the rejection of `started` and `exited`.
     */
    spawn(path: string | Uint8Array, args?: readonly (string | Uint8Array)[], options?: SpawnOptions): GuestProcess;
    /**
     * Sends a signal to every process of the enclave, or to those that a terminal would send it to: the foreground group of
     * the session of its first program.
     *
     * @throws TypeError when there is no such signal.
     */
    kill(signal?: SignalName | number, who?: 'all' | 'foreground'): Promise<void>;
    /**
     * Whether a program has taken such a signal, or would: one of those that {@link Enclave.kill} means has a handler for it, and none of
     * that signal waits for it.
     *
     * @throws TypeError when there is no such signal.
     */
    takes(signal: SignalName | number, who?: 'all' | 'foreground'): Promise<boolean>;
    /** Ends every process, and gives back all that the enclave holds, its files too. More than one call does no harm. */
    destroy(): Promise<void>;
    /** As {@link Enclave.destroy}. */
    [Symbol.asyncDispose](): Promise<void>;
}

/** What decides whether an enclave can run here; tests pass their own. */
interface Platform {
    /** As `process.platform`. */
    readonly system: string;
    /** As `process.arch`. */
    readonly machine: string;
    /** As `uname -r`, for example `'6.1.0-18-amd64'`. */
    readonly release: string;
}
/**
 * Says what keeps an enclave from running on a platform.
 *
 * @param host - The platform; this one when left out.
 * @returns One sentence, or `undefined` when nothing does.
 */
declare function unsupportedPlatform(host?: Platform): string | undefined;

/**
 * Keeps other processes of the same user out of this one: they cannot trace it, read its memory or look at its descriptors, and
 * it leaves no core file. Debuggers and profilers of this process stop working, too. Root is not kept out.
 *
 * The `occlum` command calls it before it runs a release enclave. A Node program that embeds one has to call it itself, since
 * it is about the whole process.
 *
 * Source: prctl(2), PR_SET_DUMPABLE; ptrace(2), "Ptrace access mode checking".
 */
declare function protectProcess(): void;

/** What of the host goes into the measurement of an instance when a Node program runs it with this package. */
declare function systemFiles(): SystemFiles;
/** What guests and the kernel need of native code. */
declare function runtimeFiles(): SystemFile[];

export { Enclave, type EnclaveMount, type EnclaveOptions, type EndedStatus, type ExitStatus, type ExitedStatus, type GuestProcess, type HostMount, type ImageSource, type InstanceOptions, type KernelMount, type LimitedStatus, type Platform, type SignalName, type SignaledStatus, type SpawnOptions, type StdioItem, type StdioOption, type TerminalOptions, type TerminalSize, type TmpfsMount, type UnionMount, protectProcess, runtimeFiles, systemFiles, unsupportedPlatform };
