import { expect, it } from 'vitest';
import { ErrnoError } from '@occlum/errno';
it('src/errno-error.ts:24', async () => {
  expect.assertions(3);

  const error = new ErrnoError('EINVAL', { syscall: 'dup3', detail: 'oldfd equals newfd' });
  expect(error.code).toEqual('EINVAL');
  expect(error.errno).toEqual(-22);
  expect(error.message).toEqual('EINVAL: invalid argument, dup3: oldfd equals newfd');

});
