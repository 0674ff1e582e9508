import { Location } from '../location.js';
import type { Vfs } from '../vfs.js';
import type { Terminal } from './terminal.js';

/** Nobody in particular, who may look at everything. */
const LOOKER = { fsuid: 0, fsgid: 0, groups: [], hasCapability: () => true };

/** Where a terminal is in /dev/pts, so that ttyname(3) finds it; `undefined` where there is no /dev. */
export function terminalLocation(vfs: Vfs, terminal: Terminal): Location | undefined {
  const { root } = vfs.mounts;
  const caller = { files: { root, cwd: root }, credentials: LOOKER };
  const found = vfs.lookup(caller, `/dev/pts/${terminal.index}`, { follow: true });
  return found instanceof Location && found.inode === terminal ? found : undefined;
}
