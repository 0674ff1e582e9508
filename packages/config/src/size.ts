/** A size as Occlum.json has it: an integer and a unit, spaces around either. */
export const SIZE_PATTERN = /^\s*(\d+)\s*(B|KB|MB|GB|TB)\s*$/;

/** Binary units, as upstream's build tool has them. */
const UNITS = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 } as const;

/**
 * Bytes of a size such as `300MB`; `undefined` when it is none, or more than the largest exact integer.
 *
 * @example
 * ```ts
 * import { parseSize } from '@occlum/config';
 *
 * parseSize('300MB'); // => 314572800
 * parseSize('300'); // => undefined
 * ```
 */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = SIZE_PATTERN.exec(text) ?? [];
  const bytes = Number(digits) * UNITS[unit as keyof typeof UNITS];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
