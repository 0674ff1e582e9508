/**
 * How a 64-bit argument register is understood, by the handler and in traces.
 *
 * | kind | C type | what the handler gets |
 * | --- | --- | --- |
 * | `int`, `pid`, `fd` | `int` | low half, signed: -1 arrives as -1 |
 * | `uint`, `flags`, `mode` | `unsigned int` | low half, unsigned |
 * | `size`, `address` | `size_t`, pointer | both halves, exact below 2^53, else `Infinity` |
 * | `offset` | `off_t`, `long` | both halves, signed, exact within 2^53, else `Infinity` or `-Infinity` |
 *
 * The upper half of a 32-bit argument is ignored, as the kernel ignores it.
 * No memory has a byte at `Infinity`, so an access there is `EFAULT`; a size
 * that is compared with a limit is over it, so it gives that limit's error.
 *
 * Source: System V ABI for x86-64, section 3.2.3; linux/include/linux/syscalls.h, `__SC_CAST`.
 */
export type ScalarArgument = 'int' | 'pid' | 'fd' | 'uint' | 'flags' | 'mode' | 'size' | 'offset' | 'address';

/** Argument registers of a call: rdi, rsi, rdx, r10, r8, r9. */
export const REGISTER_COUNT = 6;

/** Upper halves below this keep the whole register below 2^53. */
const EXACT_HIGH = 2 ** 21;

const signed = (low: number): number => low | 0;
const unsigned = (low: number): number => low >>> 0;
const wide = (low: number, high: number): number => (high < EXACT_HIGH ? high * 2 ** 32 + low : Infinity);
const signedWide = (low: number, high: number): number => {
  const top = high | 0;
  if (top >= EXACT_HIGH) return Infinity;
  return top < -EXACT_HIGH ? -Infinity : top * 2 ** 32 + low;
};

const decimal = (value: number): string => (Number.isFinite(value) ? `${value}` : value > 0 ? '2^53+' : '-2^53-');
const hex = (value: number): string => (value === Infinity ? '2^53+' : `0x${value.toString(16)}`);
const octal = (value: number): string => (value === 0 ? '0' : `0${value.toString(8).padStart(3, '0')}`);
const address = (value: number): string => (value === 0 ? 'NULL' : hex(value));
const descriptor = (value: number): string => (value === AT_FDCWD ? 'AT_FDCWD' : `${value}`);

/** The current directory where a call wants a directory's descriptor. Source: linux/include/uapi/linux/fcntl.h. */
export const AT_FDCWD = -100;

/** One row a kind: what it makes of the halves of a register, and how a trace shows that. */
const kinds: Readonly<Record<ScalarArgument, { decode: (low: number, high: number) => number; show: (value: number) => string }>> = {
  int: { decode: signed, show: decimal },
  pid: { decode: signed, show: decimal },
  fd: { decode: signed, show: descriptor },
  uint: { decode: unsigned, show: decimal },
  flags: { decode: unsigned, show: hex },
  mode: { decode: unsigned, show: octal },
  size: { decode: wide, show: decimal },
  offset: { decode: signedWide, show: decimal },
  address: { decode: wide, show: address },
};

/**
 * One register as its kind understands it.
 *
 * @param kind - How to read it.
 * @param low - Low half.
 * @param high - High half.
 */
export function decodeScalar(kind: ScalarArgument, low: number, high: number): number {
  return kinds[kind].decode(low, high);
}

/** A scalar as a trace shows it, for example `0x1000` for an address. */
export function showScalar(kind: ScalarArgument, value: number): string {
  return kinds[kind].show(value);
}

/**
 * Packs values as the enclave runtime hands over a call's registers; for tests and tools.
 *
 * @param values - At most 6, each an integer; negative ones in two's complement, the rest 0.
 * @returns 12 words, the low half of each register before its high half.
 * @throws RangeError when there are more than 6 values or one is no integer.
 *
 * @example
 * ```ts
 * import { registers } from '@occlum/abi';
 *
 * registers(-1, 8).subarray(0, 4); // => Uint32Array.of(0xffffffff, 0xffffffff, 8, 0)
 * ```
 */
export function registers(...values: readonly (number | bigint)[]): Uint32Array {
  const whole = new BigInt64Array(REGISTER_COUNT);
  whole.set(values.map(BigInt));
  return new Uint32Array(whole.buffer);
}
