import { AtFlags, OpenFlags } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { cString } from '../byte-string.js';
import { HostStat, STATX_WANTED } from '../host/host-stat.js';
import { isError } from '../result.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import { Terminal } from './terminal.js';

/** The host calls that terminals need. */
export type TerminalBinding = FileBinding & { openpty(out: Int32Array): number };

const EMPTY = cString('');
/** Terminals at one time. Source: linux/Documentation/filesystems/devpts.rst, `max`, though lower. */
const TERMINAL_MAX = 256;

/** The terminals of one enclave, by their numbers in /dev/pts. */
export class TerminalTable {
  readonly #binding: TerminalBinding;
  readonly #fileSystem: SyntheticFileSystem;
  readonly #terminals = new Map<number, Terminal>();
  readonly #adopted = new Map<number, Terminal>();

  constructor(binding: TerminalBinding, fileSystem: SyntheticFileSystem) {
    this.#binding = binding;
    this.#fileSystem = fileSystem;
  }

  get(index: number): Terminal | undefined {
    return this.#terminals.get(index);
  }

  /** Every terminal, by number. */
  list(): Terminal[] {
    return [...this.#terminals.values()].sort((a, b) => a.index - b.index);
  }

  /**
   * A new pair.
   *
   * @param uid - Owner of the terminal.
   * @returns The terminal, still locked, the host's descriptor of its master, and the one that is the terminal's own; `-ENOSPC` when there are too many.
   */
  create(uid: number): { readonly terminal: Terminal; readonly master: number; readonly slave: number } | number {
    const ends = new Int32Array(2);
    const result = this.#binding.openpty(ends);
    if (result < 0) return result;
    const [master = -1, slave = -1] = ends;
    const terminal = this.#add(slave, slave, uid, true);
    if (!isError(terminal)) return { terminal, master, slave };
    this.#binding.close(master);
    this.#binding.close(slave);
    return terminal;
  }

  /**
   * Takes in a terminal of the host, such as the user's own; the same one only once.
   *
   * @param hostFd - A descriptor of it; stays the caller's.
   * @param uid - Owner inside.
   */
  adopt(hostFd: number, uid: number): Terminal | number {
    const seen = new HostStat();
    const looked = this.#binding.statx(hostFd, EMPTY, AtFlags.AT_EMPTY_PATH, STATX_WANTED, seen.bytes);
    if (looked < 0) return looked;
    const known = this.#adopted.get(seen.rdev);
    // The host gives a number again before it has told that the terminal which had it was hung up.
    if (known?.isAlone() === false) return known;
    const terminal = this.#add(hostFd, -1, uid, false);
    if (!isError(terminal)) this.#adopted.set(seen.rdev, terminal);
    return terminal;
  }

  /** Those that were taken in, by the host's device numbers. */
  get adopted(): ReadonlyMap<number, Terminal> {
    return this.#adopted;
  }

  /** A terminal's master was closed: its name is gone. */
  remove(terminal: Terminal): void {
    if (!this.#terminals.delete(terminal.index)) return;
    for (const [device, adopted] of this.#adopted) if (adopted === terminal) this.#adopted.delete(device);
    terminal.close();
  }

  close(): void {
    for (const terminal of this.list()) this.remove(terminal);
  }

  #add(hostFd: number, keeper: number, uid: number, locked: boolean): Terminal | number {
    let index = 0;
    while (this.#terminals.has(index)) index++;
    if (index >= TERMINAL_MAX) return -Errno.ENOSPC;
    const handle = this.#binding.reopen(hostFd, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
    if (handle < 0) return handle;
    const terminal = new Terminal({ fileSystem: this.#fileSystem, index, uid, handle, keeper, locked });
    this.#terminals.set(index, terminal);
    return terminal;
  }
}
