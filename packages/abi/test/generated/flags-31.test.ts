import { expect, it } from 'vitest';
import { showFlags } from '@occlum/abi';
it('src/flags.ts:31', async () => {
  expect.assertions(2);

  expect(showFlags(0x80001, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3)).toEqual('WRONLY|CLOEXEC');
  expect(showFlags(0x80000, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3)).toEqual('RDONLY|CLOEXEC');

});
