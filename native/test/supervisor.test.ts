import { execFile, spawn as spawnHost } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';
import { RestoreFlag, ScheduleWhat, SpawnFlag, SpawnedFlag, SupervisorFlag, SupervisorRestore, SupervisorSpawn, SupervisorStep, SupervisorType, TransportEvent } from '@occlum/native';

import { TestPipe, TestSupervisor, TestTransport, built, devNull, setSending } from './supervised.js';

const { SIGKILL } = constants.signals;
const { E2BIG, EACCES, EINVAL, ENOENT, EPERM, ESRCH } = constants.errno;
const RLIMIT_FSIZE = 1;
const RLIMIT_AS = 9;
const RLIMIT_SIGPENDING = 11;
const O_NONBLOCK = 0o4000;
const F_GETFL = 3;
const F_SETFL = 4;

let transport: TestTransport;
let pipe: TestPipe;

beforeEach(() => {
  transport = new TestTransport();
  pipe = new TestPipe(transport.binding);
});
afterEach(() => {
  pipe.close();
  transport.close();
});

/** Standard descriptors of a guest whose output is read here. */
const stdio = (): [number, number][] => [[0, devNull()], [1, pipe.writer], [2, pipe.writer]];

const status = (pid: number): Map<string, string> =>
  new Map(readFileSync(`/proc/${pid}/status`, 'latin1').trim().split('\n').map((line) => line.split(/:\s*/, 2) as [string, string]));

/** Signals that wait for processes of the guests' user, whoever started them; as root, guests have a user of their own. */
const queuedSignals = (): bigint => (process.getuid?.() === 0 ? 0n : BigInt(status(process.pid).get('SigQ')?.split('/')[0] ?? 0));

