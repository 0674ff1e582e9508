// Guests that the enclave itself has stopped, and when they have come to a stand.
//
// A stop takes effect when each thread gets to it: until then one that waits for input may still take what comes. So Node is told.
#include <signal.h>
#include <sys/wait.h>

#include "state.h"

#define STOPPED_MAX 8192  // more than guests of an enclave
#define WAIT_FLAGS (WSTOPPED | WNOHANG | WNOWAIT | __WALL)

static struct {
  int pid;
  uint32_t value;  // of the command
  bool reported;
} stops[STOPPED_MAX];
static int count, unreported;

// Whether SIGCHLD tells of stops too. Those of limits of CPU time would be too many.
void hear_of_stops(bool wanted) {
  const uint64_t action[4] = {0 /* SIG_DFL */, wanted ? 0 : SA_NOCLDSTOP, 0, 0};
  host_call4(__NR_rt_sigaction, SIGNAL_CHILD, action, 0, sizeof action[3]);
}

// Of stops that are to be reported.
static void count_unreported(int change) {
  const bool heard = unreported > 0;
  unreported += change;
  if (heard != (unreported > 0)) hear_of_stops(!heard);
}

static int find(int pid) {
  for (int i = 0; i < count; i++)
    if (stops[i].pid == pid) return i;
  return -1;
}

bool stop_is_ordered(int pid) { return find(pid) >= 0; }

void stop_forget(int pid) {
  const int at = find(pid);
  if (at < 0) return;
  if (!stops[at].reported) count_unreported(-1);
  stops[at] = stops[--count];
}

void stop_order(int pid, uint32_t value) {
  stop_forget(pid);
  if (count == STOPPED_MAX) return;
  stops[count].pid = pid;
  stops[count].value = value;
  stops[count++].reported = false;
  count_unreported(1);
}

// The host says so of a process once all of its threads stand.
static bool stands(int pid) {
  siginfo_t info = {0};
  return host_call5(__NR_waitid, P_PID, pid, &info, WAIT_FLAGS, 0) >= 0 && info.si_pid == pid;
}

bool report_stops(const struct supervisor *supervisor) {
  for (int i = 0; unreported > 0 && i < count; i++) {
    if (stops[i].reported || !stands(stops[i].pid)) continue;
    const struct supervisor_event event = {.type = SUPERVISOR_STOPPED, .pid = stops[i].pid, .request = stops[i].value};
    if (send_event(supervisor->socket, &event, -1) == -EAGAIN) return false;
    stops[i].reported = true;
    count_unreported(-1);
  }
  return true;
}
