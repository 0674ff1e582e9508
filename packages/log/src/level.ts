/** How much is logged, least first: each level includes those before it. */
export const LOG_LEVELS = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/**
 * A level to log at.
 *
 * `error` is for a failure of the LibOS, `warn` for what works but is set up wrong, `info` for start and stop,
 * `debug` for a decision, `trace` for each syscall. A guest's own mistake is `trace`.
 */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The level of one line. */
export type LineLevel = Exclude<LogLevel, 'off'>;

/**
 * Reads a level as a person writes it, for example from `OCCLUM_LOG_LEVEL`.
 *
 * @param text - Name of a level, in upper or lower case.
 * @returns The level; `'off'` for `undefined` and for any other text, so that a typing error shows nothing it should not.
 *
 * @example
 * ```ts
 * import { parseLogLevel } from '@occlum/log';
 *
 * parseLogLevel('TRACE'); // => 'trace'
 * parseLogLevel('verbose'); // => 'off'
 * parseLogLevel(undefined); // => 'off'
 * ```
 */
export function parseLogLevel(text: string | undefined): LogLevel {
  const name = text?.toLowerCase();
  return LOG_LEVELS.find((level) => level === name) ?? 'off';
}