/** State and ids of a process: pid, comm, state, ppid, pgrp, session, controlling terminal. */
const stat = (pid: number): string[] => readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/\(.*\)/, 'comm').split(' ');

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`) && stat(pid)[2] !== 'Z';

async function gone(pid: number): Promise<void> {
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a supervisor', () => {
  it('says what it found, and has a group of its own, no terminal and no descriptor of Node', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    expect(ready.status).toBeGreaterThanOrEqual(64);
    expect(ready.step > 0).toBe((ready.flags & SupervisorFlag.hasLandlock) !== 0);
    expect(ready.flags & SupervisorFlag.isRoot).toBe(process.getuid?.() === 0 ? SupervisorFlag.isRoot : 0);
    const [pid, , , parent, group, session, terminal] = stat(ready.pid);
    expect([parent, group, session, terminal]).toEqual([String(process.pid), pid, stat(process.pid)[5], '0']);
    expect(readdirSync(`/proc/${ready.pid}/fd`).length).toBeLessThan(6);
  });

  it('ends at once, and says why, when there is no runtime', async () => {
    const supervisor = new TestSupervisor(transport, { runtime: '/nowhere/runtime' });
    const failed = await supervisor.record(SupervisorType.spawnFailed);
    expect([failed.request, failed.step, failed.status]).toEqual([0, SupervisorStep.image, ENOENT]);
    await transport.event(TransportEvent.supervisorHangup);
  });

  it('ends, and hangs up, when it is told to', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'spin'] });
    supervisor.command(SupervisorType.shutdown);
    await transport.event(TransportEvent.supervisorHangup, supervisor.handle);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it('is reaped', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    supervisor.command(SupervisorType.shutdown);
    await transport.event(TransportEvent.supervisorHangup);
    await until(() => stat(ready.pid)[2] === 'Z');
    transport.binding.supervisorClose(supervisor.handle);
    expect(existsSync(`/proc/${ready.pid}`)).toBe(false);
  });
});

describe('a supervisor that was let go', () => {
  it('is reaped when it ends, whenever that is', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    process.kill(ready.pid, 'SIGSTOP');
    transport.binding.supervisorClose(supervisor.handle);
    process.kill(ready.pid, 'SIGCONT');
    await until(() => !existsSync(`/proc/${ready.pid}`));
  });
});

describe('spawn', () => {
  it('confines the guest for its life', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio() });
    await pipe.match(/ready/);
    const guest = status(pid);
    expect(guest.get('NoNewPrivs')).toBe('1');
    expect(guest.get('Seccomp')).toBe('2');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(guest.get(set), set).toBe('0000000000000000');
    expect(guest.get('SigBlk')).toBe('8000000000000000'); // signal 64, until the runtime has a handler
    expect(guest.get('SigIgn')).toBe('0000000000000000');
    const [, , , parent, group, session, terminal] = stat(pid);
    expect([parent, group, session, terminal]).toEqual([String(ready.pid), String(pid), stat(process.pid)[5], '0']);
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1').trim()).toBe('1000');
    if (process.getuid?.() !== 0 || !readFileSync('/proc/self/uid_map', 'latin1').includes('4294967295')) return;
    const id = String(0x70000000 + ready.pid);
    expect(guest.get('Uid')?.split('\t')).toEqual([id, id, id, id]);
    expect(guest.get('Gid')?.split('\t')).toEqual([id, id, id, id]);
    expect(guest.get('Groups')?.trim()).toBe('');
    expect(guest.get('CapBnd')).toBe('0000000000000000');
  });

  it('keeps the guest from being read, but for debugging, and from being dumped', async () => {
    const supervisor = new TestSupervisor(transport);
    const coreLimit = (pid: number): string | undefined => /core file size +(\S+)/.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1];
    const dumpable = (pid: number): boolean => fdFolderOwner(pid) !== 0; // root's, when it is not
    const { flags } = await supervisor.record(SupervisorType.ready);
    const plain = await supervisor.spawn({ args: ['probe', 'ready'] });
    expect([dumpable(plain.pid), coreLimit(plain.pid)]).toEqual([(flags & SupervisorFlag.hasMemfd) === 0, '1']);
    const debugged = await supervisor.spawn({ args: ['probe', 'ready'], flags: SpawnFlag.debug });
    await until(() => dumpable(debugged.pid)); // the host answers the supervisor a moment before it decides
    expect(coreLimit(debugged.pid)).toBe('1');
  });

  it('puts descriptors at their numbers, also when they are crossed, and closes all others', async () => {
    const supervisor = new TestSupervisor(transport);
    const { status: limit } = await supervisor.record(SupervisorType.ready);
    const others = [new TestPipe(transport.binding), new TestPipe(transport.binding)];
    // The supervisor receives them on its lowest free numbers, which are targets of others here.
    const { pid } = await supervisor.spawn({
      args: ['probe', 'ready'],
      flags: SpawnFlag.debug, // so that the list of its descriptors can be read
      fds: [[9, others[0]!.writer], [4, others[1]!.writer], [5, devNull()], [6, devNull()], [1, pipe.writer], [8, devNull()], [7, others[0]!.writer]],
    });
    await pipe.match(/ready/);
    const guest = new Map(readdirSync(`/proc/${pid}/fd`).map((fd) => [Number(fd), readlinkSync(`/proc/${pid}/fd/${fd}`)]));
    const here = (fd: number): string => readlinkSync(`/proc/self/fd/${fd}`);
    expect([...guest.keys()].sort((a, b) => a - b)).toEqual([1, 4, 5, 6, 7, 8, 9, limit - 16, limit - 15, limit - 14]);
    expect([guest.get(1), guest.get(4), guest.get(7), guest.get(9)]).toEqual([here(pipe.writer), here(others[1]!.writer), here(others[0]!.writer), here(others[0]!.writer)]);
    expect(guest.get(limit - 16)).toMatch(/occlum-runtime|probe/); // in memory, or on disk where vm.memfd_noexec is 2
    expect(guest.get(limit - 14)).toMatch(/eventfd/);
    for (const other of others) other.close();
  });

  it('sets limits, at most the host\'s own', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], limits: { [RLIMIT_FSIZE]: [0x1000n, 0x2000n], [RLIMIT_AS]: [1n << 40n, 0xffff_ffff_ffff_ffffn] } });
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    expect(limits).toMatch(/Max file size +4096 +8192/);
    expect(limits).toMatch(/Max address space +1099511627776 +unlimited/);
    expect(limits).toMatch(new RegExp(`Max open files +${ready.status} +${ready.status}`));
  });

  it.each([['in the record', 0], ['in memory', SpawnFlag.stringsFd]])('passes arguments and environment %s', async (_title, flags) => {
    const supervisor = new TestSupervisor(transport);
    await supervisor.spawn({ args: ['name', 'arguments', '', 'two words'], env: ['A=1', 'B='], fds: stdio(), flags });
    await pipe.match(/^name\narguments\n\ntwo words\nA=1\nB=\n$/);
  });

  it('passes more strings than a record holds', async () => {
    const supervisor = new TestSupervisor(transport);
    const long = Array.from({ length: 20 }, () => 'x'.repeat(100_000));
    const { pid } = await supervisor.spawn({ args: ['probe', 'exit', '7', ...long], flags: SpawnFlag.stringsFd });
    expect((await supervisor.record(SupervisorType.exited, pid)).status).toBe(7 << 8);
  });

  it('gives the host\'s own E2BIG', async () => {
    const supervisor = new TestSupervisor(transport);
    supervisor.send({ args: ['probe', 'x'.repeat(200_000)], flags: SpawnFlag.stringsFd });
    const failed = await supervisor.record(SupervisorType.spawnFailed);
    expect([failed.status, failed.step]).toEqual([E2BIG, SupervisorStep.exec]);
    expect((await supervisor.spawn({ args: ['probe', 'exit', '0'] })).pid).toBeGreaterThan(0);
  });

  it.each([
    ['a reserved number', { args: ['probe'], fds: [[4090, 0]] }],
    ['a negative number', { args: ['probe'], fds: [[-1, 0]] }],
  ] as const)('refuses %s', async (_title, options) => {
    const supervisor = new TestSupervisor(transport);
    const request = supervisor.send(options);
    const failed = await supervisor.record(SupervisorType.spawnFailed);
    expect([failed.request, failed.status, failed.step]).toEqual([request, EINVAL, SupervisorStep.record]);
  });
});

describe('the end of a guest', () => {
  it('is told with its status and what it used', async () => {
    const supervisor = new TestSupervisor(transport);
    const ended = await supervisor.spawn({ args: ['probe', 'exit', '2a'] });
    expect((await supervisor.record(SupervisorType.exited, ended.pid)).status).toBe(0x2a00);
    const spinning = await supervisor.spawn({ args: ['probe', 'spin'], fds: stdio() });
    await pipe.match(/ready/);
    await until(() => Number(stat(spinning.pid)[13]) > 1);
    supervisor.command(SupervisorType.kill, spinning.pid);
    const killed = await supervisor.record(SupervisorType.exited, spinning.pid);
    expect(killed.status).toBe(SIGKILL);
    expect(killed.userUs).toBeGreaterThan(0);
    await until(() => !existsSync(`/proc/${spinning.pid}`));
  });

  it('of hundreds at once is told for each', { timeout: 30_000 }, async () => {
    const supervisor = new TestSupervisor(transport);
    const pids = new Set<number>();
    for (let i = 0; i < 200; i++) pids.add((await supervisor.spawn({ args: ['probe', 'ready'] })).pid);
    supervisor.command(SupervisorType.killAll);
    for (let i = 0; i < 200; i++) pids.delete((await supervisor.record(SupervisorType.exited)).pid);
    expect(pids.size).toBe(0);
  });
});

describe('signals', () => {
  it('reach a thread of a guest', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'interrupted'], fds: stdio() });
    const tid = Number((await pipe.match(/(\d+)\n/))[1]);
    expect(supervisor.interrupt(pid, tid).result).toBe(1);
    await pipe.match(/interrupted/);
    expect(supervisor.interrupt(pid, tid + 1000).result).toBe(-Errno.ESRCH); // a claim that is not true
    expect(alive(pid)).toBe(true);
  });

  it('are sent again as long as the host has no room for them', { timeout: 60_000 }, async () => {
    const supervisor = new TestSupervisor(transport);
    const one = queuedSignals() + 1n;
    const room: [bigint, bigint] = [one, one]; // counted for all of a user's processes together
    const { pid } = await supervisor.spawn({ args: ['probe', 'interrupted'], fds: stdio(), limits: { [RLIMIT_SIGPENDING]: room } });
    const tid = Number((await pipe.match(/(\d+)\n/))[1]);
    const { pid: hog } = await supervisor.spawn({ args: ['probe', 'ready'] }); // never takes its signal
    expect(supervisor.interrupt(hog, hog).result).toBe(1);
    expect(supervisor.interrupt(pid, tid).result).toBe(-Errno.EAGAIN);
    supervisor.command(SupervisorType.kill, (await supervisor.spawn({ args: ['probe', 'ready'] })).pid);
    await supervisor.record(SupervisorType.exited);
    expect(pipe.text).not.toMatch(/interrupted/);
    supervisor.command(SupervisorType.kill, hog);
    await pipe.match(/interrupted/);
  });

  it('go to nobody once the guest has ended, nor where the supervisor is gone', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'] });
    supervisor.command(SupervisorType.kill, pid);
    // Its end is reported and it is reaped, which this side has not read yet: the number may be anybody's.
    await until(() => !existsSync(`/proc/${pid}`));
    expect(supervisor.interrupt(pid, pid).result).toBe(-Errno.ESRCH);
    expect(transport.binding.supervisorKill(supervisor.handle, pid)).toBe(-Errno.ESRCH);
    const { pid: other } = await supervisor.spawn({ args: ['probe', 'ready'] });
    expect(supervisor.interrupt(other, other).result).toBe(1);
    process.kill(ready.pid, 'SIGKILL');
    await until(() => stat(ready.pid)[2] === 'Z');
    expect(supervisor.interrupt(other, other).result).toBe(-Errno.ESRCH);
    expect(transport.binding.supervisorKill(supervisor.handle, other)).toBe(-Errno.ESRCH);
  });

  it('of this side end a guest whatever the supervisor does', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'spin'] });
    process.kill(ready.pid, 'SIGSTOP');
    await until(() => stat(ready.pid)[2] === 'T');
    expect(transport.binding.supervisorKill(supervisor.handle, pid)).toBe(1);
    await until(() => stat(pid)[2] === 'Z');
    expect(transport.binding.supervisorKill(supervisor.handle, pid)).toBe(1); // not reported, so the number is still its
    process.kill(ready.pid, 'SIGCONT');
    expect((await supervisor.record(SupervisorType.exited, pid)).status).toBe(SIGKILL);
    for (const nobody of [0, 1, -1, -ready.pid]) expect(transport.binding.supervisorKill(supervisor.handle, nobody)).toBe(-Errno.EBADF);
    expect(transport.binding.supervisorKill(-1, pid)).toBe(-Errno.EBADF);
  });

  it('are sent also when this process gets one on the way', { timeout: 60_000 }, async () => {
    const script = `
      import { spawn } from 'node:child_process';
      import { setImmediate } from 'node:timers/promises';
      import { TestSupervisor, TestTransport } from ${JSON.stringify(new URL('supervised.ts', import.meta.url).href)};
      const transport = new TestTransport();
      const supervisor = new TestSupervisor(transport);
      const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], limits: { ${RLIMIT_SIGPENDING}: [0n, 0n] } });
      const { handle } = supervisor.interrupt(pid, pid);
      let taken = 0;
      process.on('SIGUSR2', () => { taken++; });
      spawn('/bin/sh', ['-c', 'while kill -USR2 ' + process.pid + '; do :; done'], { stdio: 'ignore' });
      const results = new Set();
      while (taken < 1000) {
        for (let i = 0; i < 10_000; i++) results.add(transport.binding.helperInterrupt(handle, 0));
        await setImmediate();
      }
      console.log(...results);
      process.reallyExit(0);
    `;
    const options = ['--import', 'tsx', '--conditions=@occlum/source', '--input-type=module', '-e', script];
    // The host has no room, and says so each time.
    expect((await promisify(execFile)(process.execPath, options)).stdout).toBe(`${-Errno.EAGAIN}\n`);
  });

  it('keep a number from being used again while one is about to be sent', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'] });
    setSending(pid); // as if a thread here were stopped between its look and the signal
    supervisor.command(SupervisorType.kill, pid);
    expect((await supervisor.record(SupervisorType.exited)).pid).toBe(pid);
    const { pid: next } = spawnHost('/bin/true');
    await until(() => !alive(next!));
    expect(stat(pid)[2]).toBe('Z');
    setSending(0);
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it('hold no end up that nobody here is left to signal', async () => {
    const script = `
      import { TestSupervisor, TestTransport, setSending } from ${JSON.stringify(new URL('supervised.ts', import.meta.url).href)};
      const supervisor = new TestSupervisor(new TestTransport());
      const { pid } = await supervisor.spawn({ args: ['probe', 'ready'] });
      setSending(pid);
      console.log(pid);
      process.kill(process.pid, 'SIGKILL');
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=@occlum/source', '--input-type=module', '-e', script]).catch((error: unknown) => error as { stdout: string });
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(1);
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it('are not lost when there are more than the socket holds', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'spin'] });
    process.kill(ready.pid, 'SIGSTOP');
    for (let i = 0; i < 20_000; i++) supervisor.command(SupervisorType.stop, ready.pid);
    supervisor.command(SupervisorType.kill, pid);
    process.kill(ready.pid, 'SIGCONT');
    expect((await supervisor.record(SupervisorType.exited, pid)).status).toBe(SIGKILL);
  });

  it('stop and continue a guest', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'spin'] });
    for (const value of [7, 8]) {
      supervisor.command(SupervisorType.stop, pid, value);
      const { request } = await supervisor.record(SupervisorType.stopped, pid);
      expect([request, stat(pid)[2]]).toEqual([value, 'T']);
      supervisor.command(SupervisorType.continue, pid);
      await until(() => stat(pid)[2] === 'R');
    }
  });

  it('tell of a guest that stands before the enclave stops it', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'spin'] });
    process.kill(pid, 'SIGSTOP');
    await until(() => stat(pid)[2] === 'T');
    supervisor.command(SupervisorType.stop, pid, 9);
    expect((await supervisor.record(SupervisorType.stopped, pid)).request).toBe(9);
  });

  it('never reach a process that is no guest', async () => {
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const bystander = spawnHost('/bin/sleep', ['60']);
    for (const pid of [bystander.pid!, process.pid, ready.pid, 1, 0, -1, -ready.pid]) {
      supervisor.command(SupervisorType.kill, pid);
      supervisor.command(SupervisorType.stop, pid);
    }
    await supervisor.spawn({ args: ['probe', 'exit', '0'] }); // it has obeyed all of them by now
    expect(stat(bystander.pid!)[2]).toMatch(/[SR]/);
    expect(bystander.kill()).toBe(true);
  });
});

