import { describe, expect, it } from 'vitest';

import { formatFinding } from '../src/doctor/finding.js';
import type { Finding } from '../src/doctor/finding.js';
import type { HostView } from '../src/doctor/host-view.js';
import { kernelFindings } from '../src/doctor/kernel-findings.js';
import { controlGroupNumber, roomFindings } from '../src/doctor/room-findings.js';
import { supervisorFindings } from '../src/doctor/supervisor-findings.js';

const PROC = { type: 0x9fa0, freeBytes: 0 };
const TMPFS = { type: 0x01021994, freeBytes: 2 ** 31 };

/** What a host has that others have not. */
interface Differing {
  readonly files?: Record<string, string>;
  readonly space?: Record<string, ReturnType<HostView['space']>>;
  readonly limits?: Record<number, [number, number]>;
  readonly env?: HostView['env'];
  readonly uid?: number;
}

/** A host on which all is well, but for what a test says. */
function host({ files = {}, space = {}, limits = {}, ...rest }: Differing = {}): HostView {
  const spaces: Record<string, ReturnType<HostView['space']>> = { '/proc': PROC, '/dev/shm': TMPFS, '/tmp': { type: 1, freeBytes: 2 ** 40 }, ...space };
  return { env: {}, uid: 1000, temporary: '/tmp', ...rest, read: (path) => files[path], space: (path) => spaces[path], limit: (resource) => limits[resource] ?? [2 ** 20, 2 ** 20] };
}

function finding(findings: readonly Finding[], name: string): Finding | undefined {
  return findings.find((one) => one.name === name);
}

const RLIMIT_NPROC = 6;
const RLIMIT_NOFILE = 7;

describe('kernelFindings', () => {
  it('finds nothing wrong on a usual host', () => {
    expect(kernelFindings(host()).map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'ok'));
  });

  it.each<[string, string, Differing, Partial<Finding>]>([
    ['no /proc', '/proc', { space: { '/proc': undefined } }, { state: 'warning', found: 'not mounted' }],
    ['strict overcommit', 'overcommit', { files: { '/proc/sys/vm/overcommit_memory': '2\n' } }, { state: 'warning', found: 'vm.overcommit_memory is 2' }],
    ['Yama', 'yama', { files: { '/proc/sys/kernel/yama/ptrace_scope': '1\n' } }, { state: 'ok', found: 'ptrace_scope is 1' }],
    ['a filter', 'own filter', { files: { '/proc/self/status': 'Name:\tnode\nSeccomp:\t2\nSeccomp_filters:\t1\n' } }, { found: 'this process is under a seccomp filter, as in a container' }],
    ['an old CPU', 'cpu', { files: { '/proc/cpuinfo': 'model name\t: Old\nflags\t\t: fpu xsave\n' } }, { state: 'warning', found: 'Old, no fsgsbase' }],
    ['a CPU', 'cpu', { files: { '/proc/cpuinfo': 'model name\t: New\nflags\t\t: fsgsbase avx2\n' } }, { state: 'ok', found: 'New, fsgsbase avx2' }],
    ['Podman', 'container', { files: { '/run/.containerenv': '' } }, { found: 'one of Podman' }],
    ['Kubernetes', 'container', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, { found: 'one of Kubernetes' }],
    ['root', 'user', { uid: 0 }, { state: 'ok', found: 'root' }],
  ])('sees %s', (_title, name, differing, expected) => {
    expect(finding(kernelFindings(host(differing)), name)).toMatchObject(expected);
  });
});

describe('roomFindings', () => {
  it.each<[string, string, Differing, Partial<Finding>]>([
    ['all there is', 'store', {}, { state: 'ok', found: '/dev/shm has 2GB for what programs write' }],
    ['few descriptors', 'descriptors', { limits: { [RLIMIT_NOFILE]: [64, 256] } }, { state: 'warning', found: 'up to 256' }],
    ['few processes', 'processes', { limits: { [RLIMIT_NPROC]: [100, 200] } }, { state: 'warning', found: 'up to 100' }],
    ['few processes, which do not bind root', 'processes', { uid: 0, limits: { [RLIMIT_NPROC]: [100, 200] } }, { state: 'ok', found: 'no limit' }],
    ['few processes of a container', 'processes', { uid: 0, files: { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/pids.max': '64\n' } }, { state: 'warning', found: 'up to 64' }],
    ['a small /dev/shm', 'store', { space: { '/dev/shm': { type: 0x01021994, freeBytes: 2 ** 26 } } }, { state: 'ok', found: '/dev/shm has only 64MB, so /tmp is used, which has 1TB' }],
    ['no room at all', 'store', { space: { '/dev/shm': undefined, '/tmp': { type: 1, freeBytes: 1000 } } }, { state: 'warning', found: '/dev/shm is not there, so /tmp is used, which has 1000B' }],
    ['a limit of memory', 'memory', { files: { '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/a/memory.max': '1073741824\n', '/sys/fs/cgroup/a/b/memory.max': 'max\n' } }, { found: 'up to 1GB by the control group' }],
  ])('sees %s', (_title, name, differing, expected) => {
    expect(finding(roomFindings(host(differing)), name)).toMatchObject(expected);
  });

  it('takes the least of all groups above', () => {
    const files = { '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/pids.max': '500\n', '/sys/fs/cgroup/a/pids.max': '10\n', '/sys/fs/cgroup/a/b/pids.max': '20\n' };
    expect(controlGroupNumber(host({ files }), 'pids.max')).toBe(10);
    expect(controlGroupNumber(host(), 'pids.max')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('supervisorFindings', () => {
  it('says what each gap means', () => {
    expect(supervisorFindings({ flags: 1 | 2 | 4 | 16, landlock: 6 }).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const gaps = supervisorFindings({ flags: 0, landlock: 0 });
    expect(gaps.map(({ name, state }) => [name, state])).toEqual([['dispatch', 'warning'], ['seccomp', 'warning'], ['landlock', 'warning'], ['memfd', 'ok']]);
    expect(supervisorFindings('it ended at once')[0]).toMatchObject({ state: 'failure', found: 'it ended at once' });
  });
});

it('every gap has a meaning and a remedy, and is one line', () => {
  const all = [
    ...kernelFindings(host({ space: { '/proc': undefined }, files: { '/proc/sys/vm/overcommit_memory': '2', '/proc/cpuinfo': 'flags\t: fpu' } })),
    ...roomFindings(host({ space: { '/dev/shm': undefined, '/tmp': undefined }, limits: { [RLIMIT_NOFILE]: [1, 1], [RLIMIT_NPROC]: [1, 1] } })),
    ...supervisorFindings({ flags: 0, landlock: 0 }), ...supervisorFindings('it is gone'),
  ].filter(({ state }) => state !== 'ok');
  expect(all.length).toBeGreaterThan(8);
  for (const gap of all) {
    expect(gap).toMatchObject({ meaning: expect.any(String) as string, remedy: expect.any(String) as string });
    expect(formatFinding(gap)).toMatch(/^(warn|FAIL) {2}\S.*: .*; [^\n]+$/);
  }
});
