/** What the command loads only when it is asked for: the reader that explains itself, and every command but `run`. */

export { readCommandLine } from './command-line.js';
