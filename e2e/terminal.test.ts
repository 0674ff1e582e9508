import { describe, expect, test } from 'vitest';

import { guest, host, outcome, runArguments, start, succeed } from './support/occlum.js';
import { onTerminal } from './support/on-terminal.js';
import type { OnTerminal } from './support/on-terminal.js';
import { OCCLUM } from './support/places.js';
import { needs } from './support/programs.js';
import { BASH, shellJob } from './support/shell-job.js';
import { NATIVE } from './support/variant.js';
import { until } from './support/waiting.js';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_Z = '\u001a';
const TTY = { flags: ['-it'] };

test('who has a terminal, background, keys, size, hang-up: every line as natively', { timeout: 120_000 }, async () => {
  const native = outcome(await host([guest('terminals')]), 'terminals');
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest('terminals'))).split('\n')).toEqual(native.stdout.split('\n'));
});

describe('a terminal of its own', () => {
  test('is one, controls the session, and has size and settings of the user\'s', async () => {
    const program = onTerminal('/bin/sh', ['-c', 'tty; stty size; stty -a < /dev/tty | grep -c "intr = ^C"; exit 3'], TTY);
    expect(await program.exited).toBe(3);
    expect(program.output()).toMatch(/^\/dev\/pts\/\d+\r\n33 90\r\n1\r\n$/);
  });

  test.skipIf(NATIVE)('has input from a pipe, and its end', async () => {
    const { exitCode, stdout } = await start('/bin/sh', ['-c', 'test -t 0 && stty -echo && cat | tr a-z A-Z'], { ...TTY, input: 'one\ntwo\n' });
    expect(exitCode).toBe(0);
    expect(String(stdout).replace(/^one\r\ntwo\r\n/, '')).toContain('ONE\r\nTWO\r\n');
  });
});

/** Reads all of what a command writes on a terminal of the host: libuv, and what is made of it, may lose the last of it. */
const READ_ALL = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try: some = os.read(master, 65536)
    except OSError: break
    os.write(1, some)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;

