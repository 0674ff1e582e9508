// The records between the kernel (Node) and its supervisor, on one SOCK_SEQPACKET socket.
//
// The supervisor starts, reaps, signals and ends every guest process of one enclave and removes the enclave's scratch
// directory, whoever of Node and the enclave ends first. It trusts Node and nobody else; guests cannot reach it.
// The addon and the supervisor include this header; TypeScript reads src/generated/arena-layout.ts.
#ifndef OCCLUM_SUPERVISOR_H
#define OCCLUM_SUPERVISOR_H

#include <stdint.h>

#define SUPERVISOR_VERSION 4
#define SUPERVISOR_RECORD_MAX 0x20000  // bytes of the longest record; longer strings cross in a memfd
#define SUPERVISOR_FD_MAX 64           // guest descriptors of one SPAWN
#define SUPERVISOR_LIMIT_COUNT 16      // RLIM_NLIMITS of the host
#define SUPERVISOR_CPU_BYTES 1024      // of a mask of 8192 CPUs, the most that Linux has

enum supervisor_type {
  // Node -> supervisor
  SUPERVISOR_SPAWN = 1,      // struct supervisor_spawn; answered by SPAWNED or SPAWN_FAILED
  SUPERVISOR_KILL = 2,       // SIGKILL to `pid`; a pid that is no living guest is passed over, here and below
  SUPERVISOR_STOP = 4,       // SIGSTOP to `pid`; STOPPED follows with the `value` of this
  SUPERVISOR_CONTINUE = 5,   // SIGCONT to `pid`
  SUPERVISOR_KILL_ALL = 6,   // SIGKILL to every guest; EXITED follows for each
  SUPERVISOR_SHUTDOWN = 7,   // ends as if Node had closed the socket: all guests, the scratch directory, then itself
  SUPERVISOR_RESTORE = 8,    // struct supervisor_restore with one descriptor: to be put right should Node die without SHUTDOWN
  SUPERVISOR_TERMINAL = 9,   // struct supervisor_command with [slave, pipe]: writes a byte to the pipe for each signal that the
                             // terminal raises, its number; first a 0, or nothing before its end where it cannot be watched
  SUPERVISOR_SCHEDULE = 10,  // struct supervisor_schedule; answered by SCHEDULED
  SUPERVISOR_LIMIT_CPU = 11, // struct supervisor_command, `value` thousandths of a CPU for all guests together, from now on

  SUPERVISOR_LISTEN = 12,    // struct supervisor_command with [pipe]: a process of its own writes a struct listener_record to the pipe for
                             // each LISTENER_SIGNAL that a descriptor raises (F_SETOWN, F_SETSIG, O_ASYNC); first one that tells its pid

  // supervisor -> Node
  SUPERVISOR_READY = 16,         // struct supervisor_event: first record of all; `flags` SUPERVISOR_HAS_*, `status` fd limit,
                                 // `step` version of Landlock, 0 for none
  SUPERVISOR_SPAWNED = 17,       // `request`, `pid`; with SPAWNED_LISTENER one descriptor, the filter's listener
  SUPERVISOR_SPAWN_FAILED = 18,  // `request`, `status` the error number, `step` which one failed
  SUPERVISOR_EXITED = 19,        // `pid`, `status` as wait4(2) gives it, and what the process used; it is reaped at once after
  SUPERVISOR_SCHEDULED = 20,     // `request`, `status` the error number or 0
  SUPERVISOR_STOPPED = 21,       // `pid`: all threads stand; `request` the `value` of STOP
};

// READY
#define SUPERVISOR_HAS_DISPATCH 1u  // Syscall User Dispatch; without it the filter traps by address
#define SUPERVISOR_HAS_LANDLOCK 2u
#define SUPERVISOR_HAS_MEMFD 4u     // the runtime is executed from a memfd; else from its file
#define SUPERVISOR_IS_ROOT 8u       // guests get a user id of their own
#define SUPERVISOR_HAS_NOTIFY 16u   // the host knows SECCOMP_RET_USER_NOTIF
#define SUPERVISOR_HAS_CHILDREN 32u // the host lists children, without which CPU time cannot be limited

// SPAWN
#define SPAWN_STRINGS_FD 1u  // the strings are in the third descriptor (a sealed or private memfd), not in the record
#define SPAWN_DEBUG 2u       // their own user may look into guests: /proc/N/maps, ptrace; no core is dumped all the same
#define SPAWN_TRAP 4u        // the filter that traps by address even where the host has Syscall User Dispatch

// SPAWNED
#define SPAWNED_LISTENER 1u     // clones wait for an answer on the descriptor of this record
#define SPAWNED_NO_LISTENER 2u  // another filter has a listener already: clones of the three exact kinds are allowed

// Limits: a row per RLIMIT_* number of the host; a soft limit of SUPERVISOR_LIMIT_KEEP leaves the row alone.
// RLIMIT_NOFILE and RLIMIT_CORE are the supervisor's own.
#define SUPERVISOR_LIMIT_KEEP (~0ul - 1)

// User and group id of the guest's host process where the supervisor is root; SUPERVISOR_ID_UNUSED picks one.
#define SUPERVISOR_ID_UNUSED 0xffffffffu

