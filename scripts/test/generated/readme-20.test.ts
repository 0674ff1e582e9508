import { expect, it } from 'vitest';
import { Enclave } from '@occlum/pal';
it('README.md:20', async () => {
  expect.assertions(1);

  const enclave = await Enclave.create({ rootfs: '/' });

  const shell = enclave.spawn('sh', ['-c', 'echo "I am process $$" | tee /etc/hostname; cat /etc/hostname']);
  for await (const line of shell) console.log(line);
  expect(await shell).toEqual({ code: 0 });

  await enclave.destroy();

});
