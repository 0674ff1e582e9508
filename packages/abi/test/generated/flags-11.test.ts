import { expect, it } from 'vitest';
import { unknownFlags } from '@occlum/abi';
it('src/flags.ts:11', async () => {
  expect.assertions(1);

  expect(unknownFlags(0b101, { FIRST: 1, SECOND: 2 })).toEqual(4);

});
