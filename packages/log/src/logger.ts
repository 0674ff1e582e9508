import type { LogFields } from './fields.js';
import type { LineLevel, LogLevel } from './level.js';
import { openSink } from './line-sink.js';
import type { LineSink, LogDestination } from './line-sink.js';
import { loadPino } from './pino.lazy.js';
import { formatText } from './text-format.js';

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
  if (options.level === 'off') return OFF;
  const sink = openSink(options.destination ?? 'stderr');
  const root = options.format === 'json' ? jsonLogger(options.level, sink) : textLogger(options.level, sink);
  return Object.assign(options.fields === undefined ? root : root.child(options.fields), { close: () => { sink.close(); } });
}

/** Logs nothing. */
const OFF: RootLogger = Object.freeze({
  isLevelEnabled: () => false,
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
  child: () => OFF,
  close: ignore,
});

function ignore(): void {
  // A logger that is off has nothing to do.
}

/** `base: null` leaves out the host's process id and name; `pid` is a LibOS process here. */
function jsonLogger(level: LineLevel, sink: LineSink): Logger {
  return loadPino()({ level, base: null }, sink);
}

function textLogger(level: LineLevel, sink: LineSink): Logger {
  const formatters = { level: (name: string) => ({ level: name }) };
  const toText = { write: (line: string) => { sink.write(formatText(line)); } };
  return loadPino()({ level, base: null, timestamp: false, formatters }, toText);
}
