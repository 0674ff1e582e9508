// What holds for a guest's whole life, done by its process before the runtime is executed.
#include <linux/capability.h>
#include <linux/prctl.h>
#include <sys/resource.h>

#include "state.h"

static long set_limit(int resource, uint64_t soft, uint64_t hard) {
  uint64_t limit[2] = {soft, hard};
  return host_call4(__NR_prlimit64, 0, resource, limit, 0);
}

// A limit above the host's own hard limit is the host's.
static long set_limit_below_host(int resource, uint64_t soft, uint64_t hard) {
  uint64_t host[2];
  long result = host_call4(__NR_prlimit64, 0, resource, 0, host);
  if (result < 0) return result;
  if (hard > host[1]) hard = host[1];
  return set_limit(resource, soft < hard ? soft : hard, hard);
}

long confine_limits(const struct supervisor *supervisor, const struct supervisor_spawn *spawn) {
  for (int resource = 0; resource < SUPERVISOR_LIMIT_COUNT; resource++) {
    const struct supervisor_limit *limit = &spawn->limits[resource];
    if (limit->soft == SUPERVISOR_LIMIT_KEEP || resource == RLIMIT_NOFILE || resource == RLIMIT_CORE) continue;
    long result = set_limit_below_host(resource, limit->soft, limit->hard);
    if (result < 0) return result;
  }
  // A limit of 1 also keeps the host from piping a dump to a program, as 0 does not.
  set_limit_below_host(RLIMIT_CORE, 1, 1);
  return set_limit(RLIMIT_NOFILE, supervisor->fd_limit, supervisor->fd_limit);
}

// Ids that nobody on the host has: above the ranges of users, services and containers, one an enclave.
#define UNUSED_ID 0x70000000u
#define NOBODY_ID 65534u

static long become(uint32_t uid, uint32_t gid) {
  long result = host_call3(__NR_setresgid, gid, gid, gid);
  return result < 0 ? result : host_call3(__NR_setresuid, uid, uid, uid);
}

// As root only. A user namespace may have no such id (EINVAL): then nobody, then whoever it is, without capabilities.
long confine_identity(struct supervisor *supervisor, const struct supervisor_spawn *spawn) {
  if (!(supervisor->features & SUPERVISOR_IS_ROOT)) return 0;
  host_call2(__NR_setgroups, 0, 0);
  uint32_t unused = UNUSED_ID + (uint32_t)supervisor->pid;
  uint32_t uid = spawn->uid == SUPERVISOR_ID_UNUSED ? unused : spawn->uid;
  uint32_t gid = spawn->gid == SUPERVISOR_ID_UNUSED ? unused : spawn->gid;
  long result = become(uid, gid);
  if (result == -EINVAL) result = become(NOBODY_ID, NOBODY_ID);
  supervisor->guest_uid = (uint32_t)host_call0(__NR_geteuid);  // the memory is shared: our maker reads it
  return result == -EINVAL ? 0 : result;
}

#define CAPABILITY_COUNT 64  // more than there are; the host says EINVAL from its last one on

static void drop_bounding_set(void) {
  for (int capability = 0; capability < CAPABILITY_COUNT; capability++) {
    if (host_call5(__NR_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return;  // EPERM: a user, who has none
  }
}

// The bounding set while the right to lower it is still there: before the identity changes. The rest after.
long confine_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  host_call5(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return host_call2(__NR_capset, &header, none);
}

long confine_privileges(void) {
  drop_bounding_set();
  return host_call5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
