import { ErrnoError } from '@occlum/errno';

import { countBits, CPU_LIMIT, setBit } from './cpu-bits.js';
import { parseCpuList, printCpuList } from './cpu-list.js';
import { parseHexMask, printHexMask } from './cpu-mask.js';

/** Masks of the kernel are arrays of unsigned long. Source: sched_setaffinity(2), "C library/kernel differences". */
const WORD_BYTES = 8;

/**
 * An immutable set of CPUs, the value behind `cpu_set_t`.
 *
 * A CPU is the number from 0 that Linux gives a logical CPU, up to 8191. Sets iterate in ascending order, print as the list
 * of `/sys/devices/system/cpu/online`, and become that list in JSON.
 *
 * @example
 * ```ts
 * import { CpuSet } from '@occlum/sched';
 *
 * const online = CpuSet.parse('0-3,8');
 * online.size; // => 5
 * online.intersection(CpuSet.of(2, 3, 4)).toString(); // => '2-3'
 * CpuSet.parse('0-31:2/8').toHexMask(); // => '3030303'
 * JSON.stringify({ online }); // => '{"online":"0-3,8"}'
 * ```
 */
export class CpuSet implements Iterable<number> {
  /** No CPU. */
  static readonly EMPTY: CpuSet = new CpuSet(new Uint8Array(0));

  /** Little-endian, without zero words at its end, so that equal sets have equal bits. */
  readonly #bits: Uint8Array;

  private constructor(bits: Uint8Array) {
    let bytes = bits.length;
    while (bytes > 0 && bits[bytes - 1] === 0) bytes--;
    this.#bits = bits.slice(0, bytes);
  }

  /**
   * Makes a set of the CPUs named.
   *
   * @param cpus - Repeats are fine.
   * @throws {@link ErrnoError} `EINVAL` when one is not an integer from 0 to 8191.
   */
  static of(...cpus: number[]): CpuSet {
    return CpuSet.from(cpus);
  }

  /** The same of anything that iterates. */
  static from(cpus: Iterable<number>): CpuSet {
    const bits = new Uint8Array(CPU_LIMIT / 8);
    for (const cpu of cpus) setBit(bits, checked(cpu));
    return new CpuSet(bits);
  }

  /** All CPUs from `first` to `last`, both in it; none where `last` is lower. */
  static range(first: number, last: number): CpuSet {
    checked(first);
    checked(last);
    return CpuSet.from(Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index));
  }

  /**
   * Reads a list: `0-3,8`, with strides `0-31:2/8`. A newline at its end is allowed, as sysfs writes one.
   *
   * Source: cpuset(7), "List format".
   *
   * @throws {@link ErrnoError} `EINVAL` when it is no list, `ERANGE` when it names a CPU past 8191.
   */
  static parse(text: string): CpuSet {
    return new CpuSet(parseCpuList(text));
  }

  /**
   * Reads a hexadecimal mask: `ff,00000001`, `0xf`.
   *
   * Source: cpuset(7), "Mask format"; taskset(1).
   *
   * @throws {@link ErrnoError} `EINVAL` when it is no mask, `ERANGE` when it names a CPU past 8191.
   */
  static parseHexMask(text: string): CpuSet {
    return new CpuSet(parseHexMask(text));
  }

  /**
   * Reads a mask as sched_setaffinity(2) takes it, of any length: what a short one leaves out is not in the set, bits past
   * CPU 8191 are ignored.
   *
   * @param mask - Little-endian; it is copied.
   */
  static fromMask(mask: Uint8Array): CpuSet {
    return new CpuSet(mask.subarray(0, CPU_LIMIT / 8));
  }

  /** Number of CPUs in the set. */
  get size(): number {
    return countBits(this.#bits);
  }

  get isEmpty(): boolean {
    return this.#bits.length === 0;
  }

  /** Whether a CPU is in the set; `false` for a number that can be in none. */
  has(cpu: number): boolean {
    return Number.isInteger(cpu) && cpu >= 0 && ((this.#bits[cpu >> 3] ?? 0) & (1 << (cpu & 7))) !== 0;
  }

  /** The lowest CPU; `undefined` when there is none. */
  first(): number | undefined {
    return this.next(-1);
  }

  /** The lowest CPU above one; `undefined` when there is none. */
  next(cpu: number): number | undefined {
    for (let at = Math.max(0, Math.floor(cpu) + 1); at < this.#bits.length * 8; at++) {
      if (this.#bits[at >> 3] === 0) at |= 7;
      else if (this.has(at)) return at;
    }
    return undefined;
  }

  /** The CPUs in either set. */
  union(other: CpuSet): CpuSet {
    return this.#combine(other, (a, b) => a | b);
  }

  /** The CPUs in both sets. */
  intersection(other: CpuSet): CpuSet {
    return this.#combine(other, (a, b) => a & b);
  }

  /** The CPUs of this set that are not in the other. */
  difference(other: CpuSet): CpuSet {
    return this.#combine(other, (a, b) => a & ~b);
  }

  /** The CPUs in one of the sets only. */
  symmetricDifference(other: CpuSet): CpuSet {
    return this.#combine(other, (a, b) => a ^ b);
  }

  isSubsetOf(other: CpuSet): boolean {
    return this.difference(other).isEmpty;
  }

  isSupersetOf(other: CpuSet): boolean {
    return other.isSubsetOf(this);
  }

  isDisjointFrom(other: CpuSet): boolean {
    return this.intersection(other).isEmpty;
  }

  equals(other: CpuSet): boolean {
    return this.#bits.length === other.#bits.length && this.#bits.every((byte, index) => byte === other.#bits[index]);
  }

  /**
   * The mask, little-endian, in an array of its own.
   *
   * @param bytes - Bytes wanted: CPUs past them are left out. By default as many words of 8 bytes as the set needs, one at least.
   */
  toMask(bytes: number = Math.max(1, Math.ceil(this.#bits.length / WORD_BYTES)) * WORD_BYTES): Uint8Array {
    const mask = new Uint8Array(bytes);
    mask.set(this.#bits.subarray(0, bytes));
    return mask;
  }

  /** The hexadecimal mask, in groups of 32 bits: `ff,00000001`. */
  toHexMask(): string {
    return printHexMask(this.#bits);
  }

  /** The list: `0-3,8`. The empty set is the empty text. */
  toString(): string {
    return printCpuList(this);
  }

  toJSON(): string {
    return this.toString();
  }

  *[Symbol.iterator](): Generator<number> {
    for (let cpu = this.first(); cpu !== undefined; cpu = this.next(cpu)) yield cpu;
  }

  #combine(other: CpuSet, combine: (a: number, b: number) => number): CpuSet {
    const bytes = Math.max(this.#bits.length, other.#bits.length);
    return new CpuSet(Uint8Array.from({ length: bytes }, (_, index) => combine(this.#bits[index] ?? 0, other.#bits[index] ?? 0)));
  }
}

function checked(cpu: number): number {
  if (Number.isInteger(cpu) && cpu >= 0 && cpu < CPU_LIMIT) return cpu;
  throw new ErrnoError('EINVAL', { detail: `cpu is ${cpu}, must be an integer from 0 to ${CPU_LIMIT - 1}` });
}
