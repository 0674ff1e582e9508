import type { openKeptLayer } from './kept-layer.js';
import type { restoreLayer } from './restore-layer.js';

/** What keeps layers for later runs. */
export interface KeptLayers {
  readonly open: typeof openKeptLayer;
  readonly restore: typeof restoreLayer;
}

/** Loads what keeps layers; who has none pays for none of it. */
export async function loadKeptLayers(): Promise<KeptLayers> {
  const [{ openKeptLayer: open }, { restoreLayer: restore }] = await Promise.all([import('./kept-layer.js'), import('./restore-layer.js')]);
  return { open, restore };
}
