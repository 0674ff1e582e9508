import { getBuiltinModule } from 'node:process';

import type * as Pino from 'pino';

/**
 * Loads pino at its first use, without a promise. Loading takes tens of milliseconds, which a start with the log off
 * must not pay; `import()` would make each maker of a logger wait.
 */
export function loadPino(): typeof Pino.pino {
  const require = getBuiltinModule('node:module').createRequire(import.meta.filename);
  return (require('pino') as typeof Pino).pino;
}
