import { OpenFlags, SeekWhence } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding } from '@occlum/native';

import { bytesOf, cString } from '../byte-string.js';
import type { LayerChanges } from '../layered/layer-changes.js';
import type { LayeredAttributes } from '../layered/layered-attributes.js';
import type { LayeredFileSystem } from '../layered/layered-file-system.js';
import type { StoreLog } from '../layered/store.js';
import { HEADER, NO_NAME, ROOT_ID, WHITEOUT, encodeLine } from './layer-rows.js';
import type { InodeRow, NameRow, Transaction } from './layer-rows.js';

/** File of the changes, and the one that takes its place. */
export const NAMES_FILE = 'names';
const NEW_FILE = 'names.new';
/** How much the file may grow before it is written anew with what counts of it. */
const GROWTH = 4;
const GROWTH_BYTES = 1 << 20;

/** What makes a {@link LayerJournal}. */
export interface LayerJournalOptions {
  readonly binding: FileBinding;
  /** Descriptor of the layer's directory; belongs to the journal. */
  readonly directory: number;
  readonly fileSystem: LayeredFileSystem;
  readonly log: StoreLog;
  /** First number that no inode has. */
  readonly nextId: number;
  /** Has {@link LayerJournal.settle} called when the present call is over, before its answer is there. */
  readonly unsettled: (journal: LayerJournal) => void;
}

/**
 * Writes every change of a layered file system to a file that is only appended to, one line for all that a call changed: SIGKILL at any time
 * leaves what some moment between two calls was.
 */
export class LayerJournal implements LayerChanges {
  readonly #options: LayerJournalOptions;
  readonly #ids = new WeakMap<LayeredAttributes, number>();
  readonly #inodes = new Set<LayeredAttributes>();
  readonly #names = new Map<LayeredAttributes, Map<string, LayeredAttributes | null | undefined>>();
  readonly #gone = new Set<number>();
  readonly #removed: number[] = [];
  #file = -1;
  #size = 0;
  #sizeWhenNew = 0;
  #nextId: number;
  #isUnsettled = false;

  constructor(options: LayerJournalOptions) {
    this.#options = options;
    this.#nextId = options.nextId;
    this.#ids.set(options.fileSystem.root.attributes, ROOT_ID);
  }

  /** An inode of an earlier run has its number already. */
  adopt(inode: LayeredAttributes, id: number): void {
    this.#ids.set(inode, id);
  }

  touched(inode: LayeredAttributes): void {
    this.#inodes.add(inode);
    this.#unsettle();
  }

  named(directory: LayeredAttributes, name: string, inode: LayeredAttributes | null | undefined): void {
    const names = this.#names.get(directory) ?? new Map<string, LayeredAttributes | null | undefined>();
    this.#names.set(directory, names.set(name, inode));
    this.#unsettle();
  }

  forgot(inode: LayeredAttributes): void {
    const id = this.#ids.get(inode);
    if (id !== undefined) this.#gone.add(id);
    this.#unsettle();
  }

  removed(file: number): void {
    this.#removed.push(file);
    this.#unsettle();
  }

