import { createRequire } from 'node:module';

import type * as Pino from 'pino';

/**
 * Loads pino at its first use, without a promise. Loading takes tens of milliseconds, which a start with the log off
 * must not pay; `import()` would make each maker of a logger wait.
 */
export function loadPino(): typeof Pino.pino {
  const require = createRequire(import.meta.url);
  return (require('pino') as typeof Pino).pino;
}
