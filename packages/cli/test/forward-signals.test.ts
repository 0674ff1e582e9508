import { describe, expect, it, vi } from 'vitest';

import type { SignalName } from '@occlum/pal';

import { forwardSignals, holdSignal } from '../src/forward-signals.js';

function forwarding({ isOnTerminal = false, takes = false } = {}) {
  const listeners = new Map<SignalName, () => void>();
  const sent: string[] = [];
  let now = 0;
  const note = (who: string) => (signal?: SignalName | number): Promise<void> => {
    sent.push(`${who} ${signal ?? ''}`);
    return Promise.reject(new Error('it has just ended'));
  };
  const { byUser, stop } = forwardSignals(
    { enclave: { kill: note('foreground'), takes: () => Promise.resolve(takes) }, process: { kill: note('program') }, isOnTerminal },
    {
      onSignal: (signal, listener) => {
        listeners.set(signal, listener);
        return () => listeners.delete(signal);
      },
      now: () => now,
    },
  );
  const at = async (time: number, signal: SignalName): Promise<void> => {
    now = time;
    listeners.get(signal)?.();
    await new Promise(setImmediate);
  };
  return { at, sent, stop, listeners, insisted: () => Promise.race([byUser, Promise.resolve('not')]) };
}

describe('forwardSignals', () => {
  it('sends those of a terminal to its foreground group, the others to the program', async () => {
    const { at, sent } = forwarding();
    const signals = ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGTSTP', 'SIGCONT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
    for (const signal of signals) await at(0, signal);
    expect(sent).toEqual([...signals.slice(0, 5).map((signal) => `foreground ${signal}`), ...signals.slice(5).map((signal) => `program ${signal}`)]);
  });

  it.each([['SIGWINCH', 'resized'], ['SIGCONT', 'continued']] as const)('calls back for %s instead, where that is asked for', (signal, name) => {
    const asked = vi.fn();
    const kill = vi.fn();
    const listeners = new Map<SignalName, () => void>();
    const enclave = { kill, takes: () => Promise.resolve(false) };
    forwardSignals({ enclave, process: { kill }, isOnTerminal: true, [name]: asked }, {
      onSignal: (signal, listener) => {
        listeners.set(signal, listener);
        return () => undefined;
      },
      now: () => 0,
    });
    listeners.get(signal)?.();
    expect([asked.mock.calls.length, kill.mock.calls.length]).toEqual([1, 0]);
  });

  it.each<[string, [number, SignalName][], { isOnTerminal?: boolean; takes?: boolean }, number | string]>([
    ['one without a terminal', [[0, 'SIGINT']], {}, 'not'],
    ['two without a terminal', [[0, 'SIGINT'], [10, 'SIGINT']], {}, 130],
    ['two far apart without a terminal', [[0, 'SIGINT'], [60_000, 'SIGINT']], {}, 130],
    ['two that nobody took, soon after each other', [[0, 'SIGINT'], [1500, 'SIGINT']], { isOnTerminal: true }, 'not'],
    ['two that nobody took in two seconds', [[0, 'SIGINT'], [2000, 'SIGINT']], { isOnTerminal: true }, 130],
    ['three that nobody took, the last after two seconds', [[0, 'SIGINT'], [1500, 'SIGINT'], [2100, 'SIGINT']], { isOnTerminal: true }, 130],
    ['many at a program that takes them', [[0, 'SIGINT'], [10, 'SIGINT'], [9000, 'SIGINT']], { isOnTerminal: true, takes: true }, 'not'],
    ['other signals', [[0, 'SIGTERM'], [10, 'SIGTERM'], [20, 'SIGHUP']], {}, 'not'],
  ])('takes %s for insisting or not', async (_title, signals, options, result) => {
    const { at, insisted } = forwarding(options);
    for (const [time, signal] of signals) await at(time, signal);
    expect(await insisted()).toBe(result);
  });

  it('takes its listeners off', () => {
    const { stop, listeners } = forwarding();
    stop();
    expect(listeners.size).toBe(0);
  });
});

describe('holdSignal', () => {
  it.each([[true], [false]])('tells whether it came, and lets go of it: %s', (comes) => {
    const listeners = new Set<() => void>();
    const end = holdSignal({
      onSignal: (_signal, listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }, 'SIGTSTP');
    if (comes) for (const listener of listeners) listener();
    expect([end(), listeners.size]).toEqual([comes, 0]);
  });
});
