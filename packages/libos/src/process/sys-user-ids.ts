import { Capability } from '@occlum/abi';
import type { Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { commitCredentials, withFileCapabilities, withUserCapabilities } from './credential-change.js';
import type { Credentials } from './credentials.js';
import type { ProcessCaller } from './process-caller.js';

/** An id that is none: -1 as `uid_t`. Source: linux/include/linux/uidgid.h, `INVALID_UID`. */
export const NO_ID = 0xffff_ffff;

/**
 * `setuid(2)`: sets the effective user id, of a privileged process all of them.
 *
 * Errors, in the order Linux checks them: `EINVAL` the id is -1; `EPERM` it is neither the real nor the saved one, and
 * CAP_SETUID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setuid`.
 */
export const setuid: Handler<ProcessCaller, ['uint']> = ({ process }, uid) => {
  const old = process.credentials;
  if (uid === NO_ID) return -Errno.EINVAL;
  const isPrivileged = maySetUser(old);
  if (!isPrivileged && uid !== old.uid && uid !== old.suid) return -Errno.EPERM;

  const fresh = old.with({ euid: uid, fsuid: uid, ...(isPrivileged && { uid, suid: uid }) });
  commitCredentials(process, withUserCapabilities(old, fresh));
  return 0;
};

/**
 * `setreuid(2)`: sets real and effective user id; -1 leaves one as it is.
 *
 * Errors: `EPERM` an id is not one of the process's own (the real one: real or effective; the effective one: any), and
 * CAP_SETUID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setreuid`.
 */
export const setreuid: Handler<ProcessCaller, ['uint', 'uint']> = ({ process }, ruid, euid) => {
  const old = process.credentials;
  const isPrivileged = maySetUser(old);
  if (ruid !== NO_ID && !isPrivileged && ![old.uid, old.euid].includes(ruid)) return -Errno.EPERM;
  if (euid !== NO_ID && !isPrivileged && !ownUsers(old).includes(euid)) return -Errno.EPERM;

  const uid = ruid === NO_ID ? old.uid : ruid;
  const effective = euid === NO_ID ? old.euid : euid;
  const isSaved = ruid !== NO_ID || (euid !== NO_ID && euid !== old.uid);
  const fresh = old.with({ uid, euid: effective, fsuid: effective, ...(isSaved && { suid: effective }) });
  commitCredentials(process, withUserCapabilities(old, fresh));
  return 0;
};

/**
 * `setresuid(2)`: sets real, effective and saved user id; -1 leaves one as it is.
 *
 * Errors: `EPERM` an id is not one of the three, and CAP_SETUID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setresuid`.
 */
export const setresuid: Handler<ProcessCaller, ['uint', 'uint', 'uint']> = ({ process }, ruid, euid, suid) => {
  const old = process.credentials;
  const isOwn = (id: number): boolean => id === NO_ID || ownUsers(old).includes(id);
  if (![ruid, euid, suid].every(isOwn) && !maySetUser(old)) return -Errno.EPERM;

  const effective = euid === NO_ID ? old.euid : euid;
  const fresh = old.with({
    uid: ruid === NO_ID ? old.uid : ruid,
    euid: effective,
    suid: suid === NO_ID ? old.suid : suid,
    fsuid: effective,
  });
  commitCredentials(process, withUserCapabilities(old, fresh));
  return 0;
};

/**
 * `setfsuid(2)`: sets the user id for access to files, to one of the process's own or with CAP_SETUID to any.
 *
 * @returns The id before the call, whether it was changed or not: there is no error.
 *
 * Source: linux/kernel/sys.c, `__sys_setfsuid`.
 */
export const setfsuid: Handler<ProcessCaller, ['uint']> = ({ process }, uid) => {
  const old = process.credentials;
  const isAllowed = uid !== NO_ID && ([...ownUsers(old), old.fsuid].includes(uid) || maySetUser(old));
  if (isAllowed && uid !== old.fsuid) commitCredentials(process, withFileCapabilities(old, old.with({ fsuid: uid })));
  return old.fsuid;
};

function ownUsers({ uid, euid, suid }: Credentials): readonly number[] {
  return [uid, euid, suid];
}

function maySetUser(credentials: Credentials): boolean {
  return credentials.hasCapability(Capability.CAP_SETUID);
}
