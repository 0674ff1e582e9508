import { getegid, geteuid } from 'node:process';

import type { EnclaveFlags } from './enclave-flags.js';
import { UsageError } from './usage-error.js';
import { readRootFile } from './root-file.js';

/** The last one means "nobody" to Linux. Source: chown(2), -1. */
const ID_MAX = 2 ** 32 - 2;

/**
 * Who the program is. Who is asked to be who they are on the host stays so, with all groups; anybody else sees the files of who runs
 * the command as root's.
 *
 * @param text - `USER[:GROUP]`, each a number or a name. Without a group it is that of the name; of a number, the same number.
 * @param rootfs - Host path of the root, whose /etc/passwd and /etc/group have the names.
 * @throws UsageError for what is neither, or a name that is not there.
 */
export function readUser(text: string, rootfs: string): EnclaveFlags {
  const [user = '', group, ...more] = text.split(':');
  if (user === '' || group === '' || more.length > 0) throw new UsageError(`--user is "${text}", must be USER or USER:GROUP, each a number from 0 to ${ID_MAX} or a name`);
  const found = idOf(text, user) ?? lookUp(text, user, rootfs, '/etc/passwd');
  const { uid, gid: ownGid } = typeof found === 'number' ? { uid: found, gid: found } : { uid: found.id, gid: found.group };
  const named = group === undefined ? ownGid : (idOf(text, group) ?? lookUp(text, group, rootfs, '/etc/group').id);
  if (uid === geteuid?.() && named === getegid?.()) return {};
  return uid === 0 && named === 0 ? { identity: 'root' } : { identity: 'root', user: { uid, gid: named } };
}

/** A number, where the word is one. */
function idOf(text: string, word: string): number | undefined {
  if (!/^\d+$/.test(word)) return undefined;
  const id = Number(word);
  if (id > ID_MAX) throw new UsageError(`--user is "${text}", must have numbers from 0 to ${ID_MAX}`);
  return id;
}

/** The line of a name: `NAME:PASSWORD:ID:GROUP...`. Source: passwd(5), group(5). */
function lookUp(text: string, name: string, rootfs: string, file: '/etc/passwd' | '/etc/group'): { readonly id: number; readonly group: number } {
  const content = readRootFile(rootfs, file);
  if (content === undefined) throw new UsageError(`--user is "${text}", and the root has no ${file} that can be read: write numbers`);
  for (const line of content.split('\n')) {
    const [entry, , id, group] = line.split(':');
    if (entry === name && isId(id)) return { id: Number(id), group: isId(group) ? Number(group) : Number(id) };
  }
  throw new UsageError(`--user is "${text}", and ${file} of the root has no "${name}"`);
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= ID_MAX;
}
