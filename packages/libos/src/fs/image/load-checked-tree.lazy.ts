import type { CheckedTree, CheckedTreeOptions } from './checked-tree.js';

/** Opens a directory of the host with its hash tree. */
export type OpenCheckedTree = (options: CheckedTreeOptions) => CheckedTree | number;

/** Loads what checks images; who has none pays for none of it. */
export async function loadCheckedTree(): Promise<OpenCheckedTree> {
  const { CheckedTree } = await import('./checked-tree.js');
  return (options) => CheckedTree.open(options);
}