// Descriptors of the message: [control socket, doorbell, strings if SPAWN_STRINGS_FD, guest descriptors...].
struct supervisor_limit {
  uint64_t soft, hard;
};
struct supervisor_spawn {
  uint32_t type;     // SUPERVISOR_SPAWN
  uint32_t request;  // chosen by the sender, repeated in the answer
  uint32_t flags;    // SPAWN_*
  uint32_t uid, gid;
  uint32_t fd_count;           // guest descriptors
  uint32_t argument_count;     // strings of argv, then of the environment
  uint32_t environment_count;
  uint32_t strings_size;       // bytes of all of them, NUL-terminated each
  uint32_t cpu_bytes;          // of `cpus` that hold; 0: the guest runs where we do
  uint32_t cpu_share;          // thousandths of a CPU for it and all that it forks; 0: no limit but that of all guests
  uint32_t reserved;
  struct supervisor_limit limits[SUPERVISOR_LIMIT_COUNT];
  int32_t fd_target[SUPERVISOR_FD_MAX];  // number in the guest of each guest descriptor
  uint8_t cpus[SUPERVISOR_CPU_BYTES];    // the only CPUs that it runs on, as sched_setaffinity(2) takes them
  // char strings[strings_size];
};

struct supervisor_command {
  uint32_t type;
  uint32_t request;
  int32_t pid;  // host process id
  uint32_t value;
};

// What the listener of LISTEN writes: of a signal the number that the descriptor had when O_ASYNC was set, and its si_code. Signals that
// there was no room for come as LISTENER_LOST, once for all of them: a number that Node gives to none.
#define LISTENER_SIGNAL 34
#define LISTENER_LOST 0
struct listener_record {
  int32_t descriptor;  // in the first record its host process id
  int32_t code;        // POLL_*; in the first record 0
};

// A change of one thread of a guest, which the host is asked for with the guest's rights.
#define SCHEDULE_AFFINITY 1u     // `data` is a mask of `data_size` bytes
#define SCHEDULE_ATTRIBUTES 2u   // `data` is a struct sched_attr
#define SCHEDULE_NICE 3u         // `value`
#define SCHEDULE_IO_PRIORITY 4u  // `value`
struct supervisor_schedule {
  uint32_t type;
  uint32_t request;
  int32_t pid;    // host process id of the guest
  int32_t tid;    // host id of a thread, which a guest says it has; ESRCH where it is not one of that process
  uint32_t what;  // SCHEDULE_*
  int32_t value;
  uint32_t data_size;
  uint32_t reserved;
  uint8_t data[SUPERVISOR_CPU_BYTES];
};

// What lets Node signal threads of guests itself though the supervisor reaps them: memory of theirs alone (the supervisor has
// it as descriptor 1 when it starts), in which each writes its own words (docs/design/0005-interrupts.md). Node: `sending` = pid; is the pid among the last ended ones? else
// tgkill; `sending` = 0. Supervisor: the pid to the ended ones, `ended_count` + 1; while `sending` is the pid, wait; reap.
// All of it sequentially consistent, so one of the two sees the other.
#define REAP_RING 4096  // more than records of ended guests fit in the socket: what Node has not read yet is in here
struct reap_page {
  int32_t sending;       // Node: pid of a guest that it is about to signal, 0 none
  uint32_t ended_count;  // supervisor: guests it has reported as ended, one more than it has reaped at most; counts on without bound
  int32_t ended[REAP_RING];  // supervisor: their pids, the place is the count % REAP_RING
};

// What Node changed of a description that it shares with others, the user's terminal for example, as it was before.
#define RESTORE_STATUS_FLAGS 1u
#define RESTORE_TERMINAL 2u
#define SUPERVISOR_RESTORE_MAX 8
struct supervisor_restore {
  uint32_t type;
  uint32_t request;  // a later record with the same number replaces it
  uint32_t what;     // RESTORE_*; 0 forgets it
  int32_t status_flags;   // for F_SETFL
  uint8_t settings[64];   // for TCSETS: the host kernel's struct termios, 36 bytes
};

struct supervisor_event {
  uint32_t type;
  uint32_t request;
  int32_t pid;
  int32_t status;
  uint32_t flags;
  uint32_t step;  // enum supervisor_step, but for READY
  uint64_t user_us, system_us;
  uint64_t max_rss_kb;
};

enum supervisor_step {
  STEP_RECORD = 1,  // the record or its descriptors are not as they must be
  STEP_CLONE = 2,
  STEP_GROUP = 3,
  STEP_OOM = 4,
  STEP_LIMITS = 5,
  STEP_IDENTITY = 6,
  STEP_CAPABILITIES = 7,
  STEP_DEATH_SIGNAL = 8,
  STEP_DESCRIPTORS = 9,
  STEP_LANDLOCK = 10,
  STEP_FILTER = 11,
  STEP_LISTENER = 12,
  STEP_EXEC = 13,
  STEP_IMAGE = 14,  // the runtime cannot be opened; `request` is 0 and the supervisor ends
  STEP_CPUS = 15,   // the host allows none of the CPUs
};

#endif
