import { errnoMessage, errnoName } from '@occlum/errno';

import type { ArgumentKind, InputArgument, OutputArgument, PathArgument } from './argument.js';
import { latin1, quote } from './codec.js';
import type { Codec } from './codec.js';
import { showFlags, showName } from './flags.js';
import { showScalar } from './registers.js';
import type { ResultKind } from './syscall.js';

/** Bytes of a buffer that a trace shows, as strace does without `-s`. */
const SHOWN_BYTES = 32;

/** Results that only the runtime sees; it restarts the call or makes `EINTR` of them. Source: linux/include/linux/errno.h. */
const RESTARTS: Readonly<Record<number, string>> = { 512: 'ERESTARTSYS', 514: 'ERESTARTNOHAND' };

/** What a trace can look at of an output argument after the call. */
export interface WrittenOutput {
  /** Bytes that the handler wrote. */
  written(): Uint8Array;
}

/**
 * One call in the form of strace(1): `openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3`.
 *
 * @param name - Name of the call.
 * @param kinds - Kinds of its arguments.
 * @param values - What the handler got. Reading them here reads no guest memory: they keep their copy.
 * @param result - Raw result.
 * @param resultKind - How to show it.
 */
export function showCall(name: string, kinds: readonly ArgumentKind[], values: readonly unknown[], result: number, resultKind: ResultKind = 'number'): string {
  return `${name}(${kinds.map((kind, index) => showArgument(kind, values[index], result)).join(', ')}) = ${showResult(result, resultKind)}`;
}

/**
 * A raw result: a number, or `-1 ENOENT (No such file or directory)`.
 *
 * @param result - Raw result.
 * @param kind - How to show one that is no error.
 */
export function showResult(result: number, kind: ResultKind = 'number'): string {
  if (kind === 'none') return '?';
  if (result >= 0) return kind === 'address' ? showScalar('address', result) : `${result}`;
  const restart = RESTARTS[-result];
  if (restart !== undefined) return `? ${restart}`;
  const code = errnoName(result);
  if (code === undefined) return `${result}`;
  const message = errnoMessage(code);
  return `-1 ${code} (${message.charAt(0).toUpperCase()}${message.slice(1)})`;
}

/**
 * One argument as a trace shows it.
 *
 * @param kind - Its kind.
 * @param value - What the handler got.
 * @param result - Result of the call: what an output argument holds is shown only where it is no error.
 */
export function showArgument(kind: ArgumentKind, value: unknown, result: number): string {
  // Each kind has one type of value, by ArgumentValue; the casts below follow it.
  if (typeof kind === 'string') return kind === 'path' ? showPath(value as PathArgument) : showScalar(kind, value as number);
  if ('names' in kind) return kind.field === undefined ? showName(value as number, kind.names) : showFlags(value as number, kind.names, kind.field);

  const pointer = value as InputArgument & OutputArgument & WrittenOutput;
  if (pointer.isNull) return 'NULL';
  const codec = 'codec' in kind ? kind.codec : undefined;
  const isOutput = kind.kind === 'output' || kind.kind === 'outputBuffer';
  const content = isOutput ? (result < 0 ? undefined : pointer.written()) : pointer.read();
  return content === undefined || (isOutput && content.length === 0) ? showScalar('address', pointer.address) : showBytes(content, codec);
}

function showPath(value: PathArgument): string {
  if (value.isNull) return 'NULL';
  const path = value.read();
  return typeof path === 'number' ? '?' : quote(path);
}

function showBytes(content: Uint8Array, codec: Codec<unknown> | undefined): string {
  if (codec !== undefined && content.length >= codec.size) {
    return codec.show(codec.read(new DataView(content.buffer, content.byteOffset, content.byteLength)));
  }
  return quote(latin1(content.subarray(0, SHOWN_BYTES))) + (content.length > SHOWN_BYTES ? '...' : '');
}
