/**
 * The log of the LibOS.
 *
 * @packageDocumentation
 */

export { LOG_FIELDS } from './fields.js';
export type { LogField, LogFields } from './fields.js';
export { LOG_LEVELS, parseLogLevel } from './level.js';
export type { LineLevel, LogLevel } from './level.js';
export type { LogDestination } from './line-sink.js';
export { createLogger } from './logger.js';
export type { Logger, LoggerOptions, RootLogger } from './logger.js';
