import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';

import { describe, expect, test } from 'vitest';

import { allContent, Instance } from './support/instance.js';
import { host, occlum } from './support/occlum.js';
import { OCCLUM, ROOT } from './support/places.js';
import { NATIVE, temporaryDirectory, UID } from './support/variant.js';
import { until } from './support/waiting.js';

/** What the guest puts together itself and passes to system calls only. */
const SECRET = 'secret-42-of-the-guest';
const GUEST = 'n=$((6*7)); cat "/none/secret-$n-of-the-guest" 2>/dev/null; cd "/none/secret-$n-of-the-guest" 2>/dev/null; (echo x >"/root/secret-$n-of-the-guest") 2>/dev/null; echo done';
const LOUD = { OCCLUM_LOG_LEVEL: 'trace' };

async function make(kind: 'release' | 'debug'): Promise<Instance> {
  const instance = await Instance.make();
  if (kind === 'release') instance.edit('Occlum.json', '"debuggable": true', '"debuggable": false, "disable_log": false');
  instance.edit('Occlum.json', '// "policy": { "network": "none", "limits": { "wall_time": "10m" } }', ', "policy": { "read_only": ["/"] }');
  const { status, stderr } = await instance.occlum(['build']);
  expect(status).toBe(0);
  if (kind === 'release') expect(stderr).toContain('metadata.disable_log: a release enclave (debuggable: false) writes no log, whatever stands here');
  return instance;
}

/** Everything that a run writes. */
interface Written {
  /** What is said on stderr, and in files of a log. */
  readonly said: string;
  /** What is explained of what was refused. */
  readonly explained: string;
  /** The files of the instance. */
  readonly files: string;
}

async function everything(instance: Instance): Promise<Written> {
  const log = join(temporaryDirectory(), 'log');
  const loud = await instance.occlum(['run', '/bin/sh', '-c', GUEST], { env: LOUD });
  const toFile = await instance.occlum(['run', '--log-file', log, '/bin/sh', '-c', GUEST], { env: LOUD });
  for (const { status, stdout } of [loud, toFile]) expect([status, stdout]).toEqual([0, 'done\n']);
  const { stdout, stderr, exitCode } = await host([process.execPath, join(ROOT, 'e2e/support/loud-by-api.mjs'), instance.directory, `${log}-api`, GUEST], { env: LOUD, cwd: instance.directory });
  expect([exitCode, stdout]).toEqual([0, 'done']);
  const explained = await instance.occlum(['run', '--explain', '--json', '/bin/sh', '-c', GUEST]);
  expect(JSON.parse(explained.stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ reason: 'exit', code: 0 });
  return { explained: explained.stderr, said: [loud.stderr, toFile.stderr, stderr, allContent(join(log, '..'))].join('\n'), files: allContent(instance.directory) };
}

describe.skipIf(NATIVE)('a release enclave', () => {
  test('tells nobody what its programs pass to system calls, whatever the environment, options and the API ask for', async () => {
    // One that can be debugged tells, so this test would notice.
    const debug = await everything(await make('debug'));
    expect([debug.said.split(SECRET).length > 3, debug.explained.includes(SECRET)]).toEqual([true, true]);
    const { said, explained, files } = await everything(await make('release'));
    expect(explained).not.toContain(SECRET);
    expect(said.trim()).toBe('');
    expect(files.includes(SECRET)).toBe(false);
  });

  test('is closed to other processes of its user, and so is the command that hosts it', async () => {
    const read = async (instance: Instance): Promise<string[]> => {
      const command = host([OCCLUM, 'run', '/bin/sleep', '1000'], { cwd: instance.directory, stdin: 'ignore' });
      try {
        const sleeping = await until('the program runs', () => processes().find((name) => commandLine(name).startsWith('sleep\0') && parentOf(parentOf(name)) === String(command.pid)));
        const looks: string[] = [];
        for (const name of [String(command.pid), sleeping]) {
          const { exitCode } = await host(['/bin/sh', '-c', `head -c 1 /proc/${name}/environ >/dev/null && readlink /proc/${name}/fd/0 >/dev/null && exec dd if=/proc/${name}/mem bs=1 count=0`]);
          looks.push(exitCode === 0 ? 'open' : 'closed');
          if (exitCode !== 0) expect(readFileSync(`/proc/${name}/limits`, 'utf8')).toMatch(/^Max core file size +[01] /m);
        }
        return looks;
      } finally {
        command.kill('SIGTERM');
        await command;
      }
    };
    // Root reads everything of everybody.
    if (UID === 0 || getuid?.() === undefined) {
      expect(await read(await make('release'))).toHaveLength(2);
      return;
    }
    expect((await read(await make('debug')))[0]).toBe('open');
    expect(await read(await make('release'))).toEqual(['closed', 'closed']);
  });

  test('is packed without being asked twice', async () => {
    const instance = await make('release');
    const { status, stdout } = await instance.occlum(['package', 'box.tar.gz']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^box\.tar\.gz has the instance\. mrenclave: [0-9a-f]{64} \(mode: software\)\n$/)]);
    const printed = await occlum(['print', 'mrenclave', '--json'], { cwd: instance.directory });
    expect(JSON.parse(printed.stdout)).toMatchObject({ mode: 'software', debuggable: false });
  });
});

function processes(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** Arguments with a NUL after each; nothing of a process that is gone. */
function commandLine(name: string): string {
  try {
    return readFileSync(`/proc/${name}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function parentOf(name: string): string {
  try {
    return /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'latin1'))?.[1] ?? '';
  } catch {
    return '';
  }
}
