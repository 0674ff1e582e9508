import { UsageError } from './usage-error.js';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** The longest that Node's timers can wait, 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Reads a length of time such as `5s`, `1.5m` or `500ms`; a number alone is seconds, as for coreutils' timeout.
 *
 * @returns Milliseconds, 1 or more.
 * @throws UsageError when it is none.
 */
export function parseDuration(flag: string, text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Math.ceil(Number(number) * UNITS[unit as keyof typeof UNITS]);
  if (ms >= 1 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`--${flag} is "${text}", must be a time over 0 and up to 24 days such as 500ms, 5s, 2m or 1h`);
}
