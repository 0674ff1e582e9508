import { createPrivateKey, generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { InstanceError } from './instance-error.js';

/** The form that enclaves are signed with, as SGX has it. */
const FORM = { modulusLength: 3072, publicExponent: 3 } as const;

/**
 * Reads a private key.
 *
 * @param file - PEM, not encrypted: RSA of 3072 bits with exponent 3.
 * @throws {@link InstanceError} when it cannot be read, or is another.
 */
export function readSignKey(file: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isUnreadable = code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR';
    throw new InstanceError([`cannot sign with ${file}: ${isUnreadable ? (message.split(',')[0] ?? '') : 'it is no private key in PEM without a passphrase'}`]);
  }
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength === FORM.modulusLength && publicExponent === BigInt(FORM.publicExponent)) return key;
  throw new InstanceError([
    `cannot sign with ${file}: it is ${key.asymmetricKeyType ?? 'no key'}${modulusLength === undefined ? '' : ` of ${modulusLength} bits with exponent ${String(publicExponent)}`}, must be rsa of 3072 bits with exponent 3 (openssl genrsa -3 3072)`,
  ]);
}

/**
 * The key of an instance whose author names none: read, or made once with mode 0600.
 *
 * @throws {@link InstanceError} as {@link readSignKey}.
 */
export async function ownSignKey(file: string): Promise<{ readonly key: KeyObject; readonly isNew: boolean }> {
  if (existsSync(file)) return { key: readSignKey(file), isNew: false };
  const { privateKey } = await promisify(generateKeyPair)('rsa', FORM);
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return { key: privateKey, isNew: true };
}
