// Copies of whole files: by reference where the filesystem can, in the kernel, or by read and write.

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "host-calls.h"
#include "jobs.h"

namespace occlum {

constexpr size_t kChunk = 1 << 20;

// Copies [offset, end) until it is done or told to stop; holes at the end of a short source end it as well.
static long CopyByHand(int from, int to, off_t offset, off_t end, const std::atomic<bool>& stopping) {
  const auto buffer = std::make_unique_for_overwrite<uint8_t[]>(kChunk);
  while (offset < end) {
    if (stopping) return -ECANCELED;
    const ssize_t got = pread(from, buffer.get(), std::min<off_t>(kChunk, end - offset), offset);
    if (got < 0) return -errno;
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = pwrite(to, buffer.get() + done, static_cast<size_t>(got - done), offset + done);
      if (put < 0) return -errno;
      done += put;
    }
    offset += got;
  }
  return offset;
}

static long Copy(int from, int to, off_t end, const std::atomic<bool>& stopping) {
  off_t offset = 0;
  while (offset < end) {
    if (stopping) return -ECANCELED;
    off_t to_offset = offset;
    const ssize_t got = copy_file_range(from, &offset, to, &to_offset, std::min<size_t>(kChunk * 16, static_cast<size_t>(end - offset)), 0);
    if (got <= 0) return CopyByHand(from, to, offset, end, stopping);  // another filesystem, /proc, an old host
  }
  return offset;
}

long CopyWholeFile(int from, int to, const std::atomic<bool>& stopping) {
  if (ioctl(to, FICLONE, from) == 0) return 0;
  struct stat file;
  if (syscall(SYS_fstat, from, &file) < 0) return -errno;  // by number: fstat() is a function only since glibc 2.33
  return std::min(0l, Copy(from, to, file.st_size, stopping));
}

// (from, to, length) => bytes copied
long CopyFile(int32_t from, int32_t to, int64_t length) {
  const std::atomic<bool> never = false;
  return Copy(from, to, length, never);
}

}  // namespace occlum
