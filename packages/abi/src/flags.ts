/** Bits of a flags argument by their Linux names. A name may stand for several bits. */
export type FlagTable = Readonly<Record<string, number>>;

/**
 * Bits of a value that no name of a table has; a call that knows all its flags answers `EINVAL` to them.
 *
 * @param value - Flags as the caller gave them.
 * @param table - Names that are known.
 *
 * @example
 * ```ts
 * import { unknownFlags } from '@occlum/abi';
 *
 * unknownFlags(0b101, { FIRST: 1, SECOND: 2 }); // => 4
 * ```
 */
export function unknownFlags(value: number, table: FlagTable): number {
  let known = 0;
  for (const bits of Object.values(table)) known |= bits;
  return (value & ~known) >>> 0;
}

/**
 * Flags as strace prints them: names joined by `|`, what has no name in hexadecimal.
 *
 * @param value - Flags.
 * @param table - Their names.
 * @param field - Bits that are one number and not a set, such as `O_ACCMODE`: exactly one name is printed for them, also for 0.
 *
 * @example
 * ```ts
 * import { showFlags } from '@occlum/abi';
 *
 * showFlags(0x80001, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3); // => 'WRONLY|CLOEXEC'
 * showFlags(0x80000, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3); // => 'RDONLY|CLOEXEC'
 * ```
 */
export function showFlags(value: number, table: FlagTable, field = 0): string {
  const names: string[] = [];
  const rows = Object.entries(table).sort(([, a], [, b]) => bitCount(b) - bitCount(a));
  const number = value & field;
  const named = rows.find(([, bits]) => (bits & ~field) === 0 && bits === number && field !== 0);
  if (named !== undefined) names.push(named[0]);
  let rest = (value & ~(named === undefined ? 0 : field)) >>> 0;
  const set: [string, number][] = [];
  for (const [name, bits] of rows) {
    if (bits === 0 || (bits & field) !== 0 || (rest & bits) >>> 0 !== bits >>> 0) continue;
    set.push([name, bits >>> 0]);
    rest = (rest & ~bits) >>> 0;
  }
  names.push(...set.sort(([, a], [, b]) => a - b).map(([name]) => name));
  if (rest !== 0 || names.length === 0) names.push(rest === 0 ? (zeroName(rows) ?? '0') : `0x${rest.toString(16)}`);
  return names.join('|');
}

/**
 * A number as the name a table has for it, else in decimal.
 *
 * @param value - Number.
 * @param table - Names of numbers.
 */
export function showName(value: number, table: FlagTable): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? `${value}`;
}

function zeroName(rows: readonly (readonly [string, number])[]): string | undefined {
  return rows.find(([, bits]) => bits === 0)?.[0];
}

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
