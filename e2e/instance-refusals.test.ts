import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { Installation } from './support/installation.js';
import { Instance } from './support/instance.js';
import { host, occlum } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { NATIVE, temporaryDirectory } from './support/variant.js';
import { until } from './support/waiting.js';

/** Changes a byte in the middle of a file. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe.skipIf(NATIVE)('what was changed after the build', () => {
  test('is refused with EACCES before anything runs, each part with its own message', async () => {
    const instance = await Instance.make();
    await instance.build();
    const whole = join(instance.directory, '..', 'whole');
    execFileSync('cp', ['-a', join(instance.directory, 'build'), whole]);
    const messages = new Set<string>();
    const changes: readonly (readonly [part: string, change: (build: string) => void, reason: RegExp])[] = [
      ['signature', (build) => { flip(join(build, 'enclave.sig')); }, /the enclave's signature is refused/],
      ['record', (build) => { flip(join(build, 'enclave.json')); }, /the record .* is not the one that was signed/],
      ['configuration', (build) => { flip(join(build, '.Occlum_sys.json')); }, /the configuration .* is not the one that was measured/],
      ['tree of the image', (build) => { flip(join(build, 'mount/__ROOT.tree')); }, /the hash tree of the image, .* is not the one that was measured/],
    ];
    for (const [part, change, reason] of changes) {
      const build = join(instance.directory, 'build');
      rmSync(build, { recursive: true });
      execFileSync('cp', ['-a', whole, build]);
      change(build);
      const { status, stdout, stderr } = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
      expect([part, status, stdout]).toEqual([part, 125, '']);
      expect(stderr).toMatch(/^occlum: EACCES: [^\n]*\n$/);
      expect(stderr).toMatch(reason);
      messages.add(stderr);
    }
    expect(messages.size).toBe(changes.length);
  });

  test('is EIO where it is a file of the image that is opened, and the log says why', async () => {
    const instance = await Instance.make();
    instance.write('etc/secret', 'before');
    instance.write('etc/gone', 'there');
    instance.write('etc/left', 'alone');
    await instance.build();
    const etc = join(instance.directory, 'build/mount/__ROOT/etc');
    writeFileSync(join(etc, 'secret'), 'after!');
    rmSync(join(etc, 'gone'));
    writeFileSync(join(etc, 'added'), 'new');
    const { status, stdout, stderr } = await instance.occlum(['run', '/bin/cat', '/etc/left', '/etc/secret', '/etc/gone', '/etc/added'], { env: { OCCLUM_LOG_LEVEL: 'warn' } });
    expect([status, stdout]).toEqual([1, 'alone']);
    const said = stderr.split('\n').filter((line) => line.startsWith('cat: '));
    expect(said[0]).toBe('cat: /etc/secret: Input/output error');
    expect(said.map((line) => line.split(':')[1])).toEqual([' /etc/secret', ' /etc/gone', ' /etc/added']);
    expect(stderr).toMatch(/WARN [^\n]*\/etc\/secret/);
  });

  test.each(['debug', 'release'])('is told with the file where it keeps a program of a %s enclave from starting', async (kind) => {
    const instance = await Instance.make();
    if (kind === 'release') instance.edit('Occlum.json', '"debuggable": true', '"debuggable": false');
    await instance.build();
    flip(join(instance.directory, 'build/mount/__ROOT/bin/cat'));
    const { status, stdout, stderr } = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([status, stdout]).toEqual([125, '']);
    expect(stderr).toBe('occlum: cannot run /bin/cat: /bin/cat of the image is not what was built and measured (its content is not what it was); build again if it is meant to be so, else find out who changed it\n');
  });

  test('is explained where it is a library', async () => {
    const instance = await Instance.make();
    await instance.build();
    const [libc = ''] = readdirSync(join(instance.directory, 'build/mount/__ROOT'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('/libc.so.6'));
    flip(join(instance.directory, 'build/mount/__ROOT', libc));
    const { status, stderr } = await instance.occlum(['run', '--explain', '/bin/cat', '/etc/hosts']);
    expect([status, stderr.includes(`/${libc} of the image is not what was built and measured`)]).toEqual([127, true]);
  });

  test('is refused where it is the LibOS that would run it', async () => {
    const installation = new Installation();
    const instance = await Instance.make(installation.occlum);
    await instance.build();
    expect(await instance.run('/bin/cat', '/etc/hosts')).toContain('localhost');
    appendFileSync(installation.file('native', 'build/occlum-runtime'), '\0');
    const runtime = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([runtime.status, runtime.stdout]).toEqual([125, '']);
    expect(runtime.stderr).toMatch(/^occlum: EACCES: [^\n]*the enclave runtime is not the one that was measured: [^\n]*occlum-runtime[^\n]*\n$/);
    appendFileSync(installation.file('cli', 'dist/main.cjs'), '\n');
    const kernel = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([kernel.status, kernel.stdout]).toEqual([125, '']);
    expect(kernel.stderr).toMatch(/^occlum: EACCES: [^\n]*the LibOS kernel is not the one that was measured: [^\n]*main\.cjs[^\n]*\n$/);
    await instance.build();
    expect(await instance.run('/bin/cat', '/etc/hosts')).toContain('localhost');
  });
});

describe.skipIf(NATIVE)('build', () => {
  test('tells every mistake with its place, ends with 1, and leaves the build before it', async () => {
    const instance = await Instance.make();
    const measurement = await instance.build();
    instance.edit('Occlum.json', '"product_id": 0', '"product_id": "0", "prodct_id": 1');
    instance.edit('Occlum.json', '"hostfs"', '"hostf"');
    const { status, stdout, stderr } = await instance.occlum(['build']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^Occlum\.json:\d+:19 - metadata\.product_id: expected an integer from 0 to 65535, got "0"$/),
      expect.stringMatching(/^Occlum\.json:\d+:24 - metadata\.prodct_id: unknown key \(did you mean "product_id"\?\)$/),
      expect.stringMatching(/^Occlum\.json:\d+:34 - mount\[1\]\.type: expected one of .*, got "hostf" \(did you mean "hostfs"\?\)$/),
      '',
    ]);
    expect((await instance.occlum(['print', 'mrenclave'])).stdout).toBe(`${measurement}\n`);
    expect(readdirSync(instance.directory).filter((name) => name.startsWith('.'))).toEqual(['.__occlum_status']);
  });

  test('leaves the build before it when it is killed, and clears up at the next', async () => {
    const instance = await Instance.make();
    const measurement = await instance.build();
    const large = openSync(join(instance.directory, 'image/etc/large'), 'w');
    ftruncateSync(large, 2 ** 32);
    closeSync(large);
    const unfinished = (): string[] => readdirSync(instance.directory).filter((name) => name.startsWith('.build-'));
    const killed = host([OCCLUM, 'build'], { cwd: instance.directory });
    await until('it has begun', () => unfinished().length > 0);
    killed.kill('SIGKILL');
    await killed;
    expect(unfinished()).toHaveLength(1);
    expect((await instance.occlum(['print', 'mrenclave'])).stdout).toBe(`${measurement}\n`);
    expect(await instance.run('/bin/cat', '/etc/hosts')).toContain('localhost');
    rmSync(join(instance.directory, 'image/etc/large'));
    expect(await instance.build()).toBe(measurement);
    expect(unfinished()).toEqual([]);
  });

  test('takes an Occlum.yaml, and lists what has no effect and which libraries are missing', async () => {
    const place = await Instance.make();
    rmSync(join(place.directory, 'Occlum.json'));
    writeFileSync(join(place.directory, 'Occlum.yaml'), 'env: { default: [KIND=yaml], untrusted: [] }\nfeature: { amx: 1 }\nmount:\n  - { target: /, type: sefs }\n');
    place.add('/bin/bash');
    const { status, stderr } = await place.occlum(['build']);
    expect(status).toBe(0);
    expect(stderr).toContain('Occlum.yaml:2:12 - feature.amx: has no effect');
    expect(stderr).toMatch(/^\/bin\/bash lacks libtinfo\.so\.\d+ in the image$/m);
    expect(await place.run('/bin/env')).toBe('KIND=yaml\n');
    const { stdout } = await place.occlum(['run', '/bin/sh', '-c', '(echo x >/etc/new) 2>/dev/null || echo read-only']);
    expect(stdout).toBe('read-only\n');
  });

  test('refuses what an image cannot have, by its name', async () => {
    const place = await Instance.make();
    execFileSync('mkfifo', [join(place.directory, 'image/etc/fifo')]);
    const { status, stderr } = await place.occlum(['build']);
    expect([status, stderr]).toEqual([1, `${place.directory}/image/etc/fifo is a FIFO, which an image cannot have; remove it\n`]);
    expect(existsSync(join(place.directory, 'build'))).toBe(false);
  });

  test('is not there without an instance, and neither are the others', async () => {
    const empty = temporaryDirectory();
    mkdirSync(join(empty, 'below'));
    for (const args of [['build'], ['status'], ['package'], ['print', 'mrenclave']]) {
      const { status, stdout, stderr } = await occlum(args, { cwd: empty });
      expect([args.join(' '), status, stdout, stderr.split('\n').length]).toEqual([args.join(' '), 1, '', 2]);
      expect(stderr).toMatch(/^occlum: ENOENT: /);
    }
    const run = await occlum(['run', '/bin/true'], { cwd: empty });
    expect([run.status, run.stderr]).toEqual([125, expect.stringContaining('this directory is no Occlum instance')]);
    const again = await occlum(['new', 'below'], { cwd: empty });
    expect([again.status, again.stderr]).toEqual([125, expect.stringContaining('is there already')]);
  });
});
