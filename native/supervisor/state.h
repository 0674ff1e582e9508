// The supervisor's parts and what they share. It is single-threaded; one supervisor serves one enclave.
#ifndef OCCLUM_SUPERVISOR_STATE_H
#define OCCLUM_SUPERVISOR_STATE_H

#include "host.h"
#include "occlum/arena.h"
#include "occlum/supervisor.h"

struct supervisor {
  int socket;        // to Node; always descriptor 0
  int child_events;  // signalfd for SIGCHLD
  int runtime;       // the runtime's image, for execveat
  int scratch;       // the directory to remove at the end, or -1
  int report[2];     // a child's way to send its filter's listener: [here, child]
  const char *scratch_path;
  uint32_t features;   // SUPERVISOR_HAS_*
  uint32_t fd_limit;   // RLIMIT_NOFILE of guests
  long landlock;       // version of the host's Landlock, 0 without
  int pid;
  uint32_t guest_uid;  // user of the guests where we are root; the last one's, as one enclave has one
  int group;           // process group of all guests, 0 before the first
  struct reap_page *page;  // shared with Node
  bool ending;         // Node is gone, or told us to end
};

// A record from Node with its descriptors.
#define RECEIVED_FD_MAX (SUPERVISOR_FD_MAX + 3)
struct received {
  size_t size;
  int fd_count;
  int fds[RECEIVED_FD_MAX];
  bool cut;  // more than there is room for: nothing in it is whole
};

// record.c
extern _Alignas(16) char record_buffer[SUPERVISOR_RECORD_MAX];
long receive_record(int socket, struct received *received);
long send_event(int socket, const struct supervisor_event *event, int fd);
void send_event_surely(int socket, const struct supervisor_event *event, int fd);
long receive_listener(int socket);
long send_listener(int socket, int fd);

// image.c: a private copy of the runtime in memory; its file where the host refuses that.
long open_runtime(const char *path, bool *in_memory);
void allow_debugging(const struct supervisor *supervisor);

// spawn.c
void spawn(struct supervisor *supervisor, const struct received *received);

// confine.c, landlock.c: steps of a child before its exec, in this order; each gives 0 or -errno.
long confine_limits(const struct supervisor *supervisor, const struct supervisor_spawn *spawn);
long confine_identity(struct supervisor *supervisor, const struct supervisor_spawn *spawn);
long confine_privileges(void);
long confine_capabilities(void);
long confine_landlock(const struct supervisor *supervisor);
long landlock_version(void);

// filter.c: the filter on system calls. Gives the listener, 0 without one, or -errno.
struct filter_options {
  uint32_t runtime_fd;  // number of the runtime's image in a guest
  bool trap;            // trap calls from outside the trampoline page
  bool notify;          // clones of processes wait for an answer
};
long install_filter(const struct filter_options *options, bool *listener);

// guests.c: signals and ends.
// Maps the memory of the page that Node has too; closes it. 0, or -errno: then no guest may be started.
long share_reap_page(struct supervisor *supervisor, int memory);
// Whether `pid` is a guest that has not ended.
bool is_guest(int pid);
void signal_guest(const struct supervisor_command *command);
// To every guest of a process group, if there is one.
void signal_group(int group, int signal);
// Calls for every child that /proc lists, zombies among them; false where the host has no such list.
bool each_child(void (*visit)(int pid));
void kill_guests(const struct supervisor *supervisor);
// Reports guests that have ended and reaps them; false while Node's socket is full.
bool report_exits(struct supervisor *supervisor);
// Kills and reaps until there is no child left.
void end_guests(const struct supervisor *supervisor);

// restore.c: what to put right should Node die.
void remember(struct received *received);
void restore_remembered(void);

// terminal.c, listener.c: processes of ours that get signals of the host for the kernel, and write them to a pipe.
void watch_terminal(const struct supervisor *supervisor, const struct received *received);
void listen_for_descriptors(const struct supervisor *supervisor, const struct received *received);
// In such a process: it dies with the supervisor, and is of no session of anybody's.
void stand_apart(const struct supervisor *supervisor);
// Leaves nothing open but the pipe, as number 0: an open descriptor would keep its other end from seeing that all have left.
void keep_only(int pipe);

// bandwidth.c: limits of CPU time.
void bandwidth_limit(uint32_t thousandths);  // of a CPU, of all guests together
bool bandwidth_has_room(void);
void bandwidth_limit_group(int group, uint32_t thousandths);
// Does what is due; gives the nanoseconds until it is to be called again, -1 for never.
int64_t bandwidth_look(const struct supervisor *supervisor);
void bandwidth_kill_groups(void);
// The enclave itself is about to continue a guest, which it may only if that is not held here; a guest is reaped now.
bool bandwidth_may_continue(int pid);
void bandwidth_ended(int pid);

// stops.c: stops by the enclave itself.
void hear_of_stops(bool wanted);
void stop_order(int pid, uint32_t value);
void stop_forget(int pid);
bool stop_is_ordered(int pid);
// Reports guests that stand by now; false while Node's socket is full.
bool report_stops(const struct supervisor *supervisor);

// schedule.c
void schedule_guest(const struct supervisor *supervisor, const struct received *received);
// How long this thread runs before another one does that wants to; 0 for as long as others. With a short turn it goes at once before
// those that compute when it is woken, and gets no more time than they (EEVDF). Hosts before Linux 6.12 have no such thing.
#define TURN_SHORT_NS 100000  // the least that the host takes. Source: linux/kernel/sched/syscalls.c, __setparam_fair
void set_turn(uint64_t turn_ns);
// In a child: 0 or -errno.
long restrict_to_cpus(const struct supervisor_spawn *spawn);

// scratch.c
void remove_scratch(int directory, const char *path);

#endif
