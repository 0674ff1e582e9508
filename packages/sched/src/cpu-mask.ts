import { ErrnoError } from '@occlum/errno';

import { CPU_LIMIT } from './cpu-bits.js';

const GROUP_DIGITS = 8;

/**
 * Bits of a hexadecimal mask as sysfs and procfs print it: groups of 32 bits with commas between, the highest CPUs first. A
 * `0x` before it and a single group of any length, as taskset(1) has it, are taken too.
 *
 * Source: `bitmap_parse` in linux/lib/bitmap-str.c; cpuset(7), "Mask format".
 *
 * @throws {@link ErrnoError} `EINVAL` when a group is none; `ERANGE` when it names a CPU past the highest.
 */
export function parseHexMask(text: string): Uint8Array {
  const groups = text.trim().replace(/^0x/i, '').split(',');
  const isSingle = groups.length === 1;
  for (const group of groups) {
    if (!/^[0-9a-f]+$/i.test(group) || (!isSingle && group.length > GROUP_DIGITS)) {
      throw new ErrnoError('EINVAL', { detail: `CPU mask is ${JSON.stringify(text)}, must be hexadecimal digits in groups of up to ${GROUP_DIGITS}, such as "ff,00000001"` });
    }
  }
  const [first = '', ...rest] = groups;
  const digits = [first, ...rest.map((group) => group.padStart(GROUP_DIGITS, '0'))].join('').replace(/^0+/, '');
  if (digits.length > CPU_LIMIT / 4) throw new ErrnoError('ERANGE', { detail: `CPU mask has ${digits.length} digits, the highest CPU is ${CPU_LIMIT - 1}` });
  const bits = new Uint8Array(CPU_LIMIT / 8);
  for (let place = 0; place < digits.length; place++) {
    const value = Number.parseInt(digits.charAt(digits.length - 1 - place), 16);
    bits[place >> 1] = (bits[place >> 1] ?? 0) | (value << (4 * (place & 1)));
  }
  return bits;
}

/** A mask as the kernel prints it, without groups that are zero before the first that is not. */
export function printHexMask(bits: Uint8Array): string {
  const digits = Array.from(bits, (byte) => byte.toString(16).padStart(2, '0')).reverse().join('').replace(/^0+/, '') || '0';
  const first = digits.length % GROUP_DIGITS || GROUP_DIGITS;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += GROUP_DIGITS) groups.push(digits.slice(at, at + GROUP_DIGITS));
  return groups.join(',');
}
