import type { Directory } from '../inode.js';
import { hostText } from '../proc/host-text.js';
import { isError } from '../result.js';
import { LazyNames, NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile } from '../synthetic/synthetic-inode.js';
import { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import type { Vfs } from '../vfs.js';

/** Magic number. Source: linux/include/uapi/linux/magic.h, `SYSFS_MAGIC`. */
const SYSFS_MAGIC = 0x62656572;

/** Files of the host's /sys that are shown: how many CPUs there are, and how memory is paged. */
const CPU_FILES = ['online', 'possible', 'present', 'offline', 'kernel_max'];
const TOPOLOGY_FILES = ['core_id', 'physical_package_id', 'thread_siblings_list', 'core_siblings_list', 'thread_siblings', 'core_siblings'];
const HUGEPAGE_FILES = ['enabled', 'defrag', 'hpage_pmd_size'];
/** More CPUs than this are not listed one by one. */
const CPU_MAX = 1024;

/** Makes the file system of /sys: the few files that runtimes size themselves by. */
export function makeSystemFileSystem(vfs: Vfs): SyntheticFileSystem {
  const fileSystem = new SyntheticFileSystem({ name: 'sysfs', binding: vfs.binding, dev: vfs.numbers.allocate(), magic: SYSFS_MAGIC, now: () => vfs.now() });
  const names = new LazyNames(() => rootNames(vfs, fileSystem, root));
  const root: SyntheticDirectory = new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory'), undefined, names);
  fileSystem.setRoot(root);
  return fileSystem;
}

function rootNames(vfs: Vfs, fileSystem: SyntheticFileSystem, root: SyntheticDirectory): NameTable {
  const tree = new Builder(fileSystem);
  const names = new NameTable();
  const devices = tree.directory(root, names, 'devices');
  const system = tree.directory(devices.directory, devices.names, 'system');
  const cpus = tree.directory(system.directory, system.names, 'cpu');
  for (const file of CPU_FILES) tree.hostFile(cpus.names, file, `/sys/devices/system/cpu/${file}`);
  for (const cpu of cpuNumbers(vfs)) {
    const one = tree.directory(cpus.directory, cpus.names, `cpu${cpu}`);
    const topology = tree.directory(one.directory, one.names, 'topology');
    for (const file of TOPOLOGY_FILES) tree.hostFile(topology.names, file, `/sys/devices/system/cpu/cpu${cpu}/topology/${file}`);
  }
  const kernel = tree.directory(root, names, 'kernel');
  const memory = tree.directory(kernel.directory, kernel.names, 'mm');
  const hugepages = tree.directory(memory.directory, memory.names, 'transparent_hugepage');
  for (const file of HUGEPAGE_FILES) tree.hostFile(hugepages.names, file, `/sys/kernel/mm/transparent_hugepage/${file}`);
  return names;
}

/** Makes directories and files of the tree. */
class Builder {
  readonly #fileSystem: SyntheticFileSystem;

  constructor(fileSystem: SyntheticFileSystem) {
    this.#fileSystem = fileSystem;
  }

  directory(parent: Directory, siblings: NameTable, name: string): { readonly directory: SyntheticDirectory; readonly names: NameTable } {
    const names = new NameTable();
    const directory = new SyntheticDirectory(new SyntheticAttributes(this.#fileSystem, 'directory'), { parent, name }, names);
    siblings.add(name, directory);
    return { directory, names };
  }

  /** A file with the text that a host's file has when it is opened. */
  hostFile(names: NameTable, name: string, path: string): void {
    names.add(name, new SyntheticFile(new SyntheticAttributes(this.#fileSystem, 'file'), () => hostText(this.#fileSystem.binding, path)));
  }
}

/** Numbers of the CPUs that may come, from a list such as `0-3,8`. */
function cpuNumbers({ binding }: Vfs): number[] {
  const text = hostText(binding, '/sys/devices/system/cpu/possible');
  if (isError(text)) return [0];
  const numbers: number[] = [];
  for (const range of text.trim().split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number);
    for (let cpu = first; cpu <= last && numbers.length < CPU_MAX; cpu++) numbers.push(cpu);
  }
  return numbers;
}
