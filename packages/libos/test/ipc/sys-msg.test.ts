import { beforeEach, describe, expect, it } from 'vitest';

import { IpcCommand, IpcFlags, MsgCommand, MsgFlags, Signal, msginfo, msqid64Ds } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { IpcNamespace } from '../../src/ipc/ipc-namespace.js';
import { IPC_FILES } from '../../src/ipc/ipc-text.js';
import { ipcSyscalls } from '../../src/ipc/syscalls.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { ERESTARTNOHAND } from '../../src/kernel/syscall-context.js';
import { sentByKernel } from '../../src/signal/signal-info.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';

const { IPC_CREAT, IPC_NOWAIT } = IpcFlags;
const { MSG_COPY, MSG_EXCEPT, MSG_NOERROR } = MsgFlags;

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
  id = await call(owner, 'msgget', 0, 0o600);
});

const call = (process: Process, name: string, ...given: Given[]): Promise<number> => guestCall(ipcSyscalls(ipc), kernel.caller(process), name, ...given);

function message(type: bigint, text: string | Uint8Array): Uint8Array {
  const head = new Uint8Array(BigInt64Array.of(type).buffer);
  return Buffer.concat([head, typeof text === 'string' ? Buffer.from(text) : text]);
}

const send = (type: bigint, text: string, process = owner): Promise<number> => call(process, 'msgsnd', id, message(type, text), text.length, IPC_NOWAIT);

async function receive(type: number | bigint, flags: number = IPC_NOWAIT, size = 100): Promise<string | number> {
  const room = new Room(new Uint8Array(size + 8));
  const result = await call(owner, 'msgrcv', id, room, size, type, flags);
  return result < 0 ? result : `${new DataView(room.bytes.buffer, room.bytes.byteOffset).getBigInt64(0, true)} ${Buffer.from(room.bytes.subarray(8, 8 + result)).toString()}`;
}

async function statusOf(): Promise<ReturnType<typeof msqid64Ds.decode>> {
  const room = new Room(new Uint8Array(msqid64Ds.size));
  expect(await call(owner, 'msgctl', id, IpcCommand.IPC_STAT, room)).toBe(0);
  return msqid64Ds.decode(room.bytes);
}

describe('msgsnd', () => {
  it.each<[string, (id: number) => Given[], number]>([
    ['EFAULT of the type before the length', () => [5, new Uint8Array(7), 8193, 0], -Errno.EFAULT],
    ['NULL', (of) => [of, null, 1, 0], -Errno.EFAULT],
    ['too long', (of) => [of, message(1n, ''), 8193, 0], -Errno.EINVAL],
    ['a negative length', (of) => [of, message(1n, ''), -1n, 0], -Errno.EINVAL],
    ['a negative id', () => [-1, message(1n, 'x'), 1, 0], -Errno.EINVAL],
    ['no type, before EFAULT', (of) => [of, message(0n, ''), 1, 0], -Errno.EINVAL],
    ['EFAULT of the text before the id', () => [5, message(1n, ''), 1, 0], -Errno.EFAULT],
    ['no such id', () => [5, message(1n, 'x'), 1, 0], -Errno.EINVAL],
    ['no permission', (of) => [of, message(1n, 'x'), 1, 0], -Errno.EACCES],
  ])('%s', async (_title, given, result) => {
    expect(await call(stranger, 'msgsnd', ...given(id))).toBe(result);
  });

  it('waits for room, and no longer than the queue is there', async () => {
    const large = 'x'.repeat(8192);
    expect(await send(1n, large)).toBe(0);
    expect(await send(1n, large)).toBe(0);
    expect(await send(1n, 'x')).toBe(-Errno.EAGAIN);
    const waiting = call(kernel.spawn(owner), 'msgsnd', id, message(2n, 'late'), 4, 0);
    expect(await receive(0, 0, 8192)).toBe(`1 ${large}`);
    expect(await waiting).toBe(0);
    const removed = call(kernel.spawn(owner), 'msgsnd', id, message(2n, large), 8192, 0);
    expect(await call(owner, 'msgctl', id, IpcCommand.IPC_RMID, null)).toBe(0);
    expect(await removed).toBe(-Errno.EIDRM);
    expect([ipc.messages.messages, ipc.messages.bytes]).toEqual([0, 0]);
  });

  it('has a limit for all queues together', async () => {
    expect(ipc.messages.hasMemoryFor(64 * 2 ** 20)).toBe(true);
    await send(1n, 'x');
    expect(ipc.messages.hasMemoryFor(64 * 2 ** 20)).toBe(false);
    ipc.messages.messages = 131_072;
    expect(await send(1n, 'x')).toBe(-Errno.ENOMEM);
  });
});

