import type { ErrnoName } from '@occlum/errno';

import type { LimitName } from '../limits/enclave-limits.js';

/** What refused: a check of the image, a read-only mount, the list of entry points, a limit, an enclave without network, a socket of the host, or a system call that is missing. */
export type DenialRule = 'image' | 'readOnly' | 'entryPoints' | `limits.${LimitName}` | 'network' | 'hostSocket' | 'missing';

/** A denial, and how often it was. */
export interface DenialCount {
  readonly denial: Denial;
  readonly count: number;
}

/** What was refused from the start of an enclave to its end. */
export interface DenialSummary {
  /** Each kind once, in the order in which they came up. */
  readonly denials: readonly DenialCount[];
  /** Kinds that came up when there were too many to keep. */
  readonly untold: number;
  /** Calls that permissions of Linux refused (EACCES, EPERM), and no option. */
  readonly permissionErrors: number;
}

/** Something that a program asked for, and that the enclave's options refused. What Linux itself would refuse is none. */
export interface Denial {
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