describe('a fork', () => {
  it('waits for the kernel, and its child is the supervisor\'s', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid, flags, descriptor } = await supervisor.spawn({ args: ['probe', 'fork'], fds: stdio() });
    expect(flags).toBe(SpawnedFlag.listener);
    const handle = transport.binding.notifyAdd(descriptor);
    await transport.event(TransportEvent.notify, handle);
    const request = new Uint32Array(14);
    expect(transport.binding.notifyReceive(handle, request)).toBe(0);
    expect([...request.subarray(0, 4)]).toEqual([pid, 56, 0x8011, 0]);
    expect(transport.binding.notifyReceive(handle, request)).toBe(-11);
    expect(transport.binding.notifyAnswer(handle, 0)).toBe(0);
    const child = Number((await pipe.match(/(\d+)\n/))[1]);
    expect(stat(child).slice(3, 6)).toEqual(stat(pid).slice(3, 6));
    supervisor.command(SupervisorType.kill, child);
    expect((await supervisor.record(SupervisorType.exited, child)).status).toBe(SIGKILL);
    transport.binding.notifyRemove(handle);
    transport.binding.close(descriptor);
  });

  it('is refused with the kernel\'s error', async () => {
    const supervisor = new TestSupervisor(transport);
    const { descriptor } = await supervisor.spawn({ args: ['probe', 'fork'], fds: stdio() });
    const handle = transport.binding.notifyAdd(descriptor);
    await transport.event(TransportEvent.notify, handle);
    transport.binding.notifyReceive(handle, new Uint32Array(14));
    transport.binding.notifyAnswer(handle, -1);
    await pipe.match(/^-1\n$/);
  });

  it('fails when nobody listens any more', async () => {
    const supervisor = new TestSupervisor(transport);
    const { descriptor } = await supervisor.spawn({ args: ['probe', 'fork'], fds: stdio() });
    transport.binding.close(descriptor);
    await pipe.match(/^-38\n$/);
  });

  it('tells the listener when the last guest of its filter has ended', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid, descriptor } = await supervisor.spawn({ args: ['probe', 'ready'] });
    const handle = transport.binding.notifyAdd(descriptor);
    supervisor.command(SupervisorType.kill, pid);
    const EPOLLHUP = 0x10;
    expect((await transport.event(TransportEvent.notify, handle))[2] & EPOLLHUP).toBe(EPOLLHUP);
  });
});

