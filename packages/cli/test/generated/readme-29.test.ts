import { expect, it } from 'vitest';
import { readRun, toRunRequest } from '@occlum/cli';
it('README.md:29', async () => {
  expect.assertions(1);

  const words = readRun(['--rootfs', '/', '--timeout=5s', '--', 'ls', '-l']);
  const request = words && toRunRequest(words, { cwd: '/tmp', env: {} });
  expect(request?.timeoutMs).toEqual(5000);

});
