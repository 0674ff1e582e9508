import { describe, expect, expectTypeOf, it } from 'vitest';

import { array, bytes, struct, text } from '@occlum/abi';

// Offsets as gcc lays the struct out on x86-64.
const mixed = struct('mixed', { flag: 'u8', port: 'be16', mask: 'u32', bytes: 'u64', tail: 'u8' });
const nested = struct('nested', { kind: 'u8', pair: array(struct('pair', { a: 'i32', b: 'i64' }), 2), name: text(8), rest: bytes(3) });

describe('struct', () => {
  it('aligns each field to its size and pads the tail', () => {
    expect(mixed.offsets).toEqual({ flag: 0, port: 2, mask: 4, bytes: 8, tail: 16 });
    expect(mixed.size).toBe(24);
  });

  it('aligns nested structs and arrays to their fields', () => {
    expect(nested.offsets).toEqual({ kind: 0, pair: 8, name: 40, rest: 48 });
    expect(nested.size).toBe(56);
  });

  it('types 64-bit fields as bigint and the rest as number', () => {
    expectTypeOf<ReturnType<typeof mixed.decode>>().toEqualTypeOf<{ flag: number; port: number; mask: number; bytes: bigint; tail: number }>();
    expectTypeOf<ReturnType<typeof nested.decode>['pair']>().toEqualTypeOf<{ a: number; b: bigint }[]>();
  });

  it('reads back the extremes it wrote, at an odd offset', () => {
    const view = new DataView(new ArrayBuffer(mixed.size + 3));
    const value = { flag: 0xff, port: 0xffff, mask: 0xffff_ffff, bytes: 2n ** 64n - 1n, tail: 1 };
    mixed.write(view, value, 3);
    expect(mixed.read(view, 3)).toEqual(value);
  });

  it('writes network order where it is asked to', () => {
    expect(struct('port', { port: 'be16' }).encode({ port: 0x1234 })).toEqual(Uint8Array.of(0x12, 0x34));
  });

  it('cuts text so that a NUL always ends it', () => {
    const value = { kind: 1, pair: [{ a: -1, b: -2n }, { a: 0, b: 0n }], name: 'much too long', rest: Uint8Array.of(1, 2, 3) };
    expect(nested.decode(nested.encode(value))).toEqual({ ...value, name: 'much to' });
  });

  it('refuses a view that is one byte short', () => {
    expect(() => mixed.read(new DataView(new ArrayBuffer(mixed.offsets.tail)))).toThrow(RangeError);
    expect(() => nested.decode(new Uint8Array(50))).toThrow(RangeError);
  });

  it('writes the C check of its layout', () => {
    expect(struct('timespec', { tv_sec: 'i64', tv_nsec: 'i64' }).cAsserts()).toBe(
      [
        'static_assert(sizeof(struct timespec) == 16, "timespec");',
        'static_assert(offsetof(struct timespec, tv_sec) == 0, "timespec.tv_sec");',
        'static_assert(offsetof(struct timespec, tv_nsec) == 8, "timespec.tv_nsec");',
      ].join('\n'),
    );
  });
});