describe('msgrcv', () => {
  it('chooses by type', async () => {
    for (const [type, text] of [[3n, 'c'], [1n, 'a'], [2n, 'b'], [1n, 'aa'], [4n, 'd']] as const) await send(type, text);
    expect(await receive(2)).toBe('2 b');
    expect(await receive(2)).toBe(-Errno.ENOMSG);
    expect(await receive(3, IPC_NOWAIT | MSG_EXCEPT)).toBe('1 a');
    expect(await receive(-3)).toBe('1 aa');
    expect(await receive(-3)).toBe('3 c');
    expect(await receive(0)).toBe('4 d');
    await send(2n ** 63n - 1n, 'z');
    expect(await receive(-(2n ** 63n))).toBe(`${2n ** 63n - 1n} z`);
  });

  it('gives no more than there is room for', async () => {
    await send(1n, 'long');
    expect(await receive(0, 0, 3)).toBe(-Errno.E2BIG);
    expect(await receive(0, MSG_NOERROR, 3)).toBe('1 lon');
    expect(await receive(0)).toBe(-Errno.ENOMSG);
  });

  it.each<[string, (id: number) => Given[], number]>([
    ['a negative id', () => [-1, null, 1, 0, 0], -Errno.EINVAL],
    ['a negative length', (of) => [of, null, -1n, 0, 0], -Errno.EINVAL],
    ['a copy that may wait, before the id', () => [5, null, 1, 0, MSG_COPY], -Errno.EINVAL],
    ['a copy of others', (of) => [of, null, 1, 0, MSG_COPY | MSG_EXCEPT | IPC_NOWAIT], -Errno.EINVAL],
    ['a copy', () => [5, null, 1, 0, MSG_COPY | IPC_NOWAIT], -Errno.ENOSYS],
    ['no such id', () => [5, null, 1, 0, 0], -Errno.EINVAL],
    ['no permission before ENOMSG', (of) => [of, null, 1, 0, IPC_NOWAIT], -Errno.EACCES],
  ])('%s', async (_title, given, result) => {
    expect(await call(stranger, 'msgrcv', ...given(id))).toBe(result);
  });

  it('loses a message that it cannot write', async () => {
    await send(1n, 'x');
    expect(await call(owner, 'msgrcv', id, null, 1, 0, 0)).toBe(-Errno.EFAULT);
    expect(await receive(0)).toBe(-Errno.ENOMSG);
  });

  it('waits in order, until a signal comes or its rights go', async () => {
    const first = receive(0, 0);
    const second = receive(0, 0);
    await send(1n, 'a', kernel.spawn(owner));
    await send(1n, 'b', kernel.spawn(owner));
    expect(await Promise.all([first, second])).toEqual(['1 a', '1 b']);
    const reader = kernel.spawn(owner);
    const interrupted = call(reader, 'msgrcv', id, new Room(new Uint8Array(9)), 1, 0, 0);
    kernel.setAction(reader, Signal.SIGUSR1, 0x1000);
    kernel.signals.toProcess(reader, sentByKernel(Signal.SIGUSR1));
    reader.leader?.interrupt?.();
    expect(await interrupted).toBe(-ERESTARTNOHAND);
    const excluded = receive(0, 0);
    const { msg_perm, ...status } = await statusOf();
    expect(await call(owner, 'msgctl', id, IpcCommand.IPC_SET, msqid64Ds.encode({ ...status, msg_perm: { ...msg_perm, mode: 0 } }))).toBe(0);
    expect(await excluded).toBe(-Errno.EACCES);
  });
});

describe('msgctl', () => {
  it('lets nobody without CAP_SYS_RESOURCE have longer queues', async () => {
    const status = await statusOf();
    const set = (bytes: bigint): Promise<number> => call(owner, 'msgctl', id, IpcCommand.IPC_SET, msqid64Ds.encode({ ...status, msg_qbytes: bytes }));
    expect(await set(16385n)).toBe(-Errno.EPERM);
    expect(await set(1n)).toBe(0);
    expect(await send(1n, '')).toBe(0);
    expect(await send(1n, '')).toBe(-Errno.EAGAIN);
    owner.credentials = Credentials.of(0, 0);
    expect(await set(100_000n)).toBe(0);
    expect(await statusOf()).toMatchObject({ msg_qbytes: 100_000n, msg_qnum: 1n, msg_lspid: owner.pid, msg_stime: 1000n });
  });

  it.each<[string, (id: number) => Given[], number]>([
    ['a negative id before the command', () => [-1, 99, null], -Errno.EINVAL],
    ['no such command', (of) => [of, 99, null], -Errno.EINVAL],
    ['EFAULT of IPC_SET before the id', () => [5, IpcCommand.IPC_SET, FAULT], -Errno.EFAULT],
    ['IPC_SET of another', (of) => [of, IpcCommand.IPC_SET, new Uint8Array(msqid64Ds.size)], -Errno.EPERM],
    ['IPC_RMID of another', (of) => [of, IpcCommand.IPC_RMID, null], -Errno.EPERM],
    ['IPC_STAT without permission before EFAULT', (of) => [of, IpcCommand.IPC_STAT, null], -Errno.EACCES],
    ['MSG_STAT_ANY to nowhere', (of) => [of, MsgCommand.MSG_STAT_ANY, null], -Errno.EFAULT],
  ])('%s', async (_title, given, result) => {
    expect(await call(stranger, 'msgctl', ...given(id))).toBe(result);
  });

  it('tells use and the list', async () => {
    await send(1n, 'abc');
    const info = new Room(new Uint8Array(msginfo.size));
    expect(await call(owner, 'msgctl', 0, MsgCommand.MSG_INFO, info)).toBe(0);
    expect(msginfo.decode(info.bytes)).toMatchObject({ msgpool: 1, msgmap: 1, msgtql: 3, msgmax: 8192, msgmnb: 16384, msgmni: 32000 });
    const pid = `${owner.pid}`.padStart(5);
    expect(IPC_FILES['msg']?.(ipc).split('\n')[1]).toBe(
      `         0 ${`${id}`.padStart(10)}   600           3          1 ${pid}     0  1000  1000  1000  1000       1000          0       1000`,
    );
  });
});

it('msgget finds by key', async () => {
  expect(await call(owner, 'msgget', 5, 0)).toBe(-Errno.ENOENT);
  const made = await call(owner, 'msgget', 5, IPC_CREAT | 0o600);
  expect(await call(stranger, 'msgget', 5, 0)).toBe(made);
  expect(await call(stranger, 'msgget', 5, 0o600)).toBe(-Errno.EACCES);
  expect(await call(stranger, 'msgget', 5, IPC_CREAT | IpcFlags.IPC_EXCL)).toBe(-Errno.EEXIST);
});
