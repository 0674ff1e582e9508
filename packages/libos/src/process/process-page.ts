import { ResourceLimit } from '@occlum/abi';
import { ProcessPage } from '@occlum/native';

import type { Process } from './process.js';

/** Ids of the process page; the credentials have fields of the same names. */
const IDS = ['uid', 'euid', 'suid', 'fsuid', 'gid', 'egid', 'sgid', 'fsgid'] as const;

/** Writes the ids of a process where its runtime answers `getuid(2)` and the like from. */
export function showCredentials({ arena, credentials }: Process): void {
  if (arena === undefined) return;
  for (const id of IDS) arena.setPageWord(ProcessPage[id], credentials[id]);
}

/** Writes the limits of a process that its runtime keeps by itself. */
export function showLimits({ arena, limits }: Process): void {
  if (arena === undefined) return;
  arena.setPageWord(ProcessPage.fd_soft_limit, Number(limits.get(ResourceLimit.RLIMIT_NOFILE).soft));
  arena.setPageWide(ProcessPage.stack_limit, limits.get(ResourceLimit.RLIMIT_STACK).soft);
  arena.setPageWide(ProcessPage.data_limit, limits.get(ResourceLimit.RLIMIT_DATA).soft);
}
