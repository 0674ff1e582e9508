import { closeSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AddressFamily, FcntlCommand, OpenFlags, PollCode, SIGRTMIN, Signal, SignalCode, SocketType, siginfo, siginfoPoll } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { createLogger } from '@occlum/log';
import { FdKind, SupervisorLimits, hostBinding } from '@occlum/native';

import { FileDescription } from '../../src/fs/file-description.js';
import { Credentials } from '../../src/process/credentials.js';
import type { Process } from '../../src/process/process.js';
import { OwnerType, idOf } from '../../src/signal/descriptor-owner.js';
import { DescriptorSignals } from '../../src/signal/descriptor-signals.js';
import type { DescriptorCaller } from '../../src/signal/descriptor-signals.js';
import { FakeKernel } from '../process/fake-kernel.js';

const CHOSEN = SIGRTMIN + 3;
const FD = 7;
const host = hostBinding();
const pair = new Int32Array(2);
let kernel: FakeKernel;
let process: Process;
let signals: DescriptorSignals;
let listen: ReturnType<typeof vi.fn<() => Promise<number>>>;

beforeEach(() => {
  host.socketpair(AddressFamily.AF_UNIX, SocketType.SOCK_STREAM, 0, pair);
  kernel = new FakeKernel();
  process = kernel.spawn();
  for (const signal of [Signal.SIGIO, Signal.SIGURG, CHOSEN]) kernel.setAction(process, signal, 0x1000);
  signals = new DescriptorSignals();
  // Nobody is signalled on the host: what it would tell is told by the tests.
  listen = vi.fn(() => Promise.resolve(0));
});

afterEach(() => {
  for (const fd of pair) closeSync(fd);
});

function caller(fd = pair[0] ?? -1, description?: FileDescription, who = process): DescriptorCaller {
  const log = createLogger({ level: 'error' });
  return { object: () => description, hostFd: () => fd, process: who, kernel: { host, log, listen, processes: kernel.processes, signals: kernel.signals } };
}

function isOnHost(fd = pair[0] ?? -1): boolean {
  return (host.fcntl(fd, FcntlCommand.F_GETFL, 0) & OpenFlags.O_ASYNC) !== 0;
}

/** What the listener would tell of a descriptor. */
function raise(code: number, from = caller()): void {
  const state = signals.of(from);
  signals.raised(kernel, typeof state === 'number' ? -2 : state.mark, code);
}

function ownerId(from: DescriptorCaller): number | undefined {
  const state = signals.of(from);
  return typeof state === 'number' ? undefined : idOf(state.owner);
}

async function own(target = process, signal = CHOSEN): Promise<void> {
  expect(await signals.setOwner(caller(), OwnerType.process, target.pid)).toBe(0);
  expect(signals.setSignal(caller(), signal)).toBe(0);
}

