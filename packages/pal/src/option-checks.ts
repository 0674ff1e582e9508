import { isAbsolute, normalize } from 'node:path';
import { inspect } from 'node:util';

/**
 * Refuses a wrong option.
 *
 * @param place - Where it stands, for example `'mounts[0].target'`.
 * @param value - What stands there.
 * @param wanted - What would be right, as it follows "must be".
 */
export function refuse(place: string, value: unknown, wanted: string): never {
  throw new TypeError(`${place} is ${shown(value)}, must be ${wanted}`);
}

/** A text without NUL, which no Linux path, argument or variable can hold. */
export function checkText(place: string, value: unknown): string {
  if (typeof value !== 'string' || value.includes('\0')) return refuse(place, value, 'a string without NUL');
  return value;
}

/** The same, or bytes without 0. */
export function checkBytes(place: string, value: unknown): string | Uint8Array {
  if (!(value instanceof Uint8Array)) return checkText(place, value);
  return value.includes(0) ? refuse(place, value, 'bytes without 0') : value;
}

/** An absolute path, `.` and `//` taken out. */
export function checkPath(place: string, value: unknown): string {
  if (!isAbsolute(checkText(place, value))) return refuse(place, value, 'an absolute path');
  const path = normalize(value as string);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** One of some words; the first when left out. */
export function checkWord<const T extends string>(place: string, value: unknown, words: readonly [T, ...T[]]): T {
  if (value === undefined) return words[0];
  return words.find((word) => word === value) ?? refuse(place, value, words.map((word) => `"${word}"`).join(' or '));
}

/** A boolean; `usual` when left out. */
export function checkSwitch(place: string, value: unknown, usual: boolean): boolean {
  if (value === undefined) return usual;
  return typeof value === 'boolean' ? value : refuse(place, value, 'true or false');
}

/** An object whose keys are all known: a misspelt option must not be a silent one. */
export function checkKeys(place: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(place, value, 'an object');
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new TypeError(`${place} has no option "${key}", there are ${known.join(', ')}`);
  }
}

/** Variables by name, a value as text or as bytes; `undefined` takes a name out. */
export type Variables = Readonly<Record<string, string | Uint8Array | undefined>>;

/** Checks variables. */
export function checkEnvironment(place: string, value: unknown): Variables {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(place, value, 'an object of names and values');
  for (const [name, text] of Object.entries(value)) {
    if (name === '' || name.includes('=') || name.includes('\0')) refuse(`${place} name`, name, 'not empty, without "=" and NUL');
    if (text !== undefined) checkBytes(`${place}.${name}`, text);
  }
  return value as Variables;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
}
