import { expect, it } from 'vitest';

import type { SignalName } from '@occlum/pal';

import { suspendTogether } from '../src/suspend.js';

it('leaves the terminal, stops, and continues all when the user does', async () => {
  const steps: string[] = [];
  const stops: (SignalName | undefined)[] = ['SIGTSTP', 'SIGTTIN', undefined];
  await suspendTogether({
    enclave: { kill: (signal, who) => Promise.resolve(void steps.push(`${who ?? ''} ${String(signal)}`)) },
    process: { kill: (signal) => Promise.resolve(void steps.push(`program ${String(signal)}`)), stopped: () => Promise.resolve(stops.shift()) },
    leaveTerminal: () => {
      steps.push('leave');
      return () => steps.push('enter');
    },
    stop: (signal) => Promise.resolve(void steps.push(`stop ${signal}`)),
  });
  const once = (signal: string): string[] => ['leave', `stop ${signal}`, 'enter', 'foreground SIGCONT', 'program SIGCONT'];
  expect(steps).toEqual([...once('SIGTSTP'), ...once('SIGTTIN')]);
});
