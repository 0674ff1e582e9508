// Limits of CPU time, without cgroups: guests that have used more than their share are stopped until it is made up for.
//
// What counts is the CPU time that the host has accounted to them, so that a look that comes late only makes the stop after it longer.
// SIGSTOP cannot be blocked, and guests have nothing that sends a signal; a group gets it in one step that no fork slips through.
// How the enclave's own job control stops processes is kept apart: those are not continued here.
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "state.h"

#define SECOND_NS 1000000000l
#define SAVED_NS 250000000l    // time for which an unused share is kept
#define PAUSE_NS 10000000l     // time for which a share must be there again before its guests go on
#define LOOK_MIN_NS 2000000l
#define LOOK_MAX_NS 20000000l
#define LOOK_IDLE_NS 50000000l
#define THOUSAND 1000l

#define SHARE_MAX 64

struct share {
  uint32_t thousandths;  // of a CPU; 0: no share
  int group;             // process group that it is of; 0: all guests
  int members;           // at the last look
  bool held;
  int64_t credit_ns;
  uint64_t ended_ns;     // of guests that were reaped
  uint64_t seen_ns;      // of all, at this look
  uint64_t counted_ns;   // the most ever seen: a list of children can lack one
};

static struct share shares[SHARE_MAX];  // the first: of all guests
static int share_count = 1;
static int64_t looked_ns, next_ns;

static int64_t now_ns(void) {
  struct timespec now;
  host_call2(__NR_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * SECOND_NS + now.tv_nsec;
}

// CPU time of all threads of a process that ever were. Source: include/linux/posix-timers.h, make_process_cpuclock.
static uint64_t cpu_time_of(int pid) {
  struct timespec time;
  if (host_call2(__NR_clock_gettime, ~pid << 3 | 2, &time) < 0) return 0;
  return (uint64_t)(time.tv_sec * SECOND_NS + time.tv_nsec);
}

static bool is_limited(void) {
  for (int i = 0; i < share_count; i++)
    if (shares[i].thousandths) return true;
  return false;
}

// The share of a guest's own group; null without one.
static struct share *share_of(int pid) {
  const long group = share_count > 1 ? host_call1(__NR_getpgid, pid) : 0;
  for (int i = 1; i < share_count; i++)
    if (shares[i].thousandths && shares[i].group == group) return &shares[i];
  return 0;
}

bool bandwidth_may_continue(int pid) {
  const struct share *own = share_of(pid);
  return !shares[0].held && !(own && own->held);
}

void bandwidth_ended(int pid) {
  if (!is_limited()) return;
  const uint64_t used = cpu_time_of(pid);
  struct share *own = share_of(pid);
  shares[0].ended_ns += used;
  if (own) own->ended_ns += used;
}

static void start(struct share *share, int group, uint32_t thousandths) {
  if (!is_limited()) looked_ns = now_ns();
  *share = (struct share){.thousandths = thousandths, .group = group, .members = 1};
  share->credit_ns = PAUSE_NS * thousandths / THOUSAND;
  next_ns = 0;
}

void bandwidth_limit(uint32_t thousandths) { start(&shares[0], 0, thousandths); }

bool bandwidth_has_room(void) {
  for (int i = 1; i < share_count; i++)
    if (!shares[i].thousandths) return true;
  return share_count < SHARE_MAX;
}

void bandwidth_limit_group(int group, uint32_t thousandths) {
  int place = 1;
  while (place < share_count && shares[place].thousandths) place++;
  if (place == SHARE_MAX) return;
  if (place == share_count) share_count++;
  start(&shares[place], group, thousandths);
}

void bandwidth_kill_groups(void) {
  for (int i = 1; i < share_count; i++)
    if (shares[i].thousandths) signal_group(shares[i].group, SIGNAL_KILL);
}

static void count(int pid) {
  const uint64_t used = cpu_time_of(pid);
  struct share *own = share_of(pid);
  shares[0].seen_ns += used;
  if (!own) return;
  own->seen_ns += used;
  own->members++;
}

static void continue_one(int pid) {
  const struct share *own = share_of(pid);
  if (!shares[0].held && !(own && own->held) && !stop_is_ordered(pid)) host_call2(__NR_kill, pid, SIGNAL_CONTINUE);
}

static void stop(const struct supervisor *supervisor, const struct share *share) {
  signal_group(share->group ? share->group : supervisor->group, SIGNAL_STOP);
  if (share->group) return;
  for (int i = 1; i < share_count; i++)
    if (shares[i].thousandths) signal_group(shares[i].group, SIGNAL_STOP);
}

// CPUs that guests can keep busy at a time, at the most.
static long cpu_count(void) {
  uint64_t mask[SUPERVISOR_CPU_BYTES / 8] = {0};
  long bytes = host_call3(__NR_sched_getaffinity, 0, sizeof mask, mask), cpus = 0;
  for (long i = 0; i < bytes / 8; i++)
    for (uint64_t rest = mask[i]; rest; rest &= rest - 1) cpus++;
  return cpus ? cpus : 1;
}

// How long nothing can have to be done about a share.
static int64_t quiet_ns(const struct share *share, uint64_t used, long cpus) {
  const int64_t rate = share->thousandths;
  if (share->held) return (PAUSE_NS * rate / THOUSAND - share->credit_ns) * THOUSAND / rate;
  if (rate >= cpus * THOUSAND) return LOOK_IDLE_NS;
  const int64_t spent = share->credit_ns * THOUSAND / (cpus * THOUSAND - rate);
  const int64_t most = used ? LOOK_MAX_NS : LOOK_IDLE_NS;
  return spent < most ? spent : most;
}

// Takes what was used off the share. True when its guests may go on.
static bool settle(const struct supervisor *supervisor, struct share *share, int64_t elapsed, long cpus) {
  const uint64_t used = share->seen_ns > share->counted_ns ? share->seen_ns - share->counted_ns : 0;
  const int64_t most = SAVED_NS * share->thousandths / THOUSAND, again = PAUSE_NS * share->thousandths / THOUSAND;
  share->counted_ns += used;
  share->credit_ns += elapsed * share->thousandths / THOUSAND - (int64_t)used;
  if (share->credit_ns > most) share->credit_ns = most;
  const bool goes_on = share->held && share->credit_ns >= again;
  if (goes_on) share->held = false;
  else if (share->held || share->credit_ns <= 0) {
    share->held = true;
    stop(supervisor, share);  // each time anew: for those that were started meanwhile
  }
  int64_t quiet = quiet_ns(share, used, cpus);
  if (quiet < LOOK_MIN_NS) quiet = LOOK_MIN_NS;
  if (looked_ns + quiet < next_ns) next_ns = looked_ns + quiet;
  return goes_on;
}

int64_t bandwidth_look(const struct supervisor *supervisor) {
  if (!is_limited()) return -1;
  const int64_t now = now_ns(), elapsed = now - looked_ns;
  if (now < next_ns) return next_ns - now;
  const long cpus = cpu_count();
  bool anyone_goes_on = false;
  looked_ns = now;
  next_ns = now + LOOK_IDLE_NS;
  for (int i = 0; i < share_count; i++) shares[i].seen_ns = shares[i].ended_ns, shares[i].members = 0;
  each_child(count);
  for (int i = 0; i < share_count; i++) {
    if (!shares[i].thousandths) continue;
    if (i > 0 && shares[i].members == 0) shares[i].thousandths = 0;  // nobody is left in it
    else if (settle(supervisor, &shares[i], elapsed, cpus)) anyone_goes_on = true;
  }
  if (anyone_goes_on) each_child(continue_one);
  return next_ns - now;
}
