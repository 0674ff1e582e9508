import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';

import type { EnclaveCalls } from '../src/kernel.js';
import { serveCalls } from '../src/serve-calls.js';
import { WorkerHost } from '../src/worker-host.js';
import type { KernelWorker } from '../src/worker-host.js';

/** A LibOS that says what it was asked. */
function recorder(name: string, asked: string[]): EnclaveCalls {
  const note = (call: string, result: number) => (...args: unknown[]) => {
    asked.push(`${name}.${call}(${JSON.stringify(args).slice(1, -1)})`);
    return Promise.resolve(result);
  };
  return {
    init: note('init', 0),
    newProcess: note('newProcess', 5),
    execThread: () => Promise.reject(new TypeError('a bug')),
    kill: note('kill', -3),
    stopOf: note('stopOf', 20),
    takes: note('takes', 1),
    broadcastInterrupts: note('broadcastInterrupts', 2),
    destroy: () => Promise.resolve(),
  };
}

/** Nobody asks for events. */
const deaf = (): void => undefined;

let close: () => void;

/** Both ends of the protocol, with a real port between them. */
function connect(): { host: WorkerHost; asked: string[] } {
  const { port1, port2 } = new MessageChannel();
  const asked: string[] = [];
  let count = 0;
  serveCalls(port2, () => recorder(`libos${++count}`, asked));
  close = () => {
    port1.close();
  };
  return { host: new WorkerHost(() => port1 as unknown as KernelWorker), asked };
}

afterEach(() => {
  close();
});

describe('serveCalls', () => {
  it('carries each call to the LibOS of its enclave, and its result back', async () => {
    const { host, asked } = connect();
    const [one, two] = [await host.boot(deaf), await host.boot(deaf)];
    expect(await one.newProcess({ path: '/x', argv: ['x'], env: [], cwd: '/', stdio: [0, 1, 2] })).toBe(5);
    expect(await two.kill(1, 9)).toBe(-3);
    expect(await one.broadcastInterrupts()).toBe(2);
    expect(asked).toEqual([
      'libos1.newProcess({"path":"/x","argv":["x"],"env":[],"cwd":"/","stdio":[0,1,2]})',
      'libos2.kill(1,9)',
      'libos1.broadcastInterrupts()',
    ]);
  });

  it('carries what the LibOS throws', async () => {
    const { host } = connect();
    await expect((await host.boot(deaf)).execThread(1)).rejects.toThrow('the LibOS failed, which is a bug in it: TypeError: a bug');
  });
});
