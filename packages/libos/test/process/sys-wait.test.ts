import { beforeEach, describe, expect, it } from 'vitest';

import { ChildCode, Signal, WaitIdType, WaitOptions, rusage, siginfo, siginfoChild } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { EnclaveKernel } from '../../src/kernel/enclave-kernel.js';
import { ERESTARTSYS } from '../../src/kernel/syscall-context.js';
import type { SyscallContext } from '../../src/kernel/syscall-context.js';
import { Lifecycle } from '../../src/process/lifecycle.js';
import type { Process } from '../../src/process/process.js';
import { processSyscalls } from '../../src/process/syscalls.js';
import { sentByKernel } from '../../src/signal/signal-info.js';
import { Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';
import { FakeKernel } from './fake-kernel.js';

const { WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED, __WALL, __WCLONE } = WaitOptions;
const LOWEST_INT = -(2 ** 31);

let kernel: FakeKernel;
let lifecycle: Lifecycle;
let parent: Process;
let child: Process;

beforeEach(() => {
  kernel = new FakeKernel();
  lifecycle = new Lifecycle(kernel.processes, kernel.signals);
  parent = kernel.spawn();
  child = kernel.spawn(parent);
});

const call = (name: string, ...given: Given[]): Promise<number> =>
  guestCall(processSyscalls(Object.assign(kernel, { lifecycle }) as unknown as EnclaveKernel), kernel.caller(parent) as unknown as SyscallContext, name, ...given);

const end = (process: Process, status = 3 << 8): void => {
  lifecycle.ended(process, status, { userUs: 1_500_000, systemUs: 0, maxRssKb: 7 }, (ended) => { ended.link = undefined; });
};

describe('wait4', () => {
  it.each([
    ['an unknown option', [-1, null, 0x1234], -Errno.EINVAL],
    ['an option of waitid', [-1, null, WEXITED], -Errno.EINVAL],
    ['the lowest int', [LOWEST_INT, null, WNOHANG], -Errno.ESRCH],
    ['a pid that is no child', [77, null, WNOHANG], -Errno.ECHILD],
    ['a group without a child', [-77, null, WNOHANG], -Errno.ECHILD],
    ['children made otherwise', [-1, null, WNOHANG | __WCLONE], -Errno.ECHILD],
    ['nothing yet', [-1, null, WNOHANG], 0],
  ] as const)('%s', async (_title, given, result) => {
    expect(await call('wait4', ...given)).toBe(result);
  });

  it('gives pid, status and usage of a child, which is gone then', async () => {
    end(child);
    const status = new Room();
    const used = new Room();
    expect(await call('wait4', -1, status, 0, used)).toBe(child.pid);
    expect(status.view().getInt32(0, true)).toBe(3 << 8);
    expect(rusage.decode(used.bytes)).toMatchObject({ ru_utime: { tv_sec: 1n, tv_usec: 500_000n }, ru_maxrss: 7n });
    expect(await call('wait4', -1, null, 0)).toBe(-Errno.ECHILD);
  });

  it.each([
    ['its pid', (): number => child.pid],
    ['the own group', (): number => 0],
    ['its group', (): number => -child.group.pgid],
  ])('finds a child by %s', async (_title, id) => {
    end(child);
    expect(await call('wait4', id(), null, 0)).toBe(child.pid);
  });

  it('waits for the end', async () => {
    const waited = call('wait4', -1, null, 0);
    end(child);
    expect(await waited).toBe(child.pid);
  });

  it('is interrupted by a signal', async () => {
    kernel.setAction(parent, Signal.SIGUSR1, 0x1000);
    const waited = call('wait4', -1, null, 0);
    kernel.signals.toProcess(parent, sentByKernel(Signal.SIGUSR1));
    parent.leader?.interrupt?.();
    expect(await waited).toBe(-ERESTARTSYS);
  });

  it('tells of a stop once, where it is asked to', async () => {
    kernel.signals.toProcess(child, sentByKernel(Signal.SIGSTOP));
    const status = new Room();
    expect(await call('wait4', -1, null, WNOHANG)).toBe(0);
    expect(await call('wait4', -1, status, WNOHANG | WUNTRACED)).toBe(child.pid);
    expect(status.view().getInt32(0, true)).toBe((Signal.SIGSTOP << 8) | 0x7f);
    expect(await call('wait4', -1, null, WNOHANG | WUNTRACED)).toBe(0);
  });

  it('tells of a continue once, where it is asked to', async () => {
    kernel.signals.toProcess(child, sentByKernel(Signal.SIGSTOP));
    kernel.signals.toProcess(child, sentByKernel(Signal.SIGCONT));
    const status = new Room();
    expect(await call('wait4', -1, status, WNOHANG | WCONTINUED)).toBe(child.pid);
    expect(status.view().getInt32(0, true)).toBe(0xffff);
    expect(await call('wait4', -1, null, WNOHANG | WCONTINUED)).toBe(0);
  });

  it.each([
    ['not without __WALL', 0, -Errno.ECHILD],
    ['with __WALL', __WALL, 'pid'],
    ['with __WCLONE', __WCLONE, 'pid'],
  ] as const)('finds a child with another signal %s', async (_title, options, result) => {
    child.exitSignal = 0;
    end(child);
    expect(await call('wait4', -1, null, options)).toBe(result === 'pid' ? child.pid : result);
  });
});

describe('waitid', () => {
  it.each([
    ['no kind of change', [WaitIdType.P_ALL, 0, null, WNOHANG], -Errno.EINVAL],
    ['an unknown option', [WaitIdType.P_ALL, 0, null, WEXITED | 0x10000], -Errno.EINVAL],
    ['a pid of 0', [WaitIdType.P_PID, 0, null, WEXITED], -Errno.EINVAL],
    ['a negative group', [WaitIdType.P_PGID, -1, null, WEXITED], -Errno.EINVAL],
    ['a negative descriptor', [WaitIdType.P_PIDFD, -1, null, WEXITED], -Errno.EINVAL],
    ['no descriptor of a process', [WaitIdType.P_PIDFD, 3, null, WEXITED], -Errno.EBADF],
    ['an unknown type', [9, 0, null, WEXITED], -Errno.EINVAL],
    ['no such child', [WaitIdType.P_PID, 77, null, WEXITED], -Errno.ECHILD],
  ] as const)('%s', async (_title, given, result) => {
    expect(await call('waitid', ...given)).toBe(result);
  });

  it('fills zeros where there is nothing yet', async () => {
    const info = new Room();
    expect(await call('waitid', WaitIdType.P_ALL, 0, info, WEXITED | WNOHANG)).toBe(0);
    expect(info.bytes).toEqual(new Uint8Array(128));
  });

  it.each([
    ['an exit', 3 << 8, ChildCode.CLD_EXITED, 3],
    ['a kill', Signal.SIGKILL, ChildCode.CLD_KILLED, Signal.SIGKILL],
  ])('tells of %s as a signal would', async (_title, status, code, value) => {
    end(child, status);
    const info = new Room();
    expect(await call('waitid', WaitIdType.P_PID, child.pid, info, WEXITED)).toBe(0);
    const { si_signo, si_code, _sifields } = siginfo.decode(info.bytes);
    expect([si_signo, si_code]).toEqual([Signal.SIGCHLD, code]);
    expect(siginfoChild.decode(_sifields)).toMatchObject({ si_pid: child.pid, si_uid: 1000, si_status: value });
  });

  it('leaves the child with WNOWAIT', async () => {
    end(child);
    expect(await call('waitid', WaitIdType.P_ALL, 0, null, WEXITED | WNOWAIT)).toBe(0);
    expect(child.state).toBe('zombie');
    expect(await call('waitid', WaitIdType.P_PGID, 0, null, WEXITED)).toBe(0);
    expect(child.state).toBe('reaped');
  });

  it('does not tell of an exit where only stops are asked for', async () => {
    end(child);
    expect(await call('waitid', WaitIdType.P_ALL, 0, null, WSTOPPED | WNOHANG)).toBe(0);
    expect(child.state).toBe('zombie');
  });
});
