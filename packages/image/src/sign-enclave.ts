import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey, sign, verify } from 'node:crypto';

import { ErrnoError } from '@occlum/errno';

import { ATTRIBUTE_DEBUG, ATTRIBUTE_MODE64, field, HEADER, HEADER2, SIGNATURE_BYTES, SIGNED_RANGES, toBigInt, toBytes } from './signature-structure.js';

/** What a signature vouches for. */
export interface EnclaveIdentity {
  /** As `measure` gives it. */
  readonly measurement: string;
  /** ISVPRODID, 0 to 65535. */
  readonly productId: number;
  /** ISVSVN, 0 to 65535. */
  readonly securityVersion: number;
  /** Whether it may be debugged and may log. */
  readonly isDebuggable: boolean;
}

/** A signature that holds: what it vouches for, and whose it is. */
export interface VerifiedEnclave extends EnclaveIdentity {
  /** SHA-256 of the signer's modulus, as MRSIGNER is: 64 hexadecimal digits. */
  readonly signer: string;
}

const KEY_BITS = 3072;
const KEY_BYTES = KEY_BITS / 8;
const EXPONENT = 3n;

/**
 * Signs an enclave, in the form of SGX: RSA of 3072 bits with exponent 3, PKCS #1 v1.5 over SHA-256. The same key and
 * identity give the same bytes.
 *
 * @param key - Private key, such as `openssl genrsa -3 3072` makes.
 * @returns The signature structure, 1808 bytes.
 * @throws {@link ErrnoError} `EINVAL` when the key is another.
 */
export function signEnclave(identity: EnclaveIdentity, key: KeyObject): Buffer {
  const modulus = modulusOf(key);
  const structure = Buffer.alloc(SIGNATURE_BYTES);
  field(structure, 'header').set(HEADER);
  field(structure, 'header2').set(HEADER2);
  field(structure, 'attributes').writeBigUInt64LE(ATTRIBUTE_MODE64 | (identity.isDebuggable ? ATTRIBUTE_DEBUG : 0n));
  field(structure, 'attributeMask').fill(0xff);
  field(structure, 'enclaveHash').set(Buffer.from(identity.measurement, 'hex'));
  field(structure, 'productId').writeUInt16LE(identity.productId);
  field(structure, 'securityVersion').writeUInt16LE(identity.securityVersion);
  const signature = toBigInt(sign('sha256', signedPart(structure), key).reverse());
  const q1 = signature ** 2n / modulus;
  field(structure, 'modulus').set(toBytes(modulus, KEY_BYTES));
  field(structure, 'exponent').writeUInt32LE(Number(EXPONENT));
  field(structure, 'signature').set(toBytes(signature, KEY_BYTES));
  field(structure, 'q1').set(toBytes(q1, KEY_BYTES));
  field(structure, 'q2').set(toBytes((signature ** 3n - q1 * signature * modulus) / modulus, KEY_BYTES));
  return structure;
}

/**
 * Checks a signature.
 *
 * @throws {@link ErrnoError} `EACCES` when it is none or does not hold, with the reason.
 */
export function verifyEnclave(structure: Uint8Array): VerifiedEnclave {
  const bytes = Buffer.from(structure);
  if (bytes.length !== SIGNATURE_BYTES) throw refused(`it has ${bytes.length} bytes, must be ${SIGNATURE_BYTES}`);
  if (!field(bytes, 'header').equals(HEADER) || !field(bytes, 'header2').equals(HEADER2)) throw refused('its header is not that of a signature structure');
  if (field(bytes, 'exponent').readUInt32LE() !== Number(EXPONENT)) throw refused('the exponent of its key is not 3');
  const modulus = field(bytes, 'modulus');
  const bigEndian = Buffer.from(modulus).reverse();
  if ((bigEndian[0] ?? 0) < 0x80) throw refused(`its key has not ${KEY_BITS} bits`);
  const key = createPublicKey({ key: { kty: 'RSA', n: bigEndian.toString('base64url'), e: 'Aw' }, format: 'jwk' });
  if (!verify('sha256', signedPart(bytes), key, Buffer.from(field(bytes, 'signature')).reverse())) throw refused('it does not match what it signs');
  return {
    measurement: field(bytes, 'enclaveHash').toString('hex'),
    productId: field(bytes, 'productId').readUInt16LE(),
    securityVersion: field(bytes, 'securityVersion').readUInt16LE(),
    isDebuggable: (field(bytes, 'attributes').readBigUInt64LE() & ATTRIBUTE_DEBUG) !== 0n,
    signer: createHash('sha256').update(modulus).digest('hex'),
  };
}

function signedPart(structure: Buffer): Buffer {
  return Buffer.concat(SIGNED_RANGES.map(([start, end]) => structure.subarray(start, end)));
}

function modulusOf(key: KeyObject): bigint {
  const details = key.type === 'private' && key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails : undefined;
  if (details?.modulusLength !== KEY_BITS || details.publicExponent !== EXPONENT) {
    throw new ErrnoError('EINVAL', {
      detail: `the key is ${key.type} ${key.asymmetricKeyType ?? ''} of ${details?.modulusLength ?? 'unknown'} bits with exponent ${details?.publicExponent ?? 'unknown'}, must be private rsa of ${KEY_BITS} bits with exponent 3 (openssl genrsa -3 ${KEY_BITS})`,
    });
  }
  return BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`);
}

function refused(detail: string): ErrnoError {
  return new ErrnoError('EACCES', { detail: `the enclave's signature is refused: ${detail}` });
}
