import type { NodeReference } from '@occlum/image';
import type { InterruptHelperOptions } from '@occlum/interrupt';
import type { LogLevel } from '@occlum/log';

import type { EnclaveLimits } from '../limits/enclave-limits.js';

/** The measured hash tree of a host directory. */
export interface ImageAttributes {
  /** Host path of the tree's file, as `writeImageTree` wrote it. */
  readonly tree: string;
  /** Where its root stands, and what that hashes to. */
  readonly reference: NodeReference;
}

/** A host directory or regular file that guests see as it is. */
export interface HostMountAttributes {
  readonly type: 'host';
  /** Absolute path in the enclave. */
  readonly target: string;
  /** Absolute path on the host. */
  readonly source: string;
  readonly readOnly: boolean;
}

/** An empty directory that is gone with the enclave. */
export interface TmpfsMountAttributes {
  readonly type: 'tmpfs';
  readonly target: string;
  readonly readOnly: boolean;
}

/** What guests write, over a host directory that they never change. */
export interface UnionMountAttributes {
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
export interface KernelMountAttributes {
  readonly type: 'proc' | 'dev';
  readonly target: string;
}

/** One mount over the root. */
export type MountAttributes = HostMountAttributes | TmpfsMountAttributes | UnionMountAttributes | KernelMountAttributes;

/** What `init` boots an enclave with. All paths are absolute. */
export interface EnclaveAttributes {
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
  readonly user?: { readonly uid: number; readonly gid: number };
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
export interface ProcessAttributes {
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
