import { isErrnoError } from '@occlum/errno';
import type { ErrnoName } from '@occlum/errno';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CPU_LIMIT, CpuSet } from '@occlum/sched';

const cpu = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: CPU_LIMIT - 1 }));
const members = fc.uniqueArray(cpu, { maxLength: 40 });
const ascending = (cpus: Iterable<number>): number[] => Array.from(new Set(cpus)).sort((a, b) => a - b);

describe('CpuSet against a Set of numbers', () => {
  it('has what it was made of, ascending', () => {
    fc.assert(fc.property(members, cpu, (cpus, other) => {
      const set = CpuSet.of(...cpus);
      expect([...set]).toEqual(ascending(cpus));
      expect(set.size).toBe(cpus.length);
      expect(set.isEmpty).toBe(cpus.length === 0);
      expect(set.has(other)).toBe(cpus.includes(other));
      expect(set.first()).toBe(ascending(cpus)[0]);
      expect(set.next(other)).toBe(ascending(cpus).find((member) => member > other));
    }));
  });

  it('combines and compares as sets do', () => {
    fc.assert(fc.property(members, members, (a, b) => {
      const [left, right] = [CpuSet.from(a), CpuSet.from(b)];
      expect([...left.union(right)]).toEqual(ascending([...a, ...b]));
      expect([...left.intersection(right)]).toEqual(ascending(a.filter((one) => b.includes(one))));
      expect([...left.difference(right)]).toEqual(ascending(a.filter((one) => !b.includes(one))));
      expect(left.symmetricDifference(right).equals(left.union(right).difference(left.intersection(right)))).toBe(true);
      expect(left.isSubsetOf(right)).toBe(a.every((one) => b.includes(one)));
      expect(left.isSupersetOf(right)).toBe(b.every((one) => a.includes(one)));
      expect(left.isDisjointFrom(right)).toBe(!a.some((one) => b.includes(one)));
      expect(left.equals(right)).toBe(ascending(a).join() === ascending(b).join());
    }));
  });

  it('reads what it prints, in each form', () => {
    fc.assert(fc.property(members, (cpus) => {
      const set = CpuSet.from(cpus);
      for (const again of [CpuSet.parse(set.toString()), CpuSet.parseHexMask(set.toHexMask()), CpuSet.fromMask(set.toMask()), CpuSet.parse(JSON.parse(JSON.stringify(set)) as string)]) {
        expect(again.equals(set)).toBe(true);
      }
    }));
  });

  it('cuts a mask, or fills it up with nothing', () => {
    fc.assert(fc.property(members, fc.integer({ min: 0, max: 1100 }), (cpus, bytes) => {
      const mask = CpuSet.from(cpus).toMask(bytes);
      expect(mask).toHaveLength(bytes);
      expect([...CpuSet.fromMask(mask)]).toEqual(ascending(cpus.filter((one) => one < bytes * 8)));
    }));
  });

  it('is not changed by what is done to a mask', () => {
    const mask = Uint8Array.of(3);
    const set = CpuSet.fromMask(mask);
    mask.fill(0);
    set.toMask().fill(0xff);
    expect(set.toString()).toBe('0-1');
  });
});

describe('CpuSet.parse', () => {
  it.each([
    ['', ''],
    ['\n', ''],
    ['0', '0'],
    ['0-3,8\n', '0-3,8'],
    ['8, 0-3 ,2', '0-3,8'],
    ['0-0', '0'],
    ['0-31:2/8', '0-1,8-9,16-17,24-25'],
    ['1-10:1/3', '1,4,7,10'],
    ['0-4:3/3', '0-4'],
    ['0-4:0/3', ''],
    ['3-4:5/8', '3-4'],
    ['8191', '8191'],
  ])('reads %j as %j', (text, expected) => {
    expect(CpuSet.parse(text).toString()).toBe(expected);
  });

  it.each<[string, ErrnoName]>([
    ['a', 'EINVAL'],
    ['-1', 'EINVAL'],
    ['1-', 'EINVAL'],
    ['3-1', 'EINVAL'],
    ['0-3:1', 'EINVAL'],
    ['0-3:1/0', 'EINVAL'],
    ['0-3:4/3', 'EINVAL'],
    ['3:1/2', 'EINVAL'],
    ['0,,1', 'EINVAL'],
    ['0,', 'EINVAL'],
    ['1 2', 'EINVAL'],
    ['0x1', 'EINVAL'],
    ['8192', 'ERANGE'],
    ['0-99999999999999999999', 'ERANGE'],
  ])('refuses %j with %s', (text, code) => {
    expect(codeOf(() => CpuSet.parse(text))).toBe(code);
  });
});

describe('CpuSet.parseHexMask', () => {
  it.each([
    ['0', ''],
    ['ff,00000001', '0,32-39'],
    ['1,0', '32'],
    ['0xF', '0-3'],
    ['100000000', '32'],
    [`1${'0'.repeat(2047)}`, '8188'],
  ])('reads %j', (text, expected) => {
    expect(CpuSet.parseHexMask(text).toString()).toBe(expected);
  });

  it.each<[string, ErrnoName]>([
    ['', 'EINVAL'],
    ['g', 'EINVAL'],
    ['1,', 'EINVAL'],
    ['1,123456789', 'EINVAL'],
    [`1${'0'.repeat(2048)}`, 'ERANGE'],
  ])('refuses %j with %s', (text, code) => {
    expect(codeOf(() => CpuSet.parseHexMask(text))).toBe(code);
  });

  it('prints groups of 32 bits, the highest first, and 0 of nothing', () => {
    expect(CpuSet.of(0, 32, 40).toHexMask()).toBe('101,00000001');
    expect(CpuSet.EMPTY.toHexMask()).toBe('0');
  });
});

describe('CpuSet.of', () => {
  it.each([-1, 8192, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (wrong) => {
    expect(codeOf(() => CpuSet.of(0, wrong))).toBe('EINVAL');
    expect(codeOf(() => CpuSet.range(0, wrong))).toBe('EINVAL');
    expect(CpuSet.range(0, 10).has(wrong)).toBe(false);
  });

  it('makes ranges, also empty ones', () => {
    expect(CpuSet.range(2, 5).toString()).toBe('2-5');
    expect(CpuSet.range(5, 2).isEmpty).toBe(true);
  });
});

describe('CpuSet.toMask', () => {
  it('has whole words of the kernel, one at least', () => {
    expect(CpuSet.EMPTY.toMask()).toEqual(new Uint8Array(8));
    expect(CpuSet.of(64).toMask()).toHaveLength(16);
    expect(CpuSet.of(8191).toMask()).toHaveLength(1024);
  });
});

function codeOf(run: () => unknown): ErrnoName | undefined {
  try {
    run();
  } catch (error) {
    if (isErrnoError(error)) return error.code;
    throw error;
  }
  return undefined;
}
