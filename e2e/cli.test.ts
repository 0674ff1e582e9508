import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { host, occlum, outcome, run, succeed } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { CREDENTIALS, FLAGS, GID, NATIVE, temporaryDirectory, UID } from './support/variant.js';
import { until } from './support/waiting.js';

const ONE_LINE = /^occlum: [^\n]+\n$/;

/** The options that most tests here need, and a program. */
function rootfs(...args: readonly string[]): string[] {
  return ['run', '--rootfs', '/', ...FLAGS, ...args];
}

describe('exit status', () => {
  test.each([
    ['the program has its own', ['/bin/sh', '-c', 'exit 3'], 3],
    ['0', ['/bin/true'], 0],
    ['255', ['/bin/sh', '-c', 'exit 255'], 255],
    ['SIGTERM is 143', ['/bin/sh', '-c', 'kill -TERM $$'], 143],
    ['SIGKILL is 137', ['/bin/sh', '-c', 'kill -KILL $$'], 137],
    ['SIGSEGV is 139', ['/bin/sh', '-c', 'kill -SEGV $$'], 139],
  ])('%s', async (_title, [program = '', ...args], status) => {
    expect(await run(program, args)).toMatchObject({ status, stderr: '' });
  });

  test.skipIf(NATIVE)('127 when the program is not found', async () => {
    const byPath = await run('/no/such/program');
    expect(byPath.status).toBe(127);
    expect(byPath.stderr).toMatch(ONE_LINE);
    expect(byPath.stderr).toContain('/no/such/program');
    expect((await run('no-such-program')).status).toBe(127);
  });

  test.skipIf(NATIVE)('126 when it cannot be executed', async () => {
    for (const path of ['/etc/passwd', '/etc']) {
      const { status, stderr } = await run(path);
      expect([path, status]).toEqual([path, 126]);
      expect(stderr).toMatch(ONE_LINE);
    }
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'garbage'), '\u007fELF and then nothing', { mode: 0o755 });
    expect((await run(join(directory, 'garbage'))).status).toBe(126);
    writeFileSync(join(directory, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 });
    expect([126, 127]).toContain((await run(join(directory, 'script'))).status);
  });

  test.skipIf(NATIVE)('125 when the command itself fails', async () => {
    const failures = [
      ['run', '--no-such-option', '--', '/bin/true'],
      ['run', '--rootfs', '/no/such/root', '--', '/bin/true'],
      rootfs('-v', '/no/such/source:/mnt', '--', '/bin/true'),
      rootfs('-v', 'nonsense', '--', '/bin/true'),
      rootfs('--network', 'some', '--', '/bin/true'),
      rootfs('--timeout', 'soon', '--', '/bin/true'),
      rootfs('-w', '/no/such/directory', '--', '/bin/true'),
      rootfs(),
      ['no-such-command'],
    ];
    for (const args of failures) {
      const { status, stdout, stderr } = await occlum(args);
      expect([args.join(' '), status, stdout]).toEqual([args.join(' '), 125, '']);
      expect(stderr).toMatch(/^(occlum|error): [^\n]+\n/);
    }
  });

  test.skipIf(NATIVE)('125 with a Node that is too old, in one line', async () => {
    const old = join(temporaryDirectory(), 'old.cjs');
    writeFileSync(old, "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });\n", { mode: 0o644 });
    const { status, stdout, stderr } = await occlum(rootfs('--', '/bin/true'), { env: { NODE_OPTIONS: `--require=${old}` } });
    expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
    expect(stderr).toMatch(/^occlum: Node.js is 18.20.4, must be 20.19 or later: [^\n]+\n$/);
  });
});

