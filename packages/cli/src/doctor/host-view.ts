import { readFileSync, statfsSync } from 'node:fs';

import { hostBinding } from '@occlum/native';

/** What findings are made of; tests make their own. */
export interface HostView {
  /** Content of a small file; `undefined` where it is not there or not to be read. */
  readonly read: (path: string) => string | undefined;
  /** Kind of a file system and its free bytes; `undefined` where there is none. */
  readonly space: (path: string) => { readonly type: number; readonly freeBytes: number } | undefined;
  /** Soft and hard limit; `undefined` where the host does not tell. */
  readonly limit: (resource: number) => readonly [soft: number, hard: number] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Effective user id. */
  readonly uid: number;
  /** Directory for temporary files. */
  readonly temporary: string;
}

/** This host. */
export function hostView(env: HostView['env'], uid: number, temporary: string): HostView {
  return { read: readText, space, limit, env, uid, temporary };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function space(path: string): ReturnType<HostView['space']> {
  try {
    const { type, bavail, bsize } = statfsSync(path);
    return { type, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}

function limit(resource: number): ReturnType<HostView['limit']> {
  const pair = new Float64Array(2);
  if (hostBinding().getrlimit(resource, pair) < 0) return undefined;
  const [soft = 0, hard = 0] = pair;
  return [soft, hard];
}