  /** Writes down what was changed since the last time; keeps it for the next time where the host has no room. */
  settle(): void {
    if (!this.#isUnsettled) return;
    this.#isUnsettled = false;
    const isWritten = this.#size > this.#sizeWhenNew * GROWTH + GROWTH_BYTES ? this.rewrite() === 0 : this.#append(this.#transaction());
    if (!isWritten) return;
    this.#inodes.clear();
    this.#names.clear();
    this.#gone.clear();
    for (const file of this.#removed.splice(0)) this.#options.fileSystem.store.remove(file);
  }

  /**
   * Writes what counts into a new file, which takes the place of the old one at once.
   *
   * @returns 0 or a negative error number, with which the old file is still there.
   */
  rewrite(): number {
    const { binding, directory, fileSystem } = this.#options;
    const all = encodeLine(this.#snapshot(fileSystem));
    const file = binding.openat(directory, cString(NEW_FILE), OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0o600, 0);
    if (file < 0) return this.#failed(file);
    let result = writeAll(binding, file, bytesOf(HEADER), 0);
    if (result === 0) result = writeAll(binding, file, all, HEADER.length);
    if (result === 0) result = binding.fsync(file);
    if (result === 0) result = binding.renameat2(directory, cString(NEW_FILE), directory, cString(NAMES_FILE), 0);
    if (result < 0) {
      binding.close(file);
      return this.#failed(result);
    }
    if (this.#file >= 0) binding.close(this.#file);
    this.#file = file;
    this.#size = HEADER.length + all.length;
    this.#sizeWhenNew = this.#size;
    return binding.fsync(directory);
  }

  sync(): number {
    this.settle();
    return this.#file < 0 ? 0 : this.#options.binding.fsync(this.#file);
  }

  close(): void {
    this.sync();
    if (this.#file >= 0) this.#options.binding.close(this.#file);
    this.#options.binding.close(this.#options.directory);
  }

  #unsettle(): void {
    if (this.#isUnsettled) return;
    this.#isUnsettled = true;
    this.#options.unsettled(this);
  }

  #append(transaction: Transaction): boolean {
    const { binding } = this.#options;
    const line = encodeLine(transaction);
    const result = writeAll(binding, this.#file, line, this.#size);
    if (result === 0) {
      this.#size += line.length;
      return true;
    }
    // Half a line must not be in the way of the next one.
    binding.ftruncate(this.#file, this.#size);
    this.#failed(result);
    return false;
  }

  #failed(result: number): number {
    this.#options.log.warn({ result }, 'what programs changed in a layer that is kept cannot be written down');
    return result;
  }

  #transaction(): Transaction {
    const inodes = new Map<number, InodeRow>();
    const names: NameRow[] = [];
    const rows = (inode: LayeredAttributes): number => {
      const isNew = !this.#ids.has(inode);
      const id = this.#idOf(inode);
      if (isNew) inodes.set(id, this.#row(inode, id));
      return id;
    };
    for (const inode of this.#inodes) {
      const id = this.#idOf(inode);
      if (!this.#gone.has(id)) inodes.set(id, this.#row(inode, id));
    }
    for (const [directory, changed] of this.#names) {
      const id = rows(directory);
      if (this.#gone.has(id)) continue;
      for (const [name, inode] of changed) names.push([id, name, inode === undefined ? NO_NAME : inode === null ? WHITEOUT : rows(inode)]);
    }
    return { inodes: [...inodes.values()], names, gone: [...this.#gone] };
  }

  #snapshot(fileSystem: LayeredFileSystem): Transaction {
    const { root } = fileSystem;
    const inodes = new Map<number, InodeRow>([[ROOT_ID, this.#row(root.attributes, ROOT_ID)]]);
    const names: NameRow[] = [];
    const directories = [root];
    for (const directory of directories) {
      const at = this.#idOf(directory.attributes);
      for (const [name, inode] of directory.ownNames) {
        if (inode === null) {
          names.push([at, name, WHITEOUT]);
          continue;
        }
        const id = this.#idOf(inode.attributes);
        names.push([at, name, id]);
        if (inodes.has(id)) continue;
        inodes.set(id, this.#row(inode.attributes, id));
        if (inode.type === 'directory') directories.push(inode as typeof root);
      }
    }
    for (const inode of fileSystem.changedInPlace()) {
      const id = this.#idOf(inode);
      if (!inodes.has(id)) inodes.set(id, this.#row(inode, id));
    }
    return { inodes: [...inodes.values()], names, gone: [] };
  }

  #idOf(inode: LayeredAttributes): number {
    const known = this.#ids.get(inode);
    if (known !== undefined) return known;
    const id = this.#nextId++;
    this.#ids.set(inode, id);
    return id;
  }

  #row(inode: LayeredAttributes, id: number): InodeRow {
    return { id, ...inode.toRow() };
  }
}

/** 0 or a negative error number. */
function writeAll(binding: FileBinding, file: number, bytes: Uint8Array, from: number): number {
  for (let at = 0; at < bytes.length;) {
    const count = binding.pwrite(file, bytes.subarray(at), from + at);
    if (count <= 0) return count < 0 ? count : -Errno.ENOSPC;
    at += count;
  }
  return 0;
}

/** All bytes of a file in a directory; a negative error number where it cannot be read. */
export function readAll(binding: FileBinding, directory: number, name: string): Uint8Array | number {
  const file = binding.openat(directory, cString(name), OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0, 0);
  if (file < 0) return file;
  const bytes = new Uint8Array(Math.max(0, binding.lseek(file, 0, SeekWhence.SEEK_END)));
  let read = 0;
  for (let count = 1; read < bytes.length && count > 0; read += Math.max(0, count)) count = binding.pread(file, bytes.subarray(read), read);
  binding.close(file);
  return read === bytes.length ? bytes : -Errno.EIO;
}