describe.skipIf(NATIVE)('help', () => {
  test('--help shows how to use it, with examples', async () => {
    for (const args of [['--help'], ['run', '--help']]) {
      const { status, stdout, stderr } = await occlum(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('Usage');
      expect(stdout).toContain('occlum run --rootfs / --');
    }
    const { stdout } = await occlum(['run', '--help']);
    for (const option of ['--rootfs', '-e', '-w', '-v', '--tmpfs', '--network', '--timeout', '--no-rewrite', '--log-file']) expect(stdout).toContain(option);
  });

  test('--version is a version', async () => {
    const { status, stdout } = await occlum(['--version']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});

describe('environment', () => {
  test.skipIf(NATIVE)('only what is allowed gets in', async () => {
    const command = [OCCLUM, ...rootfs('-e', 'GIVEN=1', '-e', 'TAKEN', '-e', 'EMPTY=', '-e', 'ABSENT', '--', '/usr/bin/env', '-0')];
    const result = outcome(await host(command, { stdin: 'ignore', env: { AWS_SECRET_ACCESS_KEY: 'secret', LD_PRELOAD_CANARY: '1', TAKEN: 'from outside' } }), 'env');
    const variables = new Map(result.stdout.split('\0').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    expect([...variables.keys()].filter((name) => !['PATH', 'HOME', 'TERM', 'LANG'].includes(name)).sort()).toEqual(['EMPTY', 'GIVEN', 'TAKEN']);
    expect(variables.get('TAKEN')).toBe('from outside');
    expect(variables.get('EMPTY')).toBe('');
    expect(variables.get('PATH')).toContain('/usr/bin');
    expect(variables.get('HOME')).toMatch(/^\//);
  });

  test('values keep every byte', async () => {
    const value = 'a b\t"c"\n$d=\\ ü €';
    expect(await succeed('/usr/bin/printenv', ['ODD'], { env: { ODD: value } })).toBe(`${value}\n`);
  });

  test('arguments keep every byte', async () => {
    const args = ['', ' ', '--', '-x', 'a\nb', 'ü €', '*', '$HOME'];
    expect(await succeed('/usr/bin/printf', ['%s\\0', ...args])).toBe(args.map((arg) => `${arg}\0`).join(''));
  });
});

describe.skipIf(NATIVE)('directory', () => {
  test('it starts in the current one where that exists inside', async () => {
    expect(outcome(await host([OCCLUM, ...rootfs('--', '/bin/pwd')], { cwd: '/usr/share' }), 'pwd').stdout).toBe('/usr/share\n');
    expect(outcome(await host([OCCLUM, ...rootfs('--', '/bin/pwd')], { cwd: '/proc/self' }), 'pwd').stdout).toMatch(/^\/(proc\/\d+)?\n$/);
  });

  test('-w names another', async () => {
    expect((await run('/bin/pwd', [], { cwd: '/etc' })).stdout).toBe('/etc\n');
  });
});

describe.skipIf(NATIVE)('mounts', () => {
  test('-v is the way to write to the host', async () => {
    const directory = temporaryDirectory();
    const flags = ['-v', `${directory}:/mnt`];
    await succeed('/bin/sh', ['-c', 'echo written >/mnt/file; mkdir /mnt/folder; ln -s file /mnt/link'], { flags });
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('written\n');
    expect(readdirSync(directory).sort()).toEqual(['file', 'folder', 'link']);
    expect(await succeed('/bin/cat', ['/mnt/link'], { flags })).toBe('written\n');
  });

  test('-v ...:ro can not be written to', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), 'old\n', { mode: 0o666 });
    const { status, stdout, stderr } = await run('/bin/sh', ['-c', 'cat /mnt/file; echo new >/mnt/file'], { flags: ['-v', `${directory}:/mnt:ro`] });
    expect(stdout).toBe('old\n');
    expect(status).not.toBe(0);
    expect(stderr).toContain('Read-only file system');
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('old\n');
  });

  test('-v of a single file', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, 'of the host\n', { mode: 0o666 });
    chmodSync(file, 0o666);
    for (const target of ['/etc/hostname', '/mnt/new/name', '/tmp/link']) {
      const flags = ['-v', `${file}:${target}`];
      const script = `cat ${target}; rm ${target}; mv ${target} /tmp/elsewhere; mv -T /tmp ${target}; ln ${target} ${target}2; grep -c " ${target} hostfs rw" /proc/mounts; readlink /proc/self/fd/3; echo changed >>${target}`;
      const { status, stdout, stderr } = await run('/bin/sh', ['-c', `exec 3<${target}; ${script}`], { flags });
      expect({ status, stdout }).toEqual({ status: 0, stdout: `of the host\n1\n${target}\n` });
      // Who may not write to the directory hears that first.
      const reason = target.startsWith('/tmp/') || UID === 0 ? 'Device or resource busy' : 'Permission denied';
      expect(stderr).toMatch(new RegExp(`^rm: .*: ${reason}\nmv: .*: ${reason}\n`));
      expect(readFileSync(file, 'utf8')).toBe('of the host\nchanged\n');
      writeFileSync(file, 'of the host\n');
    }
    const { status, stderr } = await run('/bin/sh', ['-c', 'echo no >/etc/hostname'], { flags: ['-v', `${file}:/etc/hostname:ro`] });
    expect(status).not.toBe(0);
    expect(stderr).toContain('Read-only file system');
    expect(readFileSync(file, 'utf8')).toBe('of the host\n');
  });

  test('a bad -v is named as it was typed', async () => {
    const missing = await occlum(rootfs('-v', 'no/such:/mnt', '--', '/bin/true'));
    expect(missing).toMatchObject({ status: 125, stderr: 'occlum: --volume is "no/such:/mnt", and /no/such cannot be mounted: no such file or directory\n' });
    expect((await occlum(rootfs('-v', '/dev/null:/mnt', '--', '/bin/true'))).stderr).toBe('occlum: --volume is "/dev/null:/mnt", and /dev/null is no directory or regular file\n');
    const misplaced = await occlum(rootfs('-v', '/etc:/etc/passwd', '--', '/bin/true'));
    expect(misplaced).toMatchObject({ status: 125, stderr: expect.stringMatching(/^occlum: ENOTDIR: .*\/etc\/passwd\n$/) as string });
  });

  test('a link in a mount does not lead out of it on the host', async () => {
    const directory = temporaryDirectory();
    const outside = temporaryDirectory();
    writeFileSync(join(outside, 'file'), 'outside\n', { mode: 0o666 });
    chmodSync(outside, 0o777);
    symlinkSync(join(outside, 'file'), join(directory, 'link'));
    await run('/bin/sh', ['-c', `echo changed >/mnt/link; echo more >/mnt/../mnt/../${outside}/more`], { flags: ['-v', `${directory}:/mnt`] });
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('outside\n');
    expect(readdirSync(outside)).toEqual(['file']);
  });

  test('--tmpfs hides what is there', async () => {
    expect(await succeed('/bin/sh', ['-c', 'ls -A /etc; echo hi >/etc/new; cat /etc/new'], { flags: ['--tmpfs', '/etc'] })).toBe('hi\n');
  });

  test('a root of its own', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin', 'busybox'), readFileSync('/usr/bin/busybox'), { mode: 0o755 });
    const { status, stdout, stderr } = await occlum(['run', '--rootfs', root, '--', '/bin/busybox', 'sh', '-c', '/bin/busybox ls /; exit 4']);
    expect({ status, stderr }).toEqual({ status: 4, stderr: '' });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['bin', 'dev', 'proc', 'tmp']));
    expect(readdirSync(root)).toEqual(['bin']);
  });

  test('what a program writes elsewhere is gone afterwards', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    expect(await succeed('/bin/sh', ['-c', `echo one >${file}; cat ${file}; rm -r ${directory}; ls -d ${directory} 2>/dev/null || echo gone`])).toBe('one\ngone\n');
    expect(readdirSync(directory)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});

