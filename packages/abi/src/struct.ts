import { codecOf } from './codec.js';
import type { Codec, FieldType, ValueOf } from './codec.js';

/** JavaScript value of a whole struct. */
export type StructValue<Fields extends Record<string, FieldType>> = { -readonly [Name in keyof Fields]: ValueOf<Fields[Name]> };

/** Everything derived from one struct description. */
export interface StructCodec<Fields extends Record<string, FieldType>> extends Codec<StructValue<Fields>> {
  /** C type, for example `'struct timespec'`. */
  readonly name: string;
  /** Size in bytes, tail padding included. */
  readonly size: number;
  /** Byte offset of each field. */
  readonly offsets: { readonly [Name in keyof Fields]: number };
  /**
   * Reads one struct from bytes.
   *
   * @param source - At least `size` bytes, for example of an {@link InputArgument}.
   * @throws RangeError when there are fewer.
   */
  decode(source: Uint8Array): StructValue<Fields>;
  /** A fresh array of `size` bytes with the struct; padding is zero. */
  encode(value: StructValue<Fields>): Uint8Array;
  /** C lines that fail to compile where the layout differs from the system header's. */
  cAsserts(): string;
}

/**
 * Describes a kernel struct once. Layout, reader, writer, TypeScript type and
 * the C check of the layout all come from this one description.
 *
 * @param name - C tag, or a whole C type such as `'siginfo_t'`.
 * @param fields - Fields in C order; each is aligned to its own alignment.
 *
 * @example
 * ```ts
 * import { array, struct } from '@occlum/abi';
 *
 * const timespec = struct('timespec', { tv_sec: 'i64', tv_nsec: 'i64' });
 * timespec.size; // => 16
 * timespec.decode(timespec.encode({ tv_sec: 1n, tv_nsec: 500n })); // => { tv_sec: 1n, tv_nsec: 500n }
 *
 * const pair = struct('pair', { count: 'i32', times: array(timespec, 2) });
 * pair.offsets; // => { count: 0, times: 8 }
 * ```
 */
export function struct<const Fields extends Record<string, FieldType>>(name: string, fields: Fields): StructCodec<Fields> {
  const layout: { field: string; codec: Codec<unknown>; offset: number }[] = [];
  let end = 0;
  let alignment = 1;
  for (const [field, type] of Object.entries(fields)) {
    const codec: Codec<unknown> = codecOf(type);
    const offset = Math.ceil(end / codec.alignment) * codec.alignment;
    layout.push({ field, codec, offset });
    end = offset + codec.size;
    alignment = Math.max(alignment, codec.alignment);
  }
  const size = Math.ceil(end / alignment) * alignment;
  const type = name.endsWith('_t') ? name : `struct ${name}`;

  const read = (view: DataView, at = 0): StructValue<Fields> =>
    Object.fromEntries(layout.map(({ field, codec, offset }) => [field, codec.read(view, at + offset)])) as StructValue<Fields>;
  const write = (view: DataView, value: StructValue<Fields>, at = 0): void => {
    for (const { field, codec, offset } of layout) codec.write(view, value[field], at + offset);
  };

  return {
    name: type,
    size,
    alignment,
    offsets: Object.fromEntries(layout.map(({ field, offset }) => [field, offset])) as StructCodec<Fields>['offsets'],
    read,
    write,
    decode: (source) => read(new DataView(source.buffer, source.byteOffset, source.byteLength)),
    encode: (value) => {
      const target = new Uint8Array(size);
      write(new DataView(target.buffer), value);
      return target;
    },
    show: (value) => `{${layout.map(({ field, codec }) => `${field}=${codec.show(value[field])}`).join(', ')}}`,
    cAsserts: () =>
      [
        `static_assert(sizeof(${type}) == ${size}, "${name}");`,
        ...layout.map(({ field, offset }) => `static_assert(offsetof(${type}, ${field}) == ${offset}, "${name}.${field}");`),
      ].join('\n'),
  };
}