describe('scheduling', () => {
  const mask = (...cpus: number[]): Uint8Array => Uint8Array.of(cpus.reduce((bits, cpu) => bits | (1 << cpu), 0), 0, 0, 0, 0, 0, 0, 0);
  const [, first = 0, last = 0] = /^Cpus_allowed_list:\s*(\d+)(?:.*?(\d+))?$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.map(Number) ?? [];
  const second = Number.isNaN(last) ? first : last;

  it('a guest starts on its CPUs, or not at all', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio(), cpus: mask(first) });
    expect(status(pid).get('Cpus_allowed_list')).toBe(String(first));
    supervisor.send({ args: ['probe', 'ready'], fds: stdio(), cpus: new Uint8Array(8) });
    const failed = await supervisor.record(SupervisorType.spawnFailed);
    expect([failed.step, failed.status]).toEqual([SupervisorStep.cpus, EINVAL]);
  });

  it('has short turns for the supervisor, and the usual ones for guests', async () => {
    const turn = (pid: number): bigint => {
      const attributes = new Uint8Array(56);
      expect(transport.binding.schedGetattr(pid, attributes, 0)).toBe(0);
      return new DataView(attributes.buffer).getBigUint64(24, true); // sched_runtime; 0 where the host has no such thing
    };
    const supervisor = new TestSupervisor(transport);
    const ready = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'] });
    const usual = turn(process.pid);
    expect([turn(ready.pid), turn(pid)]).toEqual([usual === 0n ? 0n : 100_000n, usual]);
  });

  it('is changed for a thread of a guest, with its own rights', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid: parent } = await supervisor.record(SupervisorType.ready);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio() });
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.affinity, mask(second))).toBe(0);
    expect(status(pid).get('Cpus_allowed_list')).toBe(String(second));
    // The one value that is never better than what this process has.
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.nice, 19)).toBe(0);
    expect(stat(pid)[18]).toBe('19');
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.ioPriority, (2 << 13) | 6)).toBe(0);
    // What takes a privilege is refused also where the supervisor is root.
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.nice, -20)).toBe(EACCES);
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.ioPriority, 1 << 13)).toBe(EPERM);
    const roundRobin = new Uint8Array(56);
    new DataView(roundRobin.buffer).setUint32(0, 56, true);
    roundRobin.set([2, 0, 0, 0], 4);
    roundRobin.set([1, 0, 0, 0], 20);
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.attributes, roundRobin)).toBe(EPERM);
    // It is root again, and starts and ends guests.
    expect(await supervisor.schedule(parent, parent, ScheduleWhat.nice, 5)).toBe(ESRCH);
    supervisor.command(SupervisorType.kill, pid);
    expect((await supervisor.record(SupervisorType.exited, pid)).status).toBe(SIGKILL);
    const { pid: next } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio() });
    expect(alive(next)).toBe(true);
  });

  it('is not changed for what is no thread of that guest', async () => {
    const supervisor = new TestSupervisor(transport);
    const { pid } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio() });
    const { pid: other } = await supervisor.spawn({ args: ['probe', 'ready'], fds: stdio() });
    for (const tid of [process.pid, process.ppid, 1, other]) expect(await supervisor.schedule(pid, tid, ScheduleWhat.nice, 19)).toBe(ESRCH);
    expect(await supervisor.schedule(process.pid, process.pid, ScheduleWhat.nice, 19)).toBe(ESRCH);
    for (const tid of [0, -1]) expect(await supervisor.schedule(pid, tid, ScheduleWhat.nice, 19)).toBe(EINVAL);
    expect(await supervisor.schedule(pid, pid, 99, 0)).toBe(EINVAL);
    expect(await supervisor.schedule(pid, pid, ScheduleWhat.affinity, new Uint8Array(1025))).toBe(EINVAL);
    expect(stat(process.pid)[18]).not.toBe('19');
  });
});

