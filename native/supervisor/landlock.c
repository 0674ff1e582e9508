// Landlock: denies all that the host's version of it knows. A second layer behind the filter; without it (ENOSYS,
// EOPNOTSUPP, a container that refuses it) the filter alone stands.
#include "state.h"

// Rights by version, as later headers have them. Source: linux/include/uapi/linux/landlock.h.
struct ruleset {
  uint64_t files, network, scopes;
};
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1
#define FILE_EXECUTE (1ull << 0)
#define FILE_READ (1ull << 2)

static const struct {
  struct ruleset rights;
  size_t size;
} versions[] = {
    {{0x1fff, 0, 0}, 8},    // 1: 13 rights on files
    {{0x3fff, 0, 0}, 8},    // 2: refer
    {{0x7fff, 0, 0}, 8},    // 3: truncate
    {{0x7fff, 3, 0}, 16},   // 4: bind and connect of TCP
    {{0xffff, 3, 0}, 16},   // 5: ioctl of devices
    {{0xffff, 3, 3}, 24},   // 6: abstract Unix sockets, signals
};

long landlock_version(void) {
  long version = host_call3(__NR_landlock_create_ruleset, 0, 0, CREATE_RULESET_VERSION);
  return version > 0 ? version : 0;
}

// The image of the runtime on disk must stay executable, which includes reading it; a copy in memory has no path to deny.
static long allow_runtime(int ruleset, int runtime) {
  struct __attribute__((packed)) {
    uint64_t access;
    int32_t parent;
  } rule = {FILE_EXECUTE | FILE_READ, runtime};
  return host_call4(__NR_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
}

long confine_landlock(const struct supervisor *supervisor) {
  if (supervisor->landlock == 0) return 0;
  const size_t known = sizeof versions / sizeof versions[0];
  const size_t version = (size_t)supervisor->landlock < known ? (size_t)supervisor->landlock : known;
  long ruleset = host_call3(__NR_landlock_create_ruleset, &versions[version - 1].rights, versions[version - 1].size, 0);
  if (ruleset < 0) return ruleset;
  long result = 0;
  if (!(supervisor->features & SUPERVISOR_HAS_MEMFD)) result = allow_runtime((int)ruleset, supervisor->runtime);
  if (result >= 0) result = host_call2(__NR_landlock_restrict_self, ruleset, 0);
  host_close((int)ruleset);
  return result;
}
