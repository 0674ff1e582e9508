import { InterruptHelperOptions } from '@occlum/interrupt';
import { LogLevel } from '@occlum/log';

/** A host directory or regular file that guests see, or an empty directory in memory. */
interface MountAttributes {
    readonly type: 'host' | 'tmpfs';
    /** Absolute path in the enclave. */
    readonly target: string;
    /** Absolute path on the host, of a `host` mount. */
    readonly source?: string;
    readonly readOnly: boolean;
}
/** What `init` boots an enclave with. All paths are absolute. */
interface EnclaveAttributes {
    /** Host directory whose files guests see as `/` and never change. */
    readonly rootfs: string;
    readonly mounts: readonly MountAttributes[];
    readonly network: 'none' | 'host';
    /** Host descriptors whose status flags and terminal settings are put back as they are now should the host program be killed. */
    readonly preserve?: readonly number[];
    /** Private host directory for what guests write; the supervisor removes it when the enclave ends. */
    readonly store: string;
    readonly hostname?: string;
    /** Whether the runtime rewrites call sites of programs that make many system calls. */
    readonly rewriteCallSites: boolean;
    readonly logLevel: LogLevel;
    /** Host path; stderr when left out. */
    readonly logFile?: string;
    /** Host path of another build of the enclave runtime, for tests of it. */
    readonly runtime?: string;
    /** As of {@link InterruptHelperOptions.periodMs}; it holds for all enclaves of the Node thread. */
    readonly interruptPeriodMs?: NonNullable<InterruptHelperOptions['periodMs']>;
}
/** What `newProcess` starts a program with. */
interface ProcessAttributes {
    /** Path in the enclave. */
    readonly path: string;
    readonly argv: readonly string[];
    /** `NAME=value` each. */
    readonly env: readonly string[];
    readonly cwd: string;
    /** Host descriptors; they stay the caller's, copies are taken before the call answers. */
    readonly stdio: readonly [number, number, number];
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
    /**
     * Boots the enclave.
     *
     * Errors: `EEXIST` it was initialised before; `ENOENT`, `EACCES`, `ENOTDIR` and the like for a host directory that cannot be
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
     * Waits until a signal has stopped a process.
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

export { type EnclaveAttributes, LibOS, type MountAttributes, type ProcessAttributes };
