import type { InodeRow, NameRow, Transaction } from './layer-rows.js';
import { NO_NAME, ROOT_ID, WHITEOUT } from './layer-rows.js';

/** What the transactions of a layer amount to. */
export class LayerState {
  readonly inodes = new Map<number, InodeRow>();
  readonly names = new Map<number, Map<string, number>>();

  constructor(transactions: readonly Transaction[]) {
    for (const { inodes, names, gone } of transactions) {
      for (const row of inodes) this.inodes.set(row.id, row);
      for (const row of names) this.#name(row);
      for (const id of gone) {
        this.inodes.delete(id);
        this.names.delete(id);
      }
    }
  }

  /** Numbers of the inodes that have a name, here or in the lower layer. */
  reachable(): number[] {
    const found = new Set<number>([ROOT_ID]);
    for (const { id, type, lower } of this.inodes.values()) if (lower !== undefined && type !== 'directory') found.add(id);
    for (const id of found) {
      for (const inode of this.names.get(id)?.values() ?? []) if (inode !== WHITEOUT && this.inodes.has(inode)) found.add(inode);
    }
    return [...found];
  }

  #name([directory, name, inode]: NameRow): void {
    const names = this.names.get(directory) ?? new Map<string, number>();
    this.names.set(directory, names);
    if (inode === NO_NAME) names.delete(name);
    else names.set(name, inode);
  }
}
