// The memory that a LibOS process shares with the kernel, and the messages on its control socket.
//
// This header is the only description of both. The enclave runtime and the addon include it; the TypeScript kernel
// reads src/generated/arena-layout.ts, which native/layout/print-layout.c prints from this header at build time.
//
// One arena is one sealed memfd, one LibOS process. The guest can write all of it at any time: the kernel copies a
// value once, checks the copy, and keeps its own truth (which slot is in service, which objects were granted).
#ifndef OCCLUM_ARENA_H
#define OCCLUM_ARENA_H

#include <stdint.h>

// Raised with every change of this file; kernel and runtime both check it at boot.
#define ARENA_VERSION 4

// ---- Addresses in a guest process (docs/design/0001-runtime-abi.md) ----
#define RUNTIME_ADDRESS 0x600000000000ul      // the runtime's image, fixed
// An empty string: padding in the ELF header of the image. The filter lets execveat through with this path only, and lets
// nothing change the image's read-only pages, so that no other path can be there.
#define RUNTIME_EMPTY_STRING (RUNTIME_ADDRESS + 9)
#define STATUS_PAGE_ADDRESS 0x600080000000ul  // kernel status page, read-only
#define ARENA_ADDRESS 0x600100000000ul        // arena of the process
#define VFORK_ARENA_STRIDE 0x4000000ul        // a vfork child's arena lies N strides above ARENA_ADDRESS
#define RUNTIME_RANGE_HIGH_FIRST 0x6000u      // upper halves of all runtime addresses: [first, last]
#define RUNTIME_RANGE_HIGH_LAST 0x600fu

// ---- Reserved host descriptors: the highest numbers below the host's RLIMIT_NOFILE ----
#define RESERVED_FD_COUNT 16
#define RESERVED_FD_RUNTIME 0   // limit - RESERVED_FD_COUNT + 0: the runtime's own image, for execveat
#define RESERVED_FD_CONTROL 1   // control socket (SOCK_SEQPACKET)
#define RESERVED_FD_DOORBELL 2  // eventfd that wakes the kernel
#define RESERVED_FD_SCRATCH 3   // first of the numbers the runtime uses for descriptors in transit
#define HOST_FD_LIMIT_MAX 4096  // host RLIMIT_NOFILE of a guest is at most this

// ---- Sizes ----
#define ARENA_SLOT_COUNT 512
#define ARENA_SLOT_SIZE 512
#define ARENA_BUFFER_SIZE 0x10000
#define ARENA_FD_MAX 4096
#define ARENA_RELEASE_RING 1024

#define ARENA_OFFSET_PROCESS 0x0
#define ARENA_OFFSET_ACTIONS 0x1000
#define ARENA_OFFSET_RELEASES 0x2000
#define ARENA_OFFSET_COMMAND_LINE 0x4000  // argv strings as execve got them, NUL-terminated each, cut at 32 KiB
#define ARENA_COMMAND_LINE_SIZE 0x8000
#define ARENA_OFFSET_FDS 0x10000
#define ARENA_OFFSET_SLOTS 0x20000
#define ARENA_OFFSET_BUFFERS 0x80000
#define ARENA_SIZE (ARENA_OFFSET_BUFFERS + (uint64_t)ARENA_SLOT_COUNT * ARENA_BUFFER_SIZE)

// ---- Kernel status page: one a Node process, written by the kernel, sealed against guests ----
struct status_page {
  uint32_t version;   // ARENA_VERSION
  uint32_t sleeping;  // 1: ring the doorbell after posting a call
  uint32_t cpu;       // CPU the kernel thread last ran on
  uint32_t trace;     // 1: report local and direct calls too (CALL_TRACE)
};

