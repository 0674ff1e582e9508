import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Mock } from 'vitest';

import { InterruptHelper, PERIOD_MAX_MS, PendingEvents } from '@occlum/interrupt';
import { hostBinding } from '@occlum/native';
import type { InterruptBinding } from '@occlum/native';

/** A host without threads. */
function fakeHost(): { [K in keyof InterruptBinding]: Mock<InterruptBinding[K]> } {
  return {
    helperOpen: vi.fn(() => 0),
    helperClose: vi.fn(() => 0),
    helperSetPeriod: vi.fn(() => 0),
    helperAdd: vi.fn(() => 5),
    helperRemove: vi.fn(() => 0),
    helperInterrupt: vi.fn(() => 1),
    helperCount: vi.fn((out: Float64Array) => (out.set([1, 2, 3, 4, 5, 6]), 0)),
  };
}

describe('InterruptHelper', () => {
  it('has a period from over 0 to a day, which can be changed', () => {
    const host = fakeHost();
    for (const periodMs of [0, -1, Number.NaN, PERIOD_MAX_MS + 1]) expect(() => new InterruptHelper(host, { periodMs })).toThrow(RangeError);
    const helper = new InterruptHelper(host);
    helper.periodMs = 3_600_000;
    expect(host.helperSetPeriod).not.toHaveBeenCalled();
    helper.open();
    expect(host.helperOpen).toHaveBeenCalledWith(3_600_000);
    helper.periodMs = 10;
    expect(host.helperSetPeriod).toHaveBeenCalledWith(10);
    expect(helper.periodMs).toBe(10);
  });

  it('describes slots to the host', () => {
    const host = fakeHost();
    const helper = new InterruptHelper(host);
    const events = new PendingEvents(new Uint32Array(64), { first: 16, count: 3, stride: 32, pending: 4, state: 8, quiet: [1, 3], tid: 12 });
    helper.add(events, { pid: 77, supervisor: 2 });
    expect(host.helperAdd).toHaveBeenCalledWith(events.words, Int32Array.of(16, 3, 32, 4, -1, 8, 12, 0b1010), 77, 2);
  });

  it('signals for what is new and not blocked, and counts whom it signalled in a broadcast', () => {
    const host = fakeHost();
    const helper = new InterruptHelper(host);
    const target = helper.add(PendingEvents.allocate(3));
    expect(target.post(1, 1)).toBe(true);
    expect(target.post(1, 1)).toBe(false);
    expect(host.helperInterrupt.mock.calls).toEqual([[5, 1]]);
    host.helperInterrupt.mockReset().mockReturnValueOnce(0).mockReturnValueOnce(1).mockReturnValueOnce(-11);
    expect(helper.broadcastInterrupts()).toBe(1);
    target.remove();
    expect(target.post(1, 2)).toBe(false);
    expect(helper.broadcastInterrupts()).toBe(0);
  });

  it('says what the host refuses', () => {
    const host = { ...fakeHost(), helperAdd: () => -9 };
    expect(() => new InterruptHelper(host).add(PendingEvents.allocate(1))).toThrow(expect.objectContaining({ code: 'EBADF' }) as Error);
  });

  it('forgets everybody when it is closed', () => {
    const host = fakeHost();
    const helper = new InterruptHelper(host);
    helper.open();
    const target = helper.add(PendingEvents.allocate(1));
    helper.close();
    helper.close();
    expect(host.helperClose).toHaveBeenCalledTimes(1);
    expect(target.interrupt(0)).toBe(false);
    expect(helper.statistics().sent).toBe(0);
  });
});

describe('the helper of the addon', () => {
  const helpers: InterruptHelper[] = [];
  const open = (periodMs: number): InterruptHelper => {
    const helper = new InterruptHelper(hostBinding(), { periodMs });
    expect(helper.open()).toBe(0);
    helpers.push(helper);
    return helper;
  };
  afterEach(() => { for (const helper of helpers.splice(0)) helper.close(); });
  /** A thread that is never signalled: it is in a state in which it looks by itself. */
  const quiet = (events: PendingEvents): void => { Atomics.store(events.words, events.layout.tid / 4, 1); };

  it('is one a Node thread', () => {
    open(1000);
    expect(new InterruptHelper(hostBinding()).open()).toBe(-16);
  });

  it('signals nobody that looks by itself, blocks its events, or is not there', () => {
    const helper = open(1000);
    const events = PendingEvents.allocate(2);
    quiet(events);
    const target = helper.add(events);
    expect(target.post(0, 1)).toBe(false);
    Atomics.store(events.words, events.layout.state / 4, 1);
    events.block(0, 1);
    expect(target.interrupt(0)).toBe(false);
    expect(helper.broadcastInterrupts()).toBe(0);
    expect(helper.statistics()).toEqual({ sent: 0, refused: 0, repeated: 0, acknowledged: 0, wakes: 0, watched: 0 });
  });

  it('refuses memory that does not hold the slots', () => {
    open(1000);
    const host = hostBinding();
    const words = new Int32Array(16);
    expect(host.helperAdd(words, Int32Array.of(0, 2, 64, 0, 4, 8, 12, 1), 0, -1)).toBe(-22);
    expect(host.helperAdd(words, Int32Array.of(0, 1, 64, 64, 4, 8, 12, 1), 0, -1)).toBe(-22);
    expect(host.helperAdd(words, Int32Array.of(4, 1, 64, 0, 4, 8, 12, 1), 0, -1)).toBe(-22);
    expect(host.helperAdd(words, Int32Array.of(0, 1, 64, 0, 4, 8, 12, 1), 77, 123)).toBe(-9);
    expect(host.helperInterrupt(0, 0)).toBe(-9);
  });

  it('opens and closes again and again', () => {
    for (let i = 0; i < 20; i++) {
      const helper = new InterruptHelper(hostBinding(), { periodMs: 1 });
      expect(helper.open()).toBe(0);
      helper.add(PendingEvents.allocate(1));
      helper.close();
    }
  });
});
