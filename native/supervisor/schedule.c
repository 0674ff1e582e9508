// How the host schedules the threads of guests. A guest may not ask the host itself: it could leave the CPUs that it was given.
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/sched/types.h>

#include "state.h"

#define UNCHANGED (-1)

// The host is asked with the rights of the guest, so that it refuses what the guest's own user may not do, and all that is not
// the enclave's: a thread id is a guest's claim. Only as root do we have other rights. Our real and saved ids stay root's, so
// nobody else may touch us meanwhile.
static void take_rights_of_guest(const struct supervisor *supervisor) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (!(supervisor->features & SUPERVISOR_IS_ROOT)) return;
  if (supervisor->guest_uid != 0) {
    host_call3(__NR_setresuid, UNCHANGED, supervisor->guest_uid, UNCHANGED);  // takes effective capabilities away as well
  } else if (host_call2(__NR_capget, &header, data) >= 0) {
    data[0].effective = data[1].effective = 0;
    host_call2(__NR_capset, &header, data);
  }
}

static void take_own_rights(const struct supervisor *supervisor) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (!(supervisor->features & SUPERVISOR_IS_ROOT)) return;
  if (supervisor->guest_uid != 0) {
    host_call3(__NR_setresuid, UNCHANGED, 0, UNCHANGED);  // gives them back
  } else if (host_call2(__NR_capget, &header, data) >= 0) {
    for (int i = 0; i < 2; i++) data[i].effective = data[i].permitted;
    host_call2(__NR_capset, &header, data);
  }
}

static long change(const struct supervisor_schedule *wanted) {
  switch (wanted->what) {
    case SCHEDULE_AFFINITY:
      return host_call3(__NR_sched_setaffinity, wanted->tid, wanted->data_size, wanted->data);
    case SCHEDULE_ATTRIBUTES:
      return host_call3(__NR_sched_setattr, wanted->tid, wanted->data, 0);
    case SCHEDULE_NICE:
      return host_call3(__NR_setpriority, 0 /* PRIO_PROCESS */, wanted->tid, wanted->value);
    case SCHEDULE_IO_PRIORITY:
      return host_call3(__NR_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, wanted->tid, wanted->value);
    default:
      return -EINVAL;
  }
}

// Between the look whose thread it is and the change the thread may end, but the host would have to give out all other ids before
// this one came again.
static long change_thread_of_guest(const struct supervisor *supervisor, const struct supervisor_schedule *wanted) {
  if (!is_guest(wanted->pid)) return -ESRCH;
  take_rights_of_guest(supervisor);
  long result = host_call3(__NR_tgkill, wanted->pid, wanted->tid, 0);
  if (result >= 0) result = change(wanted);
  take_own_rights(supervisor);
  return result;
}

void schedule_guest(const struct supervisor *supervisor, const struct received *received) {
  struct supervisor_schedule wanted = {0};
  const bool whole = received->size == sizeof wanted;
  memcpy(&wanted, record_buffer, received->size < sizeof wanted ? received->size : sizeof wanted);
  const bool fits = wanted.data_size <= sizeof wanted.data && wanted.tid > 0;
  const long result = whole && fits ? change_thread_of_guest(supervisor, &wanted) : -EINVAL;
  struct supervisor_event event = {.type = SUPERVISOR_SCHEDULED, .request = wanted.request, .pid = wanted.pid};
  event.status = result < 0 ? (int32_t)-result : 0;
  send_event_surely(supervisor->socket, &event, -1);
}

void set_turn(uint64_t turn_ns) {
  struct sched_attr attributes = {0};
  if (host_call4(__NR_sched_getattr, 0, &attributes, sizeof attributes, 0) < 0 || attributes.sched_runtime == 0) return;
  if (attributes.sched_policy != SCHED_NORMAL && attributes.sched_policy != SCHED_BATCH) return;
  attributes.sched_runtime = turn_ns;
  host_call3(__NR_sched_setattr, 0, &attributes, 0);
}

long restrict_to_cpus(const struct supervisor_spawn *spawn) {
  if (spawn->cpu_bytes == 0) return 0;
  return spawn->cpu_bytes > sizeof spawn->cpus ? -EINVAL : host_call3(__NR_sched_setaffinity, 0, spawn->cpu_bytes, spawn->cpus);
}
