import { expect, it } from 'vitest';
import { Errno, ErrnoError, isErrnoError } from '@occlum/errno';
it('README.md:9', async () => {
  expect.assertions(3);

  expect(Errno.EINVAL).toEqual(22);

  const failure = new ErrnoError('ESRCH', { syscall: 'kill', detail: 'no task 4711' });
  expect(failure.errno).toEqual(-3);
  expect(isErrnoError(failure, 'ESRCH')).toEqual(true);

});
