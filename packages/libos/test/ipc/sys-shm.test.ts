import { beforeEach, describe, expect, it } from 'vitest';

import { Capability, IpcCommand, IpcFlags, PAGE_SIZE, ShmCommand, ShmFlags, ShmGetFlags, shmInfo, shmid64Ds, shminfo64 } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { isError } from '../../src/fs/result.js';
import { IpcNamespace } from '../../src/ipc/ipc-namespace.js';
import { IPC_FILES } from '../../src/ipc/ipc-text.js';
import { ipcSyscalls } from '../../src/ipc/syscalls.js';
import { attach } from '../../src/ipc/sys-shm.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { FAULT, Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from '../process/fake-kernel.js';

const host = hostBinding();
const { IPC_CREAT, IPC_EXCL } = IpcFlags;
const KEY = 77;
const CLONE_VM = 0x100;

let kernel: FakeKernel;
let ipc: IpcNamespace;
let owner: Process;
let stranger: Process;
let nowSec: number;

beforeEach(() => {
  kernel = new FakeKernel();
  nowSec = 1000;
  ipc = new IpcNamespace(host, () => nowSec, {});
  owner = kernel.spawn(undefined, Credentials.of(1000, 1000));
  stranger = kernel.spawn(undefined, Credentials.of(2000, 2000));
  return () => { ipc.close(); };
});

const call = (process: Process, name: string, ...given: Given[]): Promise<number> => guestCall(ipcSyscalls(ipc), kernel.caller(process), name, ...given);

/** Attaches as the runtime does, without mapping anything. */
function attached(process: Process, id: number, flags = 0): number {
  const result = attach(ipc.memory, process, id, flags);
  if (isError(result)) return result;
  host.close(result.hostFd);
  return 0;
}

async function statusOf(id: number): Promise<ReturnType<typeof shmid64Ds.decode>> {
  const room = new Room(new Uint8Array(shmid64Ds.size));
  expect(await call(owner, 'shmctl', id, IpcCommand.IPC_STAT, room)).toBe(0);
  return shmid64Ds.decode(room.bytes);
}

describe('shmget', () => {
  it.each<[string, Given[], number]>([
    ['no such key', [KEY, 1, 0], -Errno.ENOENT],
    ['no bytes', [KEY, 0, IPC_CREAT], -Errno.EINVAL],
    ['more bytes than there can be', [KEY, -1n, IPC_CREAT], -Errno.EINVAL],
    ['huge pages', [KEY, 1, IPC_CREAT | ShmGetFlags.SHM_HUGETLB], -Errno.ENOMEM],
    ['no bytes of huge pages', [KEY, 0, IPC_CREAT | ShmGetFlags.SHM_HUGETLB], -Errno.EINVAL],
  ])('%s', async (_title, given, result) => {
    expect(await call(owner, 'shmget', ...given)).toBe(result);
  });

  it('finds by key what is there, in the order of Linux: EEXIST, EINVAL, EACCES', async () => {
    const id = await call(owner, 'shmget', KEY, 100, IPC_CREAT | 0o640);
    expect(id).toBeGreaterThanOrEqual(0);
    expect(await call(owner, 'shmget', KEY, 100, 0)).toBe(id);
    expect(await call(stranger, 'shmget', KEY, 101, IPC_CREAT | IPC_EXCL | 0o600)).toBe(-Errno.EEXIST);
    expect(await call(stranger, 'shmget', KEY, 101, 0o600)).toBe(-Errno.EINVAL);
    expect(await call(stranger, 'shmget', KEY, 100, 0o400)).toBe(-Errno.EACCES);
    expect(await call(stranger, 'shmget', KEY, 100, 0)).toBe(id);
  });

  it('has limits: 256 segments, and pages by the memory of the enclave', async () => {
    for (let count = 0; count < 256; count++) expect(await call(owner, 'shmget', 0, 1, 0o600)).toBeGreaterThanOrEqual(0);
    expect(await call(owner, 'shmget', 0, 1, 0o600)).toBe(-Errno.ENOSPC);
    ipc.close();
    ipc = new IpcNamespace(host, () => nowSec, { memory: 3 * PAGE_SIZE });
    expect(await call(owner, 'shmget', 0, 2 * PAGE_SIZE, 0o600)).toBeGreaterThanOrEqual(0);
    expect(await call(owner, 'shmget', 0, 2 * PAGE_SIZE, 0o600)).toBe(-Errno.ENOSPC);
    expect(await call(owner, 'shmget', 0, 1, 0o600)).toBeGreaterThanOrEqual(0);
  });

  it('gives no id again at once', async () => {
    const ids = new Set<number>();
    for (let count = 0; count < 200; count++) {
      const id = await call(owner, 'shmget', 0, 1, 0o600);
      ids.add(id);
      expect(await call(owner, 'shmctl', id, IpcCommand.IPC_RMID, null)).toBe(0);
    }
    expect(ids.size).toBe(200);
  });
});

