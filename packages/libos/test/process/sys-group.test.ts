import { beforeEach, describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../../src/kernel/enclave-kernel.js';
import type { KernelTable } from '../../src/kernel/syscall-context.js';
import type { Process } from '../../src/process/process.js';
import { processSyscalls } from '../../src/process/syscalls.js';
import { guestCall } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

const [INIT, CALLER, CHILD, EXECUTED, AWAY, GRANDCHILD, ZOMBIE, NOBODY] = [1, 2, 3, 4, 5, 6, 7, 99];

let kernel: FakeKernel;
let table: KernelTable;
let caller: Process;
let child: Process;
let thread: number;

beforeEach(() => {
  kernel = new FakeKernel();
  // These handlers use the processes of it only.
  table = processSyscalls(kernel as unknown as EnclaveKernel);
  caller = kernel.spawn(kernel.spawn());
  child = kernel.spawn(caller);
  kernel.spawn(caller).hasExecuted = true;
  const away = kernel.spawn(caller);
  kernel.processes.move(away, kernel.processes.newSession(away.pid));
  kernel.spawn(child);
  kernel.zombie(kernel.spawn(caller));
  thread = kernel.thread(caller).tid;
});

const callOf = (process: Process, name: string, ...given: number[]): Promise<number> =>
  guestCall(table, kernel.caller(process) as Parameters<typeof guestCall<never>>[1], name, ...given);
const call = (name: string, ...given: number[]): Promise<number> => callOf(caller, name, ...given);

describe('process groups and sessions', () => {
  it.each<[string, string, number[], number]>([
    ['a negative group, before the process', 'setpgid', [NOBODY, -1], -Errno.EINVAL],
    ['nobody', 'setpgid', [NOBODY, 0], -Errno.ESRCH],
    ['a negative process', 'setpgid', [-2, 0], -Errno.ESRCH],
    ['the parent', 'setpgid', [INIT, 0], -Errno.ESRCH],
    ['a child of a child', 'setpgid', [GRANDCHILD, 0], -Errno.ESRCH],
    ['a child in another session', 'setpgid', [AWAY, 0], -Errno.EPERM],
    ['a child that has executed a program', 'setpgid', [EXECUTED, 0], -Errno.EACCES],
    ['a group that is none', 'setpgid', [0, NOBODY], -Errno.EPERM],
    ['a group of another session', 'setpgid', [0, AWAY], -Errno.EPERM],
    ['a group of the session', 'setpgid', [0, INIT], 0],
    ['a group of its own', 'setpgid', [0, 0], 0],
    ['a group of a child', 'setpgid', [CHILD, CHILD], 0],
    ['a zombie', 'setpgid', [ZOMBIE, 0], 0],
    ['the group of nobody', 'getpgid', [NOBODY], -Errno.ESRCH],
    ['the group of a process of another session', 'getpgid', [AWAY], AWAY],
    ['the own group', 'getpgid', [0], INIT],
    ['the own group', 'getpgrp', [], INIT],
    ['the session of nobody', 'getsid', [NOBODY], -Errno.ESRCH],
    ['the session of another', 'getsid', [AWAY], AWAY],
    ['the own session', 'getsid', [0], INIT],
    ['a session', 'setsid', [], CALLER],
  ])('%s: %s', async (_title, name, given, result) => {
    expect([caller.pid, child.pid]).toEqual([CALLER, CHILD]);
    expect(await call(name, ...given)).toBe(result);
  });

  it('are found by any thread, and changed by the first one only', async () => {
    expect(await call('getpgid', thread)).toBe(INIT);
    expect(await call('setpgid', thread, 0)).toBe(-Errno.EINVAL);
  });

  it('cannot be left by a session leader', async () => {
    expect(await call('setsid')).toBe(CALLER);
    expect(await call('setsid')).toBe(-Errno.EPERM);
    expect(await call('setpgid', 0, 0)).toBe(-Errno.EPERM);
    expect(caller.group).toMatchObject({ pgid: CALLER, session: { sid: CALLER, terminal: undefined } });
  });

  it('has no session for the leader of a group', async () => {
    await call('setpgid', 0, 0);
    expect(await call('setsid')).toBe(-Errno.EPERM);
  });

  it('has no session while a group of the number is there', async () => {
    await call('setpgid', CHILD, 0);
    await call('setpgid', 0, CHILD);
    await callOf(child, 'setpgid', 0, INIT);
    expect(await callOf(child, 'setsid')).toBe(-Errno.EPERM);
  });

  it('drops a group with its last member', async () => {
    await call('setpgid', CHILD, 0);
    await call('setpgid', CHILD, INIT);
    expect(kernel.processes.group(CHILD)).toBeUndefined();
  });
});
