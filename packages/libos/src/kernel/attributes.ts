import type { InterruptHelperOptions } from '@occlum/interrupt';
import type { LogLevel } from '@occlum/log';

/** A host directory or regular file that guests see, or an empty directory in memory. */
export interface MountAttributes {
  readonly type: 'host' | 'tmpfs';
  /** Absolute path in the enclave. */
  readonly target: string;
  /** Absolute path on the host, of a `host` mount. */
  readonly source?: string;
  readonly readOnly: boolean;
}

/** What `init` boots an enclave with. All paths are absolute. */
export interface EnclaveAttributes {
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
export interface ProcessAttributes {
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
