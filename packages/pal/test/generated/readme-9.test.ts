import { expect, it } from 'vitest';
import { Enclave } from '@occlum/pal';
it('README.md:9', async () => {
  expect.assertions(2);

  await using enclave = await Enclave.create({ rootfs: '/', network: 'none' });

  const program = enclave.spawn('sh', ['-c', 'echo $GREETING; echo lost > /etc/motd; exit 3'], {
    env: { GREETING: 'hello' },
    timeout: 60_000,
  });
  for await (const line of program) {
  expect(  line).toEqual('hello');
  }
  expect(await program).toEqual({ code: 3 });

});
