import { CloneFlags, kernel, missing, partial } from '@occlum/abi';
import type { Handler, SyscallTable } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { ProcessCaller } from '../process/process-caller.js';

/** Namespaces of `unshare(2)`: a guest is in those of the host, and stays there. */
const NAMESPACES =
  CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWUSER |
  CloneFlags.CLONE_NEWPID | CloneFlags.CLONE_NEWNET;

/** What threads of a process share, and could stop sharing. */
const SHARED = CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES | CloneFlags.CLONE_SYSVSEM | CloneFlags.CLONE_VM | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD;

const CLONE_NEWTIME = 0x80;

/**
 * `unshare(2)`: a process of one thread shares nothing, so there is nothing to do for it.
 *
 * Errors, in the order Linux checks them: `EINVAL` unknown flags; `EPERM` a namespace; `EINVAL` a process of several threads.
 *
 * Source: linux/kernel/fork.c, `ksys_unshare` and `check_unshare_flags`.
 */
export const unshare: Handler<ProcessCaller, ['flags']> = ({ process }, flags) => {
  if ((flags & ~(NAMESPACES | SHARED | CLONE_NEWTIME)) !== 0) return -Errno.EINVAL;
  if ((flags & (NAMESPACES | CLONE_NEWTIME)) !== 0) return -Errno.EPERM;
  return (flags & SHARED) === 0 || process.threads.size === 1 ? 0 : -Errno.EINVAL;
};

const OTHERS = 'Nobody may look into or change another process.';
const HOSTS = 'The machine is the host\'s.';
const NO_QUEUES = 'No POSIX message queues; mq_open(3) fails.';
const NO_KEYS = 'No keys.';
const OLD = 'Not in Linux any more.';

/** Calls that are refused with `EPERM`, the superuser included, as Linux refuses them without a capability. */
const forbidden: readonly (readonly [name: string, nr: number, note: string])[] = [
  ['ptrace', 101, OTHERS],
  ['syslog', 103, HOSTS],
  ['vhangup', 153, HOSTS],
  ['acct', 163, HOSTS],
  ['swapon', 167, HOSTS],
  ['swapoff', 168, HOSTS],
  ['reboot', 169, HOSTS],
  ['sethostname', 170, 'The name is given when the enclave is made.'],
  ['setdomainname', 171, 'There is none.'],
  ['iopl', 172, HOSTS],
  ['ioperm', 173, HOSTS],
  ['init_module', 175, HOSTS],
  ['delete_module', 176, HOSTS],
  ['kexec_load', 246, HOSTS],
  ['perf_event_open', 298, HOSTS],
  ['setns', 308, 'No namespaces.'],
  ['finit_module', 313, HOSTS],
  ['kexec_file_load', 320, HOSTS],
  ['bpf', 321, HOSTS],
];

/** Calls that are not there; a library has to do without. */
const absent: readonly (readonly [name: string, nr: number, note: string])[] = [
  ['uselib', 134, OLD], ['ustat', 136, 'statfs(2) tells more.'], ['sysfs', 139, '/proc/filesystems tells it.'],
  ['modify_ldt', 154, 'For 16-bit programs.'], ['_sysctl', 156, OLD], ['create_module', 174, OLD], ['get_kernel_syms', 177, OLD],
  ['query_module', 178, OLD], ['nfsservctl', 180, OLD], ['lookup_dcookie', 212, OLD],
  ['mq_open', 240, NO_QUEUES], ['mq_unlink', 241, NO_QUEUES], ['mq_timedsend', 242, NO_QUEUES], ['mq_timedreceive', 243, NO_QUEUES],
  ['mq_notify', 244, NO_QUEUES], ['mq_getsetattr', 245, NO_QUEUES],
  ['add_key', 248, NO_KEYS], ['request_key', 249, NO_KEYS], ['keyctl', 250, NO_KEYS],
  ['migrate_pages', 256, 'The host places memory.'], ['move_pages', 279, 'The host places memory.'],
  ['set_mempolicy_home_node', 450, 'The host places memory.'],
  ['kcmp', 312, OTHERS], ['process_madvise', 440, OTHERS], ['process_mrelease', 448, OTHERS],
  ['pidfd_getfd', 438, OTHERS],
  ['landlock_create_ruleset', 444, 'Not yet.'], ['landlock_add_rule', 445, 'Not yet.'], ['landlock_restrict_self', 446, 'Not yet.'],
  ['memfd_secret', 447, 'Off in most kernels.'], ['futex_waitv', 449, 'Not yet.'], ['cachestat', 451, 'Not yet.'],
];

/**
 * The rows of what no guest may do, or that is not there.
 *
 * seccomp(2) is `EINVAL`: a filter on the host would catch the runtime's own calls, so none is ever installed there.
 */
export const refusedSyscalls: SyscallTable<ProcessCaller> = {
  ...Object.fromEntries(forbidden.map(([name, nr, note]) => [name, partial(kernel(nr, [], () => -Errno.EPERM), note)])),
  ...Object.fromEntries(absent.map(([name, nr, note]) => [name, missing(nr, note)])),
  unshare: partial(kernel(272, ['flags'], unshare), 'No namespaces.'),
  seccomp: partial(kernel(317, ['uint', 'uint', 'address'], () => -Errno.EINVAL), 'No filters of a guest.'),
};
