import { beforeEach, describe, expect, it } from 'vitest';

import { IpcCommand, IpcFlags, SemCommand, SemFlags, Signal, sembuf, semid64Ds, seminfo, timespec } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { IpcNamespace } from '../../src/ipc/ipc-namespace.js';
import { IPC_FILES } from '../../src/ipc/ipc-text.js';
import { SEMAPHORE_LIMITS } from '../../src/ipc/semaphores.js';
import { ipcSyscalls } from '../../src/ipc/syscalls.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { sentByKernel } from '../../src/signal/signal-info.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { IPC_CREAT, IPC_NOWAIT } = IpcFlags;
const { SEM_UNDO } = SemFlags;
const CLONE_SYSVSEM = 0x40000;

let kernel: FakeKernel;
let ipc: IpcNamespace;
let owner: Process;
let stranger: Process;
let id: number;

beforeEach(async () => {
  kernel = new FakeKernel();
  ipc = new IpcNamespace(hostBinding(), () => 1000, {});
  owner = kernel.spawn(undefined, Credentials.of(1000, 1000));
  stranger = kernel.spawn(undefined, Credentials.of(2000, 2000));
  id = await call(owner, 'semget', 0, 3, 0o600);
});

const call = (process: Process, name: string, ...given: Given[]): Promise<number> => guestCall(ipcSyscalls(ipc), kernel.caller(process), name, ...given);
type Operation = readonly [number: number, operation: number, flags?: number];
const operations = (...all: readonly Operation[]): Uint8Array =>
  Buffer.concat(all.map(([sem_num, sem_op, sem_flg = 0]) => sembuf.encode({ sem_num, sem_op, sem_flg })));
const operate = (process: Process, ...all: readonly Operation[]): Promise<number> => call(process, 'semop', id, operations(...all), all.length);
const set = (...values: readonly number[]): Promise<number> => call(owner, 'semctl', id, 0, SemCommand.SETALL, new Uint8Array(Uint16Array.from(values).buffer));
const value = (number: number): Promise<number> => call(owner, 'semctl', id, number, SemCommand.GETVAL, null);

describe('semget', () => {
  it.each<[string, Given[], number]>([
    ['a negative count', [0, -1, 0], -Errno.EINVAL],
    ['a count beyond all', [0, SEMAPHORE_LIMITS.semmsl + 1, 0], -Errno.EINVAL],
    ['no such key', [5, 0, 0], -Errno.ENOENT],
    ['none', [0, 0, 0], -Errno.EINVAL],
  ])('%s', async (_title, given, result) => {
    expect(await call(owner, 'semget', ...given)).toBe(result);
  });

  it('finds a set that has enough', async () => {
    const made = await call(owner, 'semget', 5, 2, IPC_CREAT | 0o600);
    expect(await call(stranger, 'semget', 5, 2, 0)).toBe(made);
    expect(await call(stranger, 'semget', 5, 3, 0)).toBe(-Errno.EINVAL);
    expect(await call(stranger, 'semget', 5, 2, 0o200)).toBe(-Errno.EACCES);
  });

  it('has a limit for all semaphores together', async () => {
    for (let count = 0; count < SEMAPHORE_LIMITS.semmns / SEMAPHORE_LIMITS.semmsl - 1; count++) {
      expect(await call(owner, 'semget', 0, SEMAPHORE_LIMITS.semmsl, 0o600)).toBeGreaterThan(0);
    }
    expect(await call(owner, 'semget', 0, SEMAPHORE_LIMITS.semmsl, 0o600)).toBe(-Errno.ENOSPC);
    expect(await call(owner, 'semctl', id, 0, IpcCommand.IPC_RMID, null)).toBe(0);
    expect(await call(owner, 'semget', 0, SEMAPHORE_LIMITS.semmsl, 0o600)).toBeGreaterThan(0);
  });
});

