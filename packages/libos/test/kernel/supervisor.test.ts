import { Errno } from '@occlum/errno';
import { SupervisorCommand, SupervisorEvent, SupervisorType } from '@occlum/native';
import { beforeEach, describe, expect, it } from 'vitest';

import { Supervisor } from '../../src/kernel/supervisor.js';
import type { SpawnRequest } from '../../src/kernel/supervisor.js';
import type { Transport } from '../../src/kernel/transport.js';

/** Records that the supervisor has sent, and what is called when some are there. */
let incoming: Uint8Array[];
let received: () => void;
let said: string[];
/** Types of the records that were sent to it, and what the host says to a SIGKILL from here. */
let sent: number[];
let killed: number;
let supervisor: Supervisor;

beforeEach(async () => {
  incoming = [];
  said = [];
  sent = [];
  const transport = {
    host: {
      supervisorSend: (_handle: number, record: Uint8Array) => {
        sent.push(new DataView(record.buffer).getUint32(SupervisorCommand.type, true));
        return record.length;
      },
      supervisorKill: () => killed,
      supervisorReceive: (_handle: number, into: Uint8Array) => {
        const record = incoming.shift();
        if (record === undefined) return -Errno.EAGAIN;
        into.set(record);
        return record.length;
      },
    },
    addSupervisor: (_handle: number, callbacks: { received: () => void }) => {
      received = callbacks.received;
    },
  };
  supervisor = new Supervisor(transport as unknown as Transport, {
    exited: (hostPid, status) => said.push(`exited ${hostPid} ${status}`),
    stopped: (hostPid, value) => said.push(`stopped ${hostPid} ${value}`),
    gone: (why) => said.push(`gone ${why}`),
  });
  const ready = supervisor.start(1);
  arrive(event(SupervisorType.ready));
  await ready;
});

describe('Supervisor.spawn', () => {
  it('tells of the start before the end, also where both have come at once', async () => {
    const spawned = supervisor.spawn(request());
    arrive(event(SupervisorType.spawned, { request: 1, pid: 77 }), event(SupervisorType.exited, { pid: 77, status: 9 }));
    expect(said).toEqual(['started 77', 'exited 77 9']);
    expect(await spawned).toBe(0);
  });

  it('answers what the host refused with, and tells of no start', async () => {
    const spawned = supervisor.spawn(request());
    arrive(event(SupervisorType.spawnFailed, { request: 1, status: Errno.EAGAIN }));
    expect(await spawned).toBe(-Errno.EAGAIN);
    expect(said).toEqual([]);
  });
});

describe('Supervisor.stop', () => {
  it('tells of which stop a process stands', () => {
    supervisor.stop(77, 3);
    arrive(event(SupervisorType.stopped, { request: 3, pid: 77 }));
    expect(said).toEqual(['stopped 77 3']);
  });
});

describe('Supervisor.kill', () => {
  it.each([
    ['is done from here', 1, []],
    ['is done where the guest has ended', -Errno.ESRCH, []],
    ['is the supervisor\'s where the host refuses it here', -Errno.EPERM, [SupervisorType.kill]],
  ])('%s', (_title, result, commands) => {
    killed = result;
    supervisor.kill(77);
    expect(sent).toEqual(commands);
  });
});

function request(): SpawnRequest {
  return { control: 3, doorbell: 4, descriptors: [], argv: ['true'], env: [], limits: new Map(), cpuset: undefined, cpus: undefined, flags: 0, started: ({ hostPid }) => said.push(`started ${hostPid}`) };
}

function arrive(...records: Uint8Array[]): void {
  incoming.push(...records);
  received();
}

function event(type: number, words: { readonly request?: number; readonly pid?: number; readonly status?: number } = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(Math.max(SupervisorEvent.size, SupervisorCommand.size)));
  view.setUint32(SupervisorEvent.type, type, true);
  view.setUint32(SupervisorEvent.request, words.request ?? 0, true);
  view.setInt32(SupervisorEvent.pid, words.pid ?? 0, true);
  view.setInt32(SupervisorEvent.status, words.status ?? 0, true);
  return new Uint8Array(view.buffer).subarray(0, SupervisorEvent.size);
}
