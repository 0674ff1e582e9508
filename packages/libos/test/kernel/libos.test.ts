import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';
import { LibOS } from '@occlum/libos';

const SHELL = '/bin/sh';

let directory: string;
let libos: LibOS;
let out: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'occlum-libos-'));
  libos = new LibOS();
  out = openSync(join(directory, 'out'), 'w');
});

afterEach(async () => {
  await libos.destroy();
  closeSync(out);
  rmSync(directory, { recursive: true, force: true });
});

const init = (): Promise<number> =>
  libos.init({ rootfs: '/', mounts: [], network: 'none', store: mkdtempSync(join(directory, 'store-')), rewriteCallSites: true, logLevel: 'off' });

const make = (script: string, path = SHELL): Promise<number> =>
  libos.newProcess({ path, argv: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'], cwd: '/', stdio: [0, out, 2] });

const output = (): string => readFileSync(join(directory, 'out'), 'utf8');

describe('before init', () => {
  it('every ECall is EAGAIN', async () => {
    expect(await make('true')).toBe(-Errno.EAGAIN);
    expect(await libos.execThread(1)).toBe(-Errno.EAGAIN);
    expect(await libos.kill(1, 9)).toBe(-Errno.EAGAIN);
    expect(await libos.broadcastInterrupts()).toBe(-Errno.EAGAIN);
  });
});

describe('init', () => {
  it('is EEXIST the second time', async () => {
    expect(await init()).toBe(0);
    expect(await init()).toBe(-Errno.EEXIST);
  });

  it.each([
    ['a root that is not there', { rootfs: '/no/such' }, -Errno.ENOENT],
    ['a root that is no directory', { rootfs: '/etc/passwd' }, -Errno.ENOTDIR],
    ['a mount from nowhere', { mounts: [{ type: 'host' as const, source: '/no/such', target: '/mnt', readOnly: true }] }, -Errno.ENOENT],
  ])('refuses %s', async (_title, wrong, result) => {
    const store = mkdtempSync(join(directory, 'store-'));
    expect(await libos.init({ rootfs: '/', mounts: [], network: 'none', store, rewriteCallSites: true, logLevel: 'off', ...wrong })).toBe(result);
  });
});

describe('newProcess', () => {
  it.each([
    ['a relative path', 'bin/sh', -Errno.EINVAL],
    ['a path with ..', '/bin/../bin/sh', -Errno.EINVAL],
    ['no such program', '/no/such', -Errno.ENOENT],
    ['a directory', '/bin/', -Errno.EACCES],
    ['a file that may not be executed', '/etc/passwd', -Errno.EACCES],
  ])('refuses %s', async (_title, path, result) => {
    await init();
    expect(await make('true', path)).toBe(result);
  });

  it('refuses a descriptor that is not open', async () => {
    await init();
    const stdio = [0, 9999, 2] as const;
    expect(await libos.newProcess({ path: SHELL, argv: ['sh'], env: [], cwd: '/', stdio })).toBe(-Errno.EBADF);
    expect(await libos.newProcess({ path: SHELL, argv: ['sh'], env: [], cwd: '/', stdio: [-1, 1, 2] })).toBe(-Errno.EBADF);
  });

  it('refuses no argument, and a current directory that is none', async () => {
    await init();
    expect(await libos.newProcess({ path: SHELL, argv: [], env: [], cwd: '/', stdio: [0, 1, 2] })).toBe(-Errno.EINVAL);
    expect(await libos.newProcess({ path: SHELL, argv: ['sh'], env: [], cwd: '/etc/passwd', stdio: [0, 1, 2] })).toBe(-Errno.ENOTDIR);
  });
});

describe('execThread', () => {
  it('runs a process and answers its wait status', async () => {
    await init();
    const pid = await make('echo $$; exit 3');
    expect(pid).toBe(1);
    expect(await libos.execThread(pid)).toBe(3 << 8);
    expect(output()).toBe('1\n');
  });

  it('is ESRCH for a pid that does not wait to run', async () => {
    await init();
    expect(await libos.execThread(1)).toBe(-Errno.ESRCH);
    const pid = await make('true');
    await libos.execThread(pid);
    expect(await libos.execThread(pid)).toBe(-Errno.ESRCH);
  });

  it('runs several at once', async () => {
    await init();
    const pids = [await make('exit 1'), await make('exit 2'), await make('exit 3')];
    expect(await Promise.all(pids.map((pid) => libos.execThread(pid)))).toEqual([1 << 8, 2 << 8, 3 << 8]);
  });

  it('is not held up by what the process left running', async () => {
    await init();
    expect(await libos.execThread(await make('sleep 1000 & exit 4'))).toBe(4 << 8);
  });

  it('starts a script with its interpreter', async () => {
    await init();
    await libos.execThread(await make("printf '#!/bin/sh -e\\necho script $0 $1; exit 5\\n' > /tmp/s; chmod +x /tmp/s"));
    const pid = await libos.newProcess({ path: '/tmp/s', argv: ['ignored', 'one'], env: [], cwd: '/', stdio: [0, out, 2] });
    expect(await libos.execThread(pid)).toBe(5 << 8);
    expect(output()).toBe('script /tmp/s one\n');
  });
});

describe('kill', () => {
  it.each([
    ['a number that is no signal', 1, 0, -Errno.EINVAL],
    ['a number past the last signal', 1, 65, -Errno.EINVAL],
    ['nobody', 77, 9, -Errno.ESRCH],
    ['a group, which only guests have', -77, 9, -Errno.ESRCH],
    ['everybody where there is nobody', -1, 9, 0],
  ])('%s', async (_title, pid, signal, result) => {
    await init();
    expect(await libos.kill(pid, signal)).toBe(result);
  });

  it.each([
    ['a busy loop', 'while :; do :; done'],
    ['a sleep', 'exec sleep 1000'],
    ['a program that ignores all it can', 'trap "" TERM INT HUP; while :; do sleep 1000; done'],
  ])('ends %s by SIGKILL', async (_title, script) => {
    await init();
    const pid = await make(script);
    const ended = libos.execThread(pid);
    setTimeout(() => void libos.kill(pid, 9), 100);
    expect(await ended).toBe(9);
  });

  it('ends a process that does not run yet', async () => {
    await init();
    const pid = await make('exit 0');
    expect(await libos.kill(pid, 9)).toBe(0);
    expect(await libos.execThread(pid)).toBe(9);
  });

  it('runs a handler', async () => {
    await init();
    const pid = await make('trap "echo got; exit 7" USR1; echo up; while :; do :; done');
    const ended = libos.execThread(pid);
    while (!output().includes('up')) await new Promise((resolve) => setTimeout(resolve, 5));
    await libos.kill(pid, 10);
    expect(await ended).toBe(7 << 8);
    expect(output()).toBe('up\ngot\n');
  });

  it('reaches all that came of a process, in whatever session', async () => {
    await init();
    const pid = await make('setsid sh -c "while :; do sleep 1; done" & echo up; sleep 1000');
    const ended = libos.execThread(pid);
    while (!output().includes('up')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await libos.kill(pid, 9, 'tree')).toBe(0);
    expect(await ended).toBe(9);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await libos.kill(pid, 9, 'tree')).toBe(-Errno.ESRCH);
  });
});

describe('destroy', () => {
  it('ends what runs', async () => {
    await init();
    const ended = libos.execThread(await make('while :; do :; done'));
    setTimeout(() => void libos.destroy(), 100);
    expect(await ended).toBe(9);
  });
});
