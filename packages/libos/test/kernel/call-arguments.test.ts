import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { input, inputBuffer, output, outputBuffer, timespec } from '@occlum/abi';
import type { ArgumentKind, InputArgument, OutputArgument, PathArgument, StructInput, StructOutput, WrittenOutput } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { ArenaLayout, Argument, ThreadSlot } from '@occlum/native';

import { callArguments } from '../../src/kernel/call-arguments.js';
import type { CallData } from '../../src/kernel/call-arguments.js';

interface Place {
  readonly offset?: number;
  readonly length: number;
  readonly register?: bigint;
}

/** A slot whose first argument has data at a place, with the letters a, b, c... in its buffer. */
function slot({ offset = 0, length, register = 0x1000n }: Place): CallData {
  const words = new Uint32Array(ArenaLayout.slotSize / 4);
  words[ThreadSlot.arguments / 4] = Number(register & 0xffff_ffffn);
  words[ThreadSlot.arguments / 4 + 1] = Number(register >> 32n);
  words[ThreadSlot.data_offset / 4] = offset;
  words[ThreadSlot.data_length / 4] = length;
  const buffer = new Uint8Array(ArenaLayout.bufferSize).map((_, index) => 97 + (index % 26));
  return { words, buffer, outLengths: [0, 0, 0, 0, 0, 0] };
}

/** The first argument's value, as its kind has it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names what the kind gives
function value<Value>(kind: ArgumentKind, data: CallData): Value {
  return callArguments([kind], data)[0] as Value;
}

describe('a path', () => {
  it.each([
    ['ends at its NUL', { length: 4 }, 3, 'abc'],
    ['without a NUL ends with its data', { length: 2 }, 99, 'ab'],
    ['that was not readable is EFAULT', { length: Argument.fault }, 99, -Errno.EFAULT],
    ['that is NULL is EFAULT', { length: Argument.null }, 99, -Errno.EFAULT],
    ['without an end in sight is ENAMETOOLONG', { length: Argument.long }, 99, -Errno.ENAMETOOLONG],
    ['beyond the buffer is EFAULT', { offset: ArenaLayout.bufferSize - 1, length: 2 }, 99, -Errno.EFAULT],
    ['far beyond the buffer is EFAULT', { offset: 0xffff_ffff, length: 2 }, 99, -Errno.EFAULT],
    ['of a made-up length is EFAULT', { length: 0x7fff_ffff }, 99, -Errno.EFAULT],
  ])('%s', (_title, place, nul, result) => {
    const data = slot(place);
    data.buffer[nul] = 0;
    expect(value<PathArgument>('path', data).read()).toBe(result);
  });

  it('is copied once, whatever the guest writes later', () => {
    const data = slot({ length: 3 });
    const path = value<PathArgument>('path', data);
    expect(path.read()).toBe('abc');
    data.buffer.fill(122);
    expect(path.read()).toBe('abc');
  });

  it('is a byte string', () => {
    const data = slot({ length: 2 });
    data.buffer.set([0xc3, 0xa4]);
    expect(value<PathArgument>('path', data).read()).toBe('Ã¤');
  });
});

describe('a struct that is read', () => {
  it('is its value', () => {
    const data = slot({ length: 16 });
    data.buffer.set(timespec.encode({ tv_sec: 3n, tv_nsec: 4n }));
    expect(value<StructInput<unknown>>(input(timespec), data).value()).toEqual({ tv_sec: 3n, tv_nsec: 4n });
  });

  it.each([
    ['fewer bytes than it has', 15],
    ['bytes that were not readable', Argument.fault],
    ['a NULL pointer', Argument.null],
  ])('is undefined for %s', (_title, length) => {
    expect(value<StructInput<unknown>>(input(timespec), slot({ length })).value()).toBeUndefined();
  });

  it('does not change after it was read', () => {
    const data = slot({ length: 4 });
    const argument = value<InputArgument>(input(4), data);
    expect(argument.read()).toEqual(Uint8Array.of(97, 98, 99, 100));
    data.buffer.fill(0);
    expect(argument.read()).toEqual(Uint8Array.of(97, 98, 99, 100));
  });
});

describe('a buffer', () => {
  it('has as many bytes as crossed', () => {
    expect(value<InputArgument>(inputBuffer(1, 99), slot({ length: 3, offset: 1 })).read()).toEqual(Uint8Array.of(98, 99, 100));
  });

  it('may be empty', () => {
    expect(value<InputArgument>(inputBuffer(1, 99), slot({ length: 0 })).read()).toEqual(new Uint8Array(0));
  });
});

describe('an output', () => {
  it('goes to its place, and its length is told', () => {
    const data = slot({ length: 16, offset: 8 });
    expect(value<StructOutput<unknown>>(output(timespec), data).put({ tv_sec: 1n, tv_nsec: 2n })).toBe(true);
    expect(data.buffer.subarray(8, 24)).toEqual(timespec.encode({ tv_sec: 1n, tv_nsec: 2n }));
    expect(data.outLengths[0]).toBe(16);
  });

  it('is cut at its room', () => {
    const data = slot({ length: 3 });
    const room = value<OutputArgument & WrittenOutput>(outputBuffer(1, 99), data);
    expect(room.write(Uint8Array.of(1, 2, 3, 4, 5))).toBe(true);
    expect(room.written()).toEqual(Uint8Array.of(1, 2, 3));
    expect(data.buffer[3]).toBe(100);
  });

  it('grows by later writes', () => {
    const room = value<OutputArgument & WrittenOutput>(outputBuffer(1, 99), slot({ length: 4 }));
    room.write(Uint8Array.of(1, 2));
    room.write(Uint8Array.of(3), 2);
    expect(room.written()).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each([
    ['NULL', { length: Argument.null }],
    ['memory that was not readable', { length: Argument.fault }],
    ['a place beyond the buffer', { length: 8, offset: ArenaLayout.bufferSize - 4 }],
  ])('is refused for %s', (_title, place) => {
    expect(value<OutputArgument>(output(8), slot(place)).write(new Uint8Array(8))).toBe(false);
  });
});

it('never reaches beyond the buffer, whatever the guest writes into the slot', () => {
  const kinds: readonly ArgumentKind[] = ['path', input(64), output(64), inputBuffer(1, 4096), outputBuffer(1, 4096)];
  fc.assert(
    fc.property(fc.nat(kinds.length - 1), fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer(), (index, offset, length) => {
      const data = slot({ offset, length });
      const argument = value<PathArgument & InputArgument & OutputArgument>(kinds[index] ?? 'path', data);
      argument.read();
      if (index > 0) argument.write(new Uint8Array(64));
      expect(data.buffer.length).toBe(ArenaLayout.bufferSize);
      expect(data.outLengths[0] ?? 0).toBeLessThanOrEqual(ArenaLayout.bufferSize);
    }),
  );
});
