/**
 * A byte string as the host wants it: its bytes and a NUL.
 *
 * @param text - One character of 0 to 255 a byte, without NUL.
 */
export function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'latin1');
}

/** The bytes of a byte string. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Bytes as a byte string: one character of 0 to 255 a byte. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A JavaScript string as the bytes of its UTF-8. */
export function byteString(text: string): string {
  return Buffer.from(text).toString('latin1');
}
