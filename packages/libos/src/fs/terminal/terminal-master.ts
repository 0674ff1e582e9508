import { FcntlCommand, OpenFlags, Signal } from '@occlum/abi';
import { FdKind } from '@occlum/native';

import { sentByKernel } from '../../signal/signal-info.js';
import { Inode } from '../inode.js';
import type { Opened } from '../inode.js';
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

  override open({ flags, credentials, context }: OpenRequest): Opened | number {
    const made = this.#terminals.create(credentials.fsuid);
    if (isError(made)) return made;
    const { terminal, master } = made;
    if ((flags & OpenFlags.O_NONBLOCK) !== 0) this.#binding.fcntl(master, FcntlCommand.F_SETFL, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK);
    return {
      hostFd: master,
      kind: FdKind.terminal,
      object: new TerminalMaster(terminal),
      closed: () => {
        const foreground = terminal.session?.foreground;
        if (foreground !== undefined) context?.kernel.signals.toGroup(foreground, sentByKernel(Signal.SIGHUP));
        this.#terminals.remove(terminal);
      },
    };
  }
}
