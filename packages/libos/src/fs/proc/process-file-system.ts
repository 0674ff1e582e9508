import { Errno } from '@occlum/errno';

import type { ProcessTable } from '../../process/process-table.js';
import type { Process } from '../../process/process.js';
import { cpuinfoOf, statOf } from '../../sched/cpu-view.js';
import type { CpuFilter, ShownCpus } from '../../sched/cpu-view.js';
import type { FileSystem } from '../file-system.js';
import type { Directory, Inode } from '../inode.js';
import type { Mount } from '../mount.js';
import type { MountTable } from '../mount-table.js';
import { isError } from '../result.js';
import { NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile, SyntheticLink } from '../synthetic/synthetic-inode.js';
import type { NameSource } from '../synthetic/synthetic-inode.js';
import { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';
import type { Vfs, VfsBinding } from '../vfs.js';
import { hostText } from './host-text.js';
import { ipcDirectory } from './ipc-files.js';
import { kernelSettings } from './kernel-settings.js';
import type { SettingValues } from './kernel-settings.js';
import { processDirectory } from './process-directory.js';
import type { ShownTree } from './process-maps.js';

/** Magic number. Source: linux/include/uapi/linux/magic.h, `PROC_SUPER_MAGIC`. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Files about the machine that are shown as the host has them. */
const OF_HOST = ['meminfo', 'uptime', 'loadavg', 'vmstat', 'version'];
/** The same, of the CPUs that a program knows of. */
const OF_CPUS: readonly (readonly [name: string, filter: CpuFilter])[] = [['cpuinfo', cpuinfoOf], ['stat', statOf]];

/** What {@link makeProcessFileSystem} needs. */
export interface ProcessFileSystemOptions extends SettingValues {
  readonly vfs: Vfs;
  /** The processes; asked for only once somebody looks. */
  readonly processes: () => ProcessTable;
  /** CPUs that who opens a file knows of. */
  readonly shownCpus: ShownCpus;
  /** Where host paths lead inside, the most particular first. */
  readonly trees: () => readonly ShownTree[];
  /** Whose network programs have. */
  readonly network: 'host' | 'none';
}

/** What the files of processes are made from. */
export interface ProcessFiles {
  readonly fileSystem: SyntheticFileSystem;
  readonly binding: VfsBinding;
  readonly mounts: MountTable;
  readonly trees: () => readonly ShownTree[];
  readonly network: 'host' | 'none';
  /** Where it is mounted. */
  mount(): Mount;
}

/** Makes the file system of /proc. */
export function makeProcessFileSystem(options: ProcessFileSystemOptions): SyntheticFileSystem {
  const { vfs, processes } = options;
  const fileSystem = new SyntheticFileSystem({
    name: 'proc',
    binding: vfs.binding,
    dev: vfs.numbers.allocate(),
    magic: PROC_SUPER_MAGIC,
    now: () => vfs.now(),
    hasAllNames: true,
  });
  const files: ProcessFiles = {
    fileSystem,
    binding: vfs.binding,
    mounts: vfs.mounts,
    trees: options.trees,
    network: options.network,
    mount: () => mountOf(vfs.mounts, fileSystem),
  };
  const names = new NameTable();
  const root: SyntheticDirectory = new SyntheticDirectory(
    new SyntheticAttributes(fileSystem, 'directory', { ino: ROOT_INO }),
    undefined,
    rootNames(names, processes, files, () => root),
  );
  fileSystem.setRoot(root);

  const link = (name: string, text: (pid: number) => string): void => {
    const attributes = new SyntheticAttributes(fileSystem, 'symlink');
    names.add(name, new SyntheticLink(attributes, ({ pid }) => (pid === undefined ? -Errno.ENOENT : text(pid))));
  };
  link('self', (pid) => `${pid}`);
  link('thread-self', (pid) => `${pid}/task/${pid}`);
  for (const name of ['mounts', 'net']) names.add(name, new SyntheticLink(new SyntheticAttributes(fileSystem, 'symlink'), () => `self/${name}`));
  for (const name of OF_HOST) {
    names.add(name, new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), () => hostText(vfs.binding, `/proc/${name}`)));
  }
  for (const [name, filter] of OF_CPUS) {
    names.add(name, new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), (request) => {
      const text = hostText(vfs.binding, `/proc/${name}`);
      const cpus = options.shownCpus(request);
      return isError(text) || cpus === undefined ? text : filter(text, cpus);
    }));
  }
  names.add('filesystems', new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), () => fileSystemsText(vfs.mounts)));
  names.add('cmdline', new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), () => 'occlum\n'));
  names.add('sys', kernelSettings(fileSystem, root, options));
  names.add('sysvipc', ipcDirectory(fileSystem, root, options.ipc));
  return fileSystem;
}

/** Inode number of the root. Source: linux/include/linux/proc_ns.h, `PROC_ROOT_INO`. */
const ROOT_INO = 1;

function rootNames(names: NameTable, processes: () => ProcessTable, files: ProcessFiles, root: () => Directory): NameSource {
  const directories = new WeakMap<Process, SyntheticDirectory>();
  const directoryOf = (process: Process): SyntheticDirectory => {
    let directory = directories.get(process);
    if (directory === undefined) {
      directory = processDirectory(files, process, root());
      directories.set(process, directory);
    }
    return directory;
  };
  return {
    lookup: (name): Inode | undefined => {
      if (!/^[1-9]\d*$/.test(name)) return names.lookup(name);
      // A thread's number leads to its process, though no list shows it.
      const process = processes().get(Number(name)) ?? processes().thread(Number(name))?.process;
      return process === undefined ? undefined : directoryOf(process);
    },
    list: () => [
      ...names.list(),
      ...[...processes().processes.values()].map((process) => ({ name: `${process.pid}`, ino: directoryOf(process).ino, type: 'directory' as const })),
    ],
  };
}

function mountOf(mounts: MountTable, fileSystem: FileSystem): Mount {
  const mount = mounts.mounts.find((candidate) => candidate.fileSystem === fileSystem);
  if (mount === undefined) throw new RangeError('mount is undefined, must be there before a path leads into it');
  return mount;
}

/** Source: proc_filesystems(5): those without a disk are marked. */
function fileSystemsText(mounts: MountTable): string {
  const names = new Set(mounts.mounts.map(({ fileSystem }) => fileSystem.name));
  return [...names].map((name) => `nodev\t${name}\n`).join('');
}