describe('attaching', () => {
  it('asks for permissions as the mode says', async () => {
    const id = await call(owner, 'shmget', 0, 1, 0o604);
    expect(attached(owner, -1)).toBe(-Errno.EINVAL);
    expect(attached(owner, id + 1)).toBe(-Errno.EINVAL);
    expect(attached(owner, id + 2 ** 15)).toBe(-Errno.EIDRM);
    expect(attached(owner, id, ShmFlags.SHM_EXEC)).toBe(-Errno.EACCES);
    expect(attached(stranger, id)).toBe(-Errno.EACCES);
    expect(attached(stranger, id, ShmFlags.SHM_RDONLY)).toBe(0);
    stranger.credentials = stranger.credentials.with({ effective: 1n << BigInt(Capability.CAP_IPC_OWNER) });
    expect(attached(stranger, id, ShmFlags.SHM_EXEC)).toBe(0);
  });

  it('hands over memory that nobody can resize, and that a reader cannot write', async () => {
    const id = await call(owner, 'shmget', 0, 1, 0o600);
    for (const [flags, written] of [[0, 1], [ShmFlags.SHM_RDONLY, -Errno.EBADF]] as const) {
      const result = attach(ipc.memory, owner, id, flags);
      if (isError(result)) throw new Error('not attached');
      expect(host.pwrite(result.hostFd, Uint8Array.of(1), 0)).toBe(written);
      expect(host.pwrite(result.hostFd, Uint8Array.of(1), PAGE_SIZE)).toBeLessThan(0);
      expect(host.ftruncate(result.hostFd, 0)).toBeLessThan(0);
      host.close(result.hostFd);
    }
  });

  it('counts over fork, vfork, exec and the end of processes', async () => {
    const id = await call(owner, 'shmget', 0, 1, 0o600);
    expect(attached(owner, id)).toBe(0);
    const child = kernel.spawn(owner);
    ipc.forked(child, owner, 0);
    expect((await statusOf(id)).shm_nattch).toBe(2n);
    const sharer = kernel.spawn(child);
    ipc.forked(sharer, child, CLONE_VM);
    expect((await statusOf(id)).shm_nattch).toBe(2n);
    expect(attached(sharer, id)).toBe(0);
    expect((await statusOf(id)).shm_nattch).toBe(3n);
    ipc.executed(sharer);
    expect((await statusOf(id)).shm_nattch).toBe(3n);
    nowSec = 2000;
    ipc.ended(child);
    expect(await statusOf(id)).toMatchObject({ shm_nattch: 1n, shm_dtime: 2000n, shm_lpid: child.pid });
    ipc.executed(owner);
    expect((await statusOf(id)).shm_nattch).toBe(0n);
  });

  it('believes a process no more mappings than it can have, and none of what it did not attach', async () => {
    const id = await call(owner, 'shmget', 0, 1, 0o600);
    attached(owner, id);
    const { token } = ipc.memory.segments.find(id) as { token: number };
    ipc.memory.of(stranger).change(token, 5, stranger.pid);
    ipc.memory.of(owner).change(token + 1, 5, owner.pid);
    expect((await statusOf(id)).shm_nattch).toBe(1n);
    ipc.memory.of(owner).change(token, 2 ** 31 - 1, owner.pid);
    expect((await statusOf(id)).shm_nattch).toBe(65530n);
    expect(attached(owner, id)).toBe(-Errno.ENOMEM);
    ipc.memory.of(owner).change(token, -(2 ** 31), owner.pid);
    expect((await statusOf(id)).shm_nattch).toBe(0n);
  });

  it('keeps what was removed until the last one lets go', async () => {
    const id = await call(owner, 'shmget', KEY, 1, IPC_CREAT | 0o600);
    attached(owner, id);
    expect(await call(owner, 'shmctl', id, IpcCommand.IPC_RMID, null)).toBe(0);
    expect((await statusOf(id)).shm_perm).toMatchObject({ key: 0, mode: 0o1600 });
    expect(await call(owner, 'shmget', KEY, 1, 0)).toBe(-Errno.ENOENT);
    expect(attached(owner, id)).toBe(0);
    ipc.ended(owner);
    expect(await call(owner, 'shmctl', id, IpcCommand.IPC_STAT, new Room(new Uint8Array(shmid64Ds.size)))).toBe(-Errno.EINVAL);
    expect(ipc.memory.pages).toBe(0);
  });
});

