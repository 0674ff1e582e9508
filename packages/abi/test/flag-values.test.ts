import { execFileSync, spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import * as abi from '@occlum/abi';
import type { FlagTable } from '@occlum/abi';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

/** Each table with the headers that define its names. */
const tables: readonly (readonly [name: string, table: FlagTable, headers: readonly string[]])[] = [
  ['OpenFlags', abi.OpenFlags, ['fcntl.h']],
  ['AtFlags', abi.AtFlags, ['fcntl.h']],
  ['EaccessFlags', abi.EaccessFlags, ['fcntl.h']],
  ['AccessMode', abi.AccessMode, ['unistd.h']],
  ['FileMode', abi.FileMode, ['sys/stat.h']],
  ['DirectoryEntryType', abi.DirectoryEntryType, ['dirent.h']],
  ['SeekWhence', abi.SeekWhence, ['unistd.h']],
  ['RenameFlags', abi.RenameFlags, ['stdio.h']],
  ['XattrFlags', abi.XattrFlags, ['sys/xattr.h']],
  ['FcntlCommand', abi.FcntlCommand, ['fcntl.h']],
  ['LockType', abi.LockType, ['fcntl.h']],
  ['FlockOperation', abi.FlockOperation, ['sys/file.h']],
  ['MemfdFlags', abi.MemfdFlags, ['linux/memfd.h']],
  ['SealFlags', abi.SealFlags, ['fcntl.h']],
  ['FallocateMode', abi.FallocateMode, ['linux/falloc.h']],
  ['MountFlags', abi.MountFlags, ['sys/mount.h']],
  ['UmountFlags', abi.UmountFlags, ['sys/mount.h']],
  ['StatxMask', abi.StatxMask, ['sys/stat.h']],
  ['InotifyMask', abi.InotifyMask, ['sys/inotify.h']],
  ['CloneFlags', abi.CloneFlags, ['sched.h']],
  ['WaitOptions', abi.WaitOptions, ['sys/wait.h']],
  ['WaitIdType', abi.WaitIdType, ['sys/wait.h']],
  ['ResourceLimit', abi.ResourceLimit, ['sys/resource.h']],
  ['RusageWho', abi.RusageWho, ['sys/resource.h']],
  ['PrctlOption', abi.PrctlOption, ['sys/prctl.h']],
  ['Capability', abi.Capability, ['linux/capability.h']],
  ['SchedPolicy', abi.SchedPolicy, ['sched.h', 'linux/sched.h']],
  ['SchedFlags', abi.SchedFlags, ['linux/sched.h']],
  ['PriorityWho', abi.PriorityWho, ['sys/resource.h']],
  ['IoPriorityWho', abi.IoPriorityWho, ['linux/ioprio.h']],
  ['IoPriorityClass', abi.IoPriorityClass, ['linux/ioprio.h']],
  ['ProtectionFlags', abi.ProtectionFlags, ['sys/mman.h']],
  ['MapFlags', abi.MapFlags, ['sys/mman.h']],
  ['RemapFlags', abi.RemapFlags, ['sys/mman.h']],
  ['SyncFlags', abi.SyncFlags, ['sys/mman.h']],
  ['Advice', abi.Advice, ['sys/mman.h']],
  ['IpcFlags', abi.IpcFlags, ['sys/ipc.h']],
  ['IpcCommand', abi.IpcCommand, ['sys/ipc.h']],
  ['MsgFlags', abi.MsgFlags, ['sys/msg.h']],
  ['MsgCommand', abi.MsgCommand, ['linux/msg.h']],
  ['SemFlags', abi.SemFlags, ['sys/sem.h']],
  ['SemCommand', abi.SemCommand, ['linux/sem.h']],
  ['ShmFlags', abi.ShmFlags, ['sys/shm.h']],
  ['ShmGetFlags', abi.ShmGetFlags, ['sys/shm.h']],
  ['ShmCommand', abi.ShmCommand, ['sys/shm.h']],
  ['ShmMode', abi.ShmMode, ['sys/shm.h']],
  ['FutexOperation', abi.FutexOperation, ['linux/futex.h']],
  ['Signal', abi.Signal, ['signal.h']],
  ['SignalActionFlags', abi.SignalActionFlags, ['signal.h']],
  ['MaskChange', abi.MaskChange, ['signal.h']],
  ['SignalCode', abi.SignalCode, ['signal.h']],
  ['ChildCode', abi.ChildCode, ['signal.h']],
  ['IntervalTimer', abi.IntervalTimer, ['sys/time.h']],
  ['AddressFamily', abi.AddressFamily, ['sys/socket.h']],
  ['SocketType', abi.SocketType, ['sys/socket.h']],
  ['MessageFlags', abi.MessageFlags, ['sys/socket.h']],
  ['SocketLevel', abi.SocketLevel, ['sys/socket.h', 'netinet/in.h']],
  ['SocketOption', abi.SocketOption, ['sys/socket.h']],
  ['ControlType', abi.ControlType, ['sys/socket.h']],
  ['ShutdownHow', abi.ShutdownHow, ['sys/socket.h']],
  ['PollEvents', abi.PollEvents, ['poll.h']],
  ['EpollEvents', abi.EpollEvents, ['sys/epoll.h']],
  ['EpollOperation', abi.EpollOperation, ['sys/epoll.h']],
  ['EventfdFlags', abi.EventfdFlags, ['sys/eventfd.h']],
  ['ClockId', abi.ClockId, ['time.h']],
  ['TimerFlags', abi.TimerFlags, ['time.h']],
  ['TimerfdFlags', abi.TimerfdFlags, ['sys/timerfd.h']],
  ['SigevNotify', abi.SigevNotify, ['signal.h']],
  ['IoctlRequest', abi.IoctlRequest, ['sys/ioctl.h', 'linux/fs.h', 'linux/sockios.h']],
  ['TerminalLocalFlags', abi.TerminalLocalFlags, ['termios.h']],
  ['ControlCharacter', abi.ControlCharacter, ['termios.h']],
];

/** Names that headers of some systems lack, or that glibc defines otherwise than the kernel. */
const NOT_IN_HEADERS = new Set(['SCHED_DEADLINE', 'MFD_NOEXEC_SEAL', 'MFD_EXEC', 'O_LARGEFILE', 'CLONE_DETACHED', 'PR_SET_VMA']);

describe.runIf(hasCompiler)('numbers of the system headers', () => {
  it.each(tables)('%s', (_name, table, headers) => {
    const asserts = Object.entries(table)
      .filter(([name]) => !NOT_IN_HEADERS.has(name))
      .map(([name, value]) => `static_assert((unsigned)(${name}) == ${value >>> 0}u, "${name}");`);
    const source = [...['assert.h', 'stddef.h', ...headers].map((header) => `#include <${header}>`), ...asserts, ''].join('\n');
    expect(execFileSync('cc', ['-std=gnu11', '-D_GNU_SOURCE', '-fsyntax-only', '-xc', '-'], { input: source, encoding: 'utf8' })).toBe('');
  });
});
