import { PROGRAM_HEAD_BYTES } from '@occlum/elf';
import { Errno } from '@occlum/errno';

/** What the first line of a script names. */
export interface ScriptLine {
  /** Path of the interpreter, a byte string. */
  readonly interpreter: string;
  /** Everything after it, one argument; `undefined` for none. */
  readonly argument: string | undefined;
}

/**
 * Reads a `#!` line.
 *
 * Source: linux/fs/binfmt_script.c, `load_script`; execve(2), "Interpreter scripts".
 *
 * @param head - First bytes of the file, at most 256.
 * @returns `undefined` where the file is no script; `-ENOEXEC` where the line names no interpreter, or one whose path is cut off.
 */
export function readScriptLine(head: Uint8Array): ScriptLine | undefined | number {
  const text = Buffer.from(head).toString('latin1');
  if (!text.startsWith('#!')) return undefined;
  const newline = text.indexOf('\n');
  const end = newline === -1 ? text.length : newline;
  const nul = text.slice(2, end).indexOf('\0');
  const line = (nul === -1 ? text.slice(2, end) : text.slice(2, 2 + nul)).replace(/^[ \t]+|[ \t]+$/g, '');
  const [, interpreter, argument] = /^([^ \t]+)(?:[ \t]+(.*))?$/s.exec(line) ?? [];
  if (interpreter === undefined) return -Errno.ENOEXEC;
  const cut = newline === -1 && nul === -1 && head.length >= PROGRAM_HEAD_BYTES;
  if (cut && argument === undefined && !/[ \t]$/.test(text)) return -Errno.ENOEXEC;
  return { interpreter, argument: argument === '' ? undefined : argument };
}
