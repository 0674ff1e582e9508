import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ArenaLayout, ProcessPage, SlotState, StatusPage, ThreadSlot, TransportEvent, hostBinding } from '@occlum/native';

import { TestTransport, built, callWord } from './supervised.js';

const EBADF = -9;
const EAGAIN = -11;
const EPIPE = -32;
const EMSGSIZE = -90;

let transport: TestTransport;

beforeEach(() => { transport = new TestTransport(); });
afterEach(() => { transport.close(); });

/** A process, and the guest's descriptors of it. */
function openProcess(): { process: number; arena: number; status: number; doorbell: number; control: number } {
  const process = transport.binding.processOpen();
  const [arena = -1, status = -1, doorbell = -1, control = -1] = guestDescriptors(process);
  return { process, arena, status, doorbell, control };
}

function guestDescriptors(process: number): Int32Array {
  const out = new Int32Array(4);
  transport.binding.processDescriptors(process, out);
  return out;
}

/** Posts calls as a guest would, then rings. */
function post(process: number, doorbell: number, word: number, bits: bigint): number {
  callWord(transport.binding, process, word)[0]! |= bits;
  return transport.binding.write(doorbell, new Uint8Array(BigUint64Array.of(1n).buffer));
}

/** Runs a program with descriptors from 3 on; gives its exit status and output. */
async function run(program: string, args: readonly string[], descriptors: readonly number[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(built(`test/${program}`), args, { stdio: ['ignore', 'pipe', 'inherit', ...descriptors] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

/** CPU time that this process uses while the event loop has nothing to do, in milliseconds. */
async function idleCpuMs(durationMs: number): Promise<number> {
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

describe('posted calls', () => {
  it('are each reported once, and their bits are taken', async () => {
    const { process, doorbell } = openProcess();
    post(process, doorbell, 0, 0b101n);
    post(process, doorbell, 7, 1n << 63n);
    const slots = [];
    for (let i = 0; i < 3; i++) slots.push((await transport.event(TransportEvent.call, process))[2]);
    expect(slots.sort((a, b) => a - b)).toEqual([0, 2, 511]);
    expect(transport.events).toEqual([]);
    expect([callWord(transport.binding, process, 0)[0], callWord(transport.binding, process, 7)[0]]).toEqual([0n, 0n]);
  });

  it('of a flooding process leave room for those of a quiet one', async () => {
    const flooding = openProcess();
    const quiet = openProcess();
    for (let word = 0; word < 8; word++) callWord(transport.binding, flooding.process, word)[0] = 0xffff_ffff_ffff_ffffn;
    post(quiet.process, quiet.doorbell, 0, 1n);
    await transport.event(TransportEvent.call);
    const before = transport.events.findIndex(([, process]) => process === quiet.process);
    expect(before).toBeGreaterThanOrEqual(0);
    expect(before).toBeLessThan(8);
  });

  it('are not lost between a kernel that falls asleep and callers that post', { timeout: 60_000 }, async () => {
    transport.close();
    const binding = hostBinding();
    const views = new Map<number, DataView>();
    const events = new Int32Array(96);
    binding.transportOpen(() => {
      for (let count = binding.transportCollect(events); count > 0; count = binding.transportCollect(events)) {
        for (let i = 0; i < count * 3; i += 3) {
          const view = views.get(events[i + 1]!)!;
          const slot = ArenaLayout.slots + events[i + 2]! * ArenaLayout.slotSize;
          view.setUint32(slot + ThreadSlot.result, view.getUint32(slot + ThreadSlot.arguments, true) + 1, true);
          binding.processReply(events[i + 1]!, events[i + 2]!);
        }
      }
    });
    const callers = Array.from({ length: 4 }, (_, i) => {
      const { process, arena, status, doorbell } = openProcess();
      views.set(process, new DataView(binding.processArena(process)));
      return run('caller', i < 2 ? ['20000', String(i * 100)] : ['1000', '511', 'pause'], [arena, status, doorbell]);
    });
    expect((await Promise.all(callers)).map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  });

  it('are served by slots of the arena only', () => {
    const { process } = openProcess();
    expect(transport.binding.processReply(process, ArenaLayout.slotCount)).toBe(EBADF);
    expect(transport.binding.processReply(process, -1)).toBe(EBADF);
    expect(transport.binding.processReply(process + 1, 0)).toBe(EBADF);
    expect(transport.binding.processReply(process, 3)).toBe(0);
    const state = ArenaLayout.slots + 3 * ArenaLayout.slotSize + ThreadSlot.state;
    expect(new DataView(transport.binding.processArena(process)).getUint32(state, true)).toBe(SlotState.done);
  });
});

describe('a hostile guest', () => {
  it('that fills its doorbell silences itself only', async () => {
    const hostile = openProcess();
    const honest = openProcess();
    const { output } = await run('attacker', ['doorbell', '3'], [hostile.doorbell]);
    expect(output).toBe('fill 0\nring 11\n');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await idleCpuMs(200)).toBeLessThan(100);
    post(honest.process, honest.doorbell, 0, 1n);
    expect(await transport.event(TransportEvent.call)).toEqual([TransportEvent.call, honest.process, 0]);
  });

  it('that empties its doorbell still has its calls served at the next wake-up', async () => {
    const hostile = openProcess();
    const honest = openProcess();
    post(hostile.process, hostile.doorbell, 0, 1n);
    expect(transport.binding.read(hostile.doorbell, new Uint8Array(8))).toBe(8);
    expect(transport.binding.read(hostile.doorbell, new Uint8Array(8))).toBe(EAGAIN);
    post(honest.process, honest.doorbell, 0, 1n);
    expect((await transport.event(TransportEvent.call, hostile.process))[2]).toBe(0);
    expect((await transport.event(TransportEvent.call, honest.process))[2]).toBe(0);
  });

  it('that floods its control socket does not keep the event loop busy', async () => {
    const { process, control } = openProcess();
    const { output } = await run('attacker', ['flood', '3'], [control]);
    expect(output).toBe('sent 1\n');
    await transport.event(TransportEvent.control, process);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await idleCpuMs(200)).toBeLessThan(100);
  });

  it('that rings for ever leaves the event loop its turns', async () => {
    const { process, doorbell } = openProcess();
    let turns = 0;
    const timer = setInterval(() => { turns++; }, 1);
    const end = Date.now() + 200;
    while (Date.now() < end) {
      for (let word = 0; word < 8; word++) callWord(transport.binding, process, word)[0] = 0xffff_ffff_ffff_ffffn;
      post(process, doorbell, 0, 1n);
      await new Promise((resolve) => setImmediate(resolve));
      transport.events.length = 0;
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('arenas', () => {
  it.each(['arena', 'status'])('keep their size and seals: %s', async (which) => {
    const { arena, status } = openProcess();
    const { output } = await run('attacker', [which, '3'], [which === 'arena' ? arena : status]);
    const attempts = new Map(output.trim().split('\n').map((line) => line.split(' ') as [string, string]));
    for (const attempt of ['shrink', 'grow', 'extend', 'seal']) expect(attempts.get(attempt), attempt).not.toBe('0');
  });

  it('can be emptied by their guest, and read on', async () => {
    const { process, arena } = openProcess();
    const page = new DataView(transport.binding.processArena(process));
    page.setUint32(ProcessPage.pid, 7, true);
    expect((await run('attacker', ['arena', '3'], [arena])).output).toContain('punch 0');
    expect(page.getUint32(ProcessPage.pid, true)).toBe(0);
  });

  it('give guests a status page that nobody but the kernel can write', async () => {
    const { status } = openProcess();
    const { output } = await run('attacker', ['status', '3'], [status]);
    const attempts = new Map(output.trim().split('\n').map((line) => line.split(' ') as [string, string]));
    const writes = ['write', 'map', 'protect', 'rewrite', 'remap', 'reprotect', 'repunch'];
    expect(writes.filter((attempt) => attempts.get(attempt) === '0')).toEqual([]);
    expect(attempts.get('reopened')).toBe('1'); // it got past the descriptor's mode, and not past the seal
    new DataView(transport.binding.transportStatus()).setUint32(StatusPage.trace, 1, true);
    const seen = new Uint8Array(StatusPage.size);
    transport.binding.pread(status, seen, 0);
    expect(seen[StatusPage.trace]).toBe(1);
  });

  it('are detached when their process is closed', () => {
    const { process } = openProcess();
    const { binding } = transport;
    const [arena, buffer] = [binding.processArena(process), binding.processBuffer(process, 511)];
    expect([binding.processArena(process), binding.processBuffer(process, 511)]).toEqual([arena, buffer]);
    expect([arena.byteLength, buffer.byteLength]).toEqual([ArenaLayout.buffers, ArenaLayout.bufferSize]);
    expect(binding.processBuffer(process, 512)).toBeUndefined();
    expect(binding.processClose(process)).toBe(0);
    expect([arena.byteLength, buffer.byteLength]).toEqual([0, 0]);
    expect(transport.binding.processClose(process)).toBe(EBADF);
  });

  it('leave no descriptor behind', () => {
    openProcess();
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) transport.binding.processClose(openProcess().process);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

describe('control sockets', () => {
  it('carry records with descriptors both ways, and the sender', async () => {
    const { process: handle, control } = openProcess();
    expect(transport.binding.processSend(handle, Uint8Array.of(1, 2), Int32Array.of(1, 2))).toBe(2);
    const received = new Int32Array(4);
    expect(transport.binding.receiveRecord(control, new Uint8Array(8), received, 0)).toBe(2);
    expect([...received].map((fd) => fd >= 0)).toEqual([true, true, false, false]);
    transport.binding.sendRecord(control, Uint8Array.of(9), Int32Array.of(1), 0);
    await transport.event(TransportEvent.control, handle);
    const out = new Int32Array(2);
    const record = new Uint8Array(8);
    expect(transport.binding.processReceive(handle, record, out)).toBe(1);
    expect([record[0], out[1]]).toEqual([9, process.pid]);
    for (const fd of [...received, out[0]!]) if (fd >= 0) transport.binding.close(fd);
    expect(transport.binding.processReceive(handle, record, out)).toBe(EAGAIN);
  });

  it('take one descriptor a record, however many are sent', () => {
    const { process, control } = openProcess();
    const before = readdirSync('/proc/self/fd').length;
    transport.binding.sendRecord(control, Uint8Array.of(1), Int32Array.of(...Array.from({ length: 253 }, () => 1)), 0);
    const out = new Int32Array(2);
    expect(transport.binding.processReceive(process, new Uint8Array(8), out)).toBe(1);
    expect(out[0]).toBeGreaterThan(0);
    transport.binding.close(out[0]!);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('refuse a record that is too long, and its descriptor', () => {
    const { process, control } = openProcess();
    const before = readdirSync('/proc/self/fd').length;
    transport.binding.sendRecord(control, new Uint8Array(9), Int32Array.of(1), 0);
    const out = new Int32Array(2);
    expect(transport.binding.processReceive(process, new Uint8Array(8), out)).toBe(EMSGSIZE);
    expect(out[0]).toBe(-1);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('tell their end', async () => {
    const { process } = openProcess();
    transport.binding.processHandedOver(process);
    await transport.event(TransportEvent.hangup, process);
    expect(transport.binding.processReceive(process, new Uint8Array(8), new Int32Array(2))).toBe(EPIPE);
  });

  it('tell nothing once they are watched no more, and still hold what has come', async () => {
    const { process: quiet, control } = openProcess();
    expect(transport.binding.processUnwatch(quiet)).toBe(0);
    transport.binding.sendRecord(control, Uint8Array.of(1), new Int32Array(0), 0);
    transport.binding.processHandedOver(quiet);
    const { process: other } = openProcess();
    transport.binding.processHandedOver(other);
    await transport.event(TransportEvent.hangup, other);
    expect(transport.events.filter(([, handle]) => handle === quiet)).toEqual([]);
    expect(transport.binding.processReceive(quiet, new Uint8Array(8), new Int32Array(2))).toBe(1);
    expect(transport.binding.processUnwatch(-1)).toBe(EBADF);
  });

  it('tell an empty record from the end', () => {
    const { process: handle, control } = openProcess();
    transport.binding.sendRecord(control, new Uint8Array(0), new Int32Array(0), 0);
    const out = new Int32Array(2);
    expect(transport.binding.processReceive(handle, new Uint8Array(8), out)).toBe(0);
    expect(out[1]).toBe(process.pid);
  });
});

describe('a transport', () => {
  it('is one a thread', () => {
    expect(transport.binding.transportOpen(() => undefined)).toBe(-16);
  });

  it('answers EBADF when it is closed', () => {
    const { process } = openProcess();
    transport.close();
    const { binding } = transport;
    expect(binding.transportCollect(new Int32Array(9))).toBe(EBADF);
    expect(binding.processReply(process, 0)).toBe(EBADF);
    expect(binding.processOpen()).toBe(EBADF);
    expect(binding.transportClose()).toBe(EBADF);
    expect(binding.transportOpen(() => undefined)).toBe(0);
  });

  it('reports watched descriptors until they are taken off', async () => {
    const { binding } = transport;
    const pipe = new Int32Array(2);
    binding.pipe(pipe, 0);
    const EPOLLIN = 1;
    const EPOLLET = 1 << 31;
    const handle = binding.watchAdd(pipe[0]!, EPOLLIN | EPOLLET);
    binding.write(pipe[1]!, Uint8Array.of(1));
    expect(await transport.event(TransportEvent.watch)).toEqual([TransportEvent.watch, handle, EPOLLIN]);
    expect(binding.watchAdd(pipe[0]!, EPOLLIN)).toBe(-17);
    expect(binding.watchRemove(handle)).toBe(0);
    expect(binding.watchRemove(handle)).toBe(EBADF);
    for (const end of pipe) binding.close(end);
  });
});