describe('the LibOS of its own', () => {
  test('who it says it is', async () => {
    expect(await succeed('/usr/bin/id', ['-u'])).toBe(`${UID}\n`);
    expect(await succeed('/usr/bin/id', ['-g'])).toBe(`${GID}\n`);
  });

  test.skipIf(NATIVE)('/dev, /proc, /tmp, /run and /sys', async () => {
    // A clone of this project below /tmp is mounted there, or its programs could not be found.
    expect(await succeed('/usr/bin/find', ['/tmp', '/run', '-xdev', '-not', '-type', 'd'])).toBe('');
    const devices = (await succeed('/bin/ls', ['/dev'])).split('\n');
    expect(devices).toEqual(expect.arrayContaining(['fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero']));
    expect(devices).not.toContain('mem');
    expect(await succeed('/bin/sh', ['-c', 'echo /proc/[0-9]*'])).toMatch(/^\/proc\/\d+\n$/);
    expect(await succeed('/bin/sh', ['-c', 'head -c 5 /dev/zero | od -An -tx1; echo x 2>/dev/null >/dev/full || echo full'])).toBe(' 00 00 00 00 00\nfull\n');
  });

  test('names resolve', async () => {
    expect(await succeed('/usr/bin/getent', ['hosts', 'localhost'])).toMatch(/localhost/);
    expect(await succeed('/bin/sh', ['-c', 'test -s /etc/resolv.conf && test -s /etc/hosts && echo there'])).toBe('there\n');
  });
});

