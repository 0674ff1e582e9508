import { expect, it } from 'vitest';
import { registers } from '@occlum/abi';
it('src/registers.ts:80', async () => {
  expect.assertions(1);

  expect(registers(-1, 8).subarray(0, 4)).toEqual(Uint32Array.of(0xffffffff, 0xffffffff, 8, 0));

});
