import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

import { isErrnoError } from '@occlum/errno';
import { describe, expect, it } from 'vitest';

import { canonicalJson, measure, signEnclave, verifyEnclave } from '@occlum/image';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 });
const part = (digit: string): string => digit.repeat(64);
const parts = { kernel: part('1'), runtime: part('2'), configuration: part('3'), image: part('4') };
const identity = { measurement: measure(parts), productId: 7, securityVersion: 65_535, isDebuggable: false };

describe('signEnclave and verifyEnclave', () => {
  const structure = signEnclave(identity, privateKey);

  it('vouch for what was signed, and say by whom', () => {
    expect(verifyEnclave(structure)).toEqual({ ...identity, signer: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(verifyEnclave(signEnclave({ ...identity, isDebuggable: true }, privateKey)).isDebuggable).toBe(true);
  });

  it('give the same bytes for the same input', () => {
    expect(signEnclave(identity, privateKey)).toEqual(structure);
  });

  it('have the form of SGX: q1 and q2 are what its processor checks', () => {
    const little = (offset: number): bigint => BigInt(`0x${Buffer.from(structure.subarray(offset, offset + 384)).reverse().toString('hex')}`);
    const [modulus, signature, q1, q2] = [little(128), little(516), little(1040), little(1424)];
    expect(q1).toBe(signature ** 2n / modulus);
    expect(q2).toBe((signature ** 3n - q1 * signature * modulus) / modulus);
    // PKCS #1 v1.5: 00 01 ff ... ff 00, the header of SHA-256, the hash.
    expect((signature ** 3n % modulus).toString(16).padStart(768, '0')).toMatch(/^0001(ff)+003031300d060960864801650304020105000420[0-9a-f]{64}$/);
  });

  it.each([
    ['the header', 0],
    ['the date', 20],
    ['the key', 130],
    ['the exponent', 512],
    ['the signature', 600],
    ['the attributes', 928],
    ['the measurement', 960],
    ['the product', 1024],
    ['the version', 1026],
  ])('refuse a change of %s', (_, at) => {
    const changed = Buffer.from(structure);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(codeOf(() => verifyEnclave(changed))).toBe('EACCES');
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['too little', structure.subarray(1)],
    ['zeros', new Uint8Array(1808)],
  ])('refuse %s', (_, bytes) => {
    expect(codeOf(() => verifyEnclave(bytes))).toBe('EACCES');
  });

  it.each([
    ['a public key', publicKey],
    ['a shorter key', generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey],
    ['the usual exponent', generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey],
    ['a key of another kind', generateKeyPairSync('ed25519').privateKey],
  ])('refuse %s to sign with', (_, key) => {
    expect(codeOf(() => signEnclave(identity, key))).toBe('EINVAL');
  });

  it('take a key of openssl', () => {
    const key = createPrivateKey(execFileSync('openssl', ['genrsa', '-3', '3072'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    expect(verifyEnclave(signEnclave(identity, key)).measurement).toBe(identity.measurement);
  });
});

describe('measure', () => {
  it('depends on each part, and on which part it is', () => {
    const all = [parts, { ...parts, kernel: part('5') }, { ...parts, runtime: part('5') }, { ...parts, configuration: part('5') }, { ...parts, image: part('5') }, { ...parts, kernel: parts.runtime, runtime: parts.kernel }];
    expect(new Set(all.map(measure)).size).toBe(all.length);
  });
});

describe('canonicalJson', () => {
  it('has one text for one value', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: 'ü' })).toBe('{"a":"ü","b":[{"d":1}]}');
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  });
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (isErrnoError(error)) return error.code;
    throw error;
  }
  return undefined;
}
