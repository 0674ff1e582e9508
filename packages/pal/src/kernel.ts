import type { LogLevel } from '@occlum/log';

/**
 * The way into the LibOS: the five ECalls of native/Enclave.edl, by enclave, as `@occlum/libos` answers them. Numbers are
 * 0 or more, or a negative error number.
 */

/** A host directory that the guest sees, or an empty one in memory. */
export interface MountAttributes {
  readonly type: 'host' | 'tmpfs';
  /** Absolute path in the guest. */
  readonly target: string;
  /** Absolute path on the host, of a `host` mount. */
  readonly source?: string;
  readonly readOnly: boolean;
}

/** What `init` boots an enclave with. All paths are absolute. */
export interface EnclaveAttributes {
  readonly rootfs: string;
  readonly mounts: readonly MountAttributes[];
  readonly network: 'none' | 'host';
  /** Private host directory for what the guest writes; whoever removes it, it is gone when the enclave is. */
  readonly store: string;
  readonly hostname?: string;
  readonly logLevel: LogLevel;
  /** Host path; stderr when left out. */
  readonly logFile?: string;
}

/** What `newProcess` starts a program with. */
export interface ProcessAttributes {
  /** Guest path. */
  readonly path: string;
  readonly argv: readonly string[];
  /** `NAME=value` each. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** Host descriptors of this process; they stay its own, the LibOS takes copies before it answers. */
  readonly stdio: readonly [number, number, number];
}

/** One enclave, as its LibOS serves it. */
export interface EnclaveCalls {
  init(attributes: EnclaveAttributes): Promise<number>;
  /** Answers the pid. */
  newProcess(attributes: ProcessAttributes): Promise<number>;
  /** Lets the program run; answers its wait status when it has ended. */
  execThread(pid: number): Promise<number>;
  /**
   * Sends a signal. `pid` over 0 is that process; 0 the foreground group of the terminal, or the first process's group
   * where there is none; -1 every process.
   *
   * @param scope - `'tree'`: the process and all that came of it, also in sessions of their own and after it ended.
   */
  kill(pid: number, signal: number, scope?: 'process' | 'tree'): Promise<number>;
  broadcastInterrupts(): Promise<number>;
  /** Ends every process and gives back all the enclave holds. */
  destroy(): Promise<void>;
}
