import { describe, expect, it } from 'vitest';

import type { SignalName } from '@occlum/pal';

import { forwardSignals } from '../src/forward-signals.js';

function forwarding(isReadByKey = false) {
  const listeners = new Map<SignalName, () => void>();
  const sent: string[] = [];
  let now = 0;
  const note = (who: string) => (signal?: SignalName | number): Promise<void> => {
    sent.push(`${who} ${signal ?? ''}`);
    return Promise.reject(new Error('it has just ended'));
  };
  const { byUser, stop } = forwardSignals(
    { enclave: { kill: note('foreground') }, process: { kill: note('program') }, isReadByKey: () => isReadByKey },
    {
      onSignal: (signal, listener) => {
        listeners.set(signal, listener);
        return () => listeners.delete(signal);
      },
      now: () => now,
    },
  );
  const at = (time: number, signal: SignalName): void => {
    now = time;
    listeners.get(signal)?.();
  };
  return { at, sent, stop, listeners, insisted: () => Promise.race([byUser, Promise.resolve('not')]) };
}

describe('forwardSignals', () => {
  it('sends those of a terminal to its foreground group, the others to the program', () => {
    const { at, sent } = forwarding();
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) at(0, signal);
    expect(sent).toEqual(['foreground SIGINT', 'foreground SIGQUIT', 'foreground SIGWINCH', 'program SIGTERM', 'program SIGHUP', 'program SIGUSR1', 'program SIGUSR2']);
  });

  it.each<[string, [number, SignalName][], boolean, number | string]>([
    ['one', [[0, 'SIGINT']], false, 'not'],
    ['two soon after each other', [[0, 'SIGINT'], [1500, 'SIGINT']], false, 130],
    ['two different ones', [[0, 'SIGINT'], [10, 'SIGTERM']], false, 143],
    ['two with time between', [[0, 'SIGINT'], [2500, 'SIGINT']], false, 'not'],
    ['two at the prompt of a shell', [[0, 'SIGINT'], [10, 'SIGINT']], true, 'not'],
    ['two that are not urgent', [[0, 'SIGWINCH'], [10, 'SIGWINCH']], false, 'not'],
  ])('takes %s for insisting or not', async (_title, signals, isReadByKey, result) => {
    const { at, insisted } = forwarding(isReadByKey);
    for (const [time, signal] of signals) at(time, signal);
    expect(await insisted()).toBe(result);
  });

  it('takes its listeners off', () => {
    const { stop, listeners } = forwarding();
    stop();
    expect(listeners.size).toBe(0);
  });
});
