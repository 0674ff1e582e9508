import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { pid } from 'node:process';
import { Worker } from 'node:worker_threads';

import { describe, expect, it } from 'vitest';

import { IoPriorityClass, SchedPolicy } from '@occlum/abi';
import { ErrnoError } from '@occlum/errno';
import { hostBinding } from '@occlum/native';
import { CpuSet, HostThread, ioPriority, ioPriorityClass } from '@occlum/sched';

/** A thread of its own, so that no test changes that of others. */
async function onWorker(test: (thread: HostThread) => void): Promise<void> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', () => undefined);
    parentPort.postMessage(Number(require('node:fs').readlinkSync('/proc/thread-self').split('/').at(-1)));
  `;
  const worker = new Worker(code, { eval: true });
  const [tid] = (await once(worker, 'message')) as [number];
  try {
    test(HostThread.of(tid));
  } finally {
    await worker.terminate();
  }
}

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ErrnoError) return error.code;
    throw error;
  }
  return 'none';
};

describe('HostThread', () => {
  it('agrees with /proc about the CPUs of this process', () => {
    const [, listed] = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    expect(String(HostThread.of(pid).affinity())).toBe(listed);
  });

  it('restricts one thread and no other', async () => {
    const before = String(HostThread.current().affinity());
    await onWorker((thread) => {
      const last = CpuSet.of([...thread.affinity()].at(-1) ?? 0);
      thread.setAffinity(last);
      expect(String(thread.affinity())).toBe(String(last));
      expect(String(HostThread.current().affinity())).toBe(before);
    });
  });

  it('restricts a child process', async () => {
    const child = spawn('sleep', ['100']);
    await once(child, 'spawn');
    const thread = HostThread.of(child.pid ?? 0);
    thread.setAffinity(CpuSet.of(thread.affinity().first() ?? 0));
    expect(thread.affinity().size).toBe(1);
    child.kill();
    await once(child, 'exit');
  });

  it('sets what takes no privilege', async () => {
    await onWorker((thread) => {
      thread.setNice(5);
      expect(thread.nice()).toBe(5);
      thread.setPolicy(SchedPolicy.SCHED_BATCH, { nice: 7, resetOnFork: true });
      expect(thread.attributes()).toMatchObject({ sched_policy: SchedPolicy.SCHED_BATCH, sched_nice: 7, sched_flags: 1n });
      thread.setIoPriority(ioPriority('IOPRIO_CLASS_BE', 6));
      expect([thread.ioPriority(), ioPriorityClass(thread.ioPriority())]).toEqual([(2 << 13) | 6, IoPriorityClass.IOPRIO_CLASS_BE]);
      expect(thread.settings().ioPriority).toBe(thread.ioPriority());
    });
  });

  it('throws what the host says', async () => {
    await onWorker((thread) => {
      expect(codeOf(() => { thread.setAffinity(CpuSet.EMPTY); })).toBe('EINVAL');
      expect(codeOf(() => { thread.setAffinity(CpuSet.of(8191)); })).toBe('EINVAL');
      expect(codeOf(() => { thread.setPolicy(SchedPolicy.SCHED_OTHER, { priority: 1 }); })).toBe('EINVAL');
      expect(codeOf(() => { thread.setPolicy(99); })).toBe('EINVAL');
      expect(codeOf(() => { thread.setIoPriority(7 << 13); })).toBe('EINVAL');
    });
    const gone = HostThread.of(4 * 2 ** 20);
    for (const call of [() => gone.affinity(), () => gone.attributes(), () => gone.nice(), () => gone.ioPriority(), () => { gone.setNice(1); }]) {
      expect(codeOf(call)).toBe('ESRCH');
    }
    expect(() => { gone.setAffinity(CpuSet.of(1)); }).toThrow(`ESRCH: no such process, sched_setaffinity: thread ${4 * 2 ** 20}, 1`);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 23])('refuses thread id %s', (tid) => {
    expect(() => HostThread.of(tid)).toThrow(RangeError);
  });

  it('throws what the host says to a thread of another user', () => {
    const refused = HostThread.of(7, { ...hostBinding(), schedSetaffinity: () => -constants.errno.EPERM });
    expect(codeOf(() => { refused.setAffinity(CpuSet.of(0)); })).toBe('EPERM');
  });
});
