import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getegid, geteuid } from 'node:process';

import { describe, expect, it, onTestFinished } from 'vitest';

import { parseDuration, readRun, toRunRequest } from '@occlum/cli';
import type { RunRequest } from '@occlum/cli';
import type { EnclaveOptions } from '@occlum/pal';

const HOST = { cwd: '/home/me', env: { PATH: '/opt/bin', HOME: '/home/me', SECRET: 'no', EMPTY: '', OCCLUM_HOST_NODE_EXTRA_CA_CERTS: '/ca' } };

function request(line: string, env: Record<string, string> = HOST.env): RunRequest {
  const words = readRun(line.split(' '));
  if (words === undefined) throw new Error(`not plain: ${line}`);
  return toRunRequest(words, { ...HOST, env });
}

function enclaveOf(line: string, env?: Record<string, string>): EnclaveOptions {
  const { place } = request(line, env);
  if ('enclave' in place) return place.enclave;
  throw new Error(`an instance: ${line}`);
}

describe('toRunRequest', () => {
  it('takes the program and its arguments', () => {
    expect(request('--rootfs / -- ls -l')).toMatchObject({ program: 'ls', args: ['-l'], timeoutMs: undefined, place: { enclave: { rootfs: '/', mounts: [], logLevel: 'off' } } });
  });

  it.each<[string, string, object]>([
    ['the host\'s PATH and HOME with the host\'s root', '--rootfs / true', { PATH: '/opt/bin', HOME: '/home/me', TERM: 'dumb', LANG: 'C.UTF-8' }],
    ['others with another root', '--rootfs /srv true', { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/', TERM: 'dumb', LANG: 'C.UTF-8' }],
    ['-e with a value', '--rootfs /srv -e A=b=c -e HOME=/h true', { A: 'b=c', HOME: '/h' }],
    ['-e by name', '--rootfs /srv -e SECRET -e EMPTY -e MISSING true', { SECRET: 'no', EMPTY: '' }],
    ['what the launcher moved', '--rootfs /srv -e NODE_EXTRA_CA_CERTS true', { NODE_EXTRA_CA_CERTS: '/ca' }],
  ])('gives the program %s', (_title, line, variables) => {
    const { env = {} } = enclaveOf(line);
    expect(env).toMatchObject(variables);
    expect(Object.keys(env).sort()).toEqual([...new Set(['PATH', 'HOME', 'TERM', 'LANG', ...Object.keys(variables)])].sort());
  });

  it('looks up names of users and groups in the root, and nowhere else', () => {
    const root = mkdtempSync(join(tmpdir(), 'occlum-root-'));
    onTestFinished(() => { rmSync(root, { recursive: true }); });
    expect(() => request(`--rootfs ${root} --user web true`)).toThrow('--user is "web", and the root has no /etc/passwd that can be read: write numbers');
    mkdirSync(join(root, 'etc'));
    symlinkSync('/etc/accounts', join(root, 'etc/passwd'));
    writeFileSync(join(root, 'etc/accounts'), 'web:x:4242:4243:,,,:/:/bin/sh\nbad:x:4294967295:1::/:\nroot:x:0:0::/:\n');
    writeFileSync(join(root, 'etc/group'), 'web:x:4243:\nmail:x:8:web\n');
    const userOf = (user: string): unknown => enclaveOf(`--rootfs ${root} --user ${user} true`).user;
    expect([userOf('web'), userOf('web:mail'), userOf('7:mail'), userOf('web:9'), enclaveOf(`--rootfs ${root} --user root true`).identity]).toEqual([
      { uid: 4242, gid: 4243 }, { uid: 4242, gid: 8 }, { uid: 7, gid: 8 }, { uid: 4242, gid: 9 }, geteuid?.() === 0 ? undefined : 'root',
    ]);
    expect(() => request(`--rootfs ${root} --user bad true`)).toThrow('/etc/passwd of the root has no "bad"');
    expect(() => request(`--rootfs ${root} --user web:nobody true`)).toThrow('--user is "web:nobody", and /etc/group of the root has no "nobody"');
    rmSync(join(root, 'etc/passwd'));
    symlinkSync(`${root}-outside`, join(root, 'etc/passwd'));
    writeFileSync(`${root}-outside`, 'web:x:1:1::/:\n');
    onTestFinished(() => { rmSync(`${root}-outside`); });
    expect(() => request(`--rootfs ${root} --user web true`)).toThrow('has no /etc/passwd');
  });

  it('reads files of variables, which --env has the last word over', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'occlum-env-')), 'env');
    onTestFinished(() => { rmSync(dirname(file), { recursive: true }); });
    writeFileSync(file, '# a comment\n\n  A=b=c\r\nQUOTED="x" y\nSECRET\nMISSING\nHOME=/h\nB=1\nEMPTY_ONE=\n');
    const { env } = enclaveOf(`--rootfs /srv --env-file ${file} -e B=2 true`);
    expect(env).toMatchObject({ A: 'b=c', QUOTED: '"x" y', SECRET: 'no', HOME: '/h', B: '2', EMPTY_ONE: '' });
    expect(env).not.toHaveProperty('MISSING');
    for (const [text, line, shown] of [['A=1\nB C=2', 2, '"B C=2"'], ['=x', 1, '"=x"'], ['A\0=x', 1, '"A\\u0000=x"']] as const) {
      writeFileSync(file, text);
      expect(() => request(`--rootfs / --env-file ${file} true`)).toThrow(`${file}:${line} is ${shown}, must be NAME=VALUE or NAME, without blanks in the name`);
    }
    writeFileSync(file, Buffer.from([0x41, 0x3d, 0xff]));
    expect(() => request(`--rootfs / --env-file ${file} true`)).toThrow(`--env-file is "${file}", which is no text in UTF-8`);
    expect(() => request('--rootfs / --env-file no/such true')).toThrow('--env-file is "no/such", which is not there');
  });

  it.each<[string, object]>([
    ['', {}],
    ['--read-only', { readOnly: true }],
    ['--memory 512m', { limits: { memory: 2 ** 29 } }],
    ['-m 1.5G --pids-limit 20', { limits: { memory: 1.5 * 2 ** 30, threads: 20 } }],
    ['--memory 300MB', { limits: { memory: 300 * 2 ** 20 } }],
    [`--user ${geteuid?.() ?? 0}:${getegid?.() ?? 0}`, {}],
    ['--user 0:5', { identity: 'root', user: { uid: 0, gid: 5 } }],
    ['-u 4242', { identity: 'root', user: { uid: 4242, gid: 4242 } }],
    ['--user 4242:100', { identity: 'root', user: { uid: 4242, gid: 100 } }],
  ])('reads %s', (flags, options) => {
    const { identity, user, readOnly, limits } = enclaveOf(`--rootfs / ${flags} true`.replace('  ', ' '));
    expect(Object.fromEntries(Object.entries({ identity, user, readOnly, limits }).filter(([, value]) => value !== undefined))).toEqual(options);
  });

  it.each([
    ['1.5', 1.5],
    ['.25', 0.25],
    ['2', 2],
    ['2.', 2],
  ])('takes %s CPUs, and names of them', (cpus, value) => {
    expect(enclaveOf(`--rootfs / --cpus ${cpus} --cpuset-cpus 0-3,8 true`)).toMatchObject({ cpus: value, cpuset: '0-3,8' });
  });

  it.each(['', 'all', '-1', '1e3', '0x2', '1,5', 'NaN'])('takes no CPUs of "%s"', (cpus) => {
    expect(() => request(`--rootfs / --cpus=${cpus} true`)).toThrow(`--cpus is "${cpus}", must be a number of CPUs such as 1.5`);
  });

  it('resolves host paths from the current directory, and keeps guest paths', () => {
    expect(enclaveOf('--rootfs r -v data:/data -v /a:/b:ro -v c:/d:rw --tmpfs /t --log-file l true')).toMatchObject({
      rootfs: '/home/me/r',
      mounts: [
        { source: '/home/me/data', target: '/data', readOnly: false },
        { source: '/a', target: '/b', readOnly: true },
        { source: '/home/me/c', target: '/d', readOnly: false },
        { type: 'tmpfs', target: '/t' },
      ],
      logFile: '/home/me/l',
    });
  });

  it('keeps what was typed of each volume', () => {
    expect(request('--rootfs / -v data:/data:ro true').volumes).toEqual([{ text: 'data:/data:ro', source: '/home/me/data' }]);
  });

  it.each([
    ['', { path: '/home/me', isAsked: false }],
    ['-w /work ', { path: '/work', isAsked: true }],
  ])('starts "%s" in the right directory', (flags, cwd) => {
    expect(request(`--rootfs / ${flags}true`).cwd).toEqual(cwd);
  });

  it.each([
    ['TRACE', 'trace'],
    ['off', 'off'],
    ['loud', 'off'],
  ])('reads OCCLUM_LOG_LEVEL=%s', (value, level) => {
    expect(enclaveOf('--rootfs / true', { OCCLUM_LOG_LEVEL: value }).logLevel).toBe(level);
  });

  it.each<[string, string]>([
    ['true', '--rootfs is missing'],
    ['--network bridge --rootfs / true', '--network is "bridge", must be host or none'],
    ['-w work --rootfs / true', '--workdir is "work", must be an absolute path inside'],
    ['-v /a --rootfs / true', '--volume is "/a", must be HOST:GUEST'],
    ['-v /a:b --rootfs / true', '--volume is "/a:b", must be HOST:GUEST'],
    ['-v /a:/b:rx --rootfs / true', '--volume is "/a:/b:rx", must be HOST:GUEST'],
    ['-v /a:/b:ro:x --rootfs / true', '--volume is "/a:/b:ro:x", must be HOST:GUEST'],
    ['--tmpfs t --rootfs / true', '--tmpfs is "t", must be an absolute path inside'],
    ['-e =x --rootfs / true', '--env is "=x", must be NAME=VALUE or NAME'],
    ['--user no-such-one --rootfs / true', '--user is "no-such-one", and /etc/passwd of the root has no "no-such-one"'],
    ['--user 1: --rootfs / true', '--user is "1:", must be USER or USER:GROUP, each a number from 0 to 4294967294 or a name'],
    ['--user 4294967295 --rootfs / true', '--user is "4294967295", must have numbers from 0 to 4294967294'],
    ['--memory 1000 --rootfs / true', '--memory is "1000", must be a size of 1m or more'],
    ['--memory much --rootfs / true', '--memory is "much", must be a size of 1m or more'],
    ['--memory 5x --rootfs / true', '--memory is "5x", must be a size of 1m or more'],
    ['--pids-limit 0 --rootfs / true', '--pids-limit is "0", must be a number from 1'],
    ['--pids-limit -1 --rootfs / true', '--pids-limit is "-1", must be a number from 1'],
    ['--timeout soon --rootfs / true', '--timeout is "soon", must be a time'],
  ])('refuses %s', (line, message) => {
    expect(() => request(line)).toThrow(expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) as string }) as Error);
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5000],
    ['5', 5000],
    ['1.5m', 90_000],
    ['0.1ms', 1],
    ['1h', 3_600_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration('timeout', text)).toBe(ms);
  });

  it.each(['', '0', '0s', '-1s', '5d', '5 s', '1e3', 's', '600h'])('refuses "%s"', (text) => {
    expect(() => parseDuration('stop-timeout', text)).toThrow('--stop-timeout is');
  });
});
