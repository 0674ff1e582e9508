import { readFileSync } from 'node:fs';

/** What Node puts in the place of bytes that are no UTF-8. */
const REPLACED = '\ufffd';

/**
 * The last words of this process's own command line with each byte as a letter, where Node has changed some of them.
 *
 * @param words - As `process.argv` has them; its last ones.
 * @returns `undefined` where all of them are what they were.
 *
 * Source: proc_pid_cmdline(5).
 */
export function hostWords(words: readonly string[], readCommandLine = (): Buffer => readFileSync('/proc/self/cmdline')): string[] | undefined {
  if (!words.some((word) => word.includes(REPLACED))) return undefined;
  // Each ends with a NUL, so what follows the last is no word.
  return readCommandLine().toString('latin1').split('\0').slice(0, -1).slice(-words.length);
}

/**
 * Words of a command line, those that Node has changed as the bytes that they were.
 *
 * @param letters - The same with each byte as a letter; left out where nothing was changed.
 */
export function hostArguments(words: readonly string[], letters: readonly string[] = []): (string | Uint8Array)[] {
  return words.map((word, index) => {
    const own = letters[index];
    return own === undefined || !word.includes(REPLACED) ? word : Buffer.from(own, 'latin1');
  });
}
