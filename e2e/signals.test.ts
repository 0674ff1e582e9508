import { env } from 'node:process';

import { expect, test } from 'vitest';

import { guest, host, outcome, run, shell, start, succeed } from './support/occlum.js';
import { onTerminal } from './support/on-terminal.js';
import { needs } from './support/programs.js';
import { until } from './support/waiting.js';

/** `npm run soak` takes longer. */
const STORM_S = Number(env['OCCLUM_SOAK_STORM_S'] ?? 2);

/** Each line of these programs is one observation. */
test.for(['signals', 'signal-actions', 'signal-sending', 'signal-sources', 'signal-driven', 'signal-descriptors', 'signal-corners', 'thread-exec', 'process-descriptors'])('%s: every line as natively', async (name) => {
  const native = outcome(await host([guest(name)]), name);
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest(name))).split('\n')).toEqual(native.stdout.split('\n'));
});

test('a signal that comes while a program starts is not lost', async () => {
  expect(await succeed(guest('signal-exec'), ['500'])).toBe('500 children ended by their signal\n');
});

test('a signal that comes soon after a fork is not lost', async () => {
  expect(await succeed(guest('signal-fork'), ['500'])).toBe('500 children handled their signal\n');
});

test('200 processes that signal each other lose nothing that is queued, and end', { timeout: 120_000 + STORM_S * 1000 }, async () => {
  const { status, stdout } = await run(guest('signal-storm'), ['200', String(STORM_S)], { timeoutMs: 100_000 + STORM_S * 1000 });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '200 processes, 0 failed, all busy\n' });
});

test('a loop that makes no call is ended by a signal from inside, and can handle one', async () => {
  expect(await shell(`timeout 1 sh -c 'while :; do :; done' || echo "status $?"
    timeout --foreground -s USR1 1 sh -c 'trap "echo handled; exit 3" USR1; while :; do :; done' || echo "status $?"`)).toBe('status 124\nhandled\nstatus 124\n');
});

test('CPython runs its handlers in the middle of a loop', async (context) => {
  needs(context, 'python3');
  const code = `
import signal, threading
seen = []
signal.signal(signal.SIGALRM, lambda number, frame: seen.append(threading.current_thread().name))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
def spin():
    while len(seen) < 20: pass
other = threading.Thread(target=spin); other.start(); spin(); other.join()
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(seen) >= 20, set(seen))`;
  expect(await succeed('python3', ['-c', code])).toBe("True {'MainThread'}\n");
});

test('a signal to the command reaches the program', async () => {
  const program = start('/bin/sh', ['-c', 'trap "echo caught; exit 5" TERM; echo ready; while :; do sleep 0.01; done']);
  let output = '';
  program.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until('ready', () => output.includes('ready'));
  program.kill('SIGTERM');
  expect(outcome(await program, 'sh')).toMatchObject({ status: 5, stdout: 'ready\ncaught\n' });
});

test('a program that the command cannot ask ends by the signal', async () => {
  const program = start('/bin/sleep', ['100']);
  await until('the program', () => program.pid !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  program.kill('SIGINT');
  expect(outcome(await program, 'sleep').status).toBe(130);
});

test('a terminal is one, with its size', async () => {
  const program = onTerminal('/bin/sh', ['-c', 'test -t 0 && test -t 1 && echo terminal; stty size']);
  expect(await program.exited).toBe(0);
  expect(program.output()).toBe('terminal\r\n33 90\r\n');
});

test('Ctrl-C ends every process', async () => {
  // The shell itself reads: while it starts a program, Ctrl-C may come too early for the one and too late for the other.
  const program = onTerminal('/bin/sh', ['-c', '(while :; do :; done) & echo ready; read line; echo never']);
  await until('ready', () => program.output().includes('ready'));
  program.write('\u0003');
  expect(await program.exited).toBe(130);
  expect(program.output()).not.toContain('never');
});

test('an interactive bash: Ctrl-C ends the foreground program only', async () => {
  const program = onTerminal('/bin/bash', ['--norc', '--noprofile', '-i']);
  await until('a prompt', () => /\$ |# /.test(program.output()));
  program.write('echo one; sleep 100\r');
  await until('sleep', () => program.output().includes('one\r\n'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  program.write('\u0003');
  program.write('echo status $?\r');
  await until('the prompt again', () => program.output().includes('status 130'));
  program.write('exit 6\r');
  expect(await program.exited).toBe(6);
});
