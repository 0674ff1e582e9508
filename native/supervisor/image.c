// The runtime's image, as a descriptor for execveat.
//
// A copy in memory cannot be replaced on disk while guests run, and it executes where Landlock denies every path. Nobody
// may read it: exec of an unreadable file makes the process undumpable, which no guest can change.
#include <linux/memfd.h>

#include "state.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u
#endif

static void proc_path(char *out, int fd) {
  const char prefix[] = "/proc/self/fd/";
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + fd % 10);
  while ((fd /= 10) > 0);
  memcpy(out, prefix, sizeof prefix - 1);
  for (out += sizeof prefix - 1; count > 0;) *out++ = digits[--count];
  *out = 0;
}

static long copy_all(int from, int to) {
  long got;
  while ((got = host_call3(__NR_read, from, record_buffer, sizeof record_buffer)) > 0) {
    for (long done = 0; done < got;) {
      long put = host_call3(__NR_write, to, record_buffer + done, got - done);
      if (put < 0) return put;
      done += put;
    }
  }
  return got;
}

// An image that is open for writing cannot be executed, so the copy is opened anew.
static long copy_to_memory(int file) {
  long memory = host_call2(__NR_memfd_create, "occlum-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (memory == -EINVAL) memory = host_call2(__NR_memfd_create, "occlum-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return memory;
  char path[32];
  proc_path(path, (int)memory);
  long result = copy_all(file, (int)memory);
  if (result >= 0) result = host_call3(__NR_fcntl, memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  if (result >= 0) result = host_call2(__NR_fchmod, memory, 0111);
  if (result >= 0) result = host_open(path, O_PATH | O_CLOEXEC);
  host_close((int)memory);
  return result;
}

// Gives a descriptor that can be executed, or -errno.
long open_runtime(const char *path, bool *in_memory) {
  long file = host_open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return file;
  long image = copy_to_memory((int)file);
  *in_memory = image >= 0;
  if (image < 0) image = host_open(path, O_PATH | O_CLOEXEC);  // vm.memfd_noexec = 2, or no /proc
  host_close((int)file);
  return image;
}

// For SPAWN_DEBUG: guests can be looked into and traced by their own user from now on.
void allow_debugging(const struct supervisor *supervisor) {
  char path[32];
  proc_path(path, supervisor->runtime);
  if (supervisor->features & SUPERVISOR_HAS_MEMFD) host_call2(__NR_chmod, path, 0555);
}
