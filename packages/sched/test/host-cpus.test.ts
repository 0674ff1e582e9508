import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { availableParallelism, cpuQuota, hostCpus } from '@occlum/sched';
import type { HostCpus, ReadHostFile } from '@occlum/sched';

const CPU = '/sys/devices/system/cpu';
const NODE = '/sys/devices/system/node';
const files = (all: Readonly<Record<string, string>>): ReadHostFile => (path) => all[path];
const shown = ({ possible, online, allowed, nodes, cores, caches }: HostCpus): unknown => ({
  possible: String(possible),
  online: String(online),
  allowed: String(allowed),
  nodes: Object.fromEntries(Array.from(nodes, ([node, cpus]) => [node, String(cpus)])),
  cores: cores.map(String),
  caches: caches.map(String),
});

/** Four cores of two threads in two nodes, CPU 7 off, restricted to the second node. */
const SERVER = {
  [`${CPU}/possible`]: '0-7\n',
  [`${CPU}/online`]: '0-6\n',
  '/proc/self/status': 'Name:\tnode\nCpus_allowed:\tf0\nCpus_allowed_list:\t4-7\n',
  [`${NODE}/online`]: '0-1\n',
  [`${NODE}/node0/cpulist`]: '0-3\n',
  [`${NODE}/node1/cpulist`]: '4-7\n',
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6].flatMap((cpu) => [
    [`${CPU}/cpu${cpu}/topology/thread_siblings_list`, `${cpu & ~1}-${cpu | 1}\n`],
    [`${CPU}/cpu${cpu}/cache/index0/level`, '1\n'],
    [`${CPU}/cpu${cpu}/cache/index1/level`, '3\n'],
    [`${CPU}/cpu${cpu}/cache/index1/shared_cpu_list`, cpu < 4 ? '0-3\n' : '4-7\n'],
  ])),
};

describe('hostCpus', () => {
  it('reads what the host says', () => {
    expect(shown(hostCpus(files(SERVER)))).toEqual({
      possible: '0-7',
      online: '0-6',
      allowed: '4-6',
      nodes: { 0: '0-3', 1: '4-6' },
      cores: ['0-1', '2-3', '4-5', '6'],
      caches: ['0-3', '4-6'],
    });
  });

  it.each<[string, Readonly<Record<string, string>>, Partial<Record<keyof HostCpus, unknown>>]>([
    ['nothing at all', {}, { possible: '0', online: '0', allowed: '0', nodes: {}, cores: ['0'], caches: ['0'] }],
    ['what is no list', { ...SERVER, [`${CPU}/possible`]: 'all', [`${CPU}/online`]: '0-', '/proc/self/status': 'Cpus_allowed_list:\tx\n' }, { possible: '0', allowed: '0' }],
    ['online CPUs that are not possible', { ...SERVER, [`${CPU}/online`]: '0-99' }, { online: '0-7', allowed: '4-7' }],
    ['affinity to CPUs that are off', { ...SERVER, '/proc/self/status': 'Cpus_allowed_list:\t7\n' }, { allowed: '0-6' }],
    ['no sysfs, as in some containers', { '/proc/self/status': 'Cpus_allowed_list:\t1,3\n' }, { possible: '1,3', online: '1,3', allowed: '1,3', cores: ['1', '3'] }],
    ['nodes that share CPUs', { ...SERVER, [`${NODE}/node1/cpulist`]: '0-7' }, { nodes: { 0: '0-3', 1: '4-6' } }],
    ['a node beyond any', { ...SERVER, [`${NODE}/online`]: '5000' }, { nodes: {} }],
    ['siblings that do not name themselves', { ...SERVER, [`${CPU}/cpu0/topology/thread_siblings_list`]: '5' }, { cores: ['0,5', '1', '2-3', '4', '6'] }],
    ['siblings past the highest CPU', { ...SERVER, [`${CPU}/cpu0/topology/thread_siblings_list`]: '0-9000' }, { cores: ['0', '1', '2-3', '4-5', '6'] }],
  ])('makes sense of %s', (_, all, expected) => {
    expect(shown(hostCpus(files(all)))).toMatchObject(expected);
  });

  it('agrees with nproc(1) of this host', () => {
    const env = { ...process.env, OMP_NUM_THREADS: undefined, OMP_THREAD_LIMIT: undefined };
    expect(hostCpus().allowed.size).toBe(Number(execFileSync('nproc', { env, encoding: 'utf8' })));
  });
});

describe('availableParallelism', () => {
  const allowed = { '/proc/self/status': 'Cpus_allowed_list:\t0-7\n' };
  const cgroup = '/sys/fs/cgroup';
  it.each<[string, Readonly<Record<string, string>>, number | undefined, number]>([
    ['no cgroup', {}, undefined, 8],
    ['version 2 without a limit', { '/proc/self/cgroup': '0::/a\n', [`${cgroup}/a/cpu.max`]: 'max 100000\n' }, undefined, 8],
    ['version 2', { '/proc/self/cgroup': '0::/a\n', [`${cgroup}/a/cpu.max`]: '150000 100000\n' }, 1.5, 2],
    ['the least of all above', { '/proc/self/cgroup': '0::/a/b\n', [`${cgroup}/a/b/cpu.max`]: '400000 100000\n', [`${cgroup}/a/cpu.max`]: '200000 100000\n', [`${cgroup}/cpu.max`]: 'max 100000\n' }, 2, 2],
    ['a container, whose own is the root', { '/proc/self/cgroup': '0::/../x\n', [`${cgroup}/cpu.max`]: '50000 100000\n' }, 0.5, 1],
    ['version 1', { '/proc/self/cgroup': '3:cpu,cpuacct:/a\n0::/\n', [`${cgroup}/cpu,cpuacct/a/cpu.cfs_quota_us`]: '300000\n', [`${cgroup}/cpu,cpuacct/a/cpu.cfs_period_us`]: '100000\n' }, 3, 3],
    ['version 1 without a limit', { '/proc/self/cgroup': '3:cpu:/\n', [`${cgroup}/cpu/cpu.cfs_quota_us`]: '-1\n', [`${cgroup}/cpu/cpu.cfs_period_us`]: '100000\n' }, undefined, 8],
    ['nonsense', { '/proc/self/cgroup': 'x\n0::/a\n', [`${cgroup}/a/cpu.max`]: '1 0\n', [`${cgroup}/cpu.max`]: '-5 7\n' }, undefined, 8],
    ['more than there are', { '/proc/self/cgroup': '0::/\n', [`${cgroup}/cpu.max`]: '6400000 100000\n' }, 64, 8],
  ])('%s', (_, all, quota, threads) => {
    const read = files({ ...allowed, ...all });
    expect(cpuQuota(read)).toBe(quota);
    expect(availableParallelism(read)).toBe(threads);
  });

  it('is at least 1 on this host, and not more than it has', () => {
    expect(availableParallelism()).toBeGreaterThanOrEqual(1);
    expect(availableParallelism()).toBeLessThanOrEqual(hostCpus().online.size);
  });
});