describe('CPU time', () => {
  const TICK_MS = 10;
  const used = (...pids: number[]): number => pids.reduce((sum, pid) => sum + (Number(stat(pid)[13]) + Number(stat(pid)[14])) * TICK_MS, 0);
  const spin = async (supervisor: TestSupervisor, share = 0): Promise<number> => (await supervisor.spawn({ args: ['probe', 'spin'], share })).pid;
  /** How long guests take, in milliseconds, to use some more. */
  const timeFor = async (ms: number, ...pids: number[]): Promise<number> => {
    const [start, before] = [performance.now(), used(...pids)];
    await until(() => used(...pids) - before >= ms);
    return performance.now() - start;
  };

  it('of all guests together is limited', async () => {
    const supervisor = new TestSupervisor(transport);
    supervisor.command(SupervisorType.limitCpu, 0, 200);
    const pids = [await spin(supervisor), await spin(supervisor)];
    expect(await timeFor(300, ...pids)).toBeGreaterThan(1000);
    // Also what a guest had used that has ended counts.
    supervisor.command(SupervisorType.kill, pids[0]);
    await supervisor.record(SupervisorType.exited, pids[0]);
    expect(await timeFor(150, pids[1]!)).toBeGreaterThan(400);
  });

  it('of one guest and what it forks is limited, and that of others is not', async () => {
    const supervisor = new TestSupervisor(transport);
    const limited = await spin(supervisor, 100);
    const free = await spin(supervisor);
    const [before, time] = [used(limited), await timeFor(500, free)];
    expect(used(limited) - before).toBeLessThan(0.1 * time + 100);
    expect([stat(limited)[4], stat(free)[4]]).toEqual([String(limited), String(free)]);
    supervisor.command(SupervisorType.shutdown);
    await transport.event(TransportEvent.supervisorHangup, supervisor.handle);
    expect([limited, free].map((pid) => existsSync(`/proc/${pid}`))).toEqual([false, false]);
  });

  it('that is limited leaves what the enclave has stopped alone', async () => {
    const supervisor = new TestSupervisor(transport);
    supervisor.command(SupervisorType.limitCpu, 0, 300);
    const [stopped, other] = [await spin(supervisor), await spin(supervisor)];
    await timeFor(50, stopped);
    supervisor.command(SupervisorType.stop, stopped);
    await until(() => stat(stopped)[2] === 'T');
    await timeFor(30, other);
    const before = used(stopped);
    await timeFor(150, other);
    expect([stat(stopped)[2], used(stopped)]).toEqual(['T', before]);
    supervisor.command(SupervisorType.continue, stopped);
    await timeFor(50, stopped);
  });
});

