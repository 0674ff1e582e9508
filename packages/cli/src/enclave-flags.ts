import { getegid, geteuid } from 'node:process';

import type { EnclaveLimits, EnclaveOptions } from '@occlum/pal';

import type { RunWords } from './run-flags.js';
import { UsageError } from './usage-error.js';

/** Options of an enclave that say who programs are, and what they may use. */
export type EnclaveFlags = Pick<EnclaveOptions, 'identity' | 'user' | 'readOnly' | 'limits' | 'cpuset' | 'cpus'>;

/** As docker has them, and as Occlum.json. */
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40, tb: 2 ** 40 };
/** Least memory that a program can start with. */
const MEMORY_MIN = 2 ** 20;
const COUNT_MAX = 2 ** 32 - 1;
/** The last one means "nobody" to Linux. Source: chown(2), -1. */
const ID_MAX = 2 ** 32 - 2;

/**
 * Reads `--user`, `--read-only`, `--memory`, `--pids-limit`, `--cpuset-cpus` and `--cpus`.
 *
 * @throws UsageError when one is wrong.
 */
export function readEnclaveFlags(flags: RunWords['flags']): EnclaveFlags {
  const [user] = flags.user;
  const limits = readLimits(flags);
  const [cpuset] = flags['cpuset-cpus'];
  const [cpus] = flags.cpus;
  return {
    ...(user === undefined ? {} : readUser(user)),
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

/**
 * Who the program is. Who is asked to be who they are on the host stays so, with all groups; anybody else sees the files of who runs
 * the command as root's.
 */
function readUser(text: string): EnclaveFlags {
  const [, uidText = '', gidText = uidText] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  const [uid, gid] = [Number(uidText), Number(gidText)];
  if (uidText === '' || uid > ID_MAX || gid > ID_MAX) throw new UsageError(`--user is "${text}", must be UID or UID:GID, numbers from 0 to ${ID_MAX}; names are not looked up`);
  if (uid === geteuid?.() && gid === getegid?.()) return {};
  return uid === 0 && gid === 0 ? { identity: 'root' } : { identity: 'root', user: { uid, gid } };
}
