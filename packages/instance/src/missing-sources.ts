import { statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Config, ConfigProblem } from '@occlum/config';

import type { ConfigPlaces } from './config-places.js';

/**
 * Directories of the host that a configuration names and that this host does not have. That is no mistake, as an instance may be built
 * on another machine than it is run on.
 *
 * @param directory - Of the instance, absolute: relative ones start there.
 */
export function missingSources({ mount }: Config, { file, places }: ConfigPlaces, directory: string): ConfigProblem[] {
  return mount.flatMap((entry, index) => {
    const layer = entry.type === 'unionfs' ? entry.options.layers[0] : undefined;
    const named = entry.type === 'hostfs' ? entry.source : layer?.type === 'hostfs' ? layer.source : undefined;
    const message = named === undefined ? undefined : whyMissing(resolve(directory, named));
    if (named === undefined || message === undefined) return [];
    const path = entry.type === 'hostfs' ? ['mount', index, 'source'] : ['mount', index, 'options', 'layers', 0, 'source'];
    const written = places[entry.type === 'hostfs' ? `mount[${index}].source` : `mount[${index}].options.layers[0].source`];
    const [line = 1, column = 1] = written?.split(':').map(Number) ?? [];
    return [{ file, line, column, path, message: `${JSON.stringify(named)} ${message}; the instance cannot be run where it is not` }];
  });
}

function whyMissing(path: string): string | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'is not there on this host' : `cannot be looked at on this host (${code ?? String(error)})`;
  }
}
