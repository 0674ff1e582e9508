/** The names of the fields of a line, each with what it holds. All packages use these and no others. */
declare const LOG_FIELDS: {
    readonly pkg: "short name of the package that logs, such as net";
    readonly pid: "LibOS process id";
    readonly tid: "LibOS thread id";
    readonly hostPid: "process id on the host";
    readonly syscall: "true on the line of one syscall, whose message reads as strace prints it";
    readonly nr: "syscall number";
    readonly result: "raw result of a syscall, negative for an error";
    readonly fd: "descriptor number in the guest";
    readonly path: "path in the guest";
    readonly file: "path on the host";
    readonly address: "network address";
    readonly signal: "signal name";
    readonly status: "exit status";
    readonly reason: "why, as a fixed phrase";
    readonly rule: "the rule of the configuration that decided";
    readonly count: "number of elements";
    readonly bytes: "number of bytes";
    readonly durationMs: "milliseconds it took";
    readonly err: "an Error; its message and stack are logged";
};
/** Name of a field. */
type LogField = keyof typeof LOG_FIELDS;
/** Fields of a line, or of every line of a child logger. */
type LogFields = Readonly<Partial<Record<LogField, unknown>>>;

/** How much is logged, least first: each level includes those before it. */
declare const LOG_LEVELS: readonly ["off", "error", "warn", "info", "debug", "trace"];
/**
 * A level to log at.
 *
 * `error` is for a failure of the LibOS, `warn` for what works but is set up wrong, `info` for start and stop,
 * `debug` for a decision, `trace` for each syscall. A guest's own mistake is `trace`.
 */
type LogLevel = (typeof LOG_LEVELS)[number];
/** The level of one line. */
type LineLevel = Exclude<LogLevel, 'off'>;
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
declare function parseLogLevel(text: string | undefined): LogLevel;

/** Where lines go: the host's stderr, or the end of a file. */
type LogDestination = 'stderr' | {
    readonly file: string;
};

/**
 * What a package logs with. It is a part of pino's logger, so either can be handed in.
 *
 * Each line is an object of fields, then a fixed message: what varies is a field.
 */
interface Logger {
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
interface RootLogger extends Logger {
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
interface LoggerOptions {
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
declare function createLogger(options: LoggerOptions): RootLogger;

export { LOG_FIELDS, LOG_LEVELS, type LineLevel, type LogDestination, type LogField, type LogFields, type LogLevel, type Logger, type LoggerOptions, type RootLogger, createLogger, parseLogLevel };
