// Registers the host calls: one line each, in the order of src/host-binding.ts.

#include "helper.h"
#include "host-calls.h"
#include "transport.h"

namespace occlum {
namespace {

// Raised with every change of a signature below; src/host-binding.ts carries the same number.
constexpr int32_t kInterfaceVersion = 7;

struct Row {
  const char* name;
  napi_callback call;
};

constexpr Row kRows[] = {
    {"transportOpen", Bound<TransportOpen>},
    {"transportCollect", Bound<TransportCollect>},
    {"transportStatus", Bound<TransportStatus>},
    {"transportRef", Bound<TransportRef>},
    {"transportClose", Bound<TransportClose>},
    {"processOpen", Bound<ProcessOpen>},
    {"processArena", Bound<ProcessArena>},
    {"processBuffer", Bound<ProcessBuffer>},
    {"processDescriptors", Bound<ProcessDescriptors>},
    {"processHandedOver", Bound<ProcessHandedOver>},
    {"processReply", Bound<ProcessReply>},
    {"processSend", Bound<ProcessSend>},
    {"processReceive", Bound<ProcessReceive>},
    {"processUnwatch", Bound<ProcessUnwatch>},
    {"processClose", Bound<ProcessClose>},
    {"watchAdd", Bound<WatchAdd>},
    {"watchRemove", Bound<WatchRemove>},
    {"notifyAdd", Bound<NotifyAdd>},
    {"notifyReceive", Bound<NotifyReceive>},
    {"notifyAnswer", Bound<NotifyAnswer>},
    {"notifyRemove", Bound<NotifyRemove>},
    {"supervisorStart", Bound<SupervisorStart>},
    {"supervisorSend", Bound<SupervisorSend>},
    {"supervisorReceive", Bound<SupervisorReceive>},
    {"supervisorKill", Bound<SupervisorKill>},
    {"supervisorClose", Bound<SupervisorClose>},
    {"helperOpen", Bound<HelperOpen>},
    {"helperClose", Bound<HelperClose>},
    {"helperSetPeriod", Bound<HelperSetPeriod>},
    {"helperAdd", Bound<HelperAdd>},
    {"helperRemove", Bound<HelperRemove>},
    {"helperInterrupt", Bound<HelperInterrupt>},
    {"helperCount", Bound<HelperCount>},
    {"threadJoin", Bound<ThreadJoin>},
    {"threadLeave", Bound<ThreadLeave>},
    {"threadEnter", Bound<ThreadEnter>},
    {"threadExit", Bound<ThreadExit>},
    {"threadCount", Bound<ThreadCount>},
    {"waitRead", Bound<WaitRead>},
    {"waitWrite", Bound<WaitWrite>},
    {"waitPoll", Bound<WaitPoll>},
    {"waitFutex", Bound<WaitFutex>},
    {"wakeFutex", Bound<WakeFutex>},
    {"waitSleep", Bound<WaitSleep>},
    {"openat", Bound<Openat>},
    {"openGuestFile", Bound<OpenGuestFile>},
    {"close", Bound<Close>},
    {"statx", Bound<Statx>},
    {"statfs", Bound<Statfs>},
    {"readlinkat", Bound<Readlinkat>},
    {"getdents", Bound<Getdents>},
    {"lseek", Bound<Lseek>},
    {"pread", Bound<Pread>},
    {"pwrite", Bound<Pwrite>},
    {"read", Bound<ReadFile>},
    {"write", Bound<WriteFile>},
    {"ftruncate", Bound<Ftruncate>},
    {"fallocate", Bound<Fallocate>},
    {"fsync", Bound<Fsync>},
    {"fchmod", Bound<Fchmod>},
    {"fchmodat", Bound<Fchmodat>},
    {"fchownat", Bound<Fchownat>},
    {"utimensat", Bound<Utimensat>},
    {"mkdirat", Bound<Mkdirat>},
    {"mknodat", Bound<Mknodat>},
    {"unlinkat", Bound<Unlinkat>},
    {"renameat2", Bound<Renameat2>},
    {"linkat", Bound<Linkat>},
    {"symlinkat", Bound<Symlinkat>},
    {"faccessat", Bound<Faccessat>},
    {"fgetxattr", Bound<Fgetxattr>},
    {"fsetxattr", Bound<Fsetxattr>},
    {"flistxattr", Bound<Flistxattr>},
    {"fremovexattr", Bound<Fremovexattr>},
    {"reopen", Bound<Reopen>},
    {"memfdCreate", Bound<MemfdCreate>},
    {"fcntl", Bound<Fcntl>},
    {"flock", Bound<Flock>},
    {"dup", Bound<Dup>},
    {"pipe", Bound<Pipe>},
    {"eventfd", Bound<Eventfd>},
    {"inotifyInit", Bound<InotifyInit>},
    {"inotifyAdd", Bound<InotifyAdd>},
    {"inotifyRemove", Bound<InotifyRemove>},
    {"copyFileJob", Bound<CopyFileJob>},
    {"fsyncJob", Bound<FsyncJob>},
    {"copyFile", Bound<CopyFile>},
    {"socket", Bound<Socket>},
    {"socketpair", Bound<Socketpair>},
    {"bind", Bound<Bind>},
    {"connect", Bound<Connect>},
    {"listen", Bound<Listen>},
    {"accept", Bound<Accept>},
    {"getsockname", Bound<Getsockname>},
    {"getpeername", Bound<Getpeername>},
    {"getsockopt", Bound<Getsockopt>},
    {"setsockopt", Bound<Setsockopt>},
    {"sendto", Bound<Sendto>},
    {"ioctl", Bound<Ioctl>},
    {"sendRecord", Bound<SendRecord>},
    {"receiveRecord", Bound<ReceiveRecord>},
    {"gettid", Bound<Gettid>},
    {"isThreadOf", Bound<IsThreadOf>},
    {"schedSetaffinity", Bound<SchedSetaffinity>},
    {"schedGetaffinity", Bound<SchedGetaffinity>},
    {"schedSetattr", Bound<SchedSetattr>},
    {"schedGetattr", Bound<SchedGetattr>},
    {"schedRrGetInterval", Bound<SchedRrGetInterval>},
    {"schedPriorityMax", Bound<SchedPriorityMax>},
    {"schedPriorityMin", Bound<SchedPriorityMin>},
    {"getpriority", Bound<Getpriority>},
    {"setpriority", Bound<Setpriority>},
    {"ioprioGet", Bound<IoprioGet>},
    {"ioprioSet", Bound<IoprioSet>},
    {"openpty", Bound<Openpty>},
    {"isatty", Bound<Isatty>},
    {"tcgetattr", Bound<Tcgetattr>},
    {"tcsetattr", Bound<Tcsetattr>},
    {"getrlimit", Bound<Getrlimit>},
    {"setrlimit", Bound<Setrlimit>},
    {"credentials", Bound<Credentials>},
    {"umask", Bound<Umask>},
    {"prctl", Bound<Prctl>},
    {"clockGettime", Bound<ClockGettime>},
    {"getrandom", Bound<Getrandom>},
    {"sysinfo", Bound<Sysinfo>},
    {"cpu", Bound<Cpu>},
    {"exit", Bound<Exit>},
};

void Forget(napi_env, void* data, void*) {
  auto* environment = static_cast<Environment*>(data);
  ForgetSupervisors(*environment);
  delete environment->helper;
  delete environment;
}

}  // namespace
}  // namespace occlum

NAPI_MODULE_INIT() {
  using namespace occlum;
  auto* environment = new Environment();
  environment->env = env;
  napi_set_instance_data(env, environment, Forget, nullptr);
  napi_value version;
  napi_create_int32(env, kInterfaceVersion, &version);
  napi_set_named_property(env, exports, "interfaceVersion", version);
  for (const Row& row : kRows) {
    napi_value function;
    napi_create_function(env, row.name, NAPI_AUTO_LENGTH, row.call, nullptr, &function);
    napi_set_named_property(env, exports, row.name, function);
  }
  return exports;
}
