import type * as Package from '@occlum/config';

/** Loads what reads Occlum.json at its first use: who only runs an instance reads what was measured, and does without. */
export function loadConfigPackage(): Promise<typeof Package> {
  return import('@occlum/config');
}
