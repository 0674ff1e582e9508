// The folders of all packages, from "workspaces" of a root package.json: the one list that the other scripts walk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Absolute folder of each workspace package of a root folder. A pattern is a folder, or `folder/*`.
 *
 * @type {(root: string) => string[]}
 */
export function packageFolders(root) {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return workspaces.flatMap((pattern) => (pattern.endsWith('/*') ? foldersIn(join(root, pattern.slice(0, -2))) : [join(root, pattern)]))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

function foldersIn(parent) {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name)).sort();
}