describe('semop and semtimedop', () => {
  const one = operations([0, 1]);
  const badTime = timespec.encode({ tv_sec: 0n, tv_nsec: 1_000_000_000n });
  it.each<[string, string, (id: number) => Given[], number]>([
    ['too many before EFAULT', 'semop', () => [5, FAULT, 501], -Errno.E2BIG],
    ['none', 'semop', (of) => [of, one, 0], -Errno.EINVAL],
    ['EFAULT before the id', 'semop', () => [-1, FAULT, 1], -Errno.EFAULT],
    ['a negative id', 'semop', () => [-1, one, 1], -Errno.EINVAL],
    ['no such id', 'semop', () => [5, one, 1], -Errno.EINVAL],
    ['an id of before', 'semop', (of) => [of + 2 ** 15, one, 1], -Errno.EIDRM],
    ['no such semaphore before EACCES', 'semop', (of) => [of, operations([3, 1]), 1], -Errno.EFBIG],
    ['no permission', 'semop', (of) => [of, one, 1], -Errno.EACCES],
    ['the time before E2BIG', 'semtimedop', () => [5, FAULT, 501, FAULT], -Errno.EFAULT],
    ['a bad time before the set', 'semtimedop', () => [5, one, 1, badTime], -Errno.EINVAL],
  ])('%s', async (_title, name, given, result) => {
    expect(await call(stranger, name, ...given(id))).toBe(result);
  });

  it('does all or nothing, in order', async () => {
    await set(0, 1, 2);
    expect(await operate(owner, [1, 1], [2, -3, IPC_NOWAIT])).toBe(-Errno.EAGAIN);
    expect(await operate(owner, [1, 1], [1, 32766])).toBe(-Errno.ERANGE);
    expect(await operate(owner, [1, -1], [1, 0], [1, 5], [0, 1])).toBe(0);
    expect([await value(0), await value(1), await value(2)]).toEqual([1, 5, 2]);
  });

  it('wakes those that can go on, in the order they came', async () => {
    const done: string[] = [];
    const waiting = [[-3, 'three'], [-1, 'one'], [-2, 'two']] as const;
    const waits = waiting.map(([operation, name]) => operate(kernel.spawn(owner), [0, operation]).then((result) => done.push(`${name} ${result}`)));
    const zero = operate(kernel.spawn(owner), [1, 0], [0, 0]).then((result) => done.push(`zero ${result}`));
    await zero;
    expect(await call(owner, 'semctl', id, 0, SemCommand.GETNCNT, null)).toBe(3);
    await operate(owner, [0, 2]);
    await operate(owner, [0, 1]);
    await operate(owner, [0, 3]);
    await Promise.all(waits);
    expect(done).toEqual(['zero 0', 'one 0', 'two 0', 'three 0']);
    expect(await value(0)).toBe(0);
  });

  it('ends by a signal, a removal and the end of the process, without effect', async () => {
    const interrupted = operate(owner, [0, -1]);
    kernel.setAction(owner, Signal.SIGUSR1, 0x1000);
    kernel.signals.toProcess(owner, sentByKernel(Signal.SIGUSR1));
    owner.leader?.interrupt?.();
    expect(await interrupted).toBe(-Errno.EINTR);
    const other = kernel.spawn(stranger, Credentials.of(1000, 1000));
    const gone = operate(other, [0, -1]);
    other.leader!.gone = true;
    await set(1, 0, 0);
    expect(await value(0)).toBe(1);
    other.leader!.interrupt?.();
    await gone;
    const removed = operate(kernel.spawn(stranger, Credentials.of(1000, 1000)), [1, -1]);
    expect(await call(owner, 'semctl', id, 0, IpcCommand.IPC_RMID, null)).toBe(0);
    expect(await removed).toBe(-Errno.EIDRM);
  });

  it('gives up in time', async () => {
    expect(await call(owner, 'semtimedop', id, operations([0, -1]), 1, timespec.encode({ tv_sec: 0n, tv_nsec: 1n }))).toBe(-Errno.EAGAIN);
    expect(await call(owner, 'semctl', id, 0, SemCommand.GETNCNT, null)).toBe(0);
  });
});

