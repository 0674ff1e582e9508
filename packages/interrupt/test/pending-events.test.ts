import { Worker } from 'node:worker_threads';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PendingEvents } from '@occlum/interrupt';

const anyEvents = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('PendingEvents.post', () => {
  it('says that a thread has to be interrupted for an event that is new and not blocked, once until it takes it', () => {
    const events = PendingEvents.allocate(2);
    expect(events.post(1, 1)).toBe(true);
    expect(events.post(1, 1)).toBe(false);
    // A signal is on its way.
    expect(events.post(1, 2)).toBe(false);
    expect(events.take(1)).toBe(3);
    events.block(1, 4);
    expect(events.post(1, 4)).toBe(false);
    expect(events.post(1, 3)).toBe(true);
    expect(events.pending(1)).toBe(7);
    expect(events.pending(0)).toBe(0);
  });

  it('takes all 32 bits', () => {
    const events = PendingEvents.allocate(1);
    expect(events.post(0, 1 << 31)).toBe(true);
    expect(events.take(0)).toBe(1 << 31);
    expect(events.isDeliverable(0)).toBe(false);
  });
});

describe('PendingEvents.take', () => {
  it('takes what is wanted and not blocked, and leaves the rest', () => {
    fc.assert(fc.property(anyEvents, anyEvents, anyEvents, (posted, blocked, wanted) => {
      const events = PendingEvents.allocate(1);
      events.post(0, posted);
      events.block(0, blocked);
      expect(events.isDeliverable(0)).toBe((posted & ~blocked) !== 0);
      expect(events.take(0, wanted)).toBe(posted & wanted & ~blocked);
      expect(events.pending(0)).toBe(posted & ~(wanted & ~blocked));
    }));
  });

  it('loses and doubles nothing that another thread posts', { timeout: 60_000 }, async () => {
    const rounds = 20_000;
    const events = PendingEvents.allocate(1);
    const script = `
      const { workerData, parentPort } = require('node:worker_threads');
      // Posts bit after bit as soon as the one before is taken.
      for (let i = 0; i < ${rounds}; i++) { while (Atomics.load(workerData, 0) & (1 << i % 8)); Atomics.or(workerData, 0, 1 << i % 8); }
      parentPort.postMessage('done');
    `;
    const worker = new Worker(script, { eval: true, workerData: events.words });
    const posted = { isDone: false };
    worker.once('message', () => { posted.isDone = true; });
    const bitsOf = (set: number): number => set.toString(2).replaceAll('0', '').length;
    let taken = 0;
    while (!posted.isDone || events.pending(0) !== 0) {
      taken += bitsOf(events.take(0));
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    expect(taken).toBe(rounds);
    await worker.terminate();
  });
});

describe('the layout', () => {
  it.each([
    ['a word outside of the slot', { pending: 64 }],
    ['more slots than there is memory', { count: 3 }],
    ['a word that is not aligned', { state: 2 }],
    ['a first slot before the memory', { first: -4 }],
  ])('refuses %s', (_, changed) => {
    const { words, layout } = PendingEvents.allocate(2);
    expect(() => new PendingEvents(words, { ...layout, ...changed })).toThrow(RangeError);
  });

  it('refuses a slot that is not there', () => {
    const events = PendingEvents.allocate(2);
    for (const slot of [2, -1, Number.NaN]) expect(() => events.post(slot, 1)).toThrow(RangeError);
  });

  it('may have no mask: nothing is blocked', () => {
    const { words, layout } = PendingEvents.allocate(1);
    const { first, count, stride, pending, state, tid, quiet } = layout;
    const events = new PendingEvents(words, { first, count, stride, pending, state, tid, quiet });
    expect(events.blocked(0)).toBe(0);
    expect(() => { events.block(0, 1); }).toThrow(TypeError);
  });
});
