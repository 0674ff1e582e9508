import type * as Tools from './tools.js';

/** Loads all of the command that `occlum run` does without: a bundle of its own, so that a start need not read it. */
export function loadTools(): Promise<typeof Tools> {
  return import('./tools.js');
}
