import { describe, expect, it } from 'vitest';

import { SchedFlags, SchedPolicy } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { CpuSet, SchedAgent, USUAL_ATTRIBUTES } from '@occlum/sched';
import type { SchedChange, SchedResult, SchedSettings, SchedThread } from '@occlum/sched';

const SETTINGS: SchedSettings = { cpus: CpuSet.parse('0-3'), attributes: USUAL_ATTRIBUTES, ioPriority: 0 };
const affinity = (list: string): SchedChange => ({ kind: 'affinity', cpus: CpuSet.parse(list) });

/** A thread on a host whose set of CPUs can change; it may answer later. */
class FakeThread implements SchedThread {
  available = CpuSet.parse('0-3');
  own = CpuSet.parse('0-3');
  answers: 'now' | 'later' = 'now';
  readonly asked: SchedChange[] = [];

  apply(change: SchedChange): SchedResult {
    this.asked.push(change);
    const result = this.#change(change);
    return this.answers === 'now' ? result : Promise.resolve(result);
  }

  cpus(): CpuSet {
    const left = this.own.intersection(this.available);
    return left.isEmpty ? this.available : left;
  }

  #change(change: SchedChange): number {
    if (change.kind !== 'affinity') return 0;
    if (change.cpus.isDisjointFrom(this.available)) return -Errno.EINVAL;
    this.own = change.cpus;
    return 0;
  }
}

describe('SchedAgent', () => {
  it('records while it is detached, and asks for the latest of each kind when it is attached', async () => {
    const agent = new SchedAgent(SETTINGS);
    expect([agent.set(affinity('1')), agent.set({ kind: 'nice', nice: 5 }), agent.set(affinity('2'))]).toEqual([0, 0, 0]);
    expect([String(agent.cpus), agent.hasWishes, agent.isAttached]).toEqual(['2', true, false]);
    const thread = new FakeThread();
    expect(await agent.attach(thread)).toBe(0);
    expect(thread.asked).toEqual([affinity('2'), { kind: 'nice', nice: 5 }]);
    expect([agent.hasWishes, agent.isAttached, agent.settings.attributes.sched_nice]).toEqual([false, true, 5]);
  });

  it('asks for nothing when nothing was set', () => {
    const thread = new FakeThread();
    expect(new SchedAgent(SETTINGS).attach(thread)).toBe(0);
    expect(thread.asked).toEqual([]);
  });

  it.each(['now', 'later'] as const)('records only what the host grants, when it answers %s', async (answers) => {
    const thread = new FakeThread();
    thread.answers = answers;
    const agent = new SchedAgent(SETTINGS);
    await agent.attach(thread);
    expect(await agent.set(affinity('1'))).toBe(0);
    expect(await agent.set(affinity('7'))).toBe(-Errno.EINVAL);
    expect([String(agent.settings.cpus), String(agent.cpus), agent.hasWishes]).toEqual(['1', '1', false]);
  });

  it('survives that the host shrinks its set, and heals when it grows again', async () => {
    const thread = new FakeThread();
    const agent = new SchedAgent(SETTINGS);
    await agent.set(affinity('3'));
    thread.available = CpuSet.parse('0-1');
    expect(await agent.attach(thread)).toBe(-Errno.EINVAL);
    expect([String(agent.cpus), agent.hasWishes]).toEqual(['0-1', true]);
    expect(await agent.retry()).toBe(-Errno.EINVAL);
    thread.available = CpuSet.parse('0-3');
    expect(await agent.retry()).toBe(0);
    expect([String(agent.cpus), agent.hasWishes]).toEqual(['3', false]);
  });

  it('gives a clone its settings, and no thread', async () => {
    const thread = new FakeThread();
    const agent = new SchedAgent(SETTINGS);
    await agent.attach(thread);
    await agent.set(affinity('1-2'));
    const child = agent.inherit();
    expect([child.isAttached, child.hasWishes, String(child.cpus)]).toEqual([false, false, '1-2']);
    await child.set(affinity('3'));
    expect([String(thread.own), String(agent.settings.cpus)]).toEqual(['1-2', '1-2']);
  });

  it('hands a wish that the host has not granted yet on to clones', async () => {
    const agent = new SchedAgent(SETTINGS);
    await agent.set(affinity('1'));
    expect([agent.inherit().hasWishes, String(agent.inherit().cpus)]).toEqual([true, '1']);
  });

  it.each([
    ['a real-time policy', { sched_policy: SchedPolicy.SCHED_RR, sched_priority: 3 }, [SchedPolicy.SCHED_OTHER, 0, 0]],
    ['a nice value below 0', { sched_policy: SchedPolicy.SCHED_BATCH, sched_nice: -3 }, [SchedPolicy.SCHED_BATCH, 0, 0]],
    ['a nice value above 0', { sched_policy: SchedPolicy.SCHED_OTHER, sched_nice: 3 }, [SchedPolicy.SCHED_OTHER, 3, 0]],
  ])('takes %s from a clone when it is to be reset on fork', (_title, set, expected) => {
    const attributes = { ...USUAL_ATTRIBUTES, ...set, sched_flags: BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK) };
    const child = new SchedAgent({ ...SETTINGS, attributes }).inherit().settings.attributes;
    expect([child.sched_policy, child.sched_nice, child.sched_priority]).toEqual(expected);
    expect(child.sched_flags).toBe(0n);
    expect(new SchedAgent({ ...SETTINGS, attributes }).afterExec().settings.attributes).toEqual(attributes);
  });

  it('is over with a thread that is gone', async () => {
    const thread = new FakeThread();
    const agent = new SchedAgent(SETTINGS);
    await agent.attach(thread);
    agent.detach();
    await agent.set(affinity('1'));
    expect(thread.asked).toEqual([]);
  });
});
