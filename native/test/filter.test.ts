import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { SpawnFlag, SupervisorType } from '@occlum/native';

import { TestPipe, TestSupervisor, TestTransport, devNull } from './supervised.js';

const EPERM = -1;
const EBADF = -9;
const EINVAL = -22;
const SIGSYS = 31;

let transport: TestTransport;
let pipe: TestPipe;
let supervisor: TestSupervisor;

beforeEach(() => {
  transport = new TestTransport();
  pipe = new TestPipe(transport.binding);
  supervisor = new TestSupervisor(transport);
});
afterEach(() => {
  pipe.close();
  transport.close();
});

type Call = readonly [number, ...(number | bigint)[]];

/** Makes system calls in a guest; gives their results. */
async function results(calls: readonly Call[]): Promise<number[]> {
  const { status: fdLimit } = await supervisor.record(SupervisorType.ready);
  const numbers = calls.map((call) => call.map((word, i) => (call[0] === 322 && i === 1 && word === RUNTIME_FD ? fdLimit - 16 : word)));
  const args = numbers.map((call) => call.map((word) => word.toString(16)).join(':'));
  const { pid } = await supervisor.spawn({ args: ['probe', 'calls', ...args], fds: [[0, devNull()], [1, pipe.writer]] });
  const { status } = await supervisor.record(SupervisorType.exited, pid);
  expect(status).toBe(0);
  return [...(await pipe.match(new RegExp(`^(-?\\d+\\n){${calls.length}}$`)))[0].matchAll(/-?\d+/g)].map(Number);
}

/** A pointer that faults: a call that gets as far as to read it is one that the filter let through. */
const BAD = 8n;
/** Stands for the number of the runtime's image, which depends on the host's limit. */
const RUNTIME_FD = 0xfd0;

describe('the filter refuses', () => {
  it.each<[string, ...Call[]]>([
    ['names of files', [2, BAD], [257, -100 & 0xffff_ffff, BAD], [437, 0, BAD], [4, BAD], [5, 0], [262, 0, BAD], [332, 0, BAD], [21, BAD], [89, BAD], [90, BAD], [91, 0], [92, BAD], [82, BAD], [83, BAD], [87, BAD], [263, 0, BAD], [80, BAD], [81, 0], [161, BAD], [133, BAD], [217, 0, BAD], [16, 0, 0x40049409]],
    ['mounts, namespaces and the machine', [165, BAD], [155, BAD], [272, 0x10000000], [308, 0], [169, 0], [175, BAD], [313, 0], [246, 0], [103, 0], [163, BAD], [227, 0, BAD], [135, 0xffffffff]],
    ['other processes', [62, 1, 0], [200, 1, 0], [234, 1, 1, 0], [129, 1, 0, BAD], [297, 1, 1, 0, BAD], [101, 16, 1], [310, 1], [311, 1], [424, 0], [434, 1], [438, 0], [448, 0], [312, 1, 1], [203, 0], [144, 0], [141, 0], [140, 0], [109, 0, 0], [112, 0], [61, -1 & 0xffff_ffff], [247, 0], [302, 1], [302, 0, 7, BAD], [273, BAD], [274, 1, BAD]],
    ['other programs', [59, BAD], [322, 0, BAD, 0, 0, 0x1000], [322, RUNTIME_FD, BAD, 0, 0, 0x1000], [322, RUNTIME_FD, 0x6000_0000_0009, 0, 0, 0], [322, RUNTIME_FD, 0x6000_0000_0009, 0, 0, 0x1100], [322, RUNTIME_FD, 0x6000_0000_0000, 0, 0, 0x1000], [322, RUNTIME_FD, 9, 0, 0, 0x1000], [319, BAD], [447, 0]],
    ['sockets and addresses', [41, 2, 1], [41, 16, 3], [42, 1, BAD], [49, 1, BAD], [50, 1], [51, 1, BAD], [54, 1, 1, 2, BAD, 4], [44, 1, BAD, 1, 0, BAD, 16], [44, 1, BAD, 1, 0x20000000], [46, 1, BAD, 0x20000000], [307, 1, BAD, 1, 0x20000000], [53, 1, 2, 0, BAD], [53, 2, 1, 0, BAD], [53, 1, 3, 0, BAD], [55, 0, 1, 17, BAD, BAD]],
    ['owners, locks and signals of descriptors', [72, 1, 8, 1], [72, 1, 10, 9], [72, 1, 5, BAD], [72, 1, 6, BAD], [72, 1, 37, BAD], [72, 1, 1024, 0], [72, 1, 1026, 0], [72, 1, 4, 0x2000], [73, 1, 2], [16, 1, 0x5412, BAD], [16, 1, 0x540e], [16, 1, 0x541c, BAD], [16, 1, 0x8901, BAD], [16, 1, 0x5452, BAD], [16, 1, 0x5423, BAD]],
    ['ways round the filter', [425, 1, BAD], [426, 0], [427, 0], [323, 0], [321, 0, BAD], [298, BAD], [317, 1], [157, 22, 2], [157, 38, 0], [157, 4, 1], [157, 1, 15], [157, 36, 0], [158, 0x3001], [158, 0x1023, 18], [435, BAD, 88], [56, 0x11], [56, 0x4111], [56, 0x10011], [56, 0x10008011], [56, 0x1_0000_8011], [57], [58], [0x4000_0000 | 1, 1, BAD, 1], [0x4000_0000 | 2, BAD]],
    ['what names a task or the machine behind a harmless call', [202, BAD, 6], [202, BAD, 7], [202, BAD, 8], [202, BAD, 11], [202, BAD, 12], [202, BAD, 13], [202, BAD, 134], [449, BAD], [228, 0xffff_ffff_ffff_fffan, BAD], [228, 12, BAD], [230, 0xffff_ffff_ffff_fffan, 0, BAD, 0], [283, 8, 0], [28, 0, 4096, 100], [28, 0, 4096, 101], [28, 0, 4096, 12], [293, BAD, 0x80], [324, 1], [324, 2], [324, 4], [324, 512], [157, 30]],
    ['changes of the runtime\'s image', [329, 0x6000_0000_0000, 4096, 7, 0], [216, 0x6000_0000_0000, 4096, 0, 0, 0], [11, 0x6000_0000_0000, 4096], [10, 0x6000_0000_1000, 4096, 7], [10, 0x5000_0000_0000, 0x2000_0000_0000, 7], [9, 0x6000_0000_0000, 4096, 3, 0x32, 0xffff_ffff, 0], [9, 0x5fff_ffff_f000, 8192, 3, 0x32, 0xffff_ffff, 0], [9, 0x6000_8000_0000, 8192, 3, 0x32, 0xffff_ffff, 0], [25, 0x6000_0000_0000, 4096, 8192, 1], [25, 0x40_0000, 4096, 4096, 3, 0x6000_0000_1000], [11, 0, 0xffff_ffff_ffff_f000n]],
  ])('%s', async (_title, ...calls) => {
    const got = await results(calls);
    expect(calls.filter((_call, i) => got[i] !== EPERM)).toEqual([]);
  });

  it('calls of another architecture, by ending the process', async () => {
    const { pid } = await supervisor.spawn({ args: ['probe', 'interrupt-80'], fds: [[1, pipe.writer]] });
    expect((await supervisor.record(SupervisorType.exited, pid)).status & 0x7f).toBe(SIGSYS);
  });
});