describe('stdio', () => {
  test('an empty stdin is at its end', async () => {
    expect(await succeed('/bin/cat')).toBe('');
    expect(await succeed('/usr/bin/wc', ['-c'], { input: 'x'.repeat(100_000) })).toBe('100000\n');
  });

  test('the program sees what kind each one is', async () => {
    const file = join(temporaryDirectory(), 'errors');
    const program = ['/bin/sh', '-c', '/bin/stat -L -c %F /dev/stdin /dev/stdout /dev/stderr; echo error >&2'];
    const command = NATIVE ? program : [OCCLUM, ...rootfs('--', ...program)];
    const { stdout } = outcome(await host(['/bin/sh', '-c', `"$@" </dev/null 2>${file} | cat`, 'sh', ...command]), 'sh');
    expect(stdout).toMatch(/^character special file\nfifo\nregular( empty)? file\n$/);
    expect(readFileSync(file, 'utf8')).toBe('error\n');
  });

  test('a file is written at its place', async () => {
    const path = join(temporaryDirectory(), 'out');
    const program = ['/bin/sh', '-c', 'echo one; echo two; /bin/echo three'];
    const command = NATIVE ? program : [OCCLUM, ...rootfs('--', ...program)];
    expect(outcome(await host(['/bin/sh', '-c', `echo before >${path}; "$@" >>${path}; echo after >>${path}`, 'sh', ...command]), 'sh').status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('before\none\ntwo\nthree\nafter\n');
  });

  test.skipIf(NATIVE)('a file of the host keeps its mode and its owner', async () => {
    const path = join(temporaryDirectory(), 'in');
    writeFileSync(path, 'text');
    const { mode, uid } = statSync(path);
    const change = ['/usr/bin/python3', '-c', `
import os
for call in (lambda: os.fchmod(0, 0o777), lambda: os.fchown(0, 1, 1), lambda: os.chmod('/dev/stdin', 0o777)):
  try: call(); print('done')
  except OSError as error: print(error.errno)`];
    const { stdout } = outcome(await host(['/bin/sh', '-c', `"$@" <${path}`, 'sh', OCCLUM, ...rootfs('--', ...change)]), 'sh');
    expect(stdout).toBe('1\n1\n1\n');
    expect(statSync(path)).toMatchObject({ mode, uid });
  });

  test('stderr stays apart from stdout', async () => {
    expect(await run('/bin/sh', ['-c', 'echo out; echo err >&2'])).toEqual({ status: 0, stdout: 'out\n', stderr: 'err\n' });
  });
});

describe.skipIf(NATIVE)('network', () => {
  test('--network none leaves no way out', async () => {
    const script = 'import socket\ntry:\n  socket.create_connection(("127.0.0.1", 22), 2)\nexcept OSError as error:\n  print(error.errno)';
    const { stdout } = await run('/usr/bin/python3', ['-c', script], { flags: ['--network', 'none'] });
    expect(['97', '101', '111', '1', '13', '99']).toContain(stdout.trim());
  });
});

describe.skipIf(NATIVE)('log', () => {
  test('it is off unless asked for', async () => {
    expect(await run('/bin/true')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('at trace, each syscall is a line that readers of strace know', async () => {
    const log = join(temporaryDirectory(), 'log');
    await host([OCCLUM, ...rootfs('--log-file', log, '--', '/bin/cat', '/etc/hostname')], { stdin: 'ignore', env: { OCCLUM_LOG_LEVEL: 'Trace' } });
    const text = await until('the log', () => existsSync(log) && readFileSync(log, 'utf8'));
    for (const call of [/openat\(AT_FDCWD, .*\/etc\/hostname.*O_RDONLY.*\) = 3/, /read\(3, /, /mmap\(/, /exit_group\(0/]) expect(text).toMatch(call);
  });

  test('an unknown syscall is ENOSYS and named once', async () => {
    const script = 'import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nfor i in range(3):\n  libc.syscall(999)\n  print(ctypes.get_errno())';
    const command = [OCCLUM, ...rootfs('--', '/usr/bin/python3', '-c', script)];
    const { stdout, stderr } = outcome(await host(command, { stdin: 'ignore', env: { OCCLUM_LOG_LEVEL: 'warn' } }), 'python3');
    expect(stdout).toBe('38\n38\n38\n');
    expect(stderr.split('\n').filter((line) => line.includes('999'))).toHaveLength(1);
  });
});

test.skipIf(NATIVE)('--timeout ends it with 124', async () => {
  const begin = Date.now();
  const { status, stderr } = await run('/bin/sh', ['-c', 'trap "" TERM; while :; do :; done'], { flags: ['--timeout', '1s'] });
  expect(status).toBe(124);
  expect(stderr).toMatch(/^(occlum: [^\n]+\n)?$/);
  expect(Date.now() - begin).toBeLessThan(10_000);
});

test.skipIf(NATIVE)('it works where the environment is empty', async () => {
  const result = await host(['/usr/bin/env', '-i', process.execPath, OCCLUM, ...rootfs('--', '/bin/echo', 'fine')], { ...CREDENTIALS });
  expect(outcome(result, 'env -i').stdout).toBe('fine\n');
});
