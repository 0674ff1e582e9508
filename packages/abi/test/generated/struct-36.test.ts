import { expect, it } from 'vitest';
import { array, struct } from '@occlum/abi';
it('src/struct.ts:36', async () => {
  expect.assertions(3);

  const timespec = struct('timespec', { tv_sec: 'i64', tv_nsec: 'i64' });
  expect(timespec.size).toEqual(16);
  expect(timespec.decode(timespec.encode({ tv_sec: 1n, tv_nsec: 500n }))).toEqual({ tv_sec: 1n, tv_nsec: 500n });

  const pair = struct('pair', { count: 'i32', times: array(timespec, 2) });
  expect(pair.offsets).toEqual({ count: 0, times: 8 });

});
