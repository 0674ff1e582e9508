import { describe, expect, it } from 'vitest';

import { LOG_LEVELS, parseLogLevel } from '@occlum/log';

describe('parseLogLevel', () => {
  it.each(LOG_LEVELS)('reads %s in lower, upper and mixed case', (level) => {
    expect(parseLogLevel(level)).toBe(level);
    expect(parseLogLevel(level.toUpperCase())).toBe(level);
    expect(parseLogLevel(level.charAt(0).toUpperCase() + level.slice(1))).toBe(level);
  });

  it.each([undefined, '', 'verbose', 'silent', 'fatal', '5', ' trace', 'constructor'])('takes %o as off', (text) => {
    expect(parseLogLevel(text)).toBe('off');
  });
});
