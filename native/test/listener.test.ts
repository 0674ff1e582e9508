import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ListenerRecord, SupervisorCommand, SupervisorLimits, SupervisorType } from '@occlum/native';

import { TestSupervisor, TestTransport } from './supervised.js';

const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;
const O_ASYNC = 0o20000;
const F_SETFL = 4;
const F_SETOWN = 8;
const F_SETSIG = 10;
const POLL_IN = 1;

let transport: TestTransport;
let supervisor: TestSupervisor;
/** Ends of what the listener writes to, and of a pipe of a guest. */
const told = new Int32Array(2);
const guest = new Int32Array(2);

beforeEach(() => {
  transport = new TestTransport();
  supervisor = new TestSupervisor(transport);
  transport.binding.pipe(told, O_CLOEXEC);
  transport.binding.pipe(guest, O_CLOEXEC);
  transport.binding.fcntl(told[0] ?? -1, F_SETFL, O_NONBLOCK);
});

afterEach(() => {
  for (const fd of [...told, ...guest]) transport.binding.close(fd);
  transport.close();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What has been told and not been read. */
function records(): [descriptor: number, code: number][] {
  const bytes = new Uint8Array(ListenerRecord.size * 8192);
  const count = transport.binding.read(told[0] ?? -1, bytes);
  const words = new Int32Array(bytes.buffer, 0, Math.max(0, count) / 4);
  return Array.from({ length: words.length / 2 }, (_, index) => [words[2 * index] ?? 0, words[2 * index + 1] ?? 0]);
}

/** Starts a listener: its host process id. */
async function listen(): Promise<number> {
  await supervisor.record(SupervisorType.ready);
  const command = new DataView(new ArrayBuffer(SupervisorCommand.size));
  command.setUint32(SupervisorCommand.type, SupervisorType.listen, true);
  transport.binding.supervisorSend(supervisor.handle, new Uint8Array(command.buffer), Int32Array.of(told[1] ?? -1));
  let first: [number, number] | undefined;
  await until(() => (first ??= records()[0]) !== undefined);
  return first?.[0] ?? 0;
}

function signalFor(fd: number, pid: number): void {
  expect(transport.binding.fcntl(fd, F_SETOWN, pid)).toBe(0);
  expect(transport.binding.fcntl(fd, F_SETSIG, SupervisorLimits.listenerSignal)).toBe(0);
  expect(transport.binding.fcntl(fd, F_SETFL, O_ASYNC)).toBe(0);
}

describe('a listener', () => {
  it('tells of each signal by the number of the descriptor, and has nothing else open', async () => {
    const pid = await listen();
    const [reader = -1, writer = -1] = guest;
    signalFor(reader, pid);
    transport.binding.write(writer, Uint8Array.of(1));
    transport.binding.write(writer, Uint8Array.of(2));
    const seen: [number, number][] = [];
    await until(() => seen.push(...records()) >= 2);
    expect(seen).toEqual([[reader, POLL_IN], [reader, POLL_IN]]);
  });

  it('leaves room in the queue of the user, and says that something was lost', async () => {
    const pid = await listen();
    const [reader = -1, writer = -1] = guest;
    signalFor(reader, pid);
    const limit = Number(/^Max pending signals\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]);
    const most = Number(/^Max pending signals\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]);
    expect(limit).toBe(Math.floor(most / 2));
    // As many as the pipe and the queue hold, and more; each is read at once, since the guest's own pipe is not what is to fill.
    const byte = new Uint8Array(1);
    for (let count = 0; count < limit + 20_000; count++) {
      transport.binding.write(writer, byte);
      transport.binding.read(reader, byte);
    }
    const codes = new Map<number, number>();
    await until(() => {
      for (const [descriptor] of records()) codes.set(descriptor, (codes.get(descriptor) ?? 0) + 1);
      return codes.has(SupervisorLimits.listenerLost);
    });
    expect(codes.get(reader)).toBeGreaterThan(8000);
  });

  it('ends when nobody listens to it', async () => {
    const pid = await listen();
    transport.binding.close(told[0] ?? -1);
    told[0] = -1;
    expect((await supervisor.record(SupervisorType.exited, pid)).status).toBe(0);
  });
});
