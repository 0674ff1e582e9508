import type { LayeredFileSystem } from '../layered/layered-file-system.js';
import { LayeredDirectory } from '../layered/layered-directory.js';
import type { LayeredInode } from '../layered/layered-inode.js';
import type { StoreLog } from '../layered/store.js';
import { lastName } from '../host/host-tree.js';
import type { KeptLayer } from './kept-layer.js';
import { LayerJournal } from './layer-journal.js';
import { ROOT_ID, WHITEOUT } from './layer-rows.js';
import type { FileBinding } from '@occlum/native';

/** What {@link restoreLayer} needs. */
export interface RestoreOptions {
  readonly binding: FileBinding;
  readonly log: StoreLog;
  readonly unsettled: (journal: LayerJournal) => void;
}

/**
 * Puts what is kept of a layer into a file system that is as its lower layer, and writes down all that changes from here on.
 *
 * @returns 0, or a negative error number where the host cannot take it.
 */
export function restoreLayer(fileSystem: LayeredFileSystem, { directory, state, stored }: KeptLayer, { binding, log, unsettled }: RestoreOptions): number {
  const nextId = Math.max(ROOT_ID, ...state.inodes.keys()) + 1;
  const journal = new LayerJournal({ binding, directory, fileSystem, log, nextId, unsettled });
  const inodes = new Map<number, LayeredInode>();
  const used = new Set<number>();
  for (const id of state.reachable()) {
    const row = state.inodes.get(id);
    const inode = id === ROOT_ID ? fileSystem.root : row && fileSystem.remade(row);
    if (inode === undefined) continue;
    if (row !== undefined) inode.attributes.restore(row);
    if (inode.attributes.stored !== undefined) used.add(inode.attributes.stored);
    journal.adopt(inode.attributes, id);
    inodes.set(id, inode);
  }
  for (const [id, inode] of inodes) {
    const lower = state.inodes.get(id)?.lower;
    // The lower layer is another one by now, and has no name for it any more.
    if (lower !== undefined && inode.attributes.lower === undefined) fileSystem.directoryAboveLower(lower)?.restoreName(lastName(lower), inode);
  }
  for (const [id, names] of state.names) {
    const parent = inodes.get(id);
    if (!(parent instanceof LayeredDirectory)) continue;
    for (const [name, at] of names) {
      const inode = at === WHITEOUT ? null : inodes.get(at);
      if (inode !== undefined) parent.restoreName(name, inode);
    }
  }
  // Those that had no name when the last run ended.
  for (const file of stored) if (!used.has(file)) fileSystem.store.remove(file);
  fileSystem.changes = journal;
  return journal.rewrite();
}
