import type { ConfigPath } from './config-document.js';

/** What stands at a path of a value; `undefined` where there is nothing. Only own keys count. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined), root);
}
