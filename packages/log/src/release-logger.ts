import { ErrnoError } from '@occlum/errno';

import type { RootLogger } from './logger.js';

/** The logger of a release enclave: there is nothing in it that could write a line. */
export function releaseLogger(): RootLogger {
  return RELEASE;
}

const RELEASE: RootLogger = Object.freeze({
  level: 'off',
  isLevelEnabled: () => false,
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
  child: () => RELEASE,
  close: ignore,
  setLevel(level) {
    if (level !== 'off') throw new ErrnoError('EPERM', { syscall: 'setLevel', detail: `level is ${level}, must be off: this is a release enclave` });
  },
} satisfies RootLogger);

function ignore(): void {
  // Nothing is logged.
}
