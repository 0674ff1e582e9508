import { expect, it } from 'vitest';
import { parseLogLevel } from '@occlum/log';
it('src/level.ts:22', async () => {
  expect.assertions(3);

  expect(parseLogLevel('TRACE')).toEqual('trace');
  expect(parseLogLevel('verbose')).toEqual('off');
  expect(parseLogLevel(undefined)).toEqual('off');

});
