import { CpuSet } from '@occlum/sched';

import { hostList, listOf, maskOf } from '../../sched/cpu-view.js';
import type { CpuFilter, ShownCpus } from '../../sched/cpu-view.js';
import type { Directory } from '../inode.js';
import { hostText } from '../proc/host-text.js';
import { isError } from '../result.js';
import { LazyNames, NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile } from '../synthetic/synthetic-inode.js';
import { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import type { Vfs } from '../vfs.js';

/** Magic number. Source: linux/include/uapi/linux/magic.h, `SYSFS_MAGIC`. */
const SYSFS_MAGIC = 0x62656572;

const asItIs: CpuFilter = (text) => text;
const asList = (...names: string[]): [string, CpuFilter][] => names.map((name) => [name, listOf]);
const asMask = (...names: string[]): [string, CpuFilter][] => names.map((name) => [name, maskOf]);
const others = (...names: string[]): [string, CpuFilter][] => names.map((name) => [name, asItIs]);

/** Files of the host's /sys that are shown: how many CPUs there are and what they share, where memory is, how it is paged. */
const CPU_FILES = [...asList('online', 'possible', 'present', 'offline'), ...others('kernel_max')];
const TOPOLOGY_FILES = [
  ...asList('thread_siblings_list', 'core_siblings_list', 'core_cpus_list', 'cluster_cpus_list', 'die_cpus_list', 'package_cpus_list'),
  ...asMask('thread_siblings', 'core_siblings', 'core_cpus', 'cluster_cpus', 'die_cpus', 'package_cpus'),
  ...others('core_id', 'cluster_id', 'die_id', 'physical_package_id'),
];
const CACHE_FILES = [
  ...asList('shared_cpu_list'), ...asMask('shared_cpu_map'),
  ...others('id', 'level', 'type', 'size', 'coherency_line_size', 'number_of_sets', 'physical_line_partition', 'ways_of_associativity'),
];
const NODES_FILES = others('online', 'possible', 'has_cpu', 'has_memory', 'has_normal_memory');
const NODE_FILES = [...asList('cpulist'), ...asMask('cpumap'), ...others('meminfo', 'distance')];
const HUGEPAGE_FILES = others('enabled', 'defrag', 'hpage_pmd_size');

/** More CPUs than this are not listed one by one. */
const CPU_MAX = 1024;
/** More caches than a CPU has. */
const CACHE_MAX = 8;

/**
 * Makes the file system of /sys: the few files that runtimes size themselves by.
 *
 * @param shown - CPUs that who opens a file knows of.
 */
export function makeSystemFileSystem(vfs: Vfs, shown: ShownCpus): SyntheticFileSystem {
  const fileSystem = new SyntheticFileSystem({ name: 'sysfs', binding: vfs.binding, dev: vfs.numbers.allocate(), magic: SYSFS_MAGIC, now: () => vfs.now() });
  const names = new LazyNames(() => rootNames(new Builder(vfs, fileSystem, shown), root));
  const root: SyntheticDirectory = new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory'), undefined, names);
  fileSystem.setRoot(root);
  return fileSystem;
}

function rootNames(tree: Builder, root: SyntheticDirectory): NameTable {
  const names = new NameTable();
  const system = tree.directory(tree.directory({ directory: root, names }, 'devices'), 'system');
  const cpus = tree.directory(system, 'cpu');
  tree.hostFiles(cpus, '/sys/devices/system/cpu', CPU_FILES);
  for (const cpu of tree.hostCpus()) tree.lazily(cpus, `cpu${cpu}`, (one) => { cpuNames(tree, one, cpu); });
  const nodes = tree.directory(system, 'node');
  tree.hostFiles(nodes, '/sys/devices/system/node', NODES_FILES);
  for (const node of tree.hostList('/sys/devices/system/node/online')) tree.hostFiles(tree.directory(nodes, `node${node}`), `/sys/devices/system/node/node${node}`, NODE_FILES);
  const memory = tree.directory(tree.directory({ directory: root, names }, 'kernel'), 'mm');
  tree.hostFiles(tree.directory(memory, 'transparent_hugepage'), '/sys/kernel/mm/transparent_hugepage', HUGEPAGE_FILES);
  return names;
}

function cpuNames(tree: Builder, one: Branch, cpu: number): void {
  const path = `/sys/devices/system/cpu/cpu${cpu}`;
  tree.hostFiles(one, path, others('online', 'cpu_capacity'));
  tree.hostFiles(tree.directory(one, 'topology'), `${path}/topology`, TOPOLOGY_FILES);
  const caches = tree.directory(one, 'cache');
  for (let index = 0; index < CACHE_MAX && tree.isThere(`${path}/cache/index${index}/level`); index++) {
    tree.hostFiles(tree.directory(caches, `index${index}`), `${path}/cache/index${index}`, CACHE_FILES);
  }
}

/** A directory that is being filled. */
interface Branch {
  readonly directory: Directory;
  readonly names: NameTable;
}

/** Makes directories and files of the tree. */
class Builder {
  readonly #vfs: Vfs;
  readonly #fileSystem: SyntheticFileSystem;
  readonly #shown: ShownCpus;

  constructor(vfs: Vfs, fileSystem: SyntheticFileSystem, shown: ShownCpus) {
    this.#vfs = vfs;
    this.#fileSystem = fileSystem;
    this.#shown = shown;
  }

  directory({ directory: parent, names: siblings }: Branch, name: string): Branch {
    const names = new NameTable();
    const directory = new SyntheticDirectory(new SyntheticAttributes(this.#fileSystem, 'directory'), { parent, name }, names);
    siblings.add(name, directory);
    return { directory, names };
  }

  /** A directory that is filled when somebody looks into it: of many CPUs few are ever looked at. */
  lazily({ directory: parent, names: siblings }: Branch, name: string, fill: (branch: Branch) => void): void {
    const names = new LazyNames(() => {
      const made = new NameTable();
      fill({ directory, names: made });
      return made;
    });
    const directory: SyntheticDirectory = new SyntheticDirectory(new SyntheticAttributes(this.#fileSystem, 'directory'), { parent, name }, names);
    siblings.add(name, directory);
  }

  /** Those files that the host has, with the text that they have when they are opened. */
  hostFiles({ names }: Branch, folder: string, files: readonly (readonly [name: string, filter: CpuFilter])[]): void {
    for (const [name, filter] of files) {
      const path = `${folder}/${name}`;
      if (!this.isThere(path)) continue;
      names.add(name, new SyntheticFile(new SyntheticAttributes(this.#fileSystem, 'file'), (request) => {
        const text = hostText(this.#vfs.binding, path);
        const cpus = this.#shown(request);
        return isError(text) || cpus === undefined ? text : filter(text, cpus);
      }));
    }
  }

  /** Whether the host has such a file. */
  isThere(path: string): boolean {
    return !isError(hostText(this.#vfs.binding, path));
  }

  /** Numbers of the CPUs that may come, those left out that nobody in the enclave knows of. */
  hostCpus(): number[] {
    const cpus = this.hostList('/sys/devices/system/cpu/possible');
    const shown = this.#shown({ flags: 0, credentials: { fsuid: 0, fsgid: 0, groups: [], hasCapability: () => false }, context: undefined });
    const left = shown === undefined ? cpus : cpus.intersection(shown);
    return left.isEmpty ? [0] : [...left].slice(0, CPU_MAX);
  }

  /** A list of numbers; none where the host has none. */
  hostList(path: string): CpuSet {
    const text = hostText(this.#vfs.binding, path);
    return isError(text) ? CpuSet.EMPTY : hostList(text);
  }
}
