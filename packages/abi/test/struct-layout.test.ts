import { execFileSync, spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import * as abi from '@occlum/abi';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;

/** Each codec with the system header that defines its struct, and what the header calls it where that differs. */
const codecs = [
  ['time.h', abi.timespec],
  ['sys/time.h', abi.timeval],
  ['sys/time.h', abi.timezone],
  ['time.h', abi.itimerspec],
  ['sys/time.h', abi.itimerval],
  ['sys/times.h', abi.tms],
  ['utime.h', abi.utimbuf],
  ['sys/stat.h', abi.stat],
  ['linux/stat.h', abi.statxTimestamp],
  ['sys/vfs.h', abi.statfs],
  ['fcntl.h', abi.flock],
  ['sys/uio.h', abi.iovec],
  ['poll.h', abi.pollfd],
  ['sys/inotify.h', abi.inotifyEvent],
  ['linux/openat2.h', abi.openHow],
  ['sys/signalfd.h', abi.signalfdSiginfo],
  ['sys/resource.h', abi.rusage],
  ['sys/resource.h', abi.rlimit],
  ['linux/sysinfo.h', abi.sysinfo],
  ['linux/sched/types.h', abi.schedParam],
  ['linux/sched/types.h', abi.schedAttr],
  ['linux/capability.h', abi.capabilityHeader],
  ['linux/capability.h', abi.capabilityData],
  ['signal.h', abi.stackT],
  ['sys/socket.h', abi.sockaddr],
  ['sys/un.h', abi.sockaddrUn],
  ['netinet/in.h', abi.sockaddrIn],
  ['netinet/in.h', abi.sockaddrIn6],
  ['linux/netlink.h', abi.sockaddrNl],
  ['sys/socket.h', abi.ucred],
  ['sys/socket.h', abi.linger],
  ['sys/ioctl.h', abi.winsize],
  ['linux/msg.h', abi.msqid64Ds],
  ['linux/msg.h', abi.msginfo],
  ['linux/sem.h', abi.semid64Ds],
  ['linux/sem.h', abi.sembuf],
  ['linux/sem.h', abi.seminfo],
  ['linux/shm.h', abi.ipc64Perm],
  ['linux/shm.h', abi.shmid64Ds],
  ['linux/shm.h', abi.shmInfo],
  ['elf.h', abi.elfHeader],
  ['elf.h', abi.dynamicEntry],
  ['elf.h', abi.programHeader],
] as const;

/** Structs whose fields the header spells otherwise: only their sizes can be compared. */
const sizes = [
  ['linux/stat.h', 'struct statx', abi.statx.size],
  ['signal.h', 'siginfo_t', abi.siginfo.size],
  ['signal.h', 'struct sigevent', abi.sigevent.size],
  ['sys/utsname.h', 'struct utsname', abi.utsname.size],
  ['sys/socket.h', 'struct msghdr', abi.msghdr.size],
  ['sys/socket.h', 'struct cmsghdr', abi.cmsghdr.size],
  ['sys/socket.h', 'struct sockaddr_storage', abi.SOCKADDR_MAX],
  ['net/if.h', 'struct ifreq', abi.ifreq.size],
  ['linux/shm.h', 'struct shminfo64', abi.shminfo64.size],
  ['dirent.h', 'struct dirent64', 280],
] as const;

/** Offsets of fields that the header spells otherwise. */
const offsets = [
  ['linux/stat.h', 'struct statx', 'stx_ctime', abi.statx.offsets.stx_ctime],
  ['linux/stat.h', 'struct statx', 'stx_dev_minor', abi.statx.offsets.stx_dev_minor],
  ['signal.h', 'siginfo_t', 'si_pid', abi.siginfo.offsets._sifields + abi.siginfoSender.offsets.si_pid],
  ['signal.h', 'siginfo_t', 'si_value', abi.siginfo.offsets._sifields + abi.siginfoSender.offsets.si_value],
  ['signal.h', 'siginfo_t', 'si_status', abi.siginfo.offsets._sifields + abi.siginfoChild.offsets.si_status],
  ['signal.h', 'siginfo_t', 'si_stime', abi.siginfo.offsets._sifields + abi.siginfoChild.offsets.si_stime],
  ['signal.h', 'siginfo_t', 'si_fd', abi.siginfo.offsets._sifields + abi.siginfoPoll.offsets.si_fd],
  ['signal.h', 'siginfo_t', 'si_overrun', abi.siginfo.offsets._sifields + abi.siginfoTimer.offsets.si_overrun],
  ['signal.h', 'siginfo_t', 'si_addr', abi.siginfo.offsets._sifields + abi.siginfoFault.offsets.si_addr],
  ['signal.h', 'struct sigevent', 'sigev_notify', abi.sigevent.offsets.sigev_notify],
  ['sys/utsname.h', 'struct utsname', 'machine', abi.utsname.offsets.machine],
  ['sys/socket.h', 'struct msghdr', 'msg_flags', abi.msghdr.offsets.msg_flags],
  ['dirent.h', 'struct dirent64', 'd_name', abi.DIRENT64_NAME],
] as const;

function compile(header: string, lines: string): string {
  const source = `#include <assert.h>\n#include <stddef.h>\n#include <${header}>\n${lines}\n`;
  return execFileSync('cc', ['-std=c11', '-D_GNU_SOURCE', '-fsyntax-only', '-xc', '-'], { input: source, encoding: 'utf8' });
}

describe.runIf(hasCompiler)('layout of the system headers', () => {
  it.each(codecs.map(([header, codec]) => [codec.name, header, codec] as const))('%s of <%s> agrees', (_name, header, codec) => {
    const asserts = codec.cAsserts().replaceAll(/(Elf64_(?:\whdr|Dyn))_t/g, '$1').replaceAll('struct __user', 'struct __user');
    expect(compile(header, asserts)).toBe('');
  });

  it.each(sizes)('<%s> %s is as long', (header, type, size) => {
    expect(compile(header, `static_assert(sizeof(${type}) == ${size}, "size");`)).toBe('');
  });

  it.each(offsets)('<%s> %s has %s there', (header, type, field, offset) => {
    expect(compile(header, `static_assert(offsetof(${type}, ${field}) == ${offset}, "offset");`)).toBe('');
  });
});
