import { expect, it } from 'vitest';
import { O_ACCMODE, OpenFlags, flagsOf, kernel, output, showCall, stat, struct } from '@occlum/abi';
import type { PathArgument, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';
it('README.md:9', async () => {
  expect.assertions(3);

  const pair = struct('pair', { count: 'i32', when: 'i64' });
  expect(pair.offsets.when).toEqual(8);
  expect(pair.decode(pair.encode({ count: 3, when: 5n }))).toEqual({ count: 3, when: 5n });

  const open = (_caller: unknown, path: PathArgument): number => (path.isNull ? -Errno.EFAULT : -Errno.ENOENT);
  const table: SyscallTable<unknown> = {
    open: kernel(2, ['path', flagsOf(OpenFlags, O_ACCMODE), 'mode'], open),
    fstat: kernel(5, ['fd', output(stat)], () => -Errno.EBADF),
  };

  const path = { isNull: false, read: () => '/etc/passwd' };
  expect(showCall('open', table['open']?.args ?? [], [path, OpenFlags.O_CLOEXEC, 0], -2)).toEqual('open("/etc/passwd", O_RDONLY|O_CLOEXEC, 0) = -1 ENOENT (No such file or directory)');

});
