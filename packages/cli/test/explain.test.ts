import { describe, expect, it } from 'vitest';

import { explain } from '@occlum/cli';
import type { DenialSummary } from '@occlum/pal';

const NOTHING: DenialSummary = { denials: [], untold: 0, permissionErrors: 0 };
const ASKED = { volumes: [{ text: 'data:/data:ro' }], unset: [], isInstance: false };

describe('explain', () => {
  it('says that nothing was refused', () => {
    expect(explain(NOTHING, ASKED)).toEqual(['no option has refused anything']);
  });

  it('names the flag, how often, and what to change', () => {
    const denials: DenialSummary['denials'] = [
      { count: 3, denial: { operation: 'openat', object: '/data/x', rule: 'readOnly', place: 'mounts[0].readOnly', error: 'EROFS', pid: 1, hint: 'nothing below /data can be written' } },
      { count: 1, denial: { operation: 'mkdir', object: '/x', rule: 'readOnly', place: 'readOnly', error: 'EROFS', hint: 'nothing below "/" can be written' } },
      { count: 2, denial: { operation: 'io_uring_setup', object: 'the system call', rule: 'missing', error: 'ENOSYS', hint: 'it is not implemented' } },
      { count: 1, denial: { operation: 'run', object: 'the enclave', rule: 'limits.memory', place: 'limits.memory', hint: 'it used 2 of 1' } },
      { count: 1, denial: { operation: 'connect', object: '/run/x', rule: 'hostSocket', error: 'ECONNREFUSED', hint: 'it is a socket of the host' } },
    ];
    expect(explain({ ...NOTHING, denials, untold: 2, permissionErrors: 4 }, { ...ASKED, unset: ['TOKEN'] })).toEqual([
      'variable TOKEN was not given: --env TOKEN takes it from the host, which has none; write --env TOKEN=VALUE',
      'openat /data/x, got EROFS, 3 times, by --volume data:/data:ro: nothing below /data can be written; leave out :ro if the program is to write there',
      'mkdir /x, got EROFS, once, by --read-only: nothing below "/" can be written; leave it out, or allow a place by --volume HOST:PLACE or --tmpfs PLACE',
      'io_uring_setup, got ENOSYS, 2 times: it is not implemented',
      'run the enclave, once, by --memory: it used 2 of 1',
      'connect /run/x, got ECONNREFUSED, once: it is a socket of the host',
      '2 more were refused',
      'permissions inside have refused 4 calls (EACCES, EPERM): no option does that, but who the program is (--user) and the modes of files',
    ]);
  });

  it('names the place in Occlum.json that decided in an instance', () => {
    const denial = { operation: 'spawn', object: '/bin/cat', rule: 'entryPoints', place: 'Occlum.json:11:3 - entry_points', error: 'EACCES', hint: 'none of them' } as const;
    expect(explain({ ...NOTHING, denials: [{ denial, count: 1 }] }, ASKED)).toEqual(['spawn /bin/cat, got EACCES, once, by Occlum.json:11:3 - entry_points: none of them']);
  });

  it('keeps names of programs from steering the terminal', () => {
    const denial = { operation: 'openat', object: '/a\u001b[31m\n\u202eb', rule: 'readOnly', hint: 'no\u0007' } as const;
    expect(explain({ ...NOTHING, denials: [{ denial, count: 1 }] }, ASKED)).toEqual(['openat /a\\u001b[31m\\u000a\\u202eb, once: no\\u0007']);
  });
});
