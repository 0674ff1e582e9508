import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { guest, host, outcome, run, shell, succeed } from './support/occlum.js';
import { GUEST_SOURCES } from './support/places.js';
import { needs } from './support/programs.js';
import { NATIVE } from './support/variant.js';

const PYTHON = '/usr/bin/python3';
const PROGRAM = readFileSync(join(GUEST_SOURCES, 'datagrams.py'), 'utf8');

describe.each(['host', 'none'])('with the network %s', (network) => {
  const flags = ['--network', network];

  test('datagrams of AF_UNIX and UDP are as on Linux', async (context) => {
    needs(context, PYTHON);
    const native = outcome(await host([PYTHON, '-c', PROGRAM]), 'datagrams.py');
    expect(native.stderr).toBe('');
    expect(await succeed(PYTHON, ['-c', PROGRAM], { flags })).toBe(native.stdout);
  });

  test('interfaces are told', async (context) => {
    needs(context, PYTHON);
    const names = 'import socket; print(socket.if_nameindex())';
    const native = outcome(await host([PYTHON, '-c', names]), 'if_nameindex').stdout;
    expect(await succeed(PYTHON, ['-c', names], { flags })).toBe(network === 'none' && !NATIVE ? "[(1, 'lo')]\n" : native);
    const node = 'const { lo } = require("os").networkInterfaces(); console.log(lo.map(({ cidr }) => cidr).join())';
    expect(await succeed('node', ['-e', node], { flags })).toMatch(/^127\.0\.0\.1\/8\b/);
    const interfaces = "tail -n +3 /proc/net/dev | cut -d: -f1; cut -c 45- /proc/net/if_inet6; cut -f1 /proc/self/net/route | uniq";
    const told = outcome(await host(['/bin/sh', '-c', interfaces]), 'tail').stdout;
    expect(await shell(interfaces, { flags })).toBe(network === 'none' && !NATIVE ? '    lo\n       lo\nIface\n' : told);
  });
});

test('who sent a message is told as on Linux', async () => {
  const native = outcome(await host([guest('passed-credentials')]), 'passed-credentials');
  expect(native).toMatchObject({ status: 0, stderr: '' });
  expect((await succeed(guest('passed-credentials'))).split('\n')).toEqual(native.stdout.split('\n'));
});

test('logger writes to a socket of datagrams', async (context) => {
  needs(context, PYTHON, 'logger');
  const server = `
import socket, subprocess, tempfile
path = tempfile.mktemp()
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); log.bind(path)
subprocess.run(['logger', '--socket', path, '--tag', 'me', 'the', 'message'], check=True)
print(log.recv(1000).decode().rsplit('me: ')[1])`;
  expect(await succeed(PYTHON, ['-c', server])).toBe('the message\n');
});

test.skipIf(NATIVE)('a datagram socket of the host is not reached', async (context) => {
  needs(context, PYTHON);
  const program = `
import socket
for address in '/run/systemd/notify', '/dev/log', chr(0) + 'no-such-name':
    try: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', address)
    except OSError as error: print(error.errno in (2, 111))`;
  expect((await run(PYTHON, ['-c', program])).stdout).toBe('True\nTrue\nTrue\n');
});
