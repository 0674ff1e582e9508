/** Offsets in the ELF header and a program header. Source: elf(5), 64-bit classes. */
const HEADER = { class: 4, data: 5, type: 16, machine: 18, version: 20, entry: 24, phoff: 32, phentsize: 54, phnum: 56 } as const;
const SEGMENT = { type: 0, flags: 4, offset: 8, vaddr: 16, filesz: 32, memsz: 40, align: 48 } as const;
const SEGMENT_SIZE = 56;
const PT_LOAD = 1;
const PT_INTERP = 3;
const HUGE = 0x7fff_ffff_ffff_f000n;
const KERNEL_ADDRESS = 0xffff_8000_0000_0000n;

/** An ELF file that can be changed in place. */
class Image {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = Buffer.from(bytes);
  }

  /** Offset of the n-th program header of a type. */
  segment(type: number, nth = 0): number {
    const count = this.bytes.readUInt16LE(HEADER.phnum);
    const start = Number(this.bytes.readBigUInt64LE(HEADER.phoff));
    const found = Array.from({ length: count }, (_, index) => start + index * SEGMENT_SIZE).filter((at) => this.bytes.readUInt32LE(at) === type);
    const at = found[nth];
    if (at === undefined) throw new Error(`The image has no ${nth}. program header of type ${type}`);
    return at;
  }

  set(at: number, value: bigint): this {
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at);
    return this;
  }

  /** Changes a field of the n-th PT_LOAD. */
  load(nth: number, field: keyof typeof SEGMENT, value: bigint): this {
    return this.set(this.segment(PT_LOAD, nth) + SEGMENT[field], value);
  }

  get(nth: number, field: keyof typeof SEGMENT): bigint {
    return this.bytes.readBigUInt64LE(this.segment(PT_LOAD, nth) + SEGMENT[field]);
  }

  /** Makes the last program header a PT_INTERP for these bytes, which go to the end of the file. */
  interpreter(path: string, size = BigInt(path.length)): Buffer {
    const count = this.bytes.readUInt16LE(HEADER.phnum);
    const at = Number(this.bytes.readBigUInt64LE(HEADER.phoff)) + (count - 1) * SEGMENT_SIZE;
    this.bytes.writeUInt32LE(PT_INTERP, at);
    this.set(at + SEGMENT.offset, BigInt(this.bytes.length)).set(at + SEGMENT.filesz, size).set(at + SEGMENT.memsz, size);
    return Buffer.concat([this.bytes, Buffer.from(path, 'latin1')]);
  }
}

/**
 * Files that are not what they should be, by name: what to do with each is Linux's to say. The names are free of
 * anything that a shell would change.
 *
 * @param seed - A small static program with at least three program headers.
 */