describe('SEM_UNDO', () => {
  it('is done at the end of the last process that shares it', async () => {
    await set(5, 0, 0);
    const worker = kernel.spawn(owner);
    const sharer = kernel.spawn(worker);
    ipc.forked(sharer, worker, CLONE_SYSVSEM);
    await operate(worker, [0, -2, SEM_UNDO], [1, 4, SEM_UNDO]);
    await operate(sharer, [0, -1, SEM_UNDO]);
    ipc.executed(worker);
    ipc.ended(worker);
    expect([await value(0), await value(1)]).toEqual([2, 4]);
    await operate(owner, [1, -3]);
    ipc.ended(sharer);
    expect([await value(0), await value(1)]).toEqual([5, 0]);
    expect(await call(owner, 'semctl', id, 0, SemCommand.GETPID, null)).toBe(sharer.pid);
  });

  it('is forgotten where a value is set, and has a range', async () => {
    const worker = kernel.spawn(owner);
    await operate(worker, [0, 2, SEM_UNDO]);
    expect(await call(owner, 'semctl', id, 0, SemCommand.SETVAL, 9)).toBe(0);
    ipc.ended(worker);
    expect(await value(0)).toBe(9);
    await operate(owner, [1, 32767, SEM_UNDO]);
    await operate(owner, [1, -32767]);
    expect(await operate(owner, [1, 2, SEM_UNDO])).toBe(-Errno.ERANGE);
  });
});

describe('semctl', () => {
  const room = (): Room => new Room(new Uint8Array(semid64Ds.size));
  it.each<[string, (id: number) => Given[], number]>([
    ['a negative id before the command', () => [-1, 0, 99, null], -Errno.EINVAL],
    ['no such command', (of) => [of, 0, 99, null], -Errno.EINVAL],
    ['the value of SETVAL before the id', () => [5, 0, SemCommand.SETVAL, 32768], -Errno.ERANGE],
    ['the number of SETVAL before EACCES', (of) => [of, 3, SemCommand.SETVAL, 1], -Errno.EINVAL],
    ['EACCES before the number of GETVAL', (of) => [of, 3, SemCommand.GETVAL, null], -Errno.EACCES],
    ['EACCES before EFAULT of SETALL', (of) => [of, 0, SemCommand.SETALL, FAULT], -Errno.EACCES],
    ['EFAULT of IPC_SET before the id', () => [5, 0, IpcCommand.IPC_SET, FAULT], -Errno.EFAULT],
    ['IPC_SET of another', (of) => [of, 0, IpcCommand.IPC_SET, room()], -Errno.EPERM],
    ['IPC_RMID of another', (of) => [of, 0, IpcCommand.IPC_RMID, null], -Errno.EPERM],
    ['IPC_STAT of another', (of) => [of, 0, IpcCommand.IPC_STAT, room()], -Errno.EACCES],
    ['SEM_STAT_ANY of another', (of) => [of, 0, SemCommand.SEM_STAT_ANY, room()], 0],
  ])('%s', async (_title, given, result) => {
    expect(await call(stranger, 'semctl', ...given(id))).toBe(result);
  });

  it('reads only as many values as there are, and says where there are too few', async () => {
    expect(await set(1, 2)).toBe(-Errno.EFAULT);
    expect(await set(1, 2, 32768)).toBe(-Errno.ERANGE);
    expect(await set(1, 2, 3, 40000)).toBe(0);
    const all = new Room(new Uint8Array(8));
    expect(await call(owner, 'semctl', id, 0, SemCommand.GETALL, all)).toBe(0);
    expect([...new Uint16Array(all.bytes.buffer)]).toEqual([1, 2, 3]);
  });

  it('tells limits, use and the list', async () => {
    const info = new Room(new Uint8Array(seminfo.size));
    expect(await call(owner, 'semctl', 0, 0, SemCommand.SEM_INFO, info)).toBe(0);
    expect(seminfo.decode(info.bytes)).toMatchObject({ semmsl: 32000, semopm: 500, semusz: 1, semaem: 3 });
    await operate(owner, [0, 1]);
    expect(IPC_FILES['sem']?.(ipc).split('\n')[1]).toBe(`         0 ${`${id}`.padStart(10)}   600          3  1000  1000  1000  1000       1000       1000`);
  });
});
