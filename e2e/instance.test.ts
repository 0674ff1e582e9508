import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { hostCpus } from '@occlum/sched';

import { Instance } from './support/instance.js';
import { host } from './support/occlum.js';
import { OCCLUM, ROOT } from './support/places.js';
import { needs } from './support/programs.js';
import { CREDENTIALS, NATIVE, temporaryDirectory } from './support/variant.js';
import { until } from './support/waiting.js';

const SOURCE = '#include <stdio.h>\nint main(int argc, char **argv) { printf("Hello World %d %s\\n", argc, argv[0]); return 7; }\n';

describe.skipIf(NATIVE)('an instance', () => {
  test("is made, built and run as in the tour of Occlum's README", async (context) => {
    needs(context, 'gcc');
    const place = temporaryDirectory();
    const script = `
      set -e
      cat >hello.c
      gcc -o hello hello.c
      "$OCCLUM" new instance 2>/dev/null
      cd instance
      "$OCCLUM" status
      cp ../hello image/bin
      "$OCCLUM" build 2>/dev/null
      "$OCCLUM" status
      set +e
      "$OCCLUM" run /bin/hello one two
      echo $?`;
    const { stdout, stderr } = await host(['/bin/sh', '-c', script], { cwd: place, input: SOURCE, env: { OCCLUM } });
    expect(stderr).toBe('');
    expect(String(stdout).split('\n')).toEqual(['initialized', expect.stringMatching(/^Built\. mrenclave: [0-9a-f]{64} \(mode: software\)$/), 'built', 'Hello World 3 hello', '7', '']);
  });

  test('gives programs the trusted variables, and of the host the listed ones', async () => {
    const instance = await Instance.make();
    instance.edit('Occlum.json', '["OCCLUM=yes"]', '["OCCLUM=yes", "STABLE=yes", "OVERRIDE=N"]');
    instance.edit('Occlum.json', '["EXAMPLE"]', '["TEST", "OVERRIDE", "BYTES"]');
    await instance.build();
    const script = 'printf "TEST=true\\0STABLE=no\\0OVERRIDE=Y\\0BYTES=\\377\\376\\0" | xargs -0 sh -c \'exec env "$@" "$OCCLUM" run /bin/env\' sh';
    const { stdout } = await host(['/bin/sh', '-c', script], { cwd: instance.directory, env: { OCCLUM }, encoding: 'latin1' });
    expect(String(stdout).split('\n').sort()).toEqual(['', 'BYTES=\xff\xfe', 'OCCLUM=yes', 'OVERRIDE=Y', 'STABLE=yes', 'TEST=true']);
    const asked = await instance.occlum(['run', '-e', 'TEST=1', '-e', 'OTHER=2', '/bin/env']);
    expect(asked.stdout.split('\n').sort()).toEqual(['', 'OCCLUM=yes', 'OVERRIDE=N', 'STABLE=yes', 'TEST=1']);
    expect(asked.stderr).toBe('occlum: --env OTHER has no effect: Occlum.json does not list it under "env.untrusted"\n');
    const { stdout: silent, stderr } = await instance.occlum(['run', '--explain-env', '-e', 'TEST=secret', '/bin/env']);
    expect(silent).toContain('TEST=secret');
    expect(stderr).toContain('occlum: TEST (host): passed, since env.untrusted lists it\n');
    expect(stderr).toContain('occlum: PATH (host): dropped, since env.untrusted does not list it\n');
    expect(stderr).not.toContain('secret');
  });

  test('has its programs run as root in its own files, from its root directory', async () => {
    const instance = await Instance.make();
    await instance.build();
    expect(await instance.run('/bin/sh', '-c', 'pwd; cat /etc/hosts; echo $$; echo x >/root/new; cat /root/new; cat /proc/self/status')).toMatch(/^\/\n127\.0\.0\.1\tlocalhost[^]*\n1\nx\n[^]*\nUid:\t0\t0\t0\t0\n/);
    expect(existsSync(join(instance.directory, 'build/mount/__ROOT/root/new'))).toBe(false);
  });

  test('keeps what its programs write for the next run and over a build, until it is told not to', async () => {
    const instance = await Instance.make();
    await instance.build();
    await instance.run('/bin/sh', '-c', 'echo kept >/root/file; echo host >/host/file');
    await instance.build();
    expect(await instance.run('/bin/cat', '/root/file', '/host/file')).toBe('kept\nhost\n');
    expect(readFileSync(join(instance.directory, 'host/file'), 'utf8')).toBe('host\n');
    await instance.build('--force');
    expect((await instance.occlum(['run', '/bin/cat', '/root/file'])).status).toBe(1);
  });

  test('has the CPUs and the CPU time that its configuration gives', async () => {
    const last = [...hostCpus().allowed].at(-1) ?? 0;
    const instance = await Instance.make();
    instance.addGuest('cpu-bound');
    instance.edit('Occlum.json', '// "policy"', `, "policy": { "cpuset": "${last}", "cpus": 0.4 } // "policy"`);
    await instance.build();
    const shown = await instance.run('/bin/cpu-bound', '4', '1', '1500');
    const [, cpus, used, time] = /^cpus (\S+)\nused (\d+) of (\d+) ms\n$/.exec(shown) ?? [];
    expect(cpus).toBe(`${last}`);
    expect(Number(used)).toBeLessThan(0.4 * Number(time) + 300);
  });

  test('starts nothing from outside that is no entry point', async () => {
    const instance = await Instance.make();
    instance.edit('Occlum.json', '"entry_points": ["/bin"]', '"entry_points": ["/bin/sh"]');
    await instance.build();
    const { status, stdout, stderr } = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([status, stdout]).toEqual([126, '']);
    expect(stderr).toMatch(/^occlum: cannot run \/bin\/cat: [^\n]*entry point[^\n]*\/bin\/sh[^\n]*, by Occlum\.json:\d+:3 - entry_points\n$/);
    const line = Number(/Occlum\.json:(\d+):/.exec(stderr)?.[1]);
    expect(readFileSync(join(instance.directory, 'Occlum.json'), 'utf8').split('\n')[line - 1]).toContain('"entry_points"');
    expect(await instance.run('/bin/sh', '-c', 'exec /bin/cat /etc/hosts')).toContain('localhost');
    expect((await instance.occlum(['run', '/bin/none'])).status).toBe(127);
  });

  test('gives programs arguments that are no UTF-8 as they are', async () => {
    const instance = await Instance.make();
    await instance.build();
    const script = 'bytes=$(printf "\\377"); "$@" run /bin/sh -c \'printf %s "$1"\' sh "$bytes" | od -An -tx1';
    const { stdout, stderr } = await host(['/bin/sh', '-c', script, 'sh', OCCLUM], { cwd: instance.directory, stdin: 'ignore' });
    expect([stdout, stderr]).toEqual([' ff\n', '']);
  });

  test('gives programs stacks of process.default_stack_size, which they can raise', async () => {
    const instance = await Instance.make();
    instance.edit('Occlum.json', '// "policy"', ', "process": { "default_stack_size": "2MB" } // "policy"');
    instance.addGuest('stack-depth');
    await instance.build();
    const said = await instance.run('/bin/sh', '-c', 'ulimit -S -s; ulimit -H -s; stack-depth; ulimit -S -s 4096; sh -c "ulimit -S -s"; stack-depth');
    const [soft, hard, depth, raised, deeper] = said.split('\n');
    expect([soft, hard, raised]).toEqual(['2048', 'unlimited', '4096']);
    // Its arguments and variables are on the stack too, and its place is random by some pages.
    for (const [kib, limit] of [[Number(depth), 2048], [Number(deeper), 4096]] as const) expect([limit, kib > limit - 128 && kib <= limit]).toEqual([limit, true]);
  });

  test('says where a limit was set that ended it', async () => {
    const instance = await Instance.make();
    instance.edit('Occlum.json', '// "policy"', ', "policy": { "limits": { "output": "10B" } } // "policy"');
    await instance.build();
    const said = 'occlum: the enclave was ended by its limit outputBytes: its programs wrote more than the 10 bytes to stdout and stderr that are allowed';
    const configured = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([configured.status, configured.stderr.replace(/:\d+:\d+ -/, ' -')]).toEqual([153, `${said}, by Occlum.json - policy.limits.output\n`]);
  });

  test('has no file of the host, and shows one that is named and read-only', async () => {
    const instance = await Instance.make();
    await instance.build();
    const script = 'cat /etc/resolv.conf; (echo x >>/etc/resolv.conf) 2>/dev/null || echo refused';
    instance.edit('Occlum.json', '"source": "./host" }', '"source": "./host" }, { "target": "/etc/resolv.conf", "type": "hostfs", "source": "/etc/resolv.conf" }');
    instance.edit('Occlum.json', '// "policy"', ', "policy": { "read_only": ["/etc/resolv.conf"] } // "policy"');
    expect((await instance.occlum(['run', '/bin/cat', '/etc/resolv.conf'])).stderr).toContain('No such file');
    await instance.build();
    const { stdout, stderr } = await instance.occlum(['run', '--explain', '/bin/sh', '-c', script]);
    expect(stdout).toBe(`${readFileSync('/etc/resolv.conf', 'utf8')}refused\n`);
    expect(stderr).toMatch(/^occlum: openat \/etc\/resolv\.conf, got EROFS, once, by Occlum\.json:\d+:\d+ - policy\.read_only\[0\]: [^\n]*\n$/);
  });

  test('says that it runs as long as it does, also when the command is killed', async () => {
    const instance = await Instance.make();
    await instance.build();
    const status = async (): Promise<string> => (await instance.occlum(['status'])).stdout;
    const running = host([OCCLUM, 'run', '/bin/sleep', '1000'], { cwd: instance.directory, stdin: 'ignore' });
    await until('the instance runs', async () => (await status()) === 'running\n');
    const second = await instance.occlum(['run', '/bin/cat', '/etc/hosts']);
    expect([second.status, second.stderr]).toEqual([125, expect.stringContaining('the instance is running already')]);
    const build = await instance.occlum(['build']);
    expect([build.status, build.stderr]).toEqual([1, expect.stringMatching(/^the instance is running \(process \d+\), stop it first\n$/)]);
    running.kill('SIGKILL');
    await running;
    expect(await status()).toBe('built\n');
    await until('its files are free', async () => (await instance.occlum(['run', '/bin/cat', '/etc/hosts'])).status === 0);
    expect(readFileSync(join(instance.directory, '.__occlum_status'), 'utf8')).toBe('built\n');
  });

  test('measures the same at another place, by another umask, time zone and locale', async () => {
    const [one, two] = [await Instance.make(), await Instance.make()];
    const measurement = await one.build();
    const script = 'umask 077 && exec "$OCCLUM" build --json';
    const { stdout } = await host(['/bin/sh', '-c', script], { cwd: two.directory, env: { OCCLUM, TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' } });
    expect(JSON.parse(String(stdout))).toMatchObject({ mode: 'software', mrenclave: measurement });
    expect((await one.occlum(['print', 'mrenclave'])).stdout).toBe(`${measurement}\n`);
    const [first, second] = [await one.occlum(['print', 'mrsigner']), await two.occlum(['print', 'mrsigner'])];
    expect(first.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(second.stdout).not.toBe(first.stdout);
    expect(first.stderr).toBe('mode: software\n');
  });

  test('is packed, and runs where it is unpacked', async () => {
    const instance = await Instance.make();
    await instance.build();
    const refused = await instance.occlum(['package']);
    expect([refused.status, refused.stderr]).toEqual([125, expect.stringContaining('--debug packs it all the same')]);
    const packed = await instance.occlum(['package', '--debug', 'box']);
    expect([packed.status, packed.stderr]).toEqual([0, '']);
    const elsewhere = temporaryDirectory();
    const archive = join(instance.directory, 'box.tar.gz');
    execFileSync('tar', ['xzf', archive], { cwd: elsewhere, ...CREDENTIALS });
    const other = new Instance(join(elsewhere, 'box'));
    expect(existsSync(join(other.directory, 'sign-key.pem'))).toBe(false);
    expect(existsSync(join(other.directory, 'image'))).toBe(false);
    expect((await other.occlum(['status'])).stdout).toBe('built\n');
    expect(await other.run('/bin/cat', '/etc/hosts')).toContain('localhost');
  });

  test('runs by the API with the same rules', async () => {
    const instance = await Instance.make();
    instance.edit('Occlum.json', '["EXAMPLE"]', '["TEST"]');
    await instance.build();
    const { stdout, stderr, exitCode } = await host([process.execPath, join(ROOT, 'e2e/support/instance-by-api.mjs'), instance.directory], { cwd: instance.directory });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(String(stdout))).toEqual({ variables: ['OCCLUM=yes', 'TEST=asked'], entryPoint: 'EACCES', status: 'running' });
  });
});
