import { Errno } from '@occlum/errno';

import { Inode } from '../inode.js';
import type { Later, Opened } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { isError } from '../result.js';
import { makedev } from '../stat.js';
import { NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticLink } from '../synthetic/synthetic-inode.js';
import type { NameSource } from '../synthetic/synthetic-inode.js';
import { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import { Terminal } from '../terminal/terminal.js';
import { TerminalMultiplexer } from '../terminal/terminal-master.js';
import { TerminalTable } from '../terminal/terminal-table.js';
import type { Vfs } from '../vfs.js';
import { HARMLESS_DEVICES, HostDevice } from './host-device.js';

/** Type of a tmpfs, which is what /dev is on Linux. Source: linux/include/uapi/linux/magic.h, `TMPFS_MAGIC`. */
const TMPFS_MAGIC = 0x01021994;
/** Links of /dev that lead into /proc. */
const LINKS: Readonly<Record<string, string>> = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
};

/** `/dev/tty`: the caller's controlling terminal, whichever it is. */
class ControllingTerminal extends Inode {
  readonly type = 'char';

  override open(request: OpenRequest): Later<Opened> {
    const terminal = request.context?.process.terminal;
    if (!(terminal instanceof Terminal)) return -Errno.ENXIO;
    const opened = terminal.open(request);
    return isError(opened) ? opened : { ...opened, object: terminal };
  }
}

/** `/dev`: the few devices that a program needs, and terminals. */
export interface Devices {
  readonly fileSystem: SyntheticFileSystem;
  readonly terminals: TerminalTable;
  /** Gives back what they hold of the host. */
  close(): void;
}

/** Makes the file system of /dev. Its directory `shm` is there to be mounted on. */
export function makeDevices(vfs: Vfs): Devices {
  const now = (): ReturnType<Vfs['now']> => vfs.now();
  const fileSystem = new SyntheticFileSystem({ name: 'devtmpfs', binding: vfs.binding, dev: vfs.numbers.allocate(), magic: TMPFS_MAGIC, now });
  const terminals = new TerminalTable(vfs.binding, fileSystem);
  vfs.terminals = terminals;
  const names = new NameTable();
  const root = new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory', { mode: 0o755 }), undefined, names);
  fileSystem.setRoot(root);

  const harmless = Object.keys(HARMLESS_DEVICES).map((name) => [name, new HostDevice(fileSystem, name)] as const);
  for (const [name, device] of harmless) names.add(name, device);
  names.add('tty', new ControllingTerminal(new SyntheticAttributes(fileSystem, 'char', { mode: 0o666, rdev: makedev(5, 0) })));
  names.add('ptmx', new TerminalMultiplexer(fileSystem, terminals));
  for (const [name, target] of Object.entries(LINKS)) {
    names.add(name, new SyntheticLink(new SyntheticAttributes(fileSystem, 'symlink'), () => target));
  }
  const directory = (name: string, inside: NameSource): SyntheticDirectory =>
    new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory', { mode: 0o755 }), { parent: root, name }, inside);
  names.add('shm', directory('shm', new NameTable()));
  names.add('pts', directory('pts', terminalNames(terminals, new TerminalMultiplexer(fileSystem, terminals))));
  const close = (): void => {
    terminals.close();
    for (const [, device] of harmless) device.close();
  };
  return { fileSystem, terminals, close };
}

function terminalNames(terminals: TerminalTable, multiplexer: Inode): NameSource {
  return {
    lookup: (name) => {
      if (name === 'ptmx') return multiplexer;
      return /^(0|[1-9]\d*)$/.test(name) ? terminals.get(Number(name)) : undefined;
    },
    list: () => [
      { name: 'ptmx', ino: multiplexer.ino, type: 'char' },
      ...terminals.list().map(({ index, ino }) => ({ name: `${index}`, ino, type: 'char' as const })),
    ],
  };
}