test.skipIf(NATIVE)('much output is shown to its last line', async (context) => {
  needs(context, 'python3', 'seq');
  const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\r\n`).join('');
  for (let i = 0; i < 3; i++) {
    const { exitCode, stdout } = await host(['python3', '-c', READ_ALL, OCCLUM, ...runArguments('/bin/sh', ['-c', 'seq 1 20000; exit 3'], { flags: ['-t'] })]);
    expect(exitCode).toBe(3);
    expect(String(stdout) === numbers).toBe(true);
  }
});

/** Job control of an interactive bash, the same whoever gave it its terminal. */
async function jobControl(shell: OnTerminal): Promise<void> {
  await shell.expect('$ ');
  shell.write('sleep 1000\r');
  await shell.expect('sleep 1000\r\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  shell.write(CTRL_Z);
  await shell.expect(/\[1\]\+\s+Stopped\s+sleep 1000\r\n/);
  shell.write('jobs\r');
  await shell.expect(/\[1\]\+\s+Stopped\s+sleep 1000\r\n/);
  shell.write('bg\r');
  await shell.expect('[1]+ sleep 1000 &\r\n');
  shell.write('cat &\r');
  await shell.expect(/\[2\] \d+\r\n/);
  await new Promise((resolve) => setTimeout(resolve, 500));
  shell.write('\r');
  await shell.expect(/\[2\]\+\s+Stopped\s+cat\r\n/);
  shell.write('jobs -l\r');
  await shell.expect(/\[1\]-\s+\d+ Running\s+sleep 1000 &\r\n\[2\]\+\s+\d+ Stopped \(tty input\)\s+cat\r\n/);
  shell.write('fg %2\r');
  await shell.expect('cat\r\n');
  await new Promise((resolve) => setTimeout(resolve, 300));
  shell.write('typed\r');
  await shell.expect('typed\r\ntyped\r\n');
  shell.write(CTRL_D);
  await shell.expect('$ ');
  shell.write('fg %1\r');
  await shell.expect('sleep 1000\r\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  shell.write(CTRL_C);
  shell.write('echo "status $?"\r');
  await shell.expect('status 130\r\n');
  shell.write('exit 5\r');
  expect(await shell.exited).toBe(5);
}

describe('bash', () => {
  test('job control on a terminal of its own', { timeout: 120_000 }, async () => {
    await jobControl(onTerminal('/bin/bash', BASH, { ...TTY, env: { PS1: '$ ' } }));
  });

  test('job control on the user\'s terminal', { timeout: 120_000 }, async () => {
    await jobControl(onTerminal('/bin/bash', BASH, { env: { PS1: '$ ' } }));
  });

  test('sees another size', async () => {
    const shell = onTerminal('/bin/bash', BASH, { ...TTY, env: { PS1: '$ ' } });
    await shell.expect('$ ');
    shell.write('trap "echo resized" WINCH; stty size\r');
    await shell.expect('33 90\r\n');
    // The signal is for who is in the foreground: the shell, once stty has gone.
    await shell.expect('$ ');
    shell.resize(101, 44);
    // It runs the trap between two commands, and the signal may come after the next one.
    await until('the trap', async () => {
      shell.write('echo next\r');
      await shell.expect('next\r\n');
      return shell.output().includes('resized\r\n');
    });
    shell.write('stty size\r');
    await shell.expect('44 101\r\n');
    shell.write('exit\r');
    expect(await shell.exited).toBe(0);
  });
});

describe.skipIf(NATIVE)('the command as a job of the user\'s shell', () => {
  test.for([['of its own', ['-t']], ['of the user', []]] as const)('stops with its program and goes on with it, on a terminal %s', { timeout: 120_000 }, async ([, flags]) => {
    const shell = await shellJob('/bin/sh', ['-c', 'echo begun; stty -echo; sleep 1000'], flags);
    await shell.expect('begun\r\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    shell.write(CTRL_Z);
    await shell.expect('Stopped');
    await shell.expect('$ ');
    shell.write('stty -a | tr " " "\\n" | grep -x -e icanon -e -icanon -e echo -e -echo | xargs echo set:\r');
    await shell.expect('set: icanon echo\r\n');
    shell.write('fg\r');
    await shell.expect(/sleep 1000'\r\n/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    shell.write(CTRL_C);
    await shell.expect('$ ');
    shell.write('echo "status $?"; exit\r');
    await shell.expect('status 130\r\n');
  });

  test('stops in the background where it reads the user\'s terminal, and reads what is typed in front', { timeout: 120_000 }, async () => {
    const shell = await shellJob('/bin/sh', ['-c', 'echo begun; exec cat'], []);
    await shell.expect('begun\r\n');
    for (let i = 0; i < 3; i++) {
      shell.write(CTRL_Z);
      await shell.expect('Stopped');
      await shell.expect('$ ');
      // What is typed ahead is the shell's too.
      shell.write('bg\rtrue\r');
      await until('a stop by SIGTTIN', async () => {
        shell.write('jobs -l; echo "list"ed\r');
        await shell.expect('listed\r\n');
        return /Stopped \(tty input\)[^$]*listed\r\n(\$ )?$/.test(shell.output());
      });
      shell.write('fg\r');
      await shell.expect(/exec cat'\r\n/);
      shell.write(`line ${i}\r`);
      await until('the line, typed and written', () => shell.output().split(`line ${i}\r\n`).length === 3);
    }
    shell.write(CTRL_D);
    await shell.expect('$ ');
    shell.write('echo "status $?"; exit\r');
    await shell.expect('status 0\r\n');
  });

  test('leaves the terminal as it was when it is killed', { timeout: 120_000 }, async () => {
    const shell = await shellJob('/bin/sh', ['-c', 'echo begun; exec sleep 1000'], ['-t']);
    await shell.expect('begun\r\n');
    await host(['/bin/sh', '-c', `kill -KILL $(cat /proc/${shell.pid}/task/${shell.pid}/children)`]);
    await shell.expect('$ ');
    shell.write('stty -a | tr " " "\\n" | grep -x -e icanon -e -icanon -e isig -e -isig | xargs echo set:\r');
    await shell.expect('set: isig icanon\r\n');
    shell.write('exit\r');
    await shell.exited;
  });
});

describe('programs', () => {
  test('a REPL: Ctrl-C is its own, any number of times', async (context) => {
    needs(context, 'python3');
    const program = onTerminal('python3', ['-q', '-i', '-c', ''], TTY);
    for (let i = 0; i < 3; i++) {
      await program.expect('>>> ');
      program.write(CTRL_C);
      await program.expect('KeyboardInterrupt');
    }
    await program.expect('>>> ');
    program.write('import sys; sys.exit(9)\r');
    expect(await program.exited).toBe(9);
  });

  test('script: a terminal within the terminal', async (context) => {
    needs(context, 'script');
    const program = onTerminal('script', ['-qec', 'tty; stty size; exit 6', '/dev/null'], TTY);
    expect(await program.exited).toBe(6);
    expect(program.output()).toMatch(/\/dev\/pts\/\d+\r\n33 90\r\n/);
  });

  test('less: a page, another size, the end', async (context) => {
    needs(context, 'less', 'seq');
    const program = onTerminal('/bin/sh', ['-c', 'seq 1 500 | less'], TTY);
    await program.expect(/32\r?\n.*:/s);
    program.resize(80, 12);
    // A key that comes while it draws anew may be lost.
    await program.expect(':');
    program.write('G');
    await program.expect('500');
    program.write('q');
    expect(await program.exited).toBe(0);
  });

  test('vi: writes, stops, goes on', async (context) => {
    needs(context, 'vi');
    const program = onTerminal('/bin/bash', BASH, { ...TTY, env: { PS1: '$ ' } });
    await program.expect('$ ');
    program.write('vi /tmp/text\r');
    await program.expect('[New]');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    program.write('ihello\u001b');
    await program.expect('hello');
    // Escape ends the insertion, unless something follows at once.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    program.write(CTRL_Z);
    await program.expect('Stopped');
    await program.expect('$ ');
    program.write('fg\r');
    await program.expect('hello');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    program.write(':wq\r');
    await program.expect('written');
    await program.expect('$ ');
    program.write('cat /tmp/text; exit\r');
    await program.expect('hello\r\n');
    expect(await program.exited).toBe(0);
  });

  test('top: a full screen that is drawn again and again', async (context) => {
    needs(context, 'top');
    const program = onTerminal('top', ['-d', '0.3'], TTY);
    await program.expect('PID');
    await program.expect('top');
    program.write('q');
    expect(await program.exited).toBe(0);
  });
});

test('a terminal that goes away hangs its programs up', async () => {
  const script = 'import os,pty,time\npid,m=pty.fork()\nif pid==0:\n os.execvp("sh",["sh","-c","trap \'echo hung up > /tmp/note; exit\' HUP; echo ready; while :; do sleep 0.05; done"])\nos.read(m,5)\nos.close(m)\nprint(os.waitpid(pid,0)[1],open("/tmp/note").read())';
  expect(await succeed('python3', ['-c', script])).toBe('0 hung up\n\n');
});
