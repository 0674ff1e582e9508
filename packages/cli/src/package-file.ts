import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The path of a file in an installed package, as `import.meta.filename` is there. Code of other packages that was bundled
 * into this command finds its own files by it; `require.resolve` would load half of Node's module system first.
 *
 * @param name - Name of the package.
 * @param file - Path in it.
 * @param from - Folder to look from: in its `node_modules`, then in those of the folders above.
 * @throws Error when the package is not installed.
 */
export function packageFile(name: string, file: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return join(found, file);
    if (folder === dirname(folder)) throw new Error(`Cannot find the package ${name}, install @occlum/cli again`);
  }
}