describe('shmctl', () => {
  let id: number;
  beforeEach(async () => { id = await call(owner, 'shmget', 0, 1, 0o600); });
  const room = (): Room => new Room(new Uint8Array(shmid64Ds.size));

  it.each<[string, (id: number) => Given[], number]>([
    ['negative id before the command', () => [-1, 99, null], -Errno.EINVAL],
    ['no such command', (of) => [of, 99, null], -Errno.EINVAL],
    ['IPC_STAT of nothing before EFAULT', () => [5, IpcCommand.IPC_STAT, null], -Errno.EINVAL],
    ['IPC_STAT without permission before EFAULT', (of) => [of, IpcCommand.IPC_STAT, null], -Errno.EACCES],
    ['SHM_STAT without permission', (of) => [of, ShmCommand.SHM_STAT, room()], -Errno.EACCES],
    ['SHM_STAT_ANY to nowhere', (of) => [of, ShmCommand.SHM_STAT_ANY, null], -Errno.EFAULT],
    ['IPC_SET from nowhere before the id', () => [5, IpcCommand.IPC_SET, FAULT], -Errno.EFAULT],
    ['IPC_SET of another', (of) => [of, IpcCommand.IPC_SET, room()], -Errno.EPERM],
    ['IPC_RMID of another', (of) => [of, IpcCommand.IPC_RMID, null], -Errno.EPERM],
    ['SHM_LOCK of another', (of) => [of, ShmCommand.SHM_LOCK, null], -Errno.EPERM],
    ['IPC_INFO to nowhere', () => [0, IpcCommand.IPC_INFO, null], -Errno.EFAULT],
    ['SHM_INFO to nowhere', () => [0, ShmCommand.SHM_INFO, null], -Errno.EFAULT],
  ])('%s', async (_title, given, result) => {
    expect(await call(stranger, 'shmctl', ...given(id))).toBe(result);
  });

  it('changes owner and mode, and tells when', async () => {
    const { shm_perm, ...status } = await statusOf(id);
    nowSec = 3000;
    const set = (uid: number): Promise<number> =>
      call(owner, 'shmctl', id, IpcCommand.IPC_SET, shmid64Ds.encode({ ...status, shm_perm: { ...shm_perm, uid, mode: 0o7644 } }));
    expect(await set(0xffff_ffff)).toBe(-Errno.EINVAL);
    expect(await set(2000)).toBe(0);
    expect(await statusOf(id)).toMatchObject({ shm_perm: { uid: 2000, cuid: 1000, mode: 0o644 }, shm_ctime: 3000n });
    expect(await call(stranger, 'shmctl', id, IpcCommand.IPC_RMID, null)).toBe(0);
  });

  it('locks nothing and says so', async () => {
    expect(await call(owner, 'shmctl', id, ShmCommand.SHM_LOCK, null)).toBe(-Errno.ENOMEM);
    expect(await call(owner, 'shmctl', id, ShmCommand.SHM_UNLOCK, null)).toBe(0);
  });

  it('tells limits and use', async () => {
    const limits = new Room(new Uint8Array(shminfo64.size));
    expect(await call(owner, 'shmctl', 0, IpcCommand.IPC_INFO, limits)).toBe(0);
    expect(shminfo64.decode(limits.bytes)).toMatchObject({ shmmin: 1n, shmmni: 256n, shmmax: 2n ** 64n - 1n - 2n ** 24n });
    await call(owner, 'shmget', 0, 2 * PAGE_SIZE, 0o600);
    const use = new Room(new Uint8Array(shmInfo.size));
    expect(await call(owner, 'shmctl', 0, ShmCommand.SHM_INFO, use)).toBe(1);
    expect(shmInfo.decode(use.bytes)).toMatchObject({ used_ids: 2, shm_tot: 3n, shm_rss: 0n });
  });
});

it('lists segments as proc(5) says, and counts the memory that nobody has attached', async () => {
  const id = await call(owner, 'shmget', KEY, 5000, IPC_CREAT | 0o600);
  const result = attach(ipc.memory, owner, id, 0);
  if (isError(result)) throw new Error('not attached');
  host.pwrite(result.hostFd, Uint8Array.of(1), 0);
  host.close(result.hostFd);
  expect(IPC_FILES['shm']?.(ipc).split('\n')[1]).toBe(
    `        77 ${`${id}`.padStart(10)}   600                  5000 ${`${owner.pid}`.padStart(5)} ${`${owner.pid}`.padStart(5)}      1  1000  1000  1000  1000       1000          0       1000                  4096                     0`,
  );
  expect(ipc.memory.unattachedBytes()).toBe(0);
  ipc.ended(owner);
  expect(ipc.memory.unattachedBytes()).toBe(4096);
});
