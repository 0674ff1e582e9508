import { describe, expect, it } from 'vitest';

import { toResult } from '@occlum/cli';
import type { Ending, RunResult } from '@occlum/cli';
import type { DenialSummary } from '@occlum/pal';

const NOTHING = { code: null, signal: null, limit: null, limitPlace: null, detail: null };

describe('toResult', () => {
  it.each<[string, Ending, Partial<RunResult>]>([
    ['an exit status', { status: 3, ended: { code: 3 } }, { reason: 'exit', code: 3 }],
    ['a signal', { status: 139, ended: { signal: 'SIGSEGV', core: false } }, { reason: 'signal', signal: 'SIGSEGV' }],
    ['a signal of a limit', { status: 153, ended: { signal: 'SIGXFSZ', core: false, limit: 'fileSize' }, limitPlace: 'Occlum.json:3:5 - policy' }, { reason: 'signal', signal: 'SIGXFSZ', limit: 'fileSize', limitPlace: 'Occlum.json:3:5 - policy' }],
    ['a limit', { status: 137, ended: { reason: 'limit', limit: 'memory', detail: 'too much' } }, { reason: 'limit', limit: 'memory', detail: 'too much' }],
    ['its time', { status: 124, ended: { reason: 'timeout', detail: 'after 5 ms' } }, { reason: 'timeout', detail: 'after 5 ms' }],
    ['an error', { status: 127, error: 'x: no such program inside' }, { reason: 'error', detail: 'x: no such program inside' }],
    ['its user', { status: 130 }, { reason: 'interrupted' }],
  ])('says what ended a run: %s', (_title, ending, result) => {
    expect(toResult('/bin/x', ending, undefined, 12.4)).toEqual({ program: '/bin/x', status: ending.status, ...NOTHING, durationMs: 12, denials: [], untold: 0, permissionErrors: 0, ...result });
  });

  it('has what was refused', () => {
    const denial = { operation: 'openat', object: '/data/x', rule: 'readOnly', place: 'readOnly', error: 'EROFS', pid: 1, hint: 'no' } as const;
    const summary: DenialSummary = { denials: [{ denial, count: 3 }], untold: 2, permissionErrors: 4 };
    expect(toResult('x', { status: 0, ended: { code: 0 } }, summary, 0)).toMatchObject({ denials: [{ ...denial, count: 3 }], untold: 2, permissionErrors: 4 });
  });
});
