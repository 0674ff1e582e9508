// Files of /proc about a guest that the host shows to the guest's own user only.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

// Opens as the owner of `directory`. The ids are this thread's alone, and the host asks for no others here (ptrace(2),
// PTRACE_MODE_FSCREDS); but a change of them makes the whole process undumpable and takes away what the thread wants to
// hear of its parent's end (PR_SET_DUMPABLE(2const), PR_SET_PDEATHSIG(2const)), so both are put back.
static long OpenAsOwner(int directory, const char* name) {
  struct statx owner;
  if (statx(directory, "", AT_EMPTY_PATH, STATX_UID | STATX_GID, &owner) < 0) return -errno;
  if (geteuid() != 0 || owner.stx_uid == 0) return -EACCES;
  const int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  int death_signal = 0;
  prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  const int gid = setfsgid(owner.stx_gid);
  const int uid = setfsuid(owner.stx_uid);
  const long file = RawResult(openat(directory, name, O_RDONLY | O_CLOEXEC));
  setfsuid(static_cast<uid_t>(uid));
  setfsgid(static_cast<gid_t>(gid));
  prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0);
  return file;
}

// (pid, name) => number
long OpenGuestFile(int32_t pid, Bytes name) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d", pid);
  const int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // this process, whoever has its id later
  if (directory < 0) return -errno;
  long file = RawResult(openat(directory, name.text(), O_RDONLY | O_CLOEXEC));
  if (file == -EACCES) file = OpenAsOwner(directory, name.text());
  close(directory);
  return file;
}

}  // namespace occlum
