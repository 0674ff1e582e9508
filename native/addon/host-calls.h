// Every function of the addon, by family; addon.cc names each for JavaScript.
//
// A host call takes numbers and byte arrays, makes one call of the host, and returns its raw result: 0 or more, or
// -errno. It decides nothing; checks and meaning are in TypeScript.
#pragma once

#include "bind.h"

namespace occlum {

// The name of an open file of this process, for calls that take no descriptor.
struct ProcPath {
  explicit ProcPath(int descriptor);
  char text[32];
};

// ready.cc, collect.cc, transport.cc
long TransportOpen(Environment& environment, napi_value ready);
long TransportCollect(Transport& transport, Words<int32_t> events);
napi_value TransportStatus(Transport& transport);
long TransportRef(Transport& transport, int32_t on);
long TransportClose(Transport& transport);

// process.cc
long ProcessOpen(Transport& transport);
napi_value ProcessArena(Transport& transport, int32_t handle);
napi_value ProcessBuffer(Transport& transport, int32_t handle, uint32_t index);
long ProcessDescriptors(Transport& transport, int32_t handle, Words<int32_t> out);
long ProcessHandedOver(Transport& transport, int32_t handle);
long ProcessReply(Transport& transport, int32_t handle, uint32_t index);
long ProcessSend(Transport& transport, int32_t handle, Bytes record, Words<int32_t> descriptors);
long ProcessReceive(Transport& transport, int32_t handle, Bytes record, Words<int32_t> out);
long ProcessUnwatch(Transport& transport, int32_t handle);
long ProcessClose(Transport& transport, int32_t handle);

// watch.cc, notify.cc
long WatchAdd(Transport& transport, int32_t descriptor, uint32_t events);
long WatchRemove(Transport& transport, int32_t handle);
long NotifyAdd(Transport& transport, int32_t descriptor);
long NotifyReceive(Transport& transport, int32_t handle, Words<uint32_t> out);
long NotifyAnswer(Transport& transport, int32_t handle, int32_t result);
long NotifyRemove(Transport& transport, int32_t handle);

// supervisor.cc
long SupervisorStart(Transport& transport, Bytes program, Bytes runtime, Bytes scratch);
long SupervisorSend(Transport& transport, int32_t handle, Bytes record, Words<int32_t> descriptors);
long SupervisorReceive(Transport& transport, int32_t handle, Bytes record, Words<int32_t> out);
long SupervisorKill(Transport& transport, int32_t handle, int32_t pid);
long SupervisorClose(Transport& transport, int32_t handle);

// interrupt.cc
long HelperOpen(Environment& environment, double period_ms);
long HelperClose(Environment& environment);
long HelperSetPeriod(Environment& environment, double period_ms);
long HelperAdd(Environment& environment, napi_value words, Words<int32_t> layout, int32_t pid, int32_t supervisor);
long HelperRemove(Environment& environment, int32_t handle);
long HelperInterrupt(Environment& environment, int32_t handle, uint32_t slot);
long HelperCount(Environment& environment, Words<double> out);

// waits.cc
long ThreadJoin(Environment& environment, napi_value words, Words<int32_t> layout, uint32_t slot);
long ThreadLeave(Environment& environment);
long ThreadEnter(Environment& environment);
long ThreadExit(Environment& environment);
long ThreadCount(Words<double> out);
long WaitRead(Environment& environment, int32_t descriptor, Bytes out);
long WaitWrite(Environment& environment, int32_t descriptor, Bytes bytes);
long WaitPoll(Environment& environment, Words<int32_t> descriptors, double timeout_ms);
long WaitFutex(Environment& environment, Words<int32_t> words, uint32_t index, int32_t expected, double timeout_ms);
long WakeFutex(Words<int32_t> words, uint32_t index, int32_t count);
long WaitSleep(Environment& environment, double duration_ms);

// files.cc
long Openat(int32_t directory, Bytes path, int32_t flags, uint32_t mode, uint32_t resolve);
long Close(int32_t descriptor);
long Getdents(int32_t descriptor, Bytes out);
long Lseek(int32_t descriptor, int64_t offset, int32_t whence);
long Pread(int32_t descriptor, Bytes out, int64_t offset);
long Pwrite(int32_t descriptor, Bytes bytes, int64_t offset);
long ReadFile(int32_t descriptor, Bytes out);
long WriteFile(int32_t descriptor, Bytes bytes);
long Ftruncate(int32_t descriptor, int64_t length);
long Fallocate(int32_t descriptor, int32_t mode, int64_t offset, int64_t length);
long Fsync(int32_t descriptor);
long Reopen(int32_t descriptor, int32_t flags);
long MemfdCreate(Bytes name, uint32_t flags);
long Fcntl(int32_t descriptor, int32_t command, int64_t argument);
long Flock(int32_t descriptor, int32_t operation);
long Dup(int32_t descriptor);
long Pipe(Words<int32_t> out, int32_t flags);
long Eventfd(uint32_t initial, int32_t flags);

// inotify.cc
long InotifyInit(int32_t flags);
long InotifyAdd(int32_t inotify, int32_t descriptor, uint32_t mask);
long InotifyRemove(int32_t inotify, int32_t watch);

// guest-files.cc
long OpenGuestFile(int32_t pid, Bytes name);

// inodes.cc
long Statx(int32_t directory, Bytes path, int32_t flags, uint32_t mask, Bytes out);
long Statfs(int32_t descriptor, Bytes out);
long Readlinkat(int32_t directory, Bytes path, Bytes out);
long Fchmod(int32_t descriptor, uint32_t mode);
long Fchmodat(int32_t directory, Bytes path, uint32_t mode);
long Fchownat(int32_t directory, Bytes path, uint32_t uid, uint32_t gid, int32_t flags);
long Utimensat(int32_t directory, Bytes path, int64_t access_sec, int64_t access_nsec, int64_t modify_sec, int64_t modify_nsec,
               int32_t flags);
long Mkdirat(int32_t directory, Bytes path, uint32_t mode);
long Mknodat(int32_t directory, Bytes path, uint32_t mode);
long Unlinkat(int32_t directory, Bytes path, int32_t flags);
long Renameat2(int32_t from_directory, Bytes from, int32_t to_directory, Bytes to, uint32_t flags);
long Linkat(int32_t from_directory, Bytes from, int32_t to_directory, Bytes to, int32_t flags);
long Symlinkat(Bytes target, int32_t directory, Bytes path);
long Faccessat(int32_t directory, Bytes path, int32_t mode, int32_t flags);
long Fgetxattr(int32_t descriptor, Bytes name, Bytes out);
long Fsetxattr(int32_t descriptor, Bytes name, Bytes value, int32_t flags);
long Flistxattr(int32_t descriptor, Bytes out);
long Fremovexattr(int32_t descriptor, Bytes name);

// copies.cc, jobs.cc
long CopyFileJob(Transport& transport, int32_t from, int32_t to);
long FsyncJob(Transport& transport, int32_t descriptor);
long CopyFile(int32_t from, int32_t to, int64_t length);

// sockets.cc, record.cc
long Socket(int32_t domain, int32_t type, int32_t protocol);
long Socketpair(int32_t domain, int32_t type, int32_t protocol, Words<int32_t> out);
long Bind(int32_t descriptor, Bytes address);
long Connect(int32_t descriptor, Bytes address);
long Listen(int32_t descriptor, int32_t backlog);
long Accept(int32_t descriptor, int32_t flags);
long Getsockname(int32_t descriptor, Bytes out);
long Getpeername(int32_t descriptor, Bytes out);
long Getsockopt(int32_t descriptor, int32_t level, int32_t option, Bytes out);
long Setsockopt(int32_t descriptor, int32_t level, int32_t option, Bytes value);
long Sendto(int32_t descriptor, Bytes bytes, int32_t flags, Bytes address);
long Ioctl(int32_t descriptor, uint32_t request, Bytes data);
long SendRecord(int32_t socket, Bytes record, Words<int32_t> descriptors, int32_t flags);
long ReceiveRecord(int32_t socket, Bytes record, Words<int32_t> descriptors, int32_t flags);
long ReceiveOne(int32_t socket, Bytes record, Words<int32_t> out);

// sched.cc
long Gettid();
long IsThreadOf(int32_t pid, int32_t tid);
long SchedSetaffinity(int32_t tid, Bytes mask);
long SchedGetaffinity(int32_t tid, Bytes out);
long SchedSetattr(int32_t tid, Bytes attributes, uint32_t flags);
long SchedGetattr(int32_t tid, Bytes out, uint32_t flags);
long SchedRrGetInterval(int32_t tid, Words<double> out);
long SchedPriorityMax(int32_t policy);
long SchedPriorityMin(int32_t policy);
long Getpriority(int32_t which, int32_t who);
long Setpriority(int32_t which, int32_t who, int32_t nice);
long IoprioGet(int32_t which, int32_t who);
long IoprioSet(int32_t which, int32_t who, int32_t priority);

// terminal.cc
long Openpty(Words<int32_t> out);
long Isatty(int32_t descriptor);
long Tcgetattr(int32_t descriptor, Bytes out);
long Tcsetattr(int32_t descriptor, int32_t action, Bytes settings);

// host.cc
long Getrlimit(int32_t resource, Words<double> out);
long Setrlimit(int32_t resource, double soft, double hard);
long Credentials(Words<uint32_t> out);
long Umask(uint32_t mask);
long Prctl(int32_t option, int64_t argument);
long ClockGettime(int32_t clock, Words<double> out);
long Getrandom(Bytes out);
long Sysinfo(Bytes out);
long Cpu();
long Exit(int32_t status);

}  // namespace occlum
