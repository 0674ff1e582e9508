import { bench, describe } from 'vitest';

import { createLogger } from '@occlum/log';

const NULL = { file: '/dev/null' };
const off = createLogger({ level: 'off' });
const error = createLogger({ level: 'error', destination: NULL });
const text = createLogger({ level: 'trace', destination: NULL }).child({ pid: 3, tid: 3 });
const json = createLogger({ level: 'trace', destination: NULL, format: 'json' }).child({ pid: 3, tid: 3 });
const fields = { syscall: true, nr: 257, result: 3 };

describe('one trace line', () => {
  bench('off', () => {
    if (off.isLevelEnabled('trace')) off.trace(fields, 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3');
  });
  bench('at level error', () => {
    if (error.isLevelEnabled('trace')) error.trace(fields, 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3');
  });
  bench('text', () => {
    text.trace(fields, 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3');
  });
  bench('json', () => {
    json.trace(fields, 'openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3');
  });
});