// ---- Process page ----
struct process_page {
  uint32_t version;
  uint32_t pid;  // LibOS ids; written by the kernel, read by local calls
  uint32_t ppid;
  uint32_t uid, euid, suid, fsuid;
  uint32_t gid, egid, sgid, fsgid;
  uint32_t fd_soft_limit;  // RLIMIT_NOFILE of the guest; the runtime answers EMFILE above it
  uint32_t fd_high;        // one more than the highest number in the fd map; written by the runtime
  uint32_t dead;           // 1: the process is over, make no further kernel call
  uint32_t stopped;        // odd while job control has it stopped; counted on with each stop and continuation
  uint32_t command_line_size;
  uint32_t background;     // 1: not in the foreground group of its terminal: CALL_TERMINAL comes before it reads or writes one
  uint32_t record_locks;   // 1: it has set a POSIX record lock: closed duplicates are told too, as RELEASE_ONE; written by the kernel
  uint32_t refused;        // REFUSED_*: what its limits kept it from; told to people only, since the guest can write it
  uint32_t unused;
  uint64_t stack_limit;    // RLIMIT_STACK, bytes
  uint64_t data_limit;     // RLIMIT_DATA, bytes; ~0 is unlimited
  uint64_t brk_start;      // first address after the program's data; 0 before the image is loaded
  uint64_t brk;            // current break
  uint64_t environment_start, environment_end;  // guest addresses, for /proc/N/environ
  uint64_t pending_signals;                     // process-wide pending set, a hint: bit N-1 is signal N
  uint64_t calls[ARENA_SLOT_COUNT / 64];        // bit per slot: a kernel call was posted
  uint32_t release_head, release_tail;          // ring of released object ids; head by the runtime, tail by the kernel;
                                                // both count on without bound, the place is the count % ARENA_RELEASE_RING
};

// An entry of that ring: an object id, or with this bit an object that had one of its numbers closed and has others.
#define RELEASE_ONE 0x80000000u

struct signal_action {
  uint64_t handler;  // SIG_DFL 0, SIG_IGN 1, or an address
  uint64_t flags;    // SA_*
  uint64_t restorer;
  uint64_t mask;
};
#define ARENA_SIGNAL_COUNT 65

// ---- The fd map: what the kernel granted under a number ----
enum fd_kind {
  FD_NONE = 0,       // number not in use
  FD_ANONYMOUS = 1,  // pipe, eventfd, timerfd, epoll...: made by a direct call, unknown to the kernel
  FD_FILE = 2,       // regular file or harmless device of the host: data path direct, fstat by the kernel
  FD_DIRECTORY = 3,  // a placeholder; reads are EISDIR
  FD_TERMINAL = 4,
  FD_INET = 5,       // socket of the host's network
  FD_UNIX = 6,       // AF_UNIX socket
  FD_MEDIATED = 7,   // reads and writes are kernel calls
  FD_PATH = 8,       // O_PATH: a placeholder; reads and writes are EBADF
  FD_PIPE = 9,       // pipe or FIFO known to the kernel (stdio of the host, or opened by name)
  FD_DATAGRAM = 10,  // datagram socket whose names are the LibOS's: sends are kernel calls, what arrives has its sender in front
};
#define FD_FLAG_CLOEXEC 1
#define FD_FLAG_APPEND_ONLY 2  // O_APPEND may not be taken off
#define FD_FLAG_INHERITED 4    // a description of the embedding program: F_SETFL is virtual
#define FD_FLAG_OWN 8          // FD_MEDIATED that is ready for its holder's own sake: each process has a host object of its own (CALL_OWN)

struct fd_entry {
  uint32_t object;  // id granted by the kernel, 0 for FD_ANONYMOUS
  uint8_t kind;     // enum fd_kind
  uint8_t flags;    // FD_FLAG_*
  uint16_t status_flags;  // virtual O_NONBLOCK etc. where FD_FLAG_INHERITED
  uint64_t reserved;
};

// What stands before each datagram of an FD_DATAGRAM.
struct datagram_sender {
  uint32_t size;      // bytes of the address; 0 for a sender without a name
  uint8_t address[124];  // a sockaddr
};

// ---- Thread slot ----
enum slot_state {
  SLOT_IDLE = 0,
  SLOT_POSTED = 1,   // a call waits for the kernel
  SLOT_DONE = 2,     // result is there
  SLOT_WAITING = 3,  // posted, and the thread sleeps on `state`: the kernel wakes the futex
};
enum thread_state { THREAD_USER = 0, THREAD_RUNTIME = 1, THREAD_KERNEL = 2, THREAD_HOST = 3 };

#define PENDING_SIGNAL 1u  // a deliverable signal may be there: ask CALL_NEXT_SIGNAL
#define PENDING_EXIT 2u    // the process is over: exit the host process
#define PENDING_STOP 4u
#define PENDING_OFFER 8u   // a signal may lie in the slot: take that, or ask as with PENDING_SIGNAL

