import { z } from 'zod';

import { DURATION_PATTERN, parseDuration } from '../duration.js';
import { parseSize, SIZE_PATTERN } from '../size.js';

/**
 * Each rule's `error` says what would be right, as it follows "expected": what is wrong, where and what stands there is
 * added when a mistake is told (explain-issue.ts).
 */

/** An integer of a range, both ends in it. */
export function integer(minimum: number, maximum: number): z.ZodInt {
  const error = `an integer from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error });
}

export const U32_MAX = 2 ** 32 - 1;

export const flag = z.boolean({ error: 'true or false' });

/** A size; bytes once it is read. */
export function size(minimumBytes = 0): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  const error = `an integer with B, KB, MB, GB or TB, such as "32MB"${minimumBytes > 0 ? `, at least ${minimumBytes}B` : ''}`;
  return z
    .string({ error })
    .regex(SIZE_PATTERN, { error, abort: true })
    .transform((text, context) => {
      const bytes = parseSize(text);
      if (bytes !== undefined && bytes >= minimumBytes) return bytes;
      context.addIssue({ code: 'custom', message: bytes === undefined ? 'a size below 8192TB' : error });
      return z.NEVER;
    });
}

/** A span of time; milliseconds once it is read. */
export function duration(): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  const error = 'a number with ms, s, m or h, such as "1.5s", from 1ms to 24 days';
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined) return ms;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    });
}

/** An absolute path inside, without `.` and `..` and without a slash at its end. */
export const absolutePath = text('an absolute path without "." and ".." and "//", such as "/bin"', /^\/$|^(\/(?!\.\.?(\/|$))[^/\0]+)+$/);

/** A path of the host, relative to the instance or absolute. */
export const hostPath = text('a path that is not empty', /^[^\0]+$/);

/** A text of a pattern, which editors see too. */
export function text(error: string, pattern: RegExp): z.ZodString {
  return z.string({ error }).regex(pattern, { error });
}
