import { expect, it } from 'vitest';
import { Enclave } from '@occlum/pal';
it('src/guest-process.ts:30', async () => {
  expect.assertions(2);

  await using enclave = await Enclave.create({ rootfs: '/' });
  const program = enclave.spawn('sh', ['-c', 'read name; echo "hello $name"; exit 3']);
  program.stdin.end('world\n');
  const lines = [];
  for await (const line of program) lines.push(line);
  expect(lines).toEqual(['hello world']);
  expect(await program).toEqual({ code: 3 });

});
