import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

import type { ResultPromise } from 'execa';
import { describe, expect, test } from 'vitest';

import { descendants, survivors } from './support/host-processes.js';
import type { HostProcess } from './support/host-processes.js';
import { guest, outcome, start } from './support/occlum.js';
import { NATIVE } from './support/variant.js';
import { until } from './support/waiting.js';

/** How long a dead LibOS may take until nothing of it is left. */
const DEADLINE_MS = 5000;
/** The first process, the three that it let loose, and the supervisor. */
const LEAST_PROCESSES = 5;

/** Starts the program that does not want to die, and waits until all of it is there. */
async function startUnkillable(flags: readonly string[] = []): Promise<{ command: ResultPromise; before: HostProcess[]; pid: number }> {
  const command = start(guest('unkillable'), [], { flags: flags });
  let output = '';
  command.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until('the program', () => output.includes('ready'));
  const pid = command.pid ?? -1;
  const before = await until('its processes', () => {
    const found = descendants(pid);
    return found.length >= LEAST_PROCESSES && found;
  });
  return { command, before, pid };
}

async function expectNothingLeft(before: readonly HostProcess[], pid: number): Promise<void> {
  await until('the end of every process', () => survivors(before).length === 0, DEADLINE_MS);
  const scratch = (): string[] => [...readdirSync('/dev/shm'), ...readdirSync(tmpdir())].filter((name) => name.startsWith('occlum-') && name.split('-').includes(String(pid)));
  await until('the end of its scratch directory', () => scratch().length === 0, DEADLINE_MS);
}

describe.skipIf(NATIVE)('nothing is left', () => {
  test('after SIGKILL of Node', async () => {
    const { command, before, pid } = await startUnkillable();
    command.kill('SIGKILL');
    await command;
    await expectNothingLeft(before, pid);
  });

  test('after --timeout', async () => {
    const { command, before, pid } = await startUnkillable(['--timeout', '2s']);
    expect(outcome(await command, 'unkillable').status).toBe(124);
    await expectNothingLeft(before, pid);
  });

  test('after Ctrl-C', async () => {
    const { command, before, pid } = await startUnkillable();
    // A program that ignores it stays; one that insists gets its way.
    command.kill('SIGINT');
    command.kill('SIGTERM');
    await until('a moment to react', () => new Promise((resolve) => setTimeout(() => { resolve(true); }, 200)));
    command.kill('SIGKILL');
    await command;
    await expectNothingLeft(before, pid);
  });

  test('after SIGKILL of the supervisor', async () => {
    const { command, before, pid } = await startUnkillable();
    const supervisor = before.find(({ parent }) => parent === pid);
    process.kill(supervisor?.pid ?? -1, 'SIGKILL');
    expect(outcome(await command, 'unkillable').status).toBe(125);
    await expectNothingLeft(before, pid);
  });

  test('after the first program ended: its orphans go with the LibOS', async () => {
    const command = start('/bin/sh', ['-c', '(trap "" HUP TERM; while :; do :; done) & (sleep 100 &) ; echo started; sleep 0.3; exit 7']);
    let output = '';
    command.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until('the program', () => output.includes('started'));
    const pid = command.pid ?? -1;
    const before = descendants(pid);
    expect(outcome(await command, 'sh').status).toBe(7);
    await expectNothingLeft(before, pid);
  });
});
