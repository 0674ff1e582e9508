import { ErrnoError } from '@occlum/errno';

import { CPU_LIMIT, setBit } from './cpu-bits.js';

const ITEM = /^(\d+)(?:-(\d+)(?::(\d+)\/(\d+))?)?$/;

/**
 * Bits of a list of CPUs: `0-3,8`, and with strides `0-31:2/8`, which is the first 2 of each 8 from 0 to 31. Blanks may stand
 * around items; nothing but blanks is the empty set.
 *
 * Source: `bitmap_parselist` in linux/lib/bitmap-str.c; cpuset(7), "List format".
 *
 * @throws {@link ErrnoError} `EINVAL` when an item is none or its end is before its start; `ERANGE` when it names a CPU past
 * the highest.
 */
export function parseCpuList(text: string): Uint8Array {
  const bits = new Uint8Array(CPU_LIMIT / 8);
  if (text.trim() === '') return bits;
  for (const item of text.split(',')) {
    const { first, last, used, group } = parseItem(item.trim());
    for (let start = first; start <= last; start += group) {
      for (let cpu = start; cpu <= Math.min(start + used - 1, last); cpu++) setBit(bits, cpu);
    }
  }
  return bits;
}

/** A list as the kernel prints it: ascending, neighbours as a range. */
export function printCpuList(cpus: Iterable<number>): string {
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const open = ranges.at(-1);
    if (open?.[1] === cpu - 1) open[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

function parseItem(item: string): { first: number; last: number; used: number; group: number } {
  const [, start, end = start, part = '1', whole = '1'] = ITEM.exec(item) ?? [];
  const [first, last, used, group] = [Number(start), Number(end), Number(part), Number(whole)];
  if (start === undefined || last < first || group === 0 || used > group) {
    throw new ErrnoError('EINVAL', { detail: `CPU list item is ${JSON.stringify(item)}, must be N, N-M or N-M:USED/GROUP with N <= M and USED <= GROUP` });
  }
  if (last >= CPU_LIMIT) throw new ErrnoError('ERANGE', { detail: `CPU list item is ${JSON.stringify(item)}, the highest CPU is ${CPU_LIMIT - 1}` });
  return { first, last, used, group };
}
