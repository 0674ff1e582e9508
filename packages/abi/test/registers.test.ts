import { describe, expect, it } from 'vitest';

import { decodeScalar, registers } from '@occlum/abi';
import type { ScalarArgument } from '@occlum/abi';

/** What a handler gets for one register of a kind. */
function arrives(kind: ScalarArgument, register: number | bigint): number {
  const [low = 0, high = 0] = registers(register);
  return decodeScalar(kind, low, high);
}

describe('an argument', () => {
  it.each<[ScalarArgument, string, number | bigint, number]>([
    ['pid', '-1, sign-extended by the guest', -1, -1],
    ['pid', '-1, its upper half zero', 0xffff_ffff, -1],
    ['fd', 'AT_FDCWD', -100, -100],
    ['int', 'the highest int', 0x7fff_ffff, 0x7fff_ffff],
    ['int', 'the lowest int', 0x8000_0000, -0x8000_0000],
    ['int', 'rubbish in the upper half', 0xdead_beef_0000_0005n, 5],
    ['uint', '-1', -1, 0xffff_ffff],
    ['uint', 'rubbish in the upper half', 2n ** 32n + 8n, 8],
    ['flags', 'the top bit', 0x8000_0000, 0x8000_0000],
    ['mode', 'rubbish in the upper half', 0xdead_beef_0000_0001n, 1],
    ['size', '0', 0, 0],
    ['size', 'the first over 32 bits', 2 ** 32, 2 ** 32],
    ['size', 'the last exact one', 2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
    ['size', 'the first inexact one', 2n ** 53n, Infinity],
    ['size', 'SIZE_MAX', -1, Infinity],
    ['offset', '-1', -1, -1],
    ['offset', 'the highest off_t', 2n ** 63n - 1n, Infinity],
    ['offset', 'the lowest off_t', 2n ** 63n, -Infinity],
    ['address', 'the last byte of user space', 2n ** 47n - 1n, 2 ** 47 - 1],
    ['address', 'an address of the kernel', 0xffff_8000_0000_0000n, Infinity],
  ])('%s: %s', (kind, _title, register, value) => {
    expect(arrives(kind, register)).toBe(value);
  });
});

describe('registers', () => {
  it('puts the low half first and fills six registers', () => {
    expect(registers(2n ** 32n + 5n, -2)).toEqual(Uint32Array.of(5, 1, 0xffff_fffe, 0xffff_ffff, 0, 0, 0, 0, 0, 0, 0, 0));
  });

  it.each([
    ['seven values', [1, 2, 3, 4, 5, 6, 7]],
    ['a fraction', [0.5]],
  ])('refuses %s', (_title, values) => {
    expect(() => registers(...values)).toThrow(RangeError);
  });
});
