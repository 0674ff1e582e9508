import { Capability } from '@occlum/abi';

import type { CredentialFields, Credentials } from './credentials.js';
import type { Process } from './process.js';
import { showCredentials } from './process-page.js';

/**
 * Flags of `PR_SET_SECUREBITS`; each has a lock, the next higher bit.
 *
 * Source: linux/include/uapi/linux/securebits.h.
 */
export const SecureBits = {
  SECBIT_NOROOT: 0x1,
  SECBIT_NO_SETUID_FIXUP: 0x4,
  SECBIT_KEEP_CAPS: 0x10,
  SECBIT_KEEP_CAPS_LOCKED: 0x20,
  SECBIT_NO_CAP_AMBIENT_RAISE: 0x40,
} as const;

/** All flags, and all locks. Source: linux/include/uapi/linux/securebits.h, `SECURE_ALL_BITS`, `SECURE_ALL_LOCKS`. */
export const SECURE_ALL_BITS = 0x55;
export const SECURE_ALL_LOCKS = 0xaa;

/** What follows the file system's user id. Source: linux/security/commoncap.c, `CAP_FS_SET`. */
const FILE_CAPABILITIES = capabilitySet(
  Capability.CAP_CHOWN,
  Capability.CAP_MKNOD,
  Capability.CAP_DAC_OVERRIDE,
  Capability.CAP_DAC_READ_SEARCH,
  Capability.CAP_FOWNER,
  Capability.CAP_FSETID,
  Capability.CAP_MAC_OVERRIDE,
  Capability.CAP_LINUX_IMMUTABLE,
);

/** The set of some capabilities, by their Linux numbers. */
export function capabilitySet(...capabilities: readonly number[]): bigint {
  return capabilities.reduce((set, capability) => set | (1n << BigInt(capability)), 0n);
}

/** Whether a flag of `PR_SET_SECUREBITS` is set. */
export function isSecure({ secureBits }: Credentials, flag: number): boolean {
  return (secureBits & flag) !== 0;
}

/**
 * Gives a process new credentials, and what follows from it: one that became another user or got more rights is not
 * dumpable and gets no signal at its parent's end.
 *
 * Source: linux/kernel/cred.c, `commit_creds`.
 */
export function commitCredentials(process: Process, fresh: Credentials): void {
  const old = process.credentials;
  const isOther = fresh.euid !== old.euid || fresh.egid !== old.egid || fresh.fsuid !== old.fsuid || fresh.fsgid !== old.fsgid;
  if (isOther || (fresh.permitted & ~old.permitted) !== 0n) {
    process.dumpable = 0;
    process.parentDeathSignal = 0;
  }
  process.credentials = fresh;
  showCredentials(process);
}

/**
 * Capabilities after a change of user ids: the last user 0 to go takes them along.
 *
 * Source: linux/security/commoncap.c, `cap_emulate_setxuid`; capabilities(7), "Effect of user ID changes".
 *
 * @param old - Before the change.
 * @param fresh - With the new ids and the old sets.
 */
export function withUserCapabilities(old: Credentials, fresh: Credentials): Credentials {
  if (isSecure(old, SecureBits.SECBIT_NO_SETUID_FIXUP)) return fresh;
  let { permitted, effective, ambient } = fresh;
  if (hasRootId(old) && !hasRootId(fresh)) {
    if (!isSecure(old, SecureBits.SECBIT_KEEP_CAPS)) permitted = effective = 0n;
    ambient = 0n;
  }
  if (old.euid === 0 && fresh.euid !== 0) effective = 0n;
  if (old.euid !== 0 && fresh.euid === 0) effective = permitted;
  return fresh.with({ permitted, effective, ambient });
}

/**
 * Capabilities after a change of the file system's user id.
 *
 * Source: linux/security/commoncap.c, `cap_task_fix_setuid` with `LSM_SETID_FS`.
 */
export function withFileCapabilities(old: Credentials, fresh: Credentials): Credentials {
  if (isSecure(old, SecureBits.SECBIT_NO_SETUID_FIXUP)) return fresh;
  if (old.fsuid === 0 && fresh.fsuid !== 0) return fresh.with({ effective: fresh.effective & ~FILE_CAPABILITIES });
  if (old.fsuid !== 0 && fresh.fsuid === 0) return fresh.with({ effective: fresh.effective | (fresh.permitted & FILE_CAPABILITIES) });
  return fresh;
}

/**
 * Credentials of the next program, whose file has neither set-id bits nor capabilities that count.
 *
 * Source: linux/security/commoncap.c, `cap_bprm_creds_from_file`.
 */
export function credentialsAfterExec(old: Credentials): Credentials {
  const { uid, euid, egid, inheritable, bounding, ambient } = old;
  const isRoot = (uid === 0 || euid === 0) && !isSecure(old, SecureBits.SECBIT_NOROOT);
  const permitted = isRoot ? bounding | inheritable : ambient;
  const change: Partial<CredentialFields> = {
    suid: euid, fsuid: euid, sgid: egid, fsgid: egid,
    permitted,
    effective: isRoot && euid !== 0 ? ambient : permitted,
    secureBits: old.secureBits & ~SecureBits.SECBIT_KEEP_CAPS,
  };
  return old.with(change);
}

function hasRootId({ uid, euid, suid }: Credentials): boolean {
  return uid === 0 || euid === 0 || suid === 0;
}
