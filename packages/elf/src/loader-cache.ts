/** Source: glibc/sysdeps/generic/dl-cache.h. */
const OLD_MAGIC = 'ld.so-1.7.0\0';
const MAGIC = 'glibc-ld.so.cache1.1';
const OLD_HEADER_BYTES = 16;
const OLD_ENTRY_BYTES = 12;
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
/** A library of glibc for x86-64. */
const FLAGS = 0x0303;

/**
 * Reads glibc's `ld.so.cache`.
 *
 * @returns Paths by the name that programs ask for, the first choice first; without those for certain CPUs only. Empty for
 * what is no such cache.
 */
export function readLoaderCache(bytes: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const cache = newFormat(bytes);
  if (cache === undefined) return found;
  const view = new DataView(cache.buffer, cache.byteOffset, cache.byteLength);
  const count = Math.min(view.getUint32(MAGIC.length, true), Math.floor((cache.length - HEADER_BYTES) / ENTRY_BYTES));
  for (let index = 0; index < count; index++) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    const isForSomeCpus = view.getBigUint64(at + 16, true) !== 0n;
    if (view.getInt32(at, true) !== FLAGS || isForSomeCpus) continue;
    const name = textAt(cache, view.getUint32(at + 4, true));
    const path = textAt(cache, view.getUint32(at + 8, true));
    found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}

/** The part in the present format; an older one may stand before it. */
function newFormat(bytes: Uint8Array): Uint8Array | undefined {
  let start = 0;
  if (textOf(bytes, 0, OLD_MAGIC.length) === OLD_MAGIC && bytes.length >= OLD_HEADER_BYTES) {
    const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(OLD_MAGIC.length, true);
    start = Math.ceil((OLD_HEADER_BYTES + count * OLD_ENTRY_BYTES) / 8) * 8;
  }
  return textOf(bytes, start, MAGIC.length) === MAGIC && bytes.length >= start + HEADER_BYTES ? bytes.subarray(start) : undefined;
}

function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return textOf(bytes, at, (end < 0 ? bytes.length : end) - at);
}

function textOf(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + Math.max(0, length))).toString('latin1');
}
