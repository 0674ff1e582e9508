import { readFileSync } from 'node:fs';

import type { EnclaveAttributes } from '@occlum/libos';

/**
 * Says which layer that is kept cannot be had, and why.
 *
 * @param code - `EBUSY`: another enclave has it; `EUCLEAN`: what is in it is not what was written.
 */
export function layerFailure({ writableLayer, mounts }: Pick<EnclaveAttributes, 'writableLayer' | 'mounts'>, code: 'EBUSY' | 'EUCLEAN'): string {
  const layers = [
    ...(writableLayer === undefined ? [] : [{ place: 'writableLayer', path: writableLayer }]),
    ...mounts.flatMap((mount, index) => (mount.type === 'union' && mount.upper !== undefined ? [{ place: `mounts[${index}].upper`, path: mount.upper }] : [])),
  ];
  const shown = layers.map(({ place, path }) => `${place} is ${path}${code === 'EBUSY' ? ownerOf(path) : ''}`).join(', ');
  return code === 'EBUSY' ? `${shown}; one enclave at a time can have it` : `${shown}; what is kept there is not whole, give another directory or take its "names" away`;
}

function ownerOf(path: string): string {
  try {
    return `, which process ${readFileSync(`${path}/owner`, 'latin1').trim()} has`;
  } catch {
    return '';
  }
}
