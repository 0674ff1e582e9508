// Opening host files, and reading and writing them.

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

// Opens the directory that holds the last component of `path`, without following a link or leaving `directory`;
// `last` gets the component. For hosts without openat2(2), and for all that a name can be resolved to here.
static long WalkToParent(int directory, const char* path, const char** last) {
  int at = fcntl(directory, F_DUPFD_CLOEXEC, 3);
  if (at < 0) return -errno;
  for (;;) {
    while (*path == '/') path++;
    const size_t size = strcspn(path, "/");
    char name[256];
    if (size >= sizeof name || (size == 2 && memcmp(path, "..", 2) == 0)) {
      close(at);
      return size >= sizeof name ? -ENAMETOOLONG : -EXDEV;
    }
    if (path[size] == 0) {
      *last = path;
      return at;
    }
    memcpy(name, path, size);
    name[size] = 0;
    path += size;
    const int next = openat(at, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    const int error = errno;
    close(at);
    if (next < 0) return -error;
    at = next;
  }
}

// (directory, path, flags, mode, resolve) => number
long Openat(int32_t directory, Bytes path, int32_t flags, uint32_t mode, uint32_t resolve) {
  open_how how = {};
  how.flags = static_cast<uint32_t>(flags | O_CLOEXEC);
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  how.mode = creates ? mode : 0;  // openat2(2) refuses a mode that has no use
  how.resolve = resolve;
  const long result = RawResult(syscall(SYS_openat2, directory, path.data, &how, sizeof how));
  if (result != -ENOSYS && result != -EPERM) return result;  // EPERM: a container's filter that does not know the call
  const char* last = nullptr;
  const long parent = WalkToParent(directory, path.text(), &last);
  if (parent < 0) return parent;
  const long opened = RawResult(openat(static_cast<int>(parent), *last == 0 ? "." : last, flags | O_CLOEXEC | O_NOFOLLOW, mode));
  close(static_cast<int>(parent));
  return opened;
}

long Close(int32_t descriptor) { return RawResult(close(descriptor)); }

long Getdents(int32_t descriptor, Bytes out) { return RawResult(syscall(SYS_getdents64, descriptor, out.data, out.size)); }

long Lseek(int32_t descriptor, int64_t offset, int32_t whence) { return RawResult(lseek(descriptor, offset, whence)); }

long Pread(int32_t descriptor, Bytes out, int64_t offset) { return RawResult(pread(descriptor, out.data, out.size, offset)); }

long Pwrite(int32_t descriptor, Bytes bytes, int64_t offset) { return RawResult(pwrite(descriptor, bytes.data, bytes.size, offset)); }

long ReadFile(int32_t descriptor, Bytes out) { return RawResult(read(descriptor, out.data, out.size)); }

long WriteFile(int32_t descriptor, Bytes bytes) { return RawResult(write(descriptor, bytes.data, bytes.size)); }

long Ftruncate(int32_t descriptor, int64_t length) { return RawResult(ftruncate(descriptor, length)); }

long Fallocate(int32_t descriptor, int32_t mode, int64_t offset, int64_t length) {
  return RawResult(fallocate(descriptor, mode, offset, length));
}

long Fsync(int32_t descriptor) { return RawResult(fsync(descriptor)); }

// Opens the file of an O_PATH or other descriptor anew, as a description of its own.
long Reopen(int32_t descriptor, int32_t flags) {
  ProcPath path(descriptor);
  return RawResult(open(path.text, flags | O_CLOEXEC | O_NOCTTY));
}

ProcPath::ProcPath(int descriptor) { snprintf(text, sizeof text, "/proc/self/fd/%d", descriptor); }

long MemfdCreate(Bytes name, uint32_t flags) { return RawResult(memfd_create(name.text(), flags | MFD_CLOEXEC)); }

long Fcntl(int32_t descriptor, int32_t command, int64_t argument) { return RawResult(fcntl(descriptor, command, argument)); }

long Flock(int32_t descriptor, int32_t operation) { return RawResult(flock(descriptor, operation)); }

long Dup(int32_t descriptor) { return RawResult(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)); }

long Pipe(Words<int32_t> out, int32_t flags) { return out.count < 2 ? -EINVAL : RawResult(pipe2(out.data, flags | O_CLOEXEC)); }

long Eventfd(uint32_t initial, int32_t flags) { return RawResult(eventfd(initial, flags | EFD_CLOEXEC)); }

}  // namespace occlum
