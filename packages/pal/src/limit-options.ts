import type { EnclaveLimits, LimitName } from '@occlum/libos';

import { checkKeys, refuse } from './option-checks.js';

/** What each limit may be: from, to, and what it counts. */
const RANGES: Readonly<Record<LimitName, readonly [least: number, most: number, unit: string]>> = {
  // A guest's runtime and its loader need some before the program asks for any.
  memory: [2 ** 20, Number.MAX_SAFE_INTEGER, 'bytes'],
  threads: [1, 2 ** 32 - 1, 'threads'],
  processes: [1, 2 ** 32 - 1, 'processes'],
  descriptors: [3, 2 ** 20, 'descriptors'],
  fileSize: [0, Number.MAX_SAFE_INTEGER, 'bytes'],
  cpuTimeMs: [1, 2 ** 31 - 1, 'milliseconds'],
  wallTimeMs: [1, 2 ** 31 - 1, 'milliseconds'],
  outputBytes: [0, Number.MAX_SAFE_INTEGER, 'bytes'],
  writableBytes: [0, Number.MAX_SAFE_INTEGER, 'bytes'],
};

/**
 * Checks the limits of an enclave.
 *
 * @throws TypeError when one is wrong, with its place.
 */
export function checkLimits(place: string, limits: EnclaveLimits | undefined): EnclaveLimits {
  if (limits === undefined) return {};
  checkKeys(place, limits, Object.keys(RANGES));
  const checked: Partial<Record<LimitName, number>> = {};
  for (const [name, [least, most, unit]] of Object.entries(RANGES) as [LimitName, (typeof RANGES)[LimitName]][]) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < least || value > most) refuse(`${place}.${name}`, value, `${unit}, an integer from ${least} to ${most}`);
    checked[name] = value;
  }
  return checked;
}
