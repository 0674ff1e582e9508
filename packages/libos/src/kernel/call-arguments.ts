import { decodeScalar, scalarOf } from '@occlum/abi';
import type { ArgumentKind, Codec, InputArgument, OutputArgument, PathArgument, WrittenOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, Argument, ThreadSlot } from '@occlum/native';

/** Where the data of a call's arguments lies: a private copy of the slot, and the buffer that the guest shares. */
export interface CallData {
  /** Copy of the slot. */
  readonly words: Uint32Array;
  /** Shared with the guest. */
  readonly buffer: Uint8Array;
  /** Bytes written for each output argument. */
  readonly outLengths: number[];
}

/**
 * Values of a call's arguments.
 *
 * @param kinds - What they are.
 * @param data - Where they are.
 */
export function callArguments(kinds: readonly ArgumentKind[], data: CallData): unknown[] {
  return kinds.map((kind, index) => argument(kind, index, data));
}

/** One argument's register as its kind understands it. */
export function scalar(kind: ArgumentKind, index: number, words: Uint32Array): number {
  const at = ThreadSlot.arguments / 4 + 2 * index;
  return decodeScalar(scalarOf(kind), words[at] ?? 0, words[at + 1] ?? 0);
}

function argument(kind: ArgumentKind, index: number, data: CallData): unknown {
  if (kind === 'path') return new SlotPath(data, index);
  if (typeof kind === 'string' || 'names' in kind) return scalar(kind, index, data.words);
  if ('length' in kind) return new SlotMemory(data, index, 0, undefined);
  return new SlotMemory(data, index, kind.size, kind.codec);
}

/** A length that the runtime wrote: bytes, or an `Argument` mark. */
function lengthOf({ words }: CallData, index: number): number {
  return (words[ThreadSlot.data_length / 4 + index] ?? 0) | 0;
}

/** First byte of an argument's data; it and the length lie within the buffer, or the result is `undefined`. */
function placeOf(data: CallData, index: number, length: number): number | undefined {
  const offset = data.words[ThreadSlot.data_offset / 4 + index] ?? 0;
  return length >= 0 && offset <= ArenaLayout.bufferSize && length <= ArenaLayout.bufferSize - offset ? offset : undefined;
}

class SlotPath implements PathArgument {
  readonly #data: CallData;
  readonly #index: number;
  #value: string | number | undefined;

  constructor(data: CallData, index: number) {
    this.#data = data;
    this.#index = index;
  }

  get isNull(): boolean {
    return lengthOf(this.#data, this.#index) === Argument.null;
  }

  read(): string | number {
    return (this.#value ??= this.#copy());
  }

  #copy(): string | number {
    const length = lengthOf(this.#data, this.#index);
    if (length === Argument.long) return -Errno.ENAMETOOLONG;
    const place = placeOf(this.#data, this.#index, length);
    if (place === undefined) return -Errno.EFAULT;
    const { buffer } = this.#data;
    const copy = Buffer.from(buffer.buffer, buffer.byteOffset + place, length).toString('latin1');
    const end = copy.indexOf('\0');
    return end < 0 ? copy : copy.slice(0, end);
  }
}

class SlotMemory implements InputArgument, OutputArgument, WrittenOutput {
  readonly #data: CallData;
  readonly #index: number;
  /** Bytes of a struct; 0 for a buffer, which has as many as its length says. */
  readonly #size: number;
  readonly #codec: Codec<unknown> | undefined;
  #copy: Uint8Array | undefined;

  constructor(data: CallData, index: number, size: number, codec: Codec<unknown> | undefined) {
    this.#data = data;
    this.#index = index;
    this.#size = size;
    this.#codec = codec;
  }

  get isNull(): boolean {
    return lengthOf(this.#data, this.#index) === Argument.null;
  }

  get address(): number {
    return scalar('address', this.#index, this.#data.words);
  }

  get room(): number {
    const length = Math.max(0, lengthOf(this.#data, this.#index));
    return this.#size === 0 ? length : Math.min(length, this.#size);
  }

  read(): Uint8Array | undefined {
    return (this.#copy ??= this.#read());
  }

  value(): unknown {
    const bytes = this.read();
    if (bytes === undefined || this.#codec === undefined) return bytes;
    return this.#codec.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  write(bytes: Uint8Array, at = 0): boolean {
    const { room } = this;
    const place = placeOf(this.#data, this.#index, room);
    if (place === undefined || this.isNull || lengthOf(this.#data, this.#index) < 0) return false;
    const cut = bytes.subarray(0, Math.max(0, room - at));
    this.#data.buffer.set(cut, place + at);
    const { outLengths } = this.#data;
    outLengths[this.#index] = Math.max(outLengths[this.#index] ?? 0, at + cut.length);
    return true;
  }

  put(value: unknown): boolean {
    if (this.#codec === undefined) return this.write(value as Uint8Array);
    const bytes = new Uint8Array(this.#codec.size);
    this.#codec.write(new DataView(bytes.buffer), value);
    return this.write(bytes);
  }

  written(): Uint8Array {
    const length = this.#data.outLengths[this.#index] ?? 0;
    const place = placeOf(this.#data, this.#index, length);
    return place === undefined ? new Uint8Array(0) : this.#data.buffer.slice(place, place + length);
  }

  #read(): Uint8Array | undefined {
    const length = lengthOf(this.#data, this.#index);
    const place = placeOf(this.#data, this.#index, length);
    if (place === undefined || length < this.#size) return undefined;
    return this.#data.buffer.slice(place, place + (this.#size === 0 ? length : this.#size));
  }
}
