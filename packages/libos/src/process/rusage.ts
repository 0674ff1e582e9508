import type { timeval } from '@occlum/abi';
import { rusage } from '@occlum/abi';

import type { Usage } from './usage.js';

const SECOND_US = 1_000_000;

/** A `struct rusage`; what the host does not count for each process is 0. */
export function rusageOf({ userUs, systemUs, maxRssKb }: Usage): ReturnType<typeof rusage.decode> {
  return {
    ...rusage.decode(new Uint8Array(rusage.size)),
    ru_utime: timevalOf(userUs),
    ru_stime: timevalOf(systemUs),
    ru_maxrss: BigInt(Math.trunc(maxRssKb)),
  };
}

function timevalOf(us: number): ReturnType<typeof timeval.decode> {
  return { tv_sec: BigInt(Math.trunc(us / SECOND_US)), tv_usec: BigInt(Math.trunc(us) % SECOND_US) };
}
