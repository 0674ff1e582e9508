import { Capability } from '@occlum/abi';

import type { FileCredentials } from '../permissions.js';
import type { OwnerMap } from './owner-map.js';

/**
 * Whether the host's own search checks on the directories of a path deny a process what the LibOS would deny it: because
 * the process is who Node is, or may search everything anyway.
 *
 * @param credentials - The process.
 * @param owners - Who Node is.
 */
export function hostChecksFor(credentials: FileCredentials, owners: OwnerMap): boolean {
  if (credentials.hasCapability(Capability.CAP_DAC_OVERRIDE) || credentials.hasCapability(Capability.CAP_DAC_READ_SEARCH)) return true;
  const { host } = owners;
  return (
    owners.isPlain &&
    credentials.fsuid === host.uid &&
    credentials.fsgid === host.gid &&
    credentials.groups.length === host.groups.length &&
    credentials.groups.every((group) => host.groups.includes(group))
  );
}
