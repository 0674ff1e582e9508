import { describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';
import { direct, kernel, local, missing, partial } from '@occlum/abi';
import type { PathArgument } from '@occlum/abi';

const open = (_context: object, path: PathArgument): number => (path.isNull ? -Errno.EFAULT : 3);

describe('a row', () => {
  it.each([
    ['local', local(39, []), { class: 'local', support: 'full', run: undefined }],
    ['direct', direct(0, ['fd', 'address', 'size'], { blocks: true }), { class: 'direct', blocks: true, directory: 'EBADF' }],
    ['direct with a handler, which answers for directories too', direct(8, ['fd'], { kernel: () => 0 }), { class: 'direct', directory: undefined }],
    ['kernel', kernel(2, ['path'], open), { class: 'kernel', support: 'full', note: undefined }],
    ['partial', partial(local(56, []), 'No namespaces.'), { class: 'local', support: 'partial', note: 'No namespaces.' }],
    ['missing', missing(101), { class: 'kernel', support: 'missing' }],
  ])('%s says which side answers and how much works', (_title, row, expected) => {
    expect(row).toMatchObject(expected);
  });

  it('that is missing answers ENOSYS', () => {
    expect(missing(101).run?.({})).toBe(-Errno.ENOSYS);
  });
});
