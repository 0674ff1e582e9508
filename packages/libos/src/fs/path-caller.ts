import type { FileSystemContext } from './file-system-context.js';
import type { FileCredentials } from './permissions.js';

/** Who looks a path up: a process, or something that stands for one. */
export interface PathCaller {
  readonly files: Pick<FileSystemContext, 'root' | 'cwd'>;
  readonly credentials: FileCredentials;
  /** Whom /proc/self means; nobody when left out. */
  readonly pid?: number;
}