describe('when Node goes', () => {
  it('guests that left group and session end too', async () => {
    const supervisor = new TestSupervisor(transport, { program: built('test/supervisor-without-filter') });
    const pids = [];
    for (let i = 0; i < 20; i++) {
      const ends = new TestPipe(transport.binding);
      await supervisor.spawn({ args: ['probe', 'escape'], fds: [[1, ends.writer]] });
      pids.push(Number((await ends.match(/(\d+)\n/))[1]));
      ends.close();
    }
    const ready = await supervisor.record(SupervisorType.ready);
    expect(pids.map((pid) => stat(pid)[5])).toEqual(pids.map(String)); // each in a session of its own, spinning
    transport.binding.supervisorClose(supervisor.handle);
    await gone(ready.pid);
    expect(pids.filter(alive)).toEqual([]);
  });

  it.each([['without a word', O_NONBLOCK, 0], ['with one', 0, O_NONBLOCK]] as const)('%s, what it changed of the user\'s descriptors is as it should be', async (title, before, after) => {
    const { binding } = transport;
    const pair = new Int32Array(2);
    binding.openpty(pair);
    const [, slave] = pair as unknown as [number, number];
    const settings = new Uint8Array(36);
    binding.tcgetattr(slave, settings);
    const supervisor = new TestSupervisor(transport);
    const record = new Uint8Array(SupervisorRestore.size);
    const view = new DataView(record.buffer);
    view.setUint32(SupervisorRestore.type, SupervisorType.restore, true);
    view.setUint32(SupervisorRestore.what, RestoreFlag.statusFlags | RestoreFlag.terminal, true);
    view.setInt32(SupervisorRestore.status_flags, binding.fcntl(slave, F_GETFL, 0) | before, true);
    record.set(settings, SupervisorRestore.settings);
    binding.supervisorSend(supervisor.handle, record, Int32Array.of(slave));
    const raw = Uint8Array.from(settings, (byte, i) => (i === 12 ? 0 : byte)); // no ECHO, no ICANON, no ISIG
    binding.tcsetattr(slave, 0, raw);
    binding.fcntl(slave, F_SETFL, after);
    const ready = await supervisor.record(SupervisorType.ready);
    if (title === 'with one') supervisor.command(SupervisorType.shutdown);
    binding.supervisorClose(supervisor.handle);
    await gone(ready.pid);
    const now = new Uint8Array(36);
    binding.tcgetattr(slave, now);
    expect(now).toEqual(title === 'with one' ? raw : settings);
    expect(binding.fcntl(slave, F_GETFL, 0) & O_NONBLOCK).toBe(O_NONBLOCK);
    for (const end of pair) binding.close(end);
  });

  it('by SIGKILL, its guests and the scratch directory go as well', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'occlum-test-'));
    mkdirSync(join(scratch, 'upper', 'deep'), { recursive: true });
    for (const file of ['a', 'upper/b', 'upper/deep/c']) writeFileSync(join(scratch, file), 'x');
    for (let i = 0; i < 300; i++) writeFileSync(join(scratch, 'upper', `file-with-a-long-name-${i}`), '');
    const script = new URL('programs/spawn-and-wait.mjs', import.meta.url);
    const node = spawnHost(process.execPath, [script.pathname, built(''), scratch, String(SupervisorSpawn.size), String(SupervisorSpawn.limits)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pids = await new Promise<number[]>((resolve) => node.stdout.once('data', (text: Buffer) => { resolve(text.toString().trim().split(' ').map(Number)); }));
    expect(pids.map(alive)).toEqual([true, true, true]);
    node.kill('SIGKILL');
    for (const pid of pids) await gone(pid);
    expect(existsSync(scratch)).toBe(false);
  });
});

/** Owner of a process's descriptor folder in /proc. */
function fdFolderOwner(pid: number): number {
  const out = new Uint8Array(256);
  transport.binding.statx(-100, Buffer.from(`/proc/${pid}/fd\0`), 0, 0x7ff, out);
  return new DataView(out.buffer).getUint32(20, true);
}
