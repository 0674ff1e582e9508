import { scalars } from './scalar.js';
import type { ScalarKind, ScalarValue } from './scalar.js';

/** Reads and writes one value of a fixed size in memory. */
export interface Codec<Value> {
  /** Size in bytes. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly alignment: number;
  /**
   * Reads one value.
   *
   * @param view - Memory to read from.
   * @param at - Byte offset of the value in `view`.
   * @throws RangeError when the value does not fit in `view`.
   */
  read(view: DataView, at?: number): Value;
  /**
   * Writes one value. Padding bytes keep their value.
   *
   * @param view - Memory to write to.
   * @param value - What to write.
   * @param at - Byte offset of the value in `view`.
   * @throws RangeError when the value does not fit in `view`.
   */
  write(view: DataView, value: Value, at?: number): void;
  /** The value as a trace shows it. */
  show(value: Value): string;
}

/** What a field of a struct may be: a scalar by name, or a codec for anything longer. */
export type FieldType = ScalarKind | Codec<unknown>;

/** JavaScript value of a field. */
export type ValueOf<Field> = Field extends ScalarKind ? ScalarValue<Field> : Field extends Codec<infer Value> ? Value : never;

/**
 * The codec of a field type.
 *
 * @param type - A scalar's name, or a codec, which comes back as it is.
 */
export function codecOf<Type extends FieldType>(type: Type): Codec<ValueOf<Type>> {
  const field: FieldType = type;
  // ValueOf<Type> is what the scalar's row or the codec itself handles, by its definition.
  return (typeof field === 'string' ? scalarCodecs[field] : field) as unknown as Codec<ValueOf<Type>>;
}

/**
 * Describes a field of raw bytes, for example padding or a union that its user decodes.
 *
 * @param size - Bytes.
 */
export function bytes(size: number): Codec<Uint8Array> {
  return {
    size,
    alignment: 1,
    read: (view, at = 0) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(at, checkedEnd(view, at, size)),
    write: (view, value, at = 0) => {
      new Uint8Array(view.buffer, view.byteOffset + at, size).set(value.subarray(0, size));
    },
    show: (value) => quote(latin1(value)),
  };
}

/**
 * Describes a `char[]` field that holds text: NUL-padded, and cut so that a NUL always ends it.
 *
 * @param size - Bytes, the last NUL included.
 */
export function text(size: number): Codec<string> {
  const raw = bytes(size);
  return {
    size,
    alignment: 1,
    read: (view, at = 0) => latin1(raw.read(view, at)).replace(/\0.*$/s, ''),
    write: (view, value, at = 0) => {
      const padded = new Uint8Array(size);
      for (let i = 0; i < Math.min(value.length, size - 1); i++) padded[i] = value.charCodeAt(i);
      raw.write(view, padded, at);
    },
    show: quote,
  };
}

/**
 * Describes a field that repeats.
 *
 * @param type - What one element is.
 * @param length - Elements; a value to write may have fewer, the rest then keep theirs.
 */
export function array<const Type extends FieldType>(type: Type, length: number): Codec<ValueOf<Type>[]> {
  const element = codecOf(type);
  return {
    size: element.size * length,
    alignment: element.alignment,
    read: (view, at = 0) => Array.from({ length }, (_, index) => element.read(view, at + index * element.size)),
    write: (view, value, at = 0) => {
      for (const [index, item] of value.slice(0, length).entries()) element.write(view, item, at + index * element.size);
    },
    show: (value) => `[${value.map((item) => element.show(item)).join(', ')}]`,
  };
}

/** Bytes as a byte string: one character of 0 to 255 a byte. */
export function latin1(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
}

/** A byte string in quotes, as strace prints one. */
export function quote(value: string): string {
  const escaped = value.replace(/[^ !#-[\]-~]/g, (character) => ESCAPES[character] ?? `\\${character.charCodeAt(0).toString(8)}`);
  return `"${escaped}"`;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\v': '\\v', '\f': '\\f' };

function checkedEnd(view: DataView, at: number, size: number): number {
  if (at + size > view.byteLength) throw new RangeError(`end of the field is ${at + size}, must be at most ${view.byteLength}`);
  return at + size;
}

const scalarCodecs = Object.fromEntries(
  Object.entries(scalars).map(([kind, { size, get, set }]) => [
    kind,
    { size, alignment: size, read: (view: DataView, at = 0) => get(view, at), write: (view: DataView, value: never, at = 0) => { set(view, at, value); }, show: String },
  ]),
) as unknown as Readonly<Record<ScalarKind, Codec<number | bigint>>>;
