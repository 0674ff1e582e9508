// Names, metadata and extended attributes of host files; one relative path to a held directory.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

// (directory, path, flags, mask, out) => number
long Statx(int32_t directory, Bytes path, int32_t flags, uint32_t mask, Bytes out) {
  if (out.size < sizeof(struct statx)) return -EINVAL;
  const int all = flags | AT_SYMLINK_NOFOLLOW | (*path.data == 0 ? AT_EMPTY_PATH : 0);
  return RawResult(syscall(SYS_statx, directory, path.data, all, mask, out.data));
}

long Statfs(int32_t descriptor, Bytes out) {
  if (out.size < sizeof(struct statfs)) return -EINVAL;
  return RawResult(fstatfs(descriptor, reinterpret_cast<struct statfs*>(out.data)));
}

long Readlinkat(int32_t directory, Bytes path, Bytes out) {
  return RawResult(readlinkat(directory, path.text(), reinterpret_cast<char*>(out.data), out.size));
}

// An O_PATH descriptor is no file to fchmod(2): it goes by its name in /proc, which no guest can change.
long Fchmod(int32_t descriptor, uint32_t mode) {
  const long result = RawResult(fchmod(descriptor, mode));
  return result == -EBADF ? RawResult(chmod(ProcPath(descriptor).text, mode)) : result;
}

long Fchmodat(int32_t directory, Bytes path, uint32_t mode) {
  const int file = openat(directory, path.text(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return -errno;
  const long result = RawResult(chmod(ProcPath(file).text, mode));
  close(file);
  return result;
}

long Fchownat(int32_t directory, Bytes path, uint32_t uid, uint32_t gid, int32_t flags) {
  const int all = flags | AT_SYMLINK_NOFOLLOW | (*path.data == 0 ? AT_EMPTY_PATH : 0);
  return RawResult(fchownat(directory, path.text(), uid, gid, all));
}

// (directory, path, accessSec, accessNsec, modifySec, modifyNsec, flags) => number
long Utimensat(int32_t directory, Bytes path, int64_t access_sec, int64_t access_nsec, int64_t modify_sec, int64_t modify_nsec,
               int32_t flags) {
  const timespec times[2] = {{access_sec, access_nsec}, {modify_sec, modify_nsec}};
  if (*path.data != 0) return RawResult(utimensat(directory, path.text(), times, flags | AT_SYMLINK_NOFOLLOW));
  const long result = RawResult(futimens(directory, times));
  return result == -EBADF ? RawResult(utimensat(AT_FDCWD, ProcPath(directory).text, times, 0)) : result;
}

long Mkdirat(int32_t directory, Bytes path, uint32_t mode) { return RawResult(mkdirat(directory, path.text(), mode)); }

// By number: mknodat() is a function only since glibc 2.33.
long Mknodat(int32_t directory, Bytes path, uint32_t mode) { return RawResult(syscall(SYS_mknodat, directory, path.text(), mode, 0)); }

long Unlinkat(int32_t directory, Bytes path, int32_t flags) { return RawResult(unlinkat(directory, path.text(), flags)); }

long Renameat2(int32_t from_directory, Bytes from, int32_t to_directory, Bytes to, uint32_t flags) {
  return RawResult(syscall(SYS_renameat2, from_directory, from.data, to_directory, to.data, flags));
}

// An empty `from` links the file of the descriptor itself, an O_TMPFILE for example.
long Linkat(int32_t from_directory, Bytes from, int32_t to_directory, Bytes to, int32_t flags) {
  if (*from.data != 0) return RawResult(linkat(from_directory, from.text(), to_directory, to.text(), flags));
  return RawResult(linkat(AT_FDCWD, ProcPath(from_directory).text, to_directory, to.text(), AT_SYMLINK_FOLLOW));
}

long Symlinkat(Bytes target, int32_t directory, Bytes path) {
  return RawResult(symlinkat(target.text(), directory, path.text()));
}

long Faccessat(int32_t directory, Bytes path, int32_t mode, int32_t flags) {
  return RawResult(faccessat(directory, path.text(), mode, flags));
}

long Fgetxattr(int32_t descriptor, Bytes name, Bytes out) {
  return RawResult(getxattr(ProcPath(descriptor).text, name.text(), out.data, out.size));
}

long Fsetxattr(int32_t descriptor, Bytes name, Bytes value, int32_t flags) {
  return RawResult(setxattr(ProcPath(descriptor).text, name.text(), value.data, value.size, flags));
}

long Flistxattr(int32_t descriptor, Bytes out) {
  return RawResult(listxattr(ProcPath(descriptor).text, reinterpret_cast<char*>(out.data), out.size));
}

long Fremovexattr(int32_t descriptor, Bytes name) { return RawResult(removexattr(ProcPath(descriptor).text, name.text())); }

}  // namespace occlum