export function brokenFiles(seed: Buffer): Map<string, Buffer> {
  const image = (): Image => new Image(seed);
  const header = (field: keyof typeof HEADER, bytes: readonly number[]): Buffer => {
    const { bytes: copy } = image();
    copy.set(bytes, HEADER[field]);
    return copy;
  };
  const text = (content: string): Buffer => Buffer.from(content, 'latin1');
  return new Map([
    ['fine', image().bytes],
    ['empty', text('')],
    ['one-byte', seed.subarray(0, 1)],
    ['magic-only', seed.subarray(0, 4)],
    ['header-cut', seed.subarray(0, 63)],
    ['header-only', seed.subarray(0, 64)],
    ['program-headers-cut', seed.subarray(0, 64 + 30)],
    ['segments-missing', seed.subarray(0, 64 + 5 * SEGMENT_SIZE)],
    ['magic-wrong', Buffer.concat([text('\u007fELG'), seed.subarray(4)])],
    ['class-32', header('class', [1])],
    ['type-relocatable', header('type', [1, 0])],
    ['type-core', header('type', [4, 0])],
    ['machine-arm', header('machine', [40, 0])],
    ['phentsize-zero', header('phentsize', [0, 0])],
    ['phentsize-small', header('phentsize', [32, 0])],
    ['phnum-zero', header('phnum', [0, 0])],
    ['phnum-huge', header('phnum', [0xff, 0xff])],
    ['phnum-many', header('phnum', [0x40, 0x04])],
    ['phoff-huge', image().set(HEADER.phoff, HUGE).bytes],
    ['phoff-negative', image().set(HEADER.phoff, -8n).bytes],
    ['phoff-at-end', image().set(HEADER.phoff, BigInt(seed.length)).bytes],
    ['entry-zero', image().set(HEADER.entry, 0n).bytes],
    ['entry-in-kernel', image().set(HEADER.entry, KERNEL_ADDRESS).bytes],
    ['entry-not-canonical', image().set(HEADER.entry, 0x8000_0000_0000_0000n).bytes],
    ['entry-in-data', image().set(HEADER.entry, image().get(0, 'vaddr')).bytes],
    ['load-size-huge', image().load(1, 'memsz', HUGE).bytes],
    ['load-size-beyond-address-space', image().load(1, 'memsz', 0x7fff_ffff_0000n).bytes],
    ['load-file-size-huge', image().load(1, 'filesz', HUGE).load(1, 'memsz', HUGE).bytes],
    ['load-file-size-over-memory-size', image().load(1, 'memsz', 1n).bytes],
    ['load-in-kernel', image().load(1, 'vaddr', KERNEL_ADDRESS).bytes],
    ['load-at-top', image().load(1, 'vaddr', 0x7fff_ffff_f000n).bytes],
    ['load-misaligned', image().load(1, 'vaddr', image().get(1, 'vaddr') + 1n).bytes],
    ['load-offset-huge', image().load(1, 'offset', HUGE).bytes],
    ['load-offset-negative', image().load(1, 'offset', -4096n).bytes],
    ['load-offset-past-end', image().load(1, 'offset', 0x10_0000n + (image().get(1, 'offset') & 0xfffn)).bytes],
    ['load-twice-in-one-place', image().load(0, 'vaddr', image().get(1, 'vaddr')).bytes],
    ['load-zero-sized', image().load(0, 'filesz', 0n).load(0, 'memsz', 0n).bytes],
    ['load-align-odd', image().load(1, 'align', 3n).bytes],
    ['load-align-huge', image().load(1, 'align', HUGE).bytes],
    ['interpreter-missing', image().interpreter('/no/such/interpreter\0')],
    ['interpreter-is-directory', image().interpreter('/etc\0')],
    ['interpreter-is-text', image().interpreter('/etc/passwd\0')],
    ['interpreter-without-end', image().interpreter('/lib64/ld-linux-x86-64.so.2')],
    ['interpreter-empty', image().interpreter('\0')],
    ['interpreter-short', image().interpreter('\0', 1n)],
    ['interpreter-size-huge', image().interpreter('/bin/sh\0', HUGE)],
    ['interpreter-size-over-path-max', image().interpreter(`/${'a'.repeat(5000)}\0`)],
    ['interpreter-past-end', image().interpreter('', 20n)],
    ['script-empty-line', text('#!\n')],
    ['script-spaces', text('#!   \t \n')],
    ['script-missing', text('#!/no/such/interpreter\n')],
    ['script-directory', text('#!/etc\n')],
    ['script-text', text('#!/etc/passwd\n')],
    ['script-fine', text('#! /bin/sh -e\nexit 9\n')],
    ['script-no-newline', text('#!/bin/true')],
    ['script-long', text(`#!/bin/${'a'.repeat(300)}\n`)],
    ['script-zero', text('#!/bin/sh\0\nexit 9\n')],
    ['text', text('echo this is no program\n')],
    ['zeros', Buffer.alloc(10_000)],
  ]);
}

/**
 * Copies of the seed with a few bytes of its headers changed at random, the same ones for the same `count`.
 */
export function fuzzedFiles(seed: Buffer, count: number): Map<string, Buffer> {
  const random = randomNumbers(0x0cc1_0e1f);
  const headerBytes = 64 + SEGMENT_SIZE * seed.readUInt16LE(HEADER.phnum);
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  const files = Array.from({ length: count }, (_, index): [string, Buffer] => {
    const bytes = Buffer.from(seed);
    const changes = 1 + (random() % 6);
    for (let i = 0; i < changes; i++) bytes[4 + (random() % (headerBytes - 4))] = random() % 2 === 0 ? random() & 0xff : (interesting[random() % interesting.length] ?? 0);
    return [`fuzz-${String(index).padStart(4, '0')}`, random() % 10 === 0 ? bytes.subarray(0, random() % bytes.length) : bytes];
  });
  return new Map(files);
}

/** Marsaglia's xorshift32: any generator will do, as long as it is the same every time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
