import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { host, occlum, run, succeed } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { FLAGS, GID, NATIVE, temporaryDirectory, UID } from './support/variant.js';

describe.skipIf(NATIVE)('--env-file', () => {
  test('gives variables, and --env has the last word', async () => {
    const file = join(temporaryDirectory(), 'env');
    writeFileSync(file, '# of the project\nA=1\nB="2"\n\nC=3\n', { mode: 0o644 });
    expect(await succeed('/bin/sh', ['-c', 'echo "$A $B $C"'], { flags: ['--env-file', file], env: { C: 'mine' } })).toBe('1 "2" mine\n');
    writeFileSync(file, 'A=1\nB C\n');
    expect(await occlum(['run', '--rootfs', '/', '--env-file', file, '--', '/bin/true'])).toEqual({
      status: 125, stdout: '', stderr: `occlum: ${file}:2 is "B C", must be NAME=VALUE or NAME, without blanks in the name\n`,
    });
  });
});

describe.skipIf(NATIVE)('arguments', () => {
  test('reach the program as they are, also what is no UTF-8', async () => {
    const script = 'bytes=$(printf "a\\377\\303"); exec "$@" -- /bin/sh -c \'printf %s "$1|$2|$3" | od -An -v -tx1\' sh "$bytes" "" "é\uFFFD"';
    const { stdout, exitCode } = await host(['/bin/sh', '-c', script, 'sh', OCCLUM, 'run', '--rootfs', '/', ...FLAGS], { stdin: 'ignore' });
    expect([exitCode, stdout]).toEqual([0, ' 61 ff c3 7c 7c c3 a9 ef bf bd\n']);
  });
});

describe.skipIf(NATIVE)('what is no UTF-8', () => {
  test('is passed on as a program\'s name, by path and by PATH, and as values of --env', async () => {
    const directory = temporaryDirectory();
    const script = `
      name=$(printf "program\\377"); printf '#!/bin/sh\\nprintf "%%s|" "$0" "$VALUE" "$FROM_HOST" | od -An -v -tx1\\n' > "${directory}/$name"; chmod 755 "${directory}/$name"
      FROM_HOST=$(printf "\\376"); export FROM_HOST
      "$@" --env "VALUE=$(printf "\\303")" -e FROM_HOST -- "/mnt/$name" && "$@" -e "PATH=/bin:/usr/bin:/mnt" -- "$name" > /dev/null`;
    const { stdout, stderr, exitCode } = await host(['/bin/sh', '-c', script, 'sh', OCCLUM, 'run', '--rootfs', '/', ...FLAGS, '-v', `${directory}:/mnt`], { stdin: 'ignore' });
    expect([exitCode, stderr, String(stdout).replaceAll(/\s+/g, ' ')]).toEqual([0, '', ` ${Buffer.from('/mnt/program').toString('hex').replaceAll(/../g, '$& ')}ff 7c c3 7c fe 7c `]);
  });
});

describe.skipIf(NATIVE)('--user', () => {
  test('is who the program is, for its files too', async () => {
    const directory = temporaryDirectory();
    const script = 'id -u; id -g; touch /mnt/new 2>/dev/null || echo refused; touch /tmp/own && stat -c %u:%g /tmp/own; cat /etc/shadow 2>/dev/null || echo refused';
    const { status, stdout, stderr } = await run('/bin/sh', ['-c', `${script}; chown 0 /tmp/own`], { flags: ['--user', '4242:100', '-v', `${directory}:/mnt`] });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '4242\n100\nrefused\n4242:100\nrefused\n' });
    expect(stderr).toContain('Operation not permitted');
  });

  test('of who starts it changes nothing', async () => {
    expect(await succeed('/bin/sh', ['-c', 'id -u; id -g'], { flags: ['--user', `${UID}:${GID}`] })).toBe(`${UID}\n${GID}\n`);
  });

  test('takes names of the root', async () => {
    expect(await succeed('/bin/sh', ['-c', 'id -un; id -gn'], { flags: ['--user', 'daemon:mail'] })).toBe('daemon\nmail\n');
  });

  test('0 is root inside, whoever starts it', async () => {
    expect(await succeed('/bin/sh', ['-c', 'id -u; touch /tmp/f; chown 7:8 /tmp/f; stat -c %u:%g /tmp/f'], { flags: ['--user', '0'] })).toBe('0\n7:8\n');
  });
});

test.skipIf(NATIVE)('--read-only leaves /tmp and what flags allow', async () => {
  const directory = temporaryDirectory();
  const script = 'for place in /var /tmp /mnt /fresh; do (echo x >$place/new) 2>/dev/null && echo $place; done';
  expect((await run('/bin/sh', ['-c', script], { flags: ['--read-only', '-v', `${directory}:/mnt`, '--tmpfs', '/fresh'] })).stdout).toBe('/tmp\n/mnt\n/fresh\n');
});