#define ARGUMENT_NULL (-1)   // pointer argument was NULL
#define ARGUMENT_FAULT (-2)  // pointer argument was not readable: the handler returns EFAULT where Linux would
#define ARGUMENT_LONG (-3)   // path not terminated within PATH_MAX: ENAMETOOLONG where Linux would

// Reply flags
#define REPLY_FD 1u            // one descriptor follows on the control socket: install it, its number is the result
#define REPLY_FD_SECOND 2u     // a second one follows; its number goes to the out argument as int[1], the first to int[0]
#define REPLY_FD_CLOEXEC 4u
#define REPLY_RETRY_WITH_FD 8u // send the descriptor of argument `fd_wanted` upward and post the call again
#define REPLY_POLL_FD 16u      // wait until `poll_events` on argument 0's descriptor, then post the call again with CALL_FLAG_POLLED
#define REPLY_EXEC 32u         // do the exec that was prepared; a script's arguments lie at the start of the slot's buffer
#define REPLY_FD_AT 64u        // install at number `fd_target` (dup3 semantics)

// Call flags
#define CALL_FLAG_FD_SENT 1u   // the descriptor of argument `fd_wanted` is on the control socket
#define CALL_FLAG_POLLED 2u
#define CALL_FLAG_RESTARTED 4u // the same call again after a signal without effect

// The call gives EINTR when the process was stopped and goes on, where what the host waits in would not end: it is interrupted then.
#define IN_CALL_ENDS_BY_STOP 0x80000000u

struct thread_slot {
  uint32_t state;        // enum slot_state; futex
  uint32_t sequence;     // of the call, counted by the runtime
  uint32_t tid;          // LibOS thread id, written by the kernel
  uint32_t host_tid;     // claimed by the runtime; used only in tgkill with a verified process id
  uint32_t pending;      // PENDING_*; a hint
  uint32_t thread_state; // enum thread_state
  uint32_t cpu;          // CPU of the caller
  uint32_t number;       // syscall number or CALL_*
  uint64_t arguments[6];
  int64_t result;
  uint32_t call_flags;   // CALL_FLAG_*
  uint32_t reply_flags;  // REPLY_*
  uint64_t signal_mask;  // blocked signals of the thread, bit N-1 is signal N; written by the runtime
  uint32_t data_offset[6];  // pointer arguments: where in this slot's buffer
  int32_t data_length[6];   // bytes copied in, or room for an out argument, or ARGUMENT_*
  uint32_t out_length[6];   // bytes the kernel wrote and the runtime copies out
  uint32_t object[6];       // fd arguments: object id from the fd map
  uint32_t object_kind[6];  // fd arguments: enum fd_kind
  uint32_t fd_wanted;       // REPLY_RETRY_WITH_FD: index of the argument, or 6 + the number of a descriptor (for /proc/self/fd/N)
  uint32_t new_object;      // REPLY_FD: object id, kind and flags of the new descriptor
  uint32_t new_kind;
  uint32_t new_flags;
  uint32_t new_object_second;
  uint32_t poll_events;
  uint32_t fd_target;
  uint32_t in_call;         // syscall number a call blocks in on the host + 1, 0 if none; and IN_CALL_ENDS_BY_STOP
  uint64_t user_ip, user_sp; // at the last LibOS entry, for diagnosis
  uint64_t pending_signals;  // pending set of this thread alone, a hint as that of the process page
  uint8_t offered_information[128];  // siginfo_t of the signal that the next word offers
  uint32_t offered_signal;   // a signal that the thread may take without a call: its number in the low 8 bits, above it a count;
                             // who changes the word to 0, thread or kernel, has the signal
};

// ---- Kernel calls that are no syscall ----
#define CALL_FIRST 0x10000
#define REFUSED_DESCRIPTORS 1u  // EMFILE
#define REFUSED_MEMORY 2u       // ENOMEM