describe('the filter lets through', () => {
  it.each<[string, ...Call[]]>([
    ['descriptors', [0, 99], [1, 99], [3, 99], [17, 99], [16, 99, 0x5401, BAD], [16, 99, 0x541b, BAD], [72, 99, 1], [72, 99, 4, 0x800], [44, 99, BAD, 1], [46, 99, BAD], [55, 99, 6, 17, BAD, BAD], [55, 99, 1, 3, BAD, BAD]],
  ])('%s', async (_title, ...calls) => {
    const got = await results(calls);
    expect(calls.filter((_call, i) => got[i] !== EBADF)).toEqual([]);
  });

  it('own memory, threads and time', async () => {
    const got = await results([
      [9, 0, 8192, 3, 0x22, 0xffff_ffff, 0],
      [9, 0x6001_0000_0000, 4096, 3, 0x32, 0xffff_ffff, 0],
      [9, 0x6000_8000_0000, 4096, 1, 0x32, 0xffff_ffff, 0],
      [9, 0x6000_0000_0000, 4096, 3, 0x100022, 0xffff_ffff, 0],
      [186],
      [24],
      [302, 0, 7, 0, 0],
      [202, 0x40_1000, 1, 1],
    ]);
    expect(got.slice(0, 4).map((address) => address > 0)).toEqual([true, true, true, true]);
    expect(got.slice(1, 4)).toEqual([0x6001_0000_0000, 0x6000_8000_0000, 0x6000_0000_0000]);
    expect(got[4]).toBeGreaterThan(1);
    expect(got.slice(5)).toEqual([0, 0, 0]);
  });

  it('the runtime with its own empty path', async () => {
    const EFAULT = -14;
    const path = (fdLimit: number): Call => [322, fdLimit - 16, 0x6000_0000_0009, BAD, BAD, 0x1000];
    const { status: fdLimit } = await new TestSupervisor(transport).record(SupervisorType.ready);
    expect(await results([path(fdLimit)])).toEqual([EFAULT]); // the probe has nothing at that address
  });

  it('what old programs call in the vsyscall page', async () => {
    const [clock = 0, seconds = 0, cpu = -1] = await results([[96, 0, 0], [201, 0], [309, 0, 0, 0]]);
    expect([clock, cpu]).toEqual([0, 0]);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
  });

  it('errors of the host, where it knows better', async () => {
    expect(await results([[228, 11, BAD], [324, 64, 99], [334, BAD, 32, 4, 0], [334, 9, 32, 0, 0], [157, 29, 1000]])).toEqual([-14, EINVAL, EINVAL, EINVAL, 0]);
  });
});

describe('where the host has no Syscall User Dispatch', () => {
  it('a call from outside the runtime raises SIGSYS', async () => {
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], flags: SpawnFlag.trap });
    expect((await supervisor.record(SupervisorType.exited, pid)).status & 0x7f).toBe(SIGSYS);
  });
});
