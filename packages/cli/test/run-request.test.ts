import { describe, expect, it } from 'vitest';

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
