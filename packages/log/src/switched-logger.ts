import type { LogFields } from './fields.js';
import { LOG_LEVELS } from './level.js';
import type { LineLevel, LogLevel } from './level.js';
import { openSink } from './line-sink.js';
import type { LineSink } from './line-sink.js';
import type { Logger, LoggerOptions, RootLogger } from './logger.js';
import { loadPino } from './pino.lazy.js';
import { formatText } from './text-format.js';

/** What a logger and its children share. */
interface Shared {
  readonly options: LoggerOptions;
  level: LogLevel;
  /** How many levels are written: that of a line is below it. */
  rank: number;
  sink: LineSink | undefined;
  isClosed: boolean;
}

/** Each level's place in {@link LOG_LEVELS}. */
const RANK = Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])) as Record<LogLevel, number>;

/** A logger whose level holds for its children too, and which loads and opens nothing while it is off. */
export class SwitchedLogger implements RootLogger {
  readonly #shared: Shared;
  readonly #parent: SwitchedLogger | undefined;
  readonly #fields: LogFields | undefined;
  /** Made when the first line is written. */
  #writer: Logger | undefined;

  private constructor(shared: Shared, parent: SwitchedLogger | undefined, fields: LogFields | undefined) {
    this.#shared = shared;
    this.#parent = parent;
    this.#fields = fields;
  }

  /** @throws {@link ErrnoError} what open(2) fails with. */
  static open(options: LoggerOptions): RootLogger {
    const root = new SwitchedLogger({ options, level: 'off', rank: 0, sink: undefined, isClosed: false }, undefined, undefined);
    root.setLevel(options.level);
    return options.fields === undefined ? root : new SwitchedLogger(root.#shared, root, options.fields);
  }

  get level(): LogLevel {
    return this.#shared.level;
  }

  setLevel(level: LogLevel): void {
    const shared = this.#shared;
    if (level !== 'off' && !shared.isClosed) shared.sink ??= openSink(shared.options.destination ?? 'stderr');
    shared.level = level;
    shared.rank = RANK[level];
  }

  close(): void {
    this.#shared.isClosed = true;
    this.#shared.sink?.close();
  }

  isLevelEnabled(level: LineLevel): boolean {
    return RANK[level] <= this.#shared.rank;
  }

  error(fields: LogFields, message: string): void {
    if (this.#shared.rank >= RANK.error) this.#open().error(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    if (this.#shared.rank >= RANK.warn) this.#open().warn(fields, message);
  }

  info(fields: LogFields, message: string): void {
    if (this.#shared.rank >= RANK.info) this.#open().info(fields, message);
  }

  debug(fields: LogFields, message: string): void {
    if (this.#shared.rank >= RANK.debug) this.#open().debug(fields, message);
  }

  trace(fields: LogFields, message: string): void {
    if (this.#shared.rank >= RANK.trace) this.#open().trace(fields, message);
  }

  child(fields: LogFields): Logger {
    return new SwitchedLogger(this.#shared, this, fields);
  }

  #open(): Logger {
    return (this.#writer ??= this.#parent === undefined ? writerOf(this.#shared) : this.#parent.#open().child(this.#fields ?? {}));
  }
}

/** Writes every level: which lines come here was decided before. `base: null` leaves out the host's process id and name; `pid` is a LibOS process here. */
function writerOf({ options, sink }: Shared): Logger {
  const write = (line: string): void => sink?.write(line);
  if (options.format === 'json') return loadPino()({ level: 'trace', base: null }, { write });
  const formatters = { level: (name: string) => ({ level: name }) };
  return loadPino()({ level: 'trace', base: null, timestamp: false, formatters }, { write: (line: string) => { write(formatText(line)); } });
}
