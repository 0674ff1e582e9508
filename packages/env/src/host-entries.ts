import { byteString } from './byte-string.js';

/**
 * The environment of the host: entries in their order as execve(2) passes them (`NAME=VALUE`, as bytes or text), or an
 * object of names and values of the shape of Node's `process.env`, in which an `undefined` is left out.
 */
export type HostEnvironment = Iterable<string | Uint8Array> | Readonly<Record<string, string | undefined>>;

/** Its entries as byte strings, in order. */
export function hostEntries(host: HostEnvironment): string[] {
  if (isIterable(host)) return Array.from(host, byteString);
  return Object.entries(host).flatMap(([name, value]) => (value === undefined ? [] : [byteString(`${name}=${value}`)]));
}

function isIterable(host: HostEnvironment): host is Iterable<string | Uint8Array> {
  return Symbol.iterator in host;
}
