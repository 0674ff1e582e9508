import { Capability } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { SECURE_ALL_BITS, SECURE_ALL_LOCKS, SecureBits, capabilitySet, commitCredentials, isSecure } from './credential-change.js';
import { ALL_CAPABILITIES } from './credentials.js';
import type { PrctlOperation } from './sys-prctl.js';

/** Second argument of `PR_CAP_AMBIENT`. Source: linux/include/uapi/linux/prctl.h. */
const Ambient = { IS_SET: 1, RAISE: 2, LOWER: 3, CLEAR_ALL: 4 } as const;

/** `PR_CAPBSET_READ`. Errors: `EINVAL` no such capability. */
export const readBounding: PrctlOperation = ({ process }, { value }) => {
  if (!isCapability(value)) return -Errno.EINVAL;
  return has(process.credentials.bounding, value);
};

/** `PR_CAPBSET_DROP`. Errors, in the order Linux checks them: `EPERM` without CAP_SETPCAP; `EINVAL` no such capability. */
export const dropBounding: PrctlOperation = ({ process }, { value }) => {
  const { credentials } = process;
  if (!credentials.hasCapability(Capability.CAP_SETPCAP)) return -Errno.EPERM;
  if (!isCapability(value)) return -Errno.EINVAL;
  process.credentials = credentials.with({ bounding: credentials.bounding & ~capabilitySet(value) });
  return 0;
};

/** `PR_GET_KEEPCAPS`. */
export const getKeepCapabilities: PrctlOperation = ({ process }) => (isSecure(process.credentials, SecureBits.SECBIT_KEEP_CAPS) ? 1 : 0);

/** `PR_SET_KEEPCAPS`. Errors, in the order Linux checks them: `EINVAL` neither 0 nor 1; `EPERM` it is locked. */
export const setKeepCapabilities: PrctlOperation = ({ process }, { value }) => {
  const { credentials } = process;
  if (value > 1) return -Errno.EINVAL;
  if (isSecure(credentials, SecureBits.SECBIT_KEEP_CAPS_LOCKED)) return -Errno.EPERM;
  const others = credentials.secureBits & ~SecureBits.SECBIT_KEEP_CAPS;
  process.credentials = credentials.with({ secureBits: others | (value === 1 ? SecureBits.SECBIT_KEEP_CAPS : 0) });
  return 0;
};

/** `PR_GET_SECUREBITS`. */
export const getSecureBits: PrctlOperation = ({ process }) => process.credentials.secureBits;

/**
 * `PR_SET_SECUREBITS`. Errors: `EPERM` a flag that is locked or a lock that is taken off, an unknown flag, or without
 * CAP_SETPCAP.
 *
 * Source: linux/security/commoncap.c, `cap_task_prctl`.
 */
export const setSecureBits: PrctlOperation = ({ process }, { value }) => {
  const { credentials } = process;
  const old = credentials.secureBits;
  const locks = old & SECURE_ALL_LOCKS;
  const isKnown = value <= (SECURE_ALL_BITS | SECURE_ALL_LOCKS);
  const isLocked = ((locks >> 1) & (old ^ value)) !== 0 || (locks & ~value) !== 0;
  if (!isKnown || isLocked || !credentials.hasCapability(Capability.CAP_SETPCAP)) return -Errno.EPERM;
  process.credentials = credentials.with({ secureBits: value });
  return 0;
};

/**
 * `PR_CAP_AMBIENT`. Errors, in the order Linux checks them: `EINVAL` no such capability or operation, or arguments that are
 * not 0; `EPERM` to raise one that is not both permitted and inheritable, or where that is switched off.
 *
 * Source: linux/security/commoncap.c, `cap_task_prctl`.
 */
export const changeAmbient: PrctlOperation = ({ process }, { value: operation, rest: [capability = 0, ...rest] }) => {
  const { credentials } = process;
  const { ambient, permitted, inheritable } = credentials;
  if (rest.some((argument) => argument !== 0)) return -Errno.EINVAL;
  if (operation === Ambient.CLEAR_ALL) {
    if (capability !== 0) return -Errno.EINVAL;
    commitCredentials(process, credentials.with({ ambient: 0n }));
    return 0;
  }
  if (!isCapability(capability)) return -Errno.EINVAL;
  const bit = capabilitySet(capability);
  switch (operation) {
    case Ambient.IS_SET:
      return has(ambient, capability);
    case Ambient.RAISE:
      if ((permitted & inheritable & bit) === 0n || isSecure(credentials, SecureBits.SECBIT_NO_CAP_AMBIENT_RAISE)) return -Errno.EPERM;
      commitCredentials(process, credentials.with({ ambient: ambient | bit }));
      return 0;
    case Ambient.LOWER:
      commitCredentials(process, credentials.with({ ambient: ambient & ~bit }));
      return 0;
    default:
      return -Errno.EINVAL;
  }
};

function isCapability(value: number): boolean {
  return value < 64 && (ALL_CAPABILITIES & capabilitySet(value)) !== 0n;
}

function has(set: bigint, capability: number): number {
  return (set & capabilitySet(capability)) === 0n ? 0 : 1;
}
