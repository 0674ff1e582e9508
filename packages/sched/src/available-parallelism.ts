import { hostCpus } from './host-cpus.js';
import { readHostFile } from './host-files.js';
import type { ReadHostFile } from './host-files.js';

const CGROUPS = '/sys/fs/cgroup';

/**
 * How many threads can run at one time: the CPUs that this process may use, or fewer where a cgroup (version 1 or 2) gives
 * it a share of CPU time only; a share of 1.5 CPUs counts as 2.
 *
 * Unlike Node's `os.availableParallelism()`, which knows cgroups in some versions only, it is the same in every version of Node.
 *
 * Source: `cpu.max` in linux/Documentation/admin-guide/cgroup-v2.rst; `cpu.cfs_quota_us` in
 * linux/Documentation/scheduler/sched-bwc.rst; cgroups(7), "/proc/pid/cgroup".
 *
 * @param read - Where files come from; the host's own by default.
 * @returns 1 or more.
 */
export function availableParallelism(read: ReadHostFile = readHostFile): number {
  return Math.max(1, Math.min(hostCpus(read).allowed.size, Math.ceil(cpuQuota(read) ?? Number.POSITIVE_INFINITY)));
}

/** CPUs' worth of time that cgroups give this process, the least of its own and all above it; `undefined` without a limit. */
export function cpuQuota(read: ReadHostFile = readHostFile): number | undefined {
  const quotas = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, hierarchy, controllers = '', path = '/'] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (hierarchy === undefined) return [];
    if (hierarchy === '0' && controllers === '') return upwards(path, (folder) => unified(read, `${CGROUPS}${folder}`));
    if (!controllers.split(',').includes('cpu')) return [];
    return ['cpu', 'cpu,cpuacct'].flatMap((mount) => upwards(path, (folder) => legacy(read, `${CGROUPS}/${mount}${folder}`)));
  });
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

/** What a cgroup and all above it say. In a container the path may be the host's: then only the root is there. */
function upwards(path: string, quotaOf: (folder: string) => number | undefined): number[] {
  const steps = path.split('/').filter((step) => step !== '' && step !== '..');
  const folders = [...steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`), ''];
  return folders.map(quotaOf).filter((quota) => quota !== undefined);
}

function unified(read: ReadHostFile, folder: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)$/.exec((read(`${folder}/cpu.max`) ?? '').trim()) ?? [];
  return share(quota, period);
}

function legacy(read: ReadHostFile, folder: string): number | undefined {
  return share(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`));
}

/** A quota of -1, as version 1 has it, is none; so is a period of nothing. */
function share(quota: string | undefined, period: string | undefined): number | undefined {
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? cpus : undefined;
}
