import { expect, it } from 'vitest';
import { Enclave } from '@occlum/pal';
it('src/enclave.ts:33', async () => {
  expect.assertions(1);

  await using enclave = await Enclave.create({ rootfs: '/' });
  for await (const line of enclave.spawn('uname', ['-n'])) {
  expect(  line).toEqual('occlum');
  }

});
