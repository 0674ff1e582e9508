import { Capability } from '@occlum/abi';
import type { BufferArgument, Handler } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import { commitCredentials } from './credential-change.js';
import type { Credentials } from './credentials.js';
import type { ProcessCaller } from './process-caller.js';
import { NO_ID } from './sys-user-ids.js';

/** Bytes of a `gid_t`. */
export const GROUP_BYTES = 4;

/** Most supplementary groups: Linux has room for 65536, a call carries a quarter of that. Source: credentials(7), `NGROUPS_MAX`. */
export const GROUPS_MAX = 16_384;

/**
 * `setgid(2)`: sets the effective group id, of a privileged process all of them.
 *
 * Errors, in the order Linux checks them: `EINVAL` the id is -1; `EPERM` it is neither the real nor the saved one, and
 * CAP_SETGID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setgid`.
 */
export const setgid: Handler<ProcessCaller, ['uint']> = ({ process }, gid) => {
  const old = process.credentials;
  if (gid === NO_ID) return -Errno.EINVAL;
  const isPrivileged = maySetGroup(old);
  if (!isPrivileged && gid !== old.gid && gid !== old.sgid) return -Errno.EPERM;

  commitCredentials(process, old.with({ egid: gid, fsgid: gid, ...(isPrivileged && { gid, sgid: gid }) }));
  return 0;
};

/**
 * `setregid(2)`: sets real and effective group id; -1 leaves one as it is.
 *
 * Errors: `EPERM` an id is not one of the process's own (the real one: real or effective; the effective one: any), and
 * CAP_SETGID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setregid`.
 */
export const setregid: Handler<ProcessCaller, ['uint', 'uint']> = ({ process }, rgid, egid) => {
  const old = process.credentials;
  const isPrivileged = maySetGroup(old);
  if (rgid !== NO_ID && !isPrivileged && ![old.gid, old.egid].includes(rgid)) return -Errno.EPERM;
  if (egid !== NO_ID && !isPrivileged && !ownGroups(old).includes(egid)) return -Errno.EPERM;

  const gid = rgid === NO_ID ? old.gid : rgid;
  const effective = egid === NO_ID ? old.egid : egid;
  const isSaved = rgid !== NO_ID || (egid !== NO_ID && egid !== old.gid);
  commitCredentials(process, old.with({ gid, egid: effective, fsgid: effective, ...(isSaved && { sgid: effective }) }));
  return 0;
};

/**
 * `setresgid(2)`: sets real, effective and saved group id; -1 leaves one as it is.
 *
 * Errors: `EPERM` an id is not one of the three, and CAP_SETGID is missing.
 *
 * Source: linux/kernel/sys.c, `__sys_setresgid`.
 */
export const setresgid: Handler<ProcessCaller, ['uint', 'uint', 'uint']> = ({ process }, rgid, egid, sgid) => {
  const old = process.credentials;
  const isOwn = (id: number): boolean => id === NO_ID || ownGroups(old).includes(id);
  if (![rgid, egid, sgid].every(isOwn) && !maySetGroup(old)) return -Errno.EPERM;

  const effective = egid === NO_ID ? old.egid : egid;
  commitCredentials(
    process,
    old.with({
      gid: rgid === NO_ID ? old.gid : rgid,
      egid: effective,
      sgid: sgid === NO_ID ? old.sgid : sgid,
      fsgid: effective,
    }),
  );
  return 0;
};

/**
 * `setfsgid(2)`: sets the group id for access to files, to one of the process's own or with CAP_SETGID to any.
 *
 * @returns The id before the call, whether it was changed or not: there is no error.
 *
 * Source: linux/kernel/sys.c, `__sys_setfsgid`.
 */
export const setfsgid: Handler<ProcessCaller, ['uint']> = ({ process }, gid) => {
  const old = process.credentials;
  const isAllowed = gid !== NO_ID && ([...ownGroups(old), old.fsgid].includes(gid) || maySetGroup(old));
  if (isAllowed) commitCredentials(process, old.with({ fsgid: gid }));
  return old.fsgid;
};

/**
 * `getgroups(2)`: the supplementary groups; with a size of 0 only how many there are.
 *
 * Errors, in the order Linux checks them: `EINVAL` the size is negative, or too small; `EFAULT`.
 *
 * Source: linux/kernel/groups.c, `SYSCALL_DEFINE2(getgroups)`.
 */
export const getgroups: Handler<ProcessCaller, ['int', BufferArgument<'outputBuffer'>]> = ({ process }, size, list) => {
  const { groups } = process.credentials;
  if (size < 0) return -Errno.EINVAL;
  if (size === 0) return groups.length;
  if (groups.length > size) return -Errno.EINVAL;
  if (groups.length > 0 && !list.write(new Uint8Array(Uint32Array.from(groups).buffer))) return -Errno.EFAULT;
  return groups.length;
};

/**
 * `setgroups(2)`: replaces the supplementary groups.
 *
 * Errors, in the order Linux checks them: `EPERM` without CAP_SETGID; `EINVAL` too many; `EFAULT`; `EINVAL` one is -1.
 *
 * Source: linux/kernel/groups.c, `SYSCALL_DEFINE2(setgroups)`.
 */
export const setgroups: Handler<ProcessCaller, ['int', BufferArgument<'inputBuffer'>]> = ({ process }, size, list) => {
  const old = process.credentials;
  if (!maySetGroup(old)) return -Errno.EPERM;
  if (size < 0 || size > GROUPS_MAX) return -Errno.EINVAL;
  const bytes = size === 0 ? new Uint8Array(0) : list.read();
  if (bytes === undefined) return -Errno.EFAULT;

  const groups = Uint32Array.from({ length: size }, (_, index) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(index * GROUP_BYTES, true));
  if (groups.includes(NO_ID)) return -Errno.EINVAL;
  commitCredentials(process, old.with({ groups: [...groups.sort()] }));
  return 0;
};

function ownGroups({ gid, egid, sgid }: Credentials): readonly number[] {
  return [gid, egid, sgid];
}

function maySetGroup(credentials: Credentials): boolean {
  return credentials.hasCapability(Capability.CAP_SETGID);
}
