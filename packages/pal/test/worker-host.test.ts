import { beforeEach, describe, expect, it, vi } from 'vitest';

import { WorkerHost } from '../src/worker-host.js';
import type { KernelWorker } from '../src/worker-host.js';

type Answer = Parameters<Parameters<KernelWorker['on']>[1]>[0];

/** A worker that the test plays. */
class FakeWorker {
  readonly sent: { id: number; enclave: number; call: string; args: unknown[] }[] = [];
  readonly listeners = new Map<string, (value: never) => void>();
  isRef = true;
  readonly terminate = vi.fn(() => Promise.resolve(0));

  postMessage(message: never): void {
    this.sent.push(message);
  }
  on(event: string, listener: (value: never) => void): void {
    this.listeners.set(event, listener);
  }
  ref(): void {
    this.isRef = true;
  }
  unref(): void {
    this.isRef = false;
  }
  emit(event: 'message' | 'error' | 'exit', value: Answer): void {
    this.listeners.get(event)?.(value as never);
  }
  answer(result: number): void {
    this.emit('message', { id: this.sent.at(-1)?.id ?? 0, result } as never);
  }
}

/** Nobody asks for events. */
const deaf = (): void => undefined;

const workers: FakeWorker[] = [];
let host: WorkerHost;

beforeEach(() => {
  workers.length = 0;
  host = new WorkerHost(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  });
});

describe('WorkerHost', () => {
  it('serves all enclaves from one worker, which ends with the last of them', async () => {
    const [one, two] = [await host.boot(deaf), await host.boot(deaf)];
    const [worker] = workers;
    const pid = one.newProcess({ path: '/x', argv: ['x'], env: [], cwd: '/', stdio: [0, 1, 2] });
    worker?.answer(5);
    expect(await pid).toBe(5);
    const killed = two.kill(5, 9);
    worker?.answer(-3);
    expect(await killed).toBe(-3);
    expect(worker?.sent.map(({ enclave, call }) => [enclave, call])).toEqual([[1, 'newProcess'], [2, 'kill']]);

    const destroyed = one.destroy();
    worker?.answer(0);
    await destroyed;
    expect(worker?.terminate).not.toHaveBeenCalled();
    const last = two.destroy();
    worker?.answer(0);
    await last;
    expect(worker?.terminate).toHaveBeenCalledOnce();

    await host.boot(deaf);
    expect(workers).toHaveLength(2);
  });

  it('keeps Node alive until the worker has ended, whatever is answered meanwhile', async () => {
    const enclave = await host.boot(deaf);
    const [worker] = workers;
    let ended: (code: number) => void = () => undefined;
    worker?.terminate.mockReturnValue(new Promise((resolve) => (ended = resolve)));
    const killed = enclave.kill(5, 9);
    const destroyed = enclave.destroy();
    worker?.answer(0);
    await vi.waitFor(() => { expect(worker?.terminate).toHaveBeenCalled(); });
    worker?.emit('message', { id: worker.sent[0]?.id ?? 0, result: -3 } as never);
    expect(await killed).toBe(-3);
    expect(worker?.isRef).toBe(true);
    ended(0);
    await destroyed;
  });

  it('keeps Node alive only while a call waits, which a running program is', async () => {
    const enclave = await host.boot(deaf);
    const [worker] = workers;
    expect(worker?.isRef).toBe(false);
    const status = enclave.execThread(1);
    expect(worker?.isRef).toBe(true);
    worker?.answer(0);
    await status;
    expect(worker?.isRef).toBe(false);
  });

  it('rejects a call whose LibOS fails, and says that it is a bug', async () => {
    const enclave = await host.boot(deaf);
    const killed = enclave.kill(1, 9);
    workers[0]?.emit('message', { id: 1, failure: 'TypeError: x' } as never);
    await expect(killed).rejects.toThrow('the LibOS failed, which is a bug in it: TypeError: x');
  });

  it.each([
    ['error', new Error('no memory'), 'the kernel thread failed: no memory'],
    ['exit', 1, 'the kernel thread has ended'],
  ] as const)('rejects every call after "%s" of the worker, and starts a new one for new enclaves', async (event, value, message) => {
    const enclave = await host.boot(deaf);
    const waiting = enclave.execThread(1);
    workers[0]?.emit(event, value as never);
    await expect(waiting).rejects.toThrow(message);
    await expect(enclave.kill(1, 9)).rejects.toThrow(message);
    await host.boot(deaf);
    expect(workers).toHaveLength(2);
  });
});
