import { expect, it } from 'vitest';

import type { SignalName } from '@occlum/pal';

import { Suspension } from '../src/suspension.js';

/** A job that notes what is done; `stop` is what the host does with the command. */
function job(stops: readonly (SignalName | undefined)[], stop: (suspension: Suspension) => void) {
  const steps: string[] = [];
  const left = [...stops];
  const note = (step: string) => Promise.resolve(void steps.push(step));
  const suspension: Suspension = new Suspension({
    enclave: { kill: (signal, who) => note(`${who ?? ''} ${String(signal)}`) },
    process: { kill: (signal) => note(`program ${String(signal)}`), stopped: () => note('wait').then(() => left.shift()) },
    leaveTerminal: () => { steps.push('leave'); },
    enterTerminal: () => { steps.push('enter'); },
    stop: (signal) => {
      stop(suspension);
      return note(`stop ${signal}`);
    },
  });
  return { suspension, steps };
}

const GOES_ON = ['enter', 'foreground SIGCONT'];

it('leaves the terminal, stops, and continues all once when the user does, before it looks again', async () => {
  const { suspension, steps } = job(['SIGTSTP', 'SIGTTIN', undefined], ({ goOn }) => { goOn(); });
  await suspension.run();
  const once = (signal: string): string[] => ['wait', 'leave', ...GOES_ON, `stop ${signal}`, 'program SIGCONT'];
  expect(steps).toEqual([...once('SIGTSTP'), ...once('SIGTTIN'), 'wait']);
});

it('goes on by itself where the host has not stopped it', async () => {
  const { suspension, steps } = job(['SIGTSTP', undefined], () => undefined);
  await suspension.run();
  expect(steps).toEqual(['wait', 'leave', 'stop SIGTSTP', ...GOES_ON, 'program SIGCONT', 'wait']);
});

it('goes on when somebody else had stopped it', async () => {
  const { suspension, steps } = job([], () => undefined);
  suspension.goOn();
  await new Promise(setImmediate);
  expect(steps).toEqual([...GOES_ON, 'program SIGCONT']);
});
