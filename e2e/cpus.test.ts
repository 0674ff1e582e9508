import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { CpuSet, HostThread, hostCpus } from '@occlum/sched';

import { descendants } from './support/host-processes.js';
import { guest, host, occlum, outcome, run, runArguments, start, succeed } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { needs } from './support/programs.js';
import { NATIVE } from './support/variant.js';
import { until } from './support/waiting.js';

const { allowed } = hostCpus();
const last = [...allowed].at(-1) ?? 0;

/** What the host tells of every thread of the guests of a command: the CPU it was on last, and those that it may be on. */
function guestTasks(command: number): { readonly cpu: number; readonly allowed: string }[] {
  return guests(command).flatMap((pid) => listed(`/proc/${pid}/task`).flatMap((tid) => {
    const [, rest = ''] = /^\d+ \(.*\) (.*)/s.exec(text(`/proc/${pid}/task/${tid}/stat`)) ?? [];
    const [, list = ''] = /^Cpus_allowed_list:\s*(.*)$/m.exec(text(`/proc/${pid}/task/${tid}/status`)) ?? [];
    return list === '' || rest === '' ? [] : [{ cpu: Number(rest.split(' ')[36]), allowed: list }];
  }));
}

/** Host processes of guests: the children of the supervisor that a command started. */
function guests(command: number): number[] {
  const all = descendants(command);
  const supervisors = all.filter(({ pid }) => text(`/proc/${pid}/comm`).startsWith('occlum-supervi')).map(({ pid }) => pid);
  return all.filter(({ parent, state }) => supervisors.includes(parent) && state !== 'Z').map(({ pid }) => pid);
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

test.skipIf(NATIVE)('a guest never leaves the CPUs that it was given, whatever its threads and processes try', async () => {
  const program = start(guest('cpu-bound'), ['32', '4', '1500'], { flags: ['--cpuset-cpus', String(last)] });
  await until('128 threads', () => guestTasks(program.pid ?? 0).length >= 128 || program.exitCode !== null);
  const seen = new Set<string>();
  while (program.exitCode === null && program.signalCode === null) {
    for (const { cpu, allowed: list } of guestTasks(program.pid ?? 0)) seen.add(`${cpu} of ${list}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(outcome(await program, 'cpu-bound').stdout).toMatch(new RegExp(`^cpus ${last}\nused \\d+ of \\d+ ms\n$`));
  expect([...seen]).toEqual([`${last} of ${last}`]);
});

test.skipIf(NATIVE)('a guest sees only the CPUs that it was given', async (context) => {
  needs(context, 'lscpu', 'node');
  const script = `nproc; getconf _NPROCESSORS_ONLN; grep -c ^processor /proc/cpuinfo; grep -c '^cpu[0-9]' /proc/stat; ls -d /sys/devices/system/cpu/cpu[0-9]* | wc -l
    cat /sys/devices/system/cpu/online; sed -n 's/^Cpus_allowed_list:.//p' /proc/self/status; node -p 'os.cpus().length'; lscpu -p=CPU | grep -v '#'
    python3 -c 'import os; print(os.cpu_count(), *os.sched_getaffinity(0))'`;
  const shown = await succeed('/bin/sh', ['-c', script], { flags: ['--cpuset-cpus', String(last)] });
  expect(shown.split('\n')).toEqual(['1', '1', '1', '1', '1', `${last}`, `${last}`, '1', `${last}`, `1 ${last}`, '']);
});

test.skipIf(NATIVE)('runtimes of languages size themselves by the CPUs that a guest was given', async (context) => {
  needs(context, 'gcc', 'go', 'java');
  const flags = ['--cpuset-cpus', String(last)];
  expect(await succeed(guest('openmp-cpu-count'), [], { flags })).toBe('1 1\n');
  expect(await succeed(guest('go-cpu-count'), [], { flags })).toBe('1 1\n');
  expect(await succeed('java', ['-Xlog:gc+init', '-XX:+UseSerialGC', '--version'], { flags })).toMatch(/ CPUs: 1 total, 1 available\n/);
});

test.skipIf(NATIVE)('the host may move a guest while it runs', async () => {
  const first = allowed.first() ?? 0;
  const script = 'echo ready; read line; nproc; taskset -cp $$ | sed "s/.*: //"; taskset -c 0-8191 nproc; echo done';
  const program = start('/bin/sh', ['-c', script], { execa: { stdin: 'pipe' } });
  let output = '';
  program.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until('ready', () => output.includes('ready'));
  const shells = guests(program.pid ?? 0);
  expect(shells.length).toBe(1);
  for (const pid of shells) HostThread.of(pid).setAffinity(CpuSet.of(first));
  program.stdin?.end('go\n');
  expect(outcome(await program, 'sh')).toMatchObject({ status: 0, stderr: '', stdout: `ready\n1\n${first}\n${allowed.size}\ndone\n` });
});

test.skipIf(NATIVE)('CPU time is limited to a share', async () => {
  const idleBefore = idle();
  const output = await succeed(guest('cpu-bound'), ['4', '2', '3000'], { flags: ['--cpus', '0.5'] });
  const idleMs = (idle() - idleBefore) * 10;
  const [, used = 0, time = 0] = /used (\d+) of (\d+) ms/.exec(output)?.map(Number) ?? [];
  expect(used).toBeLessThan(0.5 * time + 250);
  // A host that has something else to do on its CPUs may give less.
  if (idleMs > 0.5 * time * allowed.size) expect(used).toBeGreaterThan(0.45 * time);
});

/** Idle time of all CPUs of the host, in hundredths of a second. */
function idle(): number {
  return Number(text('/proc/stat').split('\n')[0]?.split(/ +/)[4]);
}

test.skipIf(NATIVE)('job control, waits and forks work as ever while CPU time is limited', async () => {
  const script = `
    exec 2>/dev/null
    sleep 100 & kill -STOP $!; while ! grep -q '^State:.T' /proc/$!/status; do :; done
    i=0; while [ $i -lt 60 ]; do /bin/true; i=$((i+1)); done
    grep '^State:' /proc/$!/status; kill -KILL $!; wait $!; echo $?
    (exit 7) & wait $!; echo $?
    timeout 0.5 sh -c 'while :; do :; done'; echo $?
    python3 -c '
import select, time
poll = select.epoll(); start = time.monotonic()
busy = __import__("threading").Thread(target=lambda: [None for _ in iter(lambda: time.monotonic() < start + 0.6, False)]); busy.start()
print(poll.poll(0.5), time.monotonic() - start >= 0.5)'`;
  expect(await succeed('/bin/bash', ['-c', script], { flags: ['--cpus', '0.4'] })).toBe('State:\tT (stopped)\n137\n7\n124\n[] True\n');
});

test.skipIf(NATIVE)('a limit that makes no sense is refused in one line', async () => {
  for (const [flag, value, wanted] of [['--cpuset-cpus', '8191', `options.cpuset is "8191", must be a list of CPUs among ${String(allowed)}`], ['--cpus', 'two', '--cpus is "two", must be a number of CPUs such as 1.5'], ['--cpus', '0', 'options.cpus is 0, must be a number from 0.001']] as const) {
    const { status, stderr } = await occlum(['run', '--rootfs', '/', flag, value, '--', 'true']);
    expect([status, stderr.trim().split('\n').length, stderr]).toEqual([125, 1, expect.stringContaining(wanted)]);
  }
});

test.skipIf(NATIVE)('the command stays within its own affinity', async (context) => {
  needs(context, 'taskset');
  const result = outcome(await host(['taskset', '-c', String(last), OCCLUM, ...runArguments('nproc')]), 'taskset');
  expect(result.stdout).toBe('1\n');
  expect((await run('/usr/bin/nproc')).stdout).toBe(`${allowed.size}\n`);
});
