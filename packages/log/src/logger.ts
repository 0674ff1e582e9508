import type { LogFields } from './fields.js';
import type { LineLevel, LogLevel } from './level.js';
import type { LogDestination } from './line-sink.js';
import { releaseLogger } from './release-logger.js';
import { SwitchedLogger } from './switched-logger.js';

/**
 * What a package logs with. It is a part of pino's logger, so either can be handed in.
 *
 * Each line is an object of fields, then a fixed message: what varies is a field.
 */
export interface Logger {
  /** Whether lines of a level are written. On a hot path nothing is built before this is asked. */
  isLevelEnabled(level: LineLevel): boolean;
  /** Logs a failure of the LibOS itself. */
  error(fields: LogFields, message: string): void;
  /** Logs what works but is set up wrong. */
  warn(fields: LogFields, message: string): void;
  /** Logs a start or a stop. */
  info(fields: LogFields, message: string): void;
  /** Logs a decision. */
  debug(fields: LogFields, message: string): void;
  /** Logs one syscall, or what is as frequent. */
  trace(fields: LogFields, message: string): void;
  /** Makes a logger whose lines all carry these fields as well. */
  child(fields: LogFields): Logger;
}

/** The logger that {@link createLogger} makes, which owns its destination. */
export interface RootLogger extends Logger {
  /** The most detailed level that is written. */
  readonly level: LogLevel;
  /**
   * Sets the level of this logger and of all its children.
   *
   * @throws {@link ErrnoError} `EPERM` for more than `'off'` of a release enclave's logger; what open(2) fails with when a file is
   * opened first now.
   */
  setLevel(level: LogLevel): void;
  /** Closes the file, if it logs to one. Later lines are dropped, also those of children. */
  close(): void;
}

/** How {@link createLogger} logs. */
export interface LoggerOptions {
  /** The most detailed level that is written. */
  readonly level: LogLevel;
  /** Where lines go; `'stderr'` when left out. A file is appended to. */
  readonly destination?: LogDestination;
  /** `'text'` for people, as when left out; `'json'` for programs: one object a line, as pino writes it, levels as numbers. */
  readonly format?: 'text' | 'json';
  /** Fields of every line. */
  readonly fields?: LogFields;
  /**
   * The logger of a release enclave: off for good, whatever the other options say. Who decides it goes by the measured image
   * and by nothing that can be set where it runs.
   */
  readonly isRelease?: boolean;
}

/**
 * Makes a logger. A line is with the host when the call returns, so none is lost at the end of the process.
 *
 * At level `'off'` nothing is loaded, opened or written.
 *
 * @throws {@link ErrnoError} what open(2) fails with when the file cannot be opened, such as `ENOENT`, `EACCES` or `EISDIR`.
 *
 * @example
 * ```ts
 * import { createLogger } from '@occlum/log';
 *
 * const log = createLogger({ level: 'info', destination: { file: '/dev/null' } });
 * log.child({ pkg: 'net' }).warn({ address: '10.0.0.1' }, 'no rule allows this address');
 * log.isLevelEnabled('trace'); // => false
 * log.close();
 * ```
 */
export function createLogger(options: LoggerOptions): RootLogger {
  return options.isRelease === true ? releaseLogger() : SwitchedLogger.open(options);
}
