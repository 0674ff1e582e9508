/** A span of time as `policy` has it: a number and a unit. */
export const DURATION_PATTERN = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)\s*$/;

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Longest span that a timer of Node takes, 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of a span such as `1.5s`, at least 1; `undefined` when it is none, or longer than a timer takes. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = DURATION_PATTERN.exec(text) ?? [];
  const ms = Math.ceil(Number(digits) * UNITS[unit as keyof typeof UNITS]);
  return ms >= 1 && ms <= LONGEST_MS ? ms : undefined;
}
