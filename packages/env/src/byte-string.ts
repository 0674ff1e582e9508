/**
 * Environment entries are bytes, not text: execve(2) passes anything but NUL. Inside of this package each is a byte string,
 * one character of 0 to 255 a byte, so that names compare and split as bytes do.
 */

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as a byte string; text goes in as UTF-8, a lone surrogate as U+FFFD. */
export function byteString(value: string | Uint8Array): string {
  return Array.from(typeof value === 'string' ? utf8.encode(value) : value, (byte) => String.fromCharCode(byte)).join('');
}

/** The bytes of a byte string, in an array of its own. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A byte string for people: as UTF-8, or where it is none each byte beyond ASCII as `\xNN`. */
export function shown(text: string): string {
  try {
    return strictUtf8.decode(bytesOf(text));
  } catch {
    return text.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  }
}

/** What stands before the first `=`: the whole entry where there is none. */
export function nameOf(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}
