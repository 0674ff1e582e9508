/**
 * The `occlum` command. This package is its program; its API is for tests, Node programs use `@occlum/pal`.
 *
 * @packageDocumentation
 */

export { readCommandLine } from './command-line.js';
export type { Parsed } from './command-line.js';
export type { Perform, Surroundings } from './commands/command.js';
export { parseDuration } from './duration.js';
export { explain } from './explain.js';
export type { Explained } from './explain.js';
export { readRun } from './read-run.js';
export { RUN_FLAGS } from './run-flags.js';
export type { FlagName, FlagRow, RunWords } from './run-flags.js';
export { toRunRequest } from './run-request.js';
export type { HostContext, ResultPlace, RunRequest } from './run-request.js';
export { toResult } from './run-result.js';
export type { Ending, RunResult } from './run-result.js';
export { UsageError } from './usage-error.js';
