import { sha256 } from './node-codec.js';

/** What an enclave is made of: SHA-256 of each part, 64 hexadecimal digits. */
export interface MeasuredParts {
  /** The LibOS kernel, as it is loaded. */
  readonly kernel: string;
  /** Runtime, supervisor and addon. */
  readonly runtime: string;
  /** The configuration, as `canonicalJson` writes it. */
  readonly configuration: string;
  /** The root of the image's hash tree. */
  readonly image: string;
}

/** Stands before the parts, so that no other hash can be taken for a measurement. */
const DOMAIN = 'occlum software enclave 1';

/**
 * The measurement of an enclave: SHA-256 over its parts, by name. It is what MRENCLAVE is for an enclave of SGX, for a
 * software enclave: nobody but this program vouches for it.
 *
 * @returns 64 hexadecimal digits.
 */
export function measure({ kernel, runtime, configuration, image }: MeasuredParts): string {
  return sha256(canonicalJson({ domain: DOMAIN, kernel, runtime, configuration, image }));
}

/** JSON without blanks, keys in order: one text for one value. Members that are `undefined` are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}