describe.skipIf(NATIVE)('limits', () => {
  test('--memory ends all above it, with 137 and the reason', async () => {
    const { status, stdout, stderr } = await run('/usr/bin/python3', ['-c', 'kept = [bytearray(20 << 20) for _ in range(100)]; print(len(kept))'], { flags: ['--memory', '300m', '--explain'] });
    expect({ status, stdout }).toEqual({ status: 137, stdout: '' });
    expect(stderr).toMatch(/^occlum: the enclave was ended by its limit memory: [^\n]* 314572800 are allowed\nocclum: run the enclave, once, by --memory: /);
  });

  test('--pids-limit counts threads and processes together', async () => {
    const script = 'for i in 1 2 3 4 5 6; do sleep 100 & done; kill $(jobs -p)';
    const { stderr } = await run('/bin/bash', ['-c', script], { flags: ['--pids-limit', '3', '--explain', '--timeout', '20s'] });
    expect(stderr).toMatch(/occlum: clone threads, got EAGAIN, [^\n]* by --pids-limit: there are 3 threads already/);
  });
});

describe.skipIf(NATIVE)('--explain', () => {
  test('tells what options refused, and leaves stdout alone', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    const socket = join(temporaryDirectory(), 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    chmodSync(socket, 0o777);
    const script = `
import ctypes, socket
for _ in range(2):
  try: open('/mnt/file', 'w')
  except OSError as error: print(error.errno)
try: socket.create_connection(('192.0.2.1', 80))
except OSError as error: print(error.errno)
try: socket.socket(socket.AF_UNIX).connect('${socket}')
except OSError as error: print(error.errno)
ctypes.CDLL(None).syscall(425, 1, 0)`;
    const { status, stdout, stderr } = await run('/usr/bin/python3', ['-c', script], { flags: ['--explain', '--network', 'none', '-v', `${directory}:/mnt:ro`, '-e', 'NONE'] });
    server.close();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '30\n30\n101\n111\n' });
    for (const line of [
      'variable NONE was not given: --env NONE takes it from the host, which has none',
      `openat /mnt/file, got EROFS, 2 times, by --volume ${directory}:/mnt:ro: nothing below /mnt can be written`,
      'connect 192.0.2.1:80, got ENETUNREACH, once, by --network none: there is no network',
      `connect ${socket}, got ECONNREFUSED, once: it is a socket of the host`,
      'io_uring_setup, got ENOSYS, once: it is not implemented',
    ]) expect(stderr).toContain(`occlum: ${line}`);
  });

  test('tells permissions of Linux apart from options', async () => {
    const { status, stderr } = await run('/bin/cat', ['/etc/shadow'], { flags: ['--explain', '--user', '4242'] });
    expect(status).toBe(1);
    expect(stderr).toMatch(/\nocclum: no option has refused anything\nocclum: permissions inside have refused \d+ calls \(EACCES, EPERM\): [^\n]+\n$/);
  });
});

describe.skipIf(NATIVE)('--json and --result', () => {
  const resultOf = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

  test('say how a run ended, beside what the program writes', async () => {
    const file = join(temporaryDirectory(), 'result');
    const { status, stdout, stderr } = await run('/bin/sh', ['-c', 'echo out; echo err >&2; echo x >/etc/new; exit 7'], { flags: ['--json', '--result', file, '--read-only'] });
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([7, 'out\n', 'err']);
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    expect(readFileSync(file, 'utf8')).toBe(`${last}\n`);
    expect(resultOf(last)).toMatchObject({
      program: '/bin/sh', status: 7, reason: 'exit', code: 7, signal: null, limit: null, detail: null, untold: 0,
      denials: [{ operation: 'openat', object: '/etc/new', rule: 'readOnly', error: 'EROFS', count: 1 }],
    });
  });

  test.each<[string, readonly string[], readonly string[], object]>([
    ['a signal', [], ['-c', 'kill -SEGV $$'], { status: 139, reason: 'signal', code: null, signal: 'SIGSEGV' }],
    ['its time', ['--timeout', '300ms'], ['-c', 'sleep 100'], { status: 124, reason: 'timeout' }],
    ['a limit', ['--memory', '64m'], ['-c', 'head -c 200000000 /dev/zero | tail'], { status: 137, reason: 'limit', limit: 'memory' }],
  ])('name %s', async (_title, flags, args, expected) => {
    const { stderr } = await run('/bin/sh', args, { flags: ['--json', ...flags] });
    expect(resultOf(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject(expected);
  });

  test('say why nothing was run', async () => {
    const { status, stderr } = await run('/no/such', [], { flags: ['--json'] });
    expect(status).toBe(127);
    expect(resultOf(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ status: 127, reason: 'error', detail: '/no/such: no such program inside' });
    expect(await run('/bin/true', [], { flags: ['--result', '/none/result'] })).toEqual({ status: 125, stdout: '', stderr: 'occlum: --result is "/none/result", which cannot be written (ENOENT)\n' });
  });

  test('take a descriptor that is open already', async () => {
    const { stdout, exitCode } = await host(['/bin/sh', '-c', '"$@" 3>&1 >/dev/null', 'sh', OCCLUM, 'run', '--rootfs', '/', ...FLAGS, '--result', '/dev/fd/3', '--', '/bin/echo', 'out'], { stdin: 'ignore' });
    expect([exitCode, resultOf(String(stdout))['reason']]).toEqual([0, 'exit']);
  });
});
