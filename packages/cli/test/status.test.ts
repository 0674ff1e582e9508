import { describe, expect, it } from 'vitest';

import { ErrnoError } from '@occlum/errno';
import type { ExitStatus } from '@occlum/pal';

import { refusalOf, statusOf } from '../src/status.js';

describe('statusOf', () => {
  it.each<[ExitStatus, number]>([
    [{ code: 0 }, 0],
    [{ code: 3 }, 3],
    [{ signal: 'SIGKILL', core: false }, 137],
    [{ signal: 'SIGSEGV', core: true }, 139],
    [{ signal: 'SIG34', core: false }, 162],
    [{ reason: 'timeout', detail: '' }, 124],
    [{ reason: 'destroyed', detail: '' }, 125],
    [{ reason: 'limit', limit: 'memory', detail: '' }, 137],
    [{ reason: 'limit', limit: 'cpuTimeMs', detail: '' }, 152],
    [{ reason: 'limit', limit: 'wallTimeMs', detail: '' }, 124],
    [{ reason: 'limit', limit: 'outputBytes', detail: '' }, 153],
    [{ reason: 'limit', limit: 'writableBytes', detail: '' }, 153],
  ])('turns %j into %i', (ended, status) => {
    expect(statusOf(ended)).toBe(status);
  });
});

describe('refusalOf', () => {
  it.each<[unknown, string, number, string]>([
    [new ErrnoError('ENOENT', { syscall: 'spawn', detail: 'ls' }), 'ls', 127, 'ls: no such program in the PATH inside'],
    [new ErrnoError('ENOENT', { syscall: 'spawn', detail: '/x' }), '/x', 127, '/x: no such program inside'],
    [new ErrnoError('EACCES', { syscall: 'spawn', detail: '/x' }), '/x', 126, 'cannot run /x: permission denied'],
    [new ErrnoError('EAGAIN', { syscall: 'spawn', detail: '/x' }), '/x', 125, 'EAGAIN'],
    [new ErrnoError('ENOENT', { syscall: 'init', detail: '/x' }), '/x', 125, 'ENOENT'],
    [new Error('first\nsecond'), '/x', 125, 'first'],
  ])('explains %s', (error, program, status, message) => {
    const refusal = refusalOf(error, program);
    expect(refusal.status).toBe(status);
    expect(refusal.message).toContain(message);
    expect(refusal.message).not.toContain('\n');
  });
});
