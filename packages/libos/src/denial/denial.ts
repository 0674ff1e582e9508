import type { ErrnoName } from '@occlum/errno';

import type { LimitName } from '../limits/enclave-limits.js';

/** What refused: a check of the image, a read-only mount, the list of entry points, or a limit. */
export type DenialRule = 'image' | 'readOnly' | 'entryPoints' | `limits.${LimitName}`;

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
