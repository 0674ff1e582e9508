import { closeSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AddressFamily, IoctlRequest, Signal, SocketType, ifreq } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import { AsyncOwners } from '../../src/net/async-owners.js';
import type { AsyncCaller } from '../../src/net/async-owners.js';
import { socketIoctl } from '../../src/net/socket-ioctl.js';
import type { Process } from '../../src/process/process.js';
import { FakeKernel } from '../process/fake-kernel.js';
import { Guest } from './caller.js';

const pair = new Int32Array(2);
let kernel: FakeKernel;
let process: Process;
let owners: AsyncOwners;
/** What the kernel's epoll would call. */
let ready: (() => void)[];

beforeEach(() => {
  hostBinding().socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM, 0, pair);
  kernel = new FakeKernel();
  process = kernel.spawn();
  kernel.setAction(process, Signal.SIGIO, 0x1000);
  owners = new AsyncOwners();
  ready = [];
});

afterEach(() => {
  for (const fd of pair) closeSync(fd);
});

function caller(fd = pair[0] ?? -1): AsyncCaller {
  const watch: AsyncCaller['kernel']['watch'] = (_fd, _events, call) => {
    ready.push(() => { call(1); });
    return () => undefined;
  };
  return { hostFd: () => fd, kernel: { host: hostBinding(), watch, processes: kernel.processes, signals: kernel.signals } };
}

describe('signal-driven input', () => {
  it('signals the owner while it is on', () => {
    expect(owners.setOwner(caller(), process.pid)).toBe(0);
    expect(owners.owner(caller())).toBe(process.pid);
    expect(owners.setAsync(caller(), true)).toBe(0);
    ready[0]?.();
    expect(process.pending.take(~0n)?.signal).toBe(Signal.SIGIO);
    expect(owners.setAsync(caller(), false)).toBe(0);
    ready[0]?.();
    expect(process.pending.count).toBe(0);
  });

  it('signals all of a group', () => {
    const child = kernel.spawn(process);
    kernel.setAction(child, Signal.SIGIO, 0x1000);
    owners.setOwner(caller(), -process.group.pgid);
    owners.setAsync(caller(), true);
    ready[0]?.();
    expect([process.pending.count, child.pending.count]).toEqual([1, 1]);
  });

  it('watches a description once, and signals nobody without an owner', () => {
    owners.setAsync(caller(), true);
    owners.setAsync(caller(), true);
    expect(ready).toHaveLength(1);
    ready[0]?.();
    expect(process.pending.count).toBe(0);
  });

  it('refuses an owner that is not there, and what cannot signal', () => {
    const eventfd = hostBinding().eventfd(0, 0);
    expect(owners.setOwner(caller(), 999)).toBe(-Errno.ESRCH);
    expect(owners.setOwner(caller(), -999)).toBe(-Errno.ESRCH);
    expect(owners.setOwner(caller(eventfd), process.pid)).toBe(-Errno.EINVAL);
    expect(owners.setAsync(caller(eventfd), true)).toBe(-Errno.ENOTTY);
    closeSync(eventfd);
  });
});

describe('ioctl of interfaces', () => {
  const ask = (guest: Guest, request: number, name: string): unknown => {
    const fd = guest.socket(AddressFamily.AF_INET, SocketType.SOCK_DGRAM);
    const bytes = ifreq.encode({ ifr_name: name, ifr_ifru: new Uint8Array(24) });
    const data = { isNull: false, address: 1, room: bytes.length, read: () => bytes, write: (from: Uint8Array) => (bytes.set(from), true) };
    const run = socketIoctl(guest.network, owners) as unknown as (context: unknown, request: number, value: typeof data) => number | undefined;
    const result = run({ hostFd: () => guest.descriptors.get(fd)?.hostFd ?? -1 }, request, data);
    return result === 0 ? [...bytes.subarray(16, 24)] : result;
  };

  it.each([
    ['SIOCGIFADDR', IoctlRequest.SIOCGIFADDR, 'lo', [2, 0, 0, 0, 127, 0, 0, 1]],
    ['SIOCGIFINDEX', IoctlRequest.SIOCGIFINDEX, 'lo', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['SIOCGIFFLAGS', IoctlRequest.SIOCGIFFLAGS, 'lo', [0x49, 0, 0, 0, 0, 0, 0, 0]],
    ['SIOCGIFADDR', IoctlRequest.SIOCGIFADDR, 'eth0', -Errno.ENODEV],
    ['an unknown request', 0x89ff, 'lo', undefined],
  ])('%s without the host network', (_title, request, name, expected) => {
    expect(ask(Guest.fake('none'), request, name)).toEqual(expected);
  });
});
