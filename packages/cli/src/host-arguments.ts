import { readFileSync } from 'node:fs';

/** What Node puts in the place of bytes that are no UTF-8. */
const REPLACED = '\ufffd';

/**
 * The last words of this process's own command line, where Node has changed some: those as the bytes that they were.
 *
 * @param words - As `process.argv` has them; its last ones.
 *
 * Source: proc_pid_cmdline(5).
 */
export function hostArguments(words: readonly string[], readCommandLine = (): Buffer => readFileSync('/proc/self/cmdline')): (string | Uint8Array)[] {
  if (!words.some((word) => word.includes(REPLACED))) return [...words];
  // Each ends with a NUL, so what follows the last is no word.
  const own = readCommandLine().toString('latin1').split('\0').slice(0, -1).slice(-words.length);
  return words.map((word, index) => (word.includes(REPLACED) ? Buffer.from(own[index] ?? '', 'latin1') : word));
}
