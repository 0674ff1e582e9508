import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readElf } from '@occlum/elf';
import type { ElfImage, ProgramFile } from '@occlum/elf';
import { Errno } from '@occlum/errno';
import { LoadStepKind } from '@occlum/native';

import { planLoad } from '../../../src/process/elf/load-plan.js';
import { readScriptLine } from '../../../src/process/elf/script-line.js';

const fileOf = (bytes: Uint8Array): ProgramFile => ({ read: (offset, length) => bytes.subarray(offset, offset + length) });
const image = (bytes: Uint8Array): ElfImage => {
  const result = readElf(fileOf(bytes));
  if (typeof result === 'number') throw new Error(`refused with ${result}`);
  return result;
};
const middle = (below: number): number => Math.floor(below / 2);
const PROGRAM = readFileSync(process.execPath);
const TRUE = readFileSync('/bin/true');

/** A copy with one number changed. */
function patched(bytes: Uint8Array, at: number, size: 2 | 4 | 8, value: bigint): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const field = new Uint8Array(new BigUint64Array([value]).buffer, 0, size);
  copy.set(field, at);
  return copy;
}

describe('readElf', () => {
  it('reads a dynamic program', () => {
    const { placement, interpreter, segments, executableStack } = image(TRUE);
    expect({ placement, interpreter, executableStack }).toEqual({ placement: 'relocatable', interpreter: '/lib64/ld-linux-x86-64.so.2', executableStack: false });
    expect(segments.length).toBeGreaterThan(1);
  });

  it('reads a program at a fixed address', () => {
    if (existsSync('/usr/bin/python3.11')) expect(image(readFileSync('/usr/bin/python3.11')).placement).toBe('fixed');
    expect(image(PROGRAM).headerCount).toBeGreaterThan(1);
  });

  it.each<[string, Uint8Array]>([
    ['an empty file', new Uint8Array(0)],
    ['a file cut within its header', TRUE.subarray(0, 63)],
    ['a file cut within its program headers', TRUE.subarray(0, 100)],
    ['another magic number', patched(TRUE, 0, 4, 0n)],
    ['an object file', patched(TRUE, 16, 2, 1n)],
    ['another machine', patched(TRUE, 18, 2, 3n)],
    ['program headers of another size', patched(TRUE, 54, 2, 57n)],
    ['no program headers', patched(TRUE, 56, 2, 0n)],
    ['more program headers than Linux reads', patched(TRUE, 56, 2, 0xffffn)],
    ['program headers outside the file', patched(TRUE, 32, 8, 2n ** 40n)],
    ['program headers beyond any file', patched(TRUE, 32, 8, 2n ** 64n - 1n)],
  ])('refuses %s with ENOEXEC', (_title, bytes) => {
    expect(readElf(fileOf(bytes))).toBe(-Errno.ENOEXEC);
  });

  it('passes on the error of a file that cannot be read', () => {
    expect(readElf({ read: () => -Errno.EIO })).toBe(-Errno.EIO);
  });
});

describe('planLoad', () => {
  it('reserves an image before anything is mapped over it', () => {
    const plan = planLoad(image(TRUE), image(readFileSync('/lib64/ld-linux-x86-64.so.2')), middle);
    expect(typeof plan).toBe('object');
    if (typeof plan === 'number') return;
    for (const file of [0, 1]) {
      const [reserve, ...rest] = plan.steps.filter((step) => step.file === file);
      expect(reserve?.kind).toBe(LoadStepKind.reserve);
      const end = (reserve?.address ?? 0) + (reserve?.length ?? 0);
      for (const { address, length } of rest) expect(address >= (reserve?.address ?? 0) && address + length <= end).toBe(true);
    }
    expect(plan.brkStart % 4096).toBe(0);
    expect(plan.entry).not.toBe(plan.programEntry);
  });

  it('leaves a program at a fixed address where it wants to be', () => {
    const fixed = image(PROGRAM);
    if (fixed.placement !== 'fixed') return;
    const plan = planLoad(fixed, undefined, middle);
    expect(typeof plan === 'object' && plan.programEntry).toBe(fixed.entry);
  });

  const segment = { flags: 5, offset: 0, address: 0, fileSize: 4096, memorySize: 4096, align: 4096 };
  const program = (...segments: readonly Partial<typeof segment>[]): ElfImage => ({
    placement: 'relocatable', entry: 64, headerOffset: 64, headerCount: 1, interpreter: undefined, executableStack: false, dynamic: undefined,
    segments: segments.map((fields) => ({ ...segment, ...fields })),
  });
  it.each<[string, ElfImage, number]>([
    ['more bytes in the file than in memory', program({ fileSize: 8192 }), Errno.EINVAL],
    ['a segment at the end of the address space', program({ address: 0x7fff_ffff_f000 }), Errno.EINVAL],
    ['a segment of the whole address space', program({ memorySize: 0x7fff_ffff_f001 }), Errno.EINVAL],
    ['an inexact address', program({ address: Infinity }), Errno.EINVAL],
    ['an inexact address of nothing in the file', program({ address: Infinity, fileSize: 0 }), Errno.EINVAL],
    ['an offset that is not congruent with the address', program({ offset: 1 }), Errno.EINVAL],
    ['nothing to load', program(), Errno.EINVAL],
    ['more segments than a plan holds', program(...Array.from({ length: 100 }, (_, n) => ({ address: n * 8192 }))), Errno.ENOMEM],
  ])('refuses %s', (_title, elf, errno) => {
    expect(planLoad(elf, undefined, middle)).toBe(-errno);
  });

  it('never throws and never plans outside the address space, whatever the headers say', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(TRUE.length < 4096 ? 63 : 63 + 56 * 13), fc.nat(255)), { minLength: 1, maxLength: 12 }), fc.nat(2 ** 31 - 1), (changes, seed) => {
      const bytes = Uint8Array.from(TRUE);
      for (const [at, value] of changes) bytes[at] = value;
      const elf = readElf(fileOf(bytes));
      if (typeof elf === 'number') return elf < 0;
      const plan = planLoad(elf, undefined, (below) => seed % below);
      if (typeof plan === 'number') return plan < 0;
      return plan.steps.every(({ address, length, offset }) =>
        Number.isSafeInteger(address) && Number.isSafeInteger(offset) && address >= 0 && length > 0 && address + length <= 2 ** 47 && address % 1 === 0);
    }), { numRuns: 2000 });
  });
});

describe('readScriptLine', () => {
  it.each<[string, string, unknown]>([
    ['an interpreter', '#!/bin/sh\necho', { interpreter: '/bin/sh', argument: undefined }],
    ['blanks around it', '#! \t/bin/sh \n', { interpreter: '/bin/sh', argument: undefined }],
    ['all that follows as one argument', '#!/usr/bin/env  -S a b \n', { interpreter: '/usr/bin/env', argument: '-S a b' }],
    ['a line without an end', '#!/bin/sh', { interpreter: '/bin/sh', argument: undefined }],
    ['no script', '\x7fELF', undefined],
    ['no interpreter', '#!  \n', -Errno.ENOEXEC],
    ['an interpreter that is cut off', `#!/${'a'.repeat(300)}`.slice(0, 256), -Errno.ENOEXEC],
  ])('reads %s', (_title, text, result) => {
    expect(readScriptLine(Buffer.from(text, 'latin1'))).toEqual(result);
  });
});

it('agrees with readelf on the interpreter', () => {
  expect(execFileSync('readelf', ['-l', '/bin/true'], { encoding: 'utf8' })).toContain(`interpreter: ${image(TRUE).interpreter ?? ''}]`);
});
