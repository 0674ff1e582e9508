import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { UsageError } from './usage-error.js';

/**
 * The variables of an `--env-file`, each as `--env` takes one: `NAME=VALUE`, or `NAME` for the host's. Lines are as docker has
 * them: blanks at the start do not count, nor do empty lines and those that begin with `#`; quotes are part of a value.
 *
 * @param file - As it was typed.
 * @throws UsageError for a file that cannot be read, and for the first line that is no variable, with its number.
 */
export function readEnvFile(file: string, cwd: string): string[] {
  return contentOf(file, cwd).split('\n').flatMap((line, index) => {
    const text = line.replace(/^[ \t]+/, '').replace(/\r$/, '');
    if (text === '' || text.startsWith('#')) return [];
    const [name = ''] = text.split('=', 1);
    if (name === '' || /\s/.test(name) || text.includes('\0')) {
      throw new UsageError(`${file}:${index + 1} is ${JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)}, must be NAME=VALUE or NAME, without blanks in the name`);
    }
    return [text];
  });
}

function contentOf(file: string, cwd: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(cwd, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--env-file is "${file}", which ${code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? String(error)})`}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--env-file is "${file}", which is no text in UTF-8`);
  }
}
