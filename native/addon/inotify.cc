// inotify(7) of the host: what happens to files through descriptors that guests hold.

#include <sys/inotify.h>

#include "host-calls.h"

namespace occlum {

long InotifyInit(int32_t flags) { return RawResult(inotify_init1(flags | IN_CLOEXEC)); }

// The file of a descriptor of this process, which may be an O_PATH one.
long InotifyAdd(int32_t inotify, int32_t descriptor, uint32_t mask) {
  return RawResult(inotify_add_watch(inotify, ProcPath(descriptor).text, mask));
}

long InotifyRemove(int32_t inotify, int32_t watch) { return RawResult(inotify_rm_watch(inotify, watch)); }

}  // namespace occlum
