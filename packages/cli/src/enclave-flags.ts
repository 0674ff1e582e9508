import type { EnclaveLimits, EnclaveOptions } from '@occlum/pal';

import type { RunWords } from './run-flags.js';
import { UsageError } from './usage-error.js';
import { readUser } from './user-flag.js';

/** Options of an enclave that say who programs are, and what they may use. */
export type EnclaveFlags = Pick<EnclaveOptions, 'identity' | 'user' | 'readOnly' | 'limits' | 'cpuset' | 'cpus'>;

/** As docker has them, and as Occlum.json. */
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40, tb: 2 ** 40 };
/** Least memory that a program can start with. */
const MEMORY_MIN = 2 ** 20;
const COUNT_MAX = 2 ** 32 - 1;

/**
 * Reads `--user`, `--read-only`, `--memory`, `--pids-limit`, `--cpuset-cpus` and `--cpus`.
 *
 * @param rootfs - Host path of the root, for names of users; of an instance, which takes no `--user`, it is left out.
 * @throws UsageError when one is wrong.
 */
export function readEnclaveFlags(flags: RunWords['flags'], rootfs = '/'): EnclaveFlags {
  const [user] = flags.user;
  const limits = readLimits(flags);
  const [cpuset] = flags['cpuset-cpus'];
  const [cpus] = flags.cpus;
  return {
    ...(user === undefined ? {} : readUser(user, rootfs)),
    ...(flags['read-only'].length > 0 ? { readOnly: true } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(cpuset === undefined ? {} : { cpuset }),
    ...(cpus === undefined ? {} : { cpus: parseCpus(cpus) }),
  };
}

function readLimits(flags: RunWords['flags']): EnclaveLimits {
  const [memory] = flags.memory;
  const [tasks] = flags['pids-limit'];
  return {
    ...(memory === undefined ? {} : { memory: parseSize('memory', memory) }),
    // docker's counts threads, each process's first among them.
    ...(tasks === undefined ? {} : { threads: parseCount('pids-limit', tasks) }),
  };
}

function parseSize(flag: string, text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (bytes >= MEMORY_MIN && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(`--${flag} is "${text}", must be a size of 1m or more, such as 512m or 2g`);
}

/** A number of CPUs; how much makes sense, the enclave's options say. */
function parseCpus(text: string): number {
  if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) throw new UsageError(`--cpus is "${text}", must be a number of CPUs such as 1.5`);
  return Number(text);
}

function parseCount(flag: string, text: string): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= COUNT_MAX) return count;
  throw new UsageError(`--${flag} is "${text}", must be a number from 1 to ${COUNT_MAX}`);
}
