import type { EnclaveLimits, LimitName } from '../limits/enclave-limits.js';
import type { Denial } from './denial.js';

/**
 * Something that a limit ended.
 *
 * @param process - The process; the whole enclave when left out.
 */
export function limitDenial(limit: LimitName, detail: string, process?: { readonly pid: number; readonly name: string }): Denial {
  const place = `limits.${limit}` as const;
  return {
    operation: process === undefined ? 'run' : 'write',
    object: process === undefined ? 'the enclave' : process.name,
    rule: place,
    place,
    ...(process === undefined ? {} : { pid: process.pid }),
    hint: `${detail}; raise ${place} if it is meant to use more`,
  };
}

/** What a process did not get. Its runtime tells, in memory that it can write itself. */
export function refusalDenial(limits: EnclaveLimits, limit: 'descriptors' | 'memory', process: { readonly pid: number; readonly name: string }): Denial {
  const place = `limits.${limit}` as const;
  const what = limit === 'memory' ? 'memory' : 'descriptors';
  return {
    operation: limit === 'memory' ? 'mmap' : 'open',
    object: process.name,
    rule: place,
    place,
    error: limit === 'memory' ? 'ENOMEM' : 'EMFILE',
    pid: process.pid,
    hint: `${process.name} wanted more ${what} than the ${limits[limit] ?? 0} that are allowed; raise ${place} if it is meant to have more`,
  };
}

/** A process or thread that could not be made. */
export function taskDenial(limits: EnclaveLimits, limit: 'processes' | 'threads'): Denial {
  const place = `limits.${limit}` as const;
  return {
    operation: limit === 'processes' ? 'fork' : 'clone',
    object: limit,
    rule: place,
    place,
    error: 'EAGAIN',
    hint: `there are ${limits[limit] ?? 0} ${limit} already, as many as are allowed; raise ${place} if it is meant to have more`,
  };
}
