import { CpuSet } from './cpu-set.js';
import { readHostFile } from './host-files.js';
import type { ReadHostFile } from './host-files.js';

const SYSFS = '/sys/devices/system';
/** More nodes than any kernel has. Source: `NODES_SHIFT`, linux/arch/x86/Kconfig. */
const NODE_LIMIT = 1024;

/** CPUs that belong together, in the order of their first CPU. */
export type CpuGroups = readonly CpuSet[];

/** What a host says of its CPUs. A host may lie: every number is checked, and what makes no sense is as if it were not there. */
export interface HostCpus {
  /** CPUs that the kernel may ever have. */
  readonly possible: CpuSet;
  /** CPUs that run, all of them possible; never empty. */
  readonly online: CpuSet;
  /** CPUs that this process may use, by its affinity and its cgroup; all of them online, never empty. */
  readonly allowed: CpuSet;
  /** NUMA nodes with online CPUs, by number; each online CPU is in one node at most. */
  readonly nodes: ReadonlyMap<number, CpuSet>;
  /** Hardware threads of each core. Each online CPU is in one group, alone where the host says nothing. */
  readonly cores: CpuGroups;
  /** CPUs that share a cache of the third level. Each online CPU is in one group, alone where the host says nothing. */
  readonly caches: CpuGroups;
}

/**
 * Looks at the CPUs of the host.
 *
 * Source: linux/Documentation/admin-guide/cputopology.rst, Documentation/ABI/stable/sysfs-devices-node,
 * `Cpus_allowed_list` of proc_pid_status(5).
 *
 * @param read - Where files come from; the host's own by default.
 */
export function hostCpus(read: ReadHostFile = readHostFile): HostCpus {
  const named = listIn(read, `${SYSFS}/cpu/possible`) ?? CpuSet.EMPTY;
  const running = listIn(read, `${SYSFS}/cpu/online`) ?? CpuSet.EMPTY;
  const affinity = cpuSetOf(/^Cpus_allowed_list:\s*(.*)$/m.exec(read('/proc/self/status') ?? '')?.[1]) ?? CpuSet.EMPTY;
  const possible = firstOf(named, running, affinity, CpuSet.of(0));
  const online = firstOf(running.intersection(possible), affinity.intersection(possible), possible);
  return {
    possible,
    online,
    allowed: firstOf(affinity.intersection(online), online),
    nodes: nodesOf(read, online),
    cores: groupsOf(online, (cpu) => listIn(read, `${SYSFS}/cpu/cpu${cpu}/topology/thread_siblings_list`)),
    caches: groupsOf(online, (cpu) => thirdLevel(read, cpu)),
  };
}

/** Those that share the cache of the third level: its index differs between kinds of CPUs. */
function thirdLevel(read: ReadHostFile, cpu: number): CpuSet | undefined {
  for (let index = 0; index < 8; index++) {
    const folder = `${SYSFS}/cpu/cpu${cpu}/cache/index${index}`;
    const level = read(`${folder}/level`);
    if (level === undefined) return undefined;
    if (level.trim() === '3') return listIn(read, `${folder}/shared_cpu_list`);
  }
  return undefined;
}

function nodesOf(read: ReadHostFile, online: CpuSet): Map<number, CpuSet> {
  const nodes = new Map<number, CpuSet>();
  let left = online;
  for (const node of listIn(read, `${SYSFS}/node/online`) ?? []) {
    if (node >= NODE_LIMIT) break;
    const cpus = left.intersection(listIn(read, `${SYSFS}/node/node${node}/cpulist`) ?? CpuSet.EMPTY);
    if (!cpus.isEmpty) nodes.set(node, cpus);
    left = left.difference(cpus);
  }
  return nodes;
}

/** Splits CPUs into groups: each goes with those it names that no group has yet. */
function groupsOf(online: CpuSet, together: (cpu: number) => CpuSet | undefined): CpuSet[] {
  const groups: CpuSet[] = [];
  let left = online;
  for (let cpu = left.first(); cpu !== undefined; cpu = left.first()) {
    const group = left.intersection(together(cpu) ?? CpuSet.EMPTY).union(CpuSet.of(cpu));
    groups.push(group);
    left = left.difference(group);
  }
  return groups;
}

function listIn(read: ReadHostFile, path: string): CpuSet | undefined {
  return cpuSetOf(read(path));
}

/** A list that the host wrote; `undefined` when it is none. */
function cpuSetOf(text: string | undefined): CpuSet | undefined {
  try {
    return text === undefined ? undefined : CpuSet.parse(text);
  } catch {
    return undefined;
  }
}

function firstOf(...sets: readonly CpuSet[]): CpuSet {
  return sets.find((set) => !set.isEmpty) ?? CpuSet.of(0);
}
