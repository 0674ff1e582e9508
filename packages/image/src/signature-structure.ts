/**
 * SIGSTRUCT, the signature of an enclave: where each field stands. Numbers are little-endian, RSA's too.
 *
 * Source: Intel SDM volume 3D, table 37-21 "Layout of Enclave Signature Structure (SIGSTRUCT)".
 */
export const SIGNATURE_BYTES = 1808;

export const FIELDS = {
  header: [0, 16],
  vendor: [16, 4],
  date: [20, 4],
  header2: [24, 16],
  modulus: [128, 384],
  exponent: [512, 4],
  signature: [516, 384],
  familyId: [912, 16],
  attributes: [928, 16],
  attributeMask: [944, 16],
  enclaveHash: [960, 32],
  extendedProductId: [1008, 16],
  productId: [1024, 2],
  securityVersion: [1026, 2],
  q1: [1040, 384],
  q2: [1424, 384],
} as const satisfies Record<string, readonly [offset: number, bytes: number]>;

/** What is signed: the header and the body, without key and signature. */
export const SIGNED_RANGES: readonly (readonly [start: number, end: number])[] = [
  [0, 128],
  [900, 1028],
];

/** Constants of the header. */
export const HEADER = Buffer.from('06000000e10000000000010000000000', 'hex');
export const HEADER2 = Buffer.from('01010000600000006000000001000000', 'hex');

/** `ATTRIBUTES`: a 64-bit program, and one that may be debugged. */
export const ATTRIBUTE_DEBUG = 0x2n;
export const ATTRIBUTE_MODE64 = 0x4n;

/** The bytes of a field, as a view. */
export function field(structure: Buffer, name: keyof typeof FIELDS): Buffer {
  const [offset, bytes] = FIELDS[name];
  return structure.subarray(offset, offset + bytes);
}

/** An unsigned number of little-endian bytes. */
export function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** Little-endian bytes of an unsigned number that fits. */
export function toBytes(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex').reverse();
}