#define CALL_HELLO 0x10000        // first call of a new image or a fork child: arguments: ARENA_VERSION, 0 boot / 1 fork / 2 vfork
#define CALL_FORK 0x10001         // prepare a fork or vfork: (clone flags, exit signal) -> child pid; CONTROL_FORK message follows
#define CALL_FORK_FAILED 0x10002  // (child pid, errno): the host refused the clone
#define CALL_THREAD 0x10003       // prepare a thread: (clone flags) -> tid; new_object is its slot index
#define CALL_THREAD_FAILED 0x10004
#define CALL_THREAD_EXIT 0x10005  // (status): the calling thread ends; no reply is waited for
#define CALL_EXEC_FAILED 0x10006  // (errno): the host refused the execveat
#define CALL_NEXT_SIGNAL 0x10007  // (mask): takes the next deliverable signal; data 1: siginfo, 128 bytes; result signal number or 0
#define CALL_FATAL_SIGNAL 0x10008 // (signal, si_code, address): a fault without a handler
#define CALL_TRACE 0x10009        // (number, result, first four arguments): a local or direct call that was made
#define CALL_DRAIN 0x1000a        // the release ring is full
#define CALL_FD_LOST 0x1000b      // (object): a granted descriptor could not be installed (EMFILE)
#define CALL_TERMINAL 0x1000d     // (fd, 0 read / 1 write) of a process in the background: 0 goes on; -EIO; -512 after SIGTTIN or SIGTTOU
#define CALL_SENDER 0x1000e       // (host pid): who sent a message with SCM_CREDENTIALS: its LibOS pid, 0 for nobody here; uid and gid in new_kind, new_flags
#define CALL_OWN 0x1000f          // (fd, FD_FLAG_CLOEXEC or 0): puts a host object of the caller's own behind an FD_FLAG_OWN that it inherited or received
#define CALL_RECEIVED_FD 0x1000c  // an SCM_RIGHTS descriptor arrived: its object id by host identity; descriptor sent upward
#define CALL_SEGMENT 0x10010      // attach shared memory: (shmid, shmflg) -> bytes to map; new_object names the segment, CONTROL_FD follows
#define CALL_SEGMENT_COUNT 0x10011 // (segment, change): the process has so many mappings of it more, or fewer

// ---- Messages on the control socket; each is one SEQPACKET record ----
enum control_type {
  CONTROL_BOOT = 1,   // kernel -> runtime: descriptors [arena, status page, program, interpreter?]; struct control_boot + steps
  CONTROL_FD = 2,     // kernel -> runtime: one descriptor that a reply announces
  CONTROL_FORK = 3,   // kernel -> runtime: descriptors [arena, doorbell, control socket] of the child
  CONTROL_FD_UP = 4,  // runtime -> kernel: one descriptor that a call announces
  CONTROL_HELLO = 5,  // runtime -> kernel: sender's host pid by SCM_CREDENTIALS
};

struct control_header {
  uint32_t type;      // enum control_type
  uint32_t slot;      // slot the message belongs to
  uint32_t sequence;  // call it belongs to
  uint32_t count;     // CONTROL_BOOT: number of load steps
};

// How an image is mapped, decided by the kernel from the ELF headers; the runtime only carries it out.
enum load_step_kind {
  LOAD_RESERVE = 1,  // mmap PROT_NONE, MAP_FIXED_NOREPLACE
  LOAD_MAP = 2,      // mmap of a descriptor over it, MAP_FIXED
  LOAD_ZERO = 3,     // mmap of anonymous memory over it, MAP_FIXED
  LOAD_CLEAR = 4,    // fill [address, address + length), at most a page, with zeros
  LOAD_PROTECT = 5,
  LOAD_IMPOSSIBLE = 6,  // this image cannot be mapped: the process ends as it does where any other step fails
};
struct load_step {
  uint32_t kind;
  uint32_t file;        // 0 program, 1 interpreter
  uint32_t protection;  // PROT_*
  uint32_t reserved;
  uint64_t address;
  uint64_t length;
  uint64_t offset;
};
#define LOAD_STEP_MAX 64

struct control_boot {
  struct control_header header;
  uint64_t entry;           // first instruction: the interpreter's, or the program's
  uint64_t program_entry;   // AT_ENTRY
  uint64_t program_headers; // AT_PHDR
  uint64_t program_header_count;
  uint64_t interpreter_base; // AT_BASE, 0 without one
  uint64_t brk_start;
  uint32_t uid, euid, gid, egid;
  uint32_t flags;           // BOOT_*
  uint32_t path_length;     // AT_EXECFN: guest path, follows the steps, NUL-terminated
  // struct load_step steps[header.count]; char path[path_length + 1]
};
#define BOOT_EXECUTABLE_STACK 1u
#define BOOT_FIRST 2u  // a new process from outside, not an exec of a guest
#define BOOT_TRAPPED 4u  // the filter traps calls by address: leave Syscall User Dispatch off
#define BOOT_REWRITE 8u  // rewrite hot call sites of this image

#endif