describe('signals of descriptors', () => {
  it('tell who, what and how', async () => {
    await own();
    expect(await signals.setAsync(caller(), FD, true)).toBe(0);
    raise(PollCode.POLL_IN);
    const info = siginfo.decode(process.pending.take(~0n)?.bytes ?? new Uint8Array(128));
    expect(info).toMatchObject({ si_signo: CHOSEN, si_code: PollCode.POLL_IN });
    expect(siginfoPoll.decode(info._sifields)).toEqual({ si_band: 0x41n, si_fd: FD });
  });

  it('are SIGIO without information where none is chosen', async () => {
    await own(process, 0);
    await signals.setAsync(caller(), FD, true);
    raise(PollCode.POLL_OUT);
    expect(process.pending.take(~0n)).toMatchObject({ signal: Signal.SIGIO, code: SignalCode.SI_KERNEL });
  });

  it('are SIGIO where the queue is full', async () => {
    await own();
    await signals.setAsync(caller(), FD, true);
    process.limits.set(11, { soft: 0n, hard: 100n });
    raise(PollCode.POLL_IN);
    expect(process.pending.take(~0n)).toMatchObject({ signal: Signal.SIGIO, code: SignalCode.SI_KERNEL });
  });

  it('are asked of the host while they are wanted, and by one listener', async () => {
    await own();
    expect(isOnHost()).toBe(true);  // for urgent data
    await signals.setAsync(caller(), FD, true);
    await signals.setAsync(caller(), FD, false);
    expect(isOnHost()).toBe(true);
    await signals.setOwner(caller(), OwnerType.process, 0);
    expect(isOnHost()).toBe(false);
    expect(listen).toHaveBeenCalledTimes(1);
  });

  it('come to nobody before O_ASYNC is set and after it is cleared, but for urgent data', async () => {
    await own();
    raise(PollCode.POLL_IN);
    expect(process.pending.count).toBe(0);
    raise(PollCode.POLL_PRI);
    expect(process.pending.take(~0n)?.signal).toBe(Signal.SIGURG);
    expect(process.pending.count).toBe(0);
    await signals.setAsync(caller(), FD, true);
    raise(PollCode.POLL_PRI);
    expect([process.pending.take(~0n)?.signal, process.pending.take(~0n)?.signal]).toEqual([Signal.SIGURG, CHOSEN]);
  });

  it('come to all of a group, to one thread, and to nobody that is gone', async () => {
    const child = kernel.spawn(process);
    kernel.setAction(child, CHOSEN, 0x1000);
    await own();
    await signals.setAsync(caller(), FD, true);
    await signals.setOwner(caller(), OwnerType.group, process.group.pgid);
    raise(PollCode.POLL_IN);
    expect([process.pending.count, child.pending.count]).toEqual([1, 1]);

    const thread = kernel.thread(child);
    await signals.setOwner(caller(), OwnerType.thread, thread.tid);
    raise(PollCode.POLL_IN);
    expect([thread.pending.count, child.pending.count]).toEqual([1, 1]);
    thread.gone = true;
    raise(PollCode.POLL_IN);
    expect(thread.pending.count).toBe(1);
  });

  it('come only to whom their owner may signal', async () => {
    const other = kernel.spawn(undefined, Credentials.of(2000, 2000));
    kernel.setAction(other, CHOSEN, 0x1000);
    await signals.setOwner(caller(pair[0], undefined, process), OwnerType.process, other.pid);
    signals.setSignal(caller(), CHOSEN);
    await signals.setAsync(caller(), FD, true);
    raise(PollCode.POLL_IN);
    expect(other.pending.count).toBe(0);
    await signals.setOwner(caller(pair[0], undefined, other), OwnerType.process, other.pid);
    raise(PollCode.POLL_IN);
    expect(other.pending.count).toBe(1);
  });

  it('tell everyone that something happened where the host had no room', async () => {
    await own();
    await signals.setAsync(caller(), FD, true);
    signals.raised(kernel, SupervisorLimits.listenerLost, 0);
    expect(process.pending.take(~0n)).toMatchObject({ signal: Signal.SIGIO, code: SignalCode.SI_KERNEL });
  });

  it('are of an end, not of a pipe', async () => {
    const ends = new Int32Array(2);
    host.pipe(ends, 0);
    const [reader = -1, writer = -1] = ends;
    expect(signals.setSignal(caller(reader), CHOSEN)).toBe(0);
    expect(signals.of(caller(writer))).toMatchObject({ signal: 0 });
    expect(await signals.setAsync(caller(reader), FD, true)).toBe(0);
    expect([isOnHost(reader), isOnHost(writer)]).toEqual([true, false]);
    for (const fd of ends) closeSync(fd);
  });

  it('go on by a description where the kernel knows one', async () => {
    const ends = new Int32Array(2);
    host.pipe(ends, 0);
    const first = new FileDescription({ kind: FdKind.pipe });
    const second = new FileDescription({ kind: FdKind.pipe });
    await signals.setOwner(caller(ends[0], first), OwnerType.process, process.pid);
    expect([first, second].map((description) => ownerId(caller(ends[0], description)))).toEqual([process.pid, 0]);
    for (const fd of ends) closeSync(fd);
  });
});

describe('what is refused', () => {
  it.each([
    ['an id that nothing has', OwnerType.process, 999, -Errno.ESRCH],
    ['a group that nothing has', OwnerType.group, 999, -Errno.ESRCH],
    ['a thread that nothing has', OwnerType.thread, 999, -Errno.ESRCH],
  ])('%s', async (_title, type, id, result) => {
    expect(await signals.setOwner(caller(), type, id)).toBe(result);
  });

  it('an id of another kind is taken, and is nobody', async () => {
    const child = kernel.spawn(process);
    expect(await signals.setOwner(caller(), OwnerType.group, child.pid)).toBe(0);
    expect(ownerId(caller())).toBe(0);
  });

  it.each([-1, 65, Infinity])('signal %d', (signal) => {
    expect(signals.setSignal(caller(), signal)).toBe(-Errno.EINVAL);
  });

  it('what cannot signal, what has no name, and what is the embedding program\'s', async () => {
    const eventfd = host.eventfd(0, 0);
    expect(await signals.setOwner(caller(eventfd), OwnerType.process, process.pid)).toBe(-Errno.EINVAL);
    expect(await signals.setAsync(caller(eventfd), FD, true)).toBe(-Errno.ENOTTY);
    expect(await signals.setAsync(caller(eventfd, new FileDescription({ kind: FdKind.file })), FD, true)).toBe(-Errno.ENOTTY);
    expect(await signals.setAsync(caller(pair[0], new FileDescription({ kind: FdKind.unix, isShared: true })), FD, true)).toBe(-Errno.EINVAL);
    closeSync(eventfd);
  });

  it('a listener that the host has no room for', async () => {
    listen.mockResolvedValue(-Errno.EAGAIN);
    expect(await signals.setAsync(caller(), FD, true)).toBe(-Errno.EAGAIN);
    listen.mockResolvedValue(0);
    expect(await signals.setAsync(caller(), FD, true)).toBe(0);
  });
});
