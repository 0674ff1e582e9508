import { getBuiltinModule } from 'node:process';

import type { IpcNamespace } from '../../ipc/ipc-namespace.js';
import { MESSAGE_LIMITS } from '../../ipc/message-queues.js';
import { SEMAPHORE_LIMITS } from '../../ipc/semaphores.js';
import type { Directory } from '../inode.js';
import { INSTANCES_MAX, WATCHES_MAX } from '../inotify/inotify-registry.js';
import { LazyNames, NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile } from '../synthetic/synthetic-inode.js';
import type { SyntheticFileSystem } from '../synthetic/synthetic-file-system.js';

/** What settings show of the LibOS. */
export interface SettingValues {
  readonly hostname: () => string;
  /** As `uname(2)` says it. */
  readonly release: string;
  readonly version: string;
  /** Whose limits are told; asked for only once somebody looks. */
  readonly ipc: () => IpcNamespace;
}

const { semmsl, semmns, semopm, semmni } = SEMAPHORE_LIMITS;

/** A file's text, or a directory. */
interface SettingTree {
  readonly [name: string]: string | (() => string) | SettingTree;
}

/**
 * `/proc/sys`: what programs look up there. Nothing can be set: who asks is told so by the open.
 *
 * @param fileSystem - Of /proc.
 * @param parent - Root of it.
 * @param values - What differs between kernels.
 */
export function kernelSettings(fileSystem: SyntheticFileSystem, parent: Directory, values: SettingValues): SyntheticDirectory {
  let bootId: string | undefined;
  return settingDirectory(fileSystem, parent, 'sys', {
    kernel: {
      ostype: 'Linux',
      osrelease: values.release,
      version: values.version,
      hostname: values.hostname,
      domainname: '(none)',
      pid_max: '32768',
      'threads-max': '65536',
      cap_last_cap: '40',
      ngroups_max: '65536',
      overflowuid: '65534',
      overflowgid: '65534',
      core_pattern: 'core',
      core_uses_pid: '0',
      randomize_va_space: '2',
      shmmax: () => `${values.ipc().memory.limits.shmmax}`,
      shmall: () => `${values.ipc().memory.limits.shmall}`,
      shmmni: () => `${values.ipc().memory.limits.shmmni}`,
      shm_rmid_forced: '0',
      msgmax: `${MESSAGE_LIMITS.msgmax}`,
      msgmnb: `${MESSAGE_LIMITS.msgmnb}`,
      msgmni: `${MESSAGE_LIMITS.msgmni}`,
      sem: [semmsl, semmns, semopm, semmni].join('\t'),
      perf_event_paranoid: '3',
      unprivileged_bpf_disabled: '2',
      random: { boot_id: () => (bootId ??= randomUUID()), uuid: () => randomUUID(), entropy_avail: '256', poolsize: '256' },
      seccomp: { actions_avail: '' },
      yama: { ptrace_scope: '1' },
    },
    vm: { overcommit_memory: '0', overcommit_ratio: '50', max_map_count: '65530', swappiness: '60', mmap_min_addr: '65536', nr_hugepages: '0' },
    fs: {
      'file-max': '1048576',
      'file-nr': '0\t0\t1048576',
      nr_open: '1048576',
      'pipe-max-size': '1048576',
      protected_hardlinks: '1',
      protected_symlinks: '0',
      suid_dumpable: '0',
      inotify: { max_user_instances: `${INSTANCES_MAX}`, max_user_watches: `${WATCHES_MAX}`, max_queued_events: '16384' },
    },
    net: {
      core: { somaxconn: '4096', rmem_max: '212992', wmem_max: '212992', rmem_default: '212992', wmem_default: '212992' },
      ipv4: { ip_local_port_range: '32768\t60999', tcp_fin_timeout: '60', tcp_syncookies: '1', ip_forward: '0' },
    },
  });
}

function settingDirectory(fileSystem: SyntheticFileSystem, parent: Directory, name: string, tree: SettingTree): SyntheticDirectory {
  const names = new LazyNames(() => settingNames(fileSystem, directory, tree));
  const directory: SyntheticDirectory = new SyntheticDirectory(new SyntheticAttributes(fileSystem, 'directory'), { parent, name }, names);
  return directory;
}

function settingNames(fileSystem: SyntheticFileSystem, directory: SyntheticDirectory, tree: SettingTree): NameTable {
  const names = new NameTable();
  for (const [entry, value] of Object.entries(tree)) {
    if (typeof value === 'object') {
      names.add(entry, settingDirectory(fileSystem, directory, entry, value));
      continue;
    }
    const text = typeof value === 'string' ? (): string => value : value;
    names.add(entry, new SyntheticFile(new SyntheticAttributes(fileSystem, 'file'), () => `${text()}\n`));
  }
  return names;
}

/** The module behind it is loaded by who reads such a file: it would take 5 ms of every start. */
function randomUUID(): string {
  return getBuiltinModule('node:crypto').randomUUID();
}
