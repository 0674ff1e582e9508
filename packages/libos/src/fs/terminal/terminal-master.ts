import { FcntlCommand, OpenFlags, Signal } from '@occlum/abi';
import { FdKind } from '@occlum/native';

import type { Kernel } from '../../kernel/kernel.js';
import { hangUp, signalForeground } from '../../process/controlling-terminal.js';
import { hasLeft } from '../../process/host-exit.js';
import { Inode } from '../inode.js';
import type { Later, Opened } from '../inode.js';
import type { OpenRequest } from '../open-request.js';
import { isError } from '../result.js';
import { makedev } from '../stat.js';
import { SyntheticAttributes } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import type { Terminal } from './terminal.js';
import type { TerminalTable } from './terminal-table.js';

/** Device number of /dev/ptmx. Source: linux/Documentation/admin-guide/devices.txt. */
const PTMX = makedev(5, 2);

/** What a description of a terminal's master stands for beside its inode. */
export class TerminalMaster {
  readonly terminal: Terminal;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }
}

/** `/dev/ptmx`: each open makes a new pair and is its master. */
export class TerminalMultiplexer extends Inode {
  declare readonly attributes: SyntheticAttributes;
  readonly type = 'char';
  readonly #terminals: TerminalTable;
  readonly #binding: SyntheticFileSystem['binding'];

  constructor(fileSystem: SyntheticFileSystem, terminals: TerminalTable) {
    super(new SyntheticAttributes(fileSystem, 'char', { mode: 0o666, rdev: PTMX }));
    this.#terminals = terminals;
    this.#binding = fileSystem.binding;
  }

  override open({ flags, credentials, context }: OpenRequest): Later<Opened> {
    const made = this.#terminals.create(credentials.fsuid);
    if (isError(made)) return made;
    const { terminal, master, slave } = made;
    if ((flags & OpenFlags.O_NONBLOCK) !== 0) this.#binding.fcntl(master, FcntlCommand.F_SETFL, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK);
    const opened = { hostFd: master, kind: FdKind.terminal, object: new TerminalMaster(terminal) };
    if (context === undefined) return opened;
    const { kernel } = context;
    return watchTerminal(kernel, this.#terminals, terminal, slave).then((watched) => {
      if (watched >= 0) return { ...opened, closed: () => { if (terminal.isAlone()) end(kernel, this.#terminals, terminal); } };
      this.#binding.close(master);
      this.#terminals.remove(terminal);
      return watched;
    });
  }
}

/**
 * Has the host's line discipline tell what signals a terminal raises, and sends them to whom they concern inside.
 *
 * @param slave - A descriptor of it; stays the caller's.
 * @returns 0, or a negative error number where the host has no room for the watcher.
 */
export async function watchTerminal(kernel: Kernel, terminals: TerminalTable, terminal: Terminal, slave: number): Promise<number> {
  if (terminal.isWatched) return 0;
  terminal.isWatched = true;
  const watched = await kernel.watchTerminal(slave, (signal) => {
    if (signal === Signal.SIGHUP) end(kernel, terminals, terminal);
    else signalForeground(kernel, terminal, signal);
  });
  terminal.isWatched = typeof watched !== 'number';
  if (typeof watched === 'number') return watched;
  terminal.onClose(watched);
  return 0;
}

function end(kernel: Kernel, terminals: TerminalTable, terminal: Terminal): void {
  if (terminal.isHungUp) return;
  hangUp(kernel, terminal, ({ hostPid }) => hasLeft(kernel.host, hostPid));
  terminals.remove(terminal);
}
