import type { ArgumentKind, SyscallTable } from '@occlum/abi';
import { Argument, ArenaLayout, ThreadSlot } from '@occlum/native';

import { callArguments } from '../src/kernel/call-arguments.js';

/** A pointer to memory that is not there. */
export const FAULT = Symbol('fault');

/** Room for what a call writes; a call that reads too finds `bytes` there. */
export class Room {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
  }

  view(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }
}

/** An argument: a register, bytes or room behind a pointer, or a bad pointer. `null` is NULL. */
export type Given = number | bigint | string | Uint8Array | Room | typeof FAULT | null;

/** Where data of the pretended guest lies; any address that is not NULL. */
const ADDRESS = 0x7000_0000;

/**
 * Makes a call as the runtime would: registers and data in a slot, what was written copied back.
 *
 * @param table - Rows of a family.
 * @param context - What its handlers use of a context.
 * @param name - Name of the call.
 * @param given - Arguments; those left out are 0.
 */
export async function guestCall<Context>(table: SyscallTable<Context>, context: Context, name: string, ...given: Given[]): Promise<number> {
  const row = table[name];
  if (row?.run === undefined) throw new Error(`${name} has no handler`);
  const kinds = row.args;
  const data = {
    words: new Uint32Array(ArenaLayout.slotSize / 4),
    buffer: new Uint8Array(new ArrayBuffer(ArenaLayout.bufferSize)),
    outLengths: [0, 0, 0, 0, 0, 0],
  };
  let offset = 0;
  for (const [index, kind] of kinds.entries()) offset += put(data, index, kind, given, offset);

  const run = row.run as unknown as (context: Context, ...values: unknown[]) => number | Promise<number>;
  const result = await run(context, ...callArguments(kinds, data));
  for (const [index, value] of given.entries()) {
    if (!(value instanceof Room)) continue;
    const from = data.words[ThreadSlot.data_offset / 4 + index] ?? 0;
    const written = data.outLengths[index] ?? 0;
    if (written > 0) value.bytes = data.buffer.slice(from, from + written);
  }
  return result;
}

/** An `int` as memory has it. */
export function int(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

interface SlotData {
  readonly words: Uint32Array;
  readonly buffer: Uint8Array;
}

function put({ words, buffer }: SlotData, index: number, kind: ArgumentKind, given: readonly Given[], offset: number): number {
  const value = given[index] ?? (typeof given[index] === 'object' ? null : 0);
  const register = typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : value === null ? 0n : BigInt(ADDRESS);
  words[ThreadSlot.arguments / 4 + 2 * index] = Number(register & 0xffff_ffffn);
  words[ThreadSlot.arguments / 4 + 2 * index + 1] = Number((register >> 32n) & 0xffff_ffffn);
  if (typeof kind === 'string' && kind !== 'path') return 0;
  if (typeof kind === 'object' && 'names' in kind) return 0;

  const isOutput = typeof kind === 'object' && (kind.kind === 'output' || kind.kind === 'outputBuffer');
  const bytes = typeof value === 'string' ? Buffer.from(`${value}\0`, 'latin1') : value instanceof Room ? value.bytes : value instanceof Uint8Array ? value : undefined;
  const size = sizeOf(kind, given, bytes?.length ?? 0);
  const isReadable = bytes !== undefined && (kind === 'path' || bytes.length >= size);
  const length = register === 0n ? Argument.null : isOutput ? size : isReadable ? (kind === 'path' ? bytes.length : size) : Argument.fault;
  words[ThreadSlot.data_offset / 4 + index] = offset;
  words[ThreadSlot.data_length / 4 + index] = length;
  if (length > 0 && !isOutput && bytes !== undefined) buffer.set(bytes.subarray(0, length), offset);
  return Math.ceil((kind === 'path' ? Math.max(length, 0) : size) / 8) * 8;
}

/** Bytes of an argument; where the row says none, the runtime knows better. */
function sizeOf(kind: ArgumentKind, given: readonly Given[], givenBytes: number): number {
  if (typeof kind === 'string' || 'names' in kind) return 0;
  if (!('length' in kind)) return kind.size === 0 ? givenBytes : kind.size;
  const count = given[kind.length];
  if (typeof count !== 'number') return 0;
  return count < 0 ? kind.max : Math.min(kind.max, count * kind.unit);
}
