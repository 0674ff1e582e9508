import { IPC_FILES } from '../../ipc/ipc-text.js';
import type { IpcNamespace } from '../../ipc/ipc-namespace.js';
import type { Directory } from '../inode.js';
import { NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';

/**
 * `/proc/sysvipc`: what there is of System V IPC.
 *
 * @param fileSystem - Of /proc.
 * @param parent - Root of it.
 * @param ipc - Whose it is; asked for only once somebody looks.
 */
export function ipcDirectory(fileSystem: SyntheticFileSystem, parent: Directory, ipc: () => IpcNamespace): SyntheticDirectory {
  const names = new NameTable();
  for (const [name, text] of Object.entries(IPC_FILES)) {
    names.add(name, new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), () => text(ipc())));
  }
  return new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory'), { parent, name: 'sysvipc' }, names);
}
