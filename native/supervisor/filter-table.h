// The system calls that a guest process can make of its host; all others answer EPERM. docs/filter.md is printed from here.
//
// The rule for each row: no argument can name an object that the process does not hold already. A descriptor, an address
// of its own memory and a number that only counts name nothing; a path, a pid, a uid, a socket address do. Guests can
// make these calls with any arguments (they can jump into the runtime's trampoline), so the rule must hold for hostile
// ones: what the runtime promises does not count.
//
// Rows with conditions stand first, the hottest before the rest; the others are answered by the host's cache of numbers.
#ifndef OCCLUM_FILTER_TABLE_H
#define OCCLUM_FILTER_TABLE_H

#include "filter.h"
#include "occlum/arena.h"

#ifndef __NR_epoll_pwait2
#define __NR_epoll_pwait2 441
#endif

#define MSG_FASTOPEN_BIT 0x20000000
#define OWN_MEMORY "own memory"
#define HELD_FD "a descriptor that it holds"

static const struct filter_row filter_rows[] = {
    CHECKED(futex, "waits and wakes by address; no priority inheritance, whose words hold thread ids of the host",
            IN_BITS(1, ~0x180u, 0, 1, 3, 4, 5, 9, 10)),  // WAIT WAKE REQUEUE CMP_REQUEUE WAKE_OP WAIT_BITSET WAKE_BITSET
    CHECKED(mmap, OWN_MEMORY ", or a file that it holds; does not replace the runtime's image",
            WITHOUT(3, 0x10) /* MAP_FIXED */, OR, OUTSIDE_IMAGE(0, 1), OR, IN(0, (uint32_t)STATUS_PAGE_ADDRESS), HIGH_IN(0, STATUS_PAGE_ADDRESS >> 32), AT_MOST(1, 4096), HIGH_IN(1, 0)),
    CHECKED(munmap, OWN_MEMORY "; not the runtime's image", OUTSIDE_IMAGE(0, 1)),
    CHECKED(mprotect, OWN_MEMORY "; not the runtime's image", OUTSIDE_IMAGE(0, 1)),
    CHECKED(mremap, OWN_MEMORY "; not from or over the runtime's image",
            OUTSIDE_IMAGE(0, 1), WITHOUT(3, 2) /* MREMAP_FIXED */, OR, OUTSIDE_IMAGE(0, 1), OUTSIDE_IMAGE(4, 2)),
    CHECKED(madvise, OWN_MEMORY "; not HWPOISON and SOFT_OFFLINE, which act on the machine, nor MERGEABLE, which tells of others' pages",
            IN(2, 0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)),
    CHECKED(sendmsg, "a connected stream; an address in the message is behind a pointer, so guests hold no socket that honours one",
            WITHOUT(2, MSG_FASTOPEN_BIT)),
    CHECKED(sendmmsg, "as sendmsg", WITHOUT(3, MSG_FASTOPEN_BIT)),
    CHECKED(sendto, "as write: without an address", IS_ZERO(4), WITHOUT(3, MSG_FASTOPEN_BIT)),
    CHECKED(clock_gettime, "clocks of the machine; those of a process or thread name it by its id", AT_MOST(0, 11)),
    CHECKED(clock_getres, "as clock_gettime", AT_MOST(0, 11)),
    CHECKED(clock_nanosleep, "as clock_gettime", AT_MOST(0, 11)),
    CHECKED(fcntl, "copies and flags; no owners, signals, leases, notifications, seals or locks",
            IN(1, 0, 1, 2, 3, 1030, 1031, 1032),  // DUPFD GETFD SETFD GETFL DUPFD_CLOEXEC SETPIPE_SZ GETPIPE_SZ
            OR, IN(1, 4), WITHOUT(2, 0x2000)),    // SETFL without O_ASYNC
    CHECKED(ioctl, "settings and sizes of a terminal, bytes that wait, flags of the descriptor; no input pushed, no terminal taken, no owner",
            IN(1, 0x5401, 0x5402, 0x5403, 0x5404,                    // TCGETS TCSETS TCSETSW TCSETSF
               0x802c542a, 0x402c542b, 0x402c542c, 0x402c542d,       // TCGETS2 TCSETS2 TCSETSW2 TCSETSF2
               0x5409, 0x5425, 0x540a, 0x540b, 0x5411, 0x5413, 0x5414, // TCSBRK TCSBRKP TCXONC TCFLSH TIOCOUTQ TIOCGWINSZ TIOCSWINSZ
               0x5420, 0x80045438,                                   // TIOCPKT TIOCGPKT
               0x541b, 0x5421, 0x5450, 0x5451)),                     // FIONREAD FIONBIO FIONCLEX FIOCLEX
    CHECKED(getsockopt, "options of a socket that it holds, not who is at the other end",
            NOT_IN(1, 1), OR, IN(1, 1), NOT_IN(2, 17, 31, 59, 77)),  // SOL_SOCKET: PEERCRED PEERSEC PEERGROUPS PEERPIDFD
    CHECKED(socketpair, "two ends that nobody else has; not datagrams, which take addresses",
            IN(0, 1), IN_BITS(1, 0xf, 1, 5)),  // AF_UNIX; SOCK_STREAM SOCK_SEQPACKET
    CHECKED(pipe2, "two ends that nobody else has; not O_NOTIFICATION_PIPE", WITHOUT(1, 0x80)),
    CHECKED(timerfd_create, "a timer of its own; no alarms, which wake the machine", IN(0, 0, 1, 7)),
    CHECKED(clone, "a thread of its own", IN(0, 0x2d0f00, 0x250f00), HIGH_IN(0, 0)),
    ASKED(clone, "a process that the supervisor reaps: exactly the flags of fork or vfork, and only if the kernel prepared it",
          IN(0, 0x8011, 0xc111), HIGH_IN(0, 0)),
    CHECKED(execveat, "the runtime's image, or what the process put on its number; the path is an empty string that cannot be changed",
            RUNTIME_FD(0), IN(1, (uint32_t)RUNTIME_EMPTY_STRING), HIGH_IN(1, RUNTIME_EMPTY_STRING >> 32), IN(4, 0x1000)),  // AT_EMPTY_PATH
    CHECKED(prctl, "dispatch of its own system calls, slack of its own timers, and its death with the supervisor", IN(0, 59, 29), OR, IN(0, 1), IN(1, 9)),
    CHECKED(arch_prctl, "its own segment registers", IN(0, 0x1001, 0x1002, 0x1003)),  // SET_GS SET_FS GET_FS
    CHECKED(prlimit64, "reads its own limits; sets those that bound its own CPU time, files, stack and memory, never above the hard ones",
            IN(0, 0), IS_ZERO(2), OR, IN(0, 0), IN(1, 0, 1, 3, 8, 9)),  // CPU FSIZE STACK MEMLOCK AS
    CHECKED(membarrier, "barriers among its own threads", IN(0, 0, 8, 16, 32, 64, 128, 256)),

    ANY(read, HELD_FD),
    ANY(write, HELD_FD),
    ANY(close, HELD_FD),
    ANY(lseek, HELD_FD),
    ANY(pread64, HELD_FD),
    ANY(pwrite64, HELD_FD),
    ANY(readv, HELD_FD),
    ANY(writev, HELD_FD),
    ANY(preadv, HELD_FD),
    ANY(pwritev, HELD_FD),
    ANY(preadv2, HELD_FD),
    ANY(pwritev2, HELD_FD),
    ANY(recvfrom, HELD_FD "; the address that comes back is hidden by the runtime only"),
    ANY(recvmsg, HELD_FD "; descriptors come from whom the kernel connected it to"),
    ANY(recvmmsg, HELD_FD),
    ANY(shutdown, HELD_FD),
    ANY(accept4, "a listening socket that it holds"),
    ANY(sendfile, HELD_FD),
    ANY(splice, HELD_FD),
    ANY(tee, HELD_FD),
    ANY(copy_file_range, HELD_FD),
    ANY(readahead, HELD_FD),
    ANY(fadvise64, HELD_FD),
    ANY(fsync, HELD_FD),
    ANY(fdatasync, HELD_FD),
    ANY(sync_file_range, HELD_FD),
    ANY(ftruncate, "a file that it holds for writing"),
    ANY(fallocate, "a file that it holds for writing"),
    ANY(dup, HELD_FD),
    ANY(dup3, HELD_FD),
    ANY(close_range, HELD_FD),
    ANY(pselect6, HELD_FD),
    ANY(ppoll, HELD_FD),
    ANY(epoll_create1, "an object of its own"),
    ANY(epoll_ctl, HELD_FD),
    ANY(epoll_pwait, HELD_FD),
    ANY(epoll_pwait2, HELD_FD),
    ANY(eventfd2, "an object of its own"),
    ANY(timerfd_settime, HELD_FD),
    ANY(timerfd_gettime, HELD_FD),
    ANY(msync, OWN_MEMORY),
    ANY(mincore, OWN_MEMORY),
    ANY(mlock, OWN_MEMORY ", within its limit"),
    ANY(mlock2, OWN_MEMORY ", within its limit"),
    ANY(munlock, OWN_MEMORY),
    ANY(mlockall, OWN_MEMORY ", within its limit"),
    ANY(munlockall, OWN_MEMORY),
    ANY(rt_sigaction, "its own handlers"),
    ANY(rt_sigprocmask, "its own mask"),
    ANY(rt_sigreturn, "its own registers"),
    ANY(sigaltstack, "its own stack"),
    ANY(restart_syscall, "what the host makes of a call that a stop interrupted"),
    ANY(gettid, "an id of its own"),
    ANY(gettimeofday, "the clock; old programs call these three in the vsyscall page, which only the filter sees"),
    ANY(time, "the clock"),
    ANY(getcpu, "the CPU it runs on"),
    ANY(sched_yield, "nothing"),
    ANY(rseq, "tells the CPU it runs on in its own memory, and where its own code goes on after an interruption"),
    ANY(set_mempolicy, "from which nodes its own memory comes; CPUs and nodes are no objects, and the host's cgroup bounds them"),
    ANY(get_mempolicy, "as set_mempolicy"),
    ANY(getrandom, "nothing"),
    ANY(exit, "itself"),
    ANY(exit_group, "itself"),
};

#endif
