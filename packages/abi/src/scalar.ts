/** Scalars a kernel struct is made of: bytes, and how to read and write one. Little-endian but for `be16` and `be32`, which are in network order. */
export const scalars = {
  u8: { size: 1, get: (v: DataView, at: number) => v.getUint8(at), set: (v: DataView, at: number, x: number) => { v.setUint8(at, x); } },
  i8: { size: 1, get: (v: DataView, at: number) => v.getInt8(at), set: (v: DataView, at: number, x: number) => { v.setInt8(at, x); } },
  u16: { size: 2, get: (v: DataView, at: number) => v.getUint16(at, true), set: (v: DataView, at: number, x: number) => { v.setUint16(at, x, true); } },
  i16: { size: 2, get: (v: DataView, at: number) => v.getInt16(at, true), set: (v: DataView, at: number, x: number) => { v.setInt16(at, x, true); } },
  be16: { size: 2, get: (v: DataView, at: number) => v.getUint16(at), set: (v: DataView, at: number, x: number) => { v.setUint16(at, x); } },
  i32: { size: 4, get: (v: DataView, at: number) => v.getInt32(at, true), set: (v: DataView, at: number, x: number) => { v.setInt32(at, x, true); } },
  u32: { size: 4, get: (v: DataView, at: number) => v.getUint32(at, true), set: (v: DataView, at: number, x: number) => { v.setUint32(at, x, true); } },
  be32: { size: 4, get: (v: DataView, at: number) => v.getUint32(at), set: (v: DataView, at: number, x: number) => { v.setUint32(at, x); } },
  i64: { size: 8, get: (v: DataView, at: number) => v.getBigInt64(at, true), set: (v: DataView, at: number, x: bigint) => { v.setBigInt64(at, x, true); } },
  u64: { size: 8, get: (v: DataView, at: number) => v.getBigUint64(at, true), set: (v: DataView, at: number, x: bigint) => { v.setBigUint64(at, x, true); } },
} as const;

/** Name of a scalar in a struct description. */
export type ScalarKind = keyof typeof scalars;

/** JavaScript value of a scalar: 64-bit fields are `bigint`, the rest `number`. */
export type ScalarValue<Kind extends ScalarKind> = Kind extends 'i64' | 'u64' ? bigint : number;
