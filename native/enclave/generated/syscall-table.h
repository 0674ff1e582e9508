// Written by hand in the form that the generator makes from the TypeScript table (../syscall.h).
#define SYSCALL_COUNT 442
LOCAL_RUNNER(brk)
LOCAL_RUNNER(rt_sigaction)
LOCAL_RUNNER(rt_sigprocmask)
LOCAL_RUNNER(rt_sigreturn)
LOCAL_RUNNER(pause)
LOCAL_RUNNER(getpid)
LOCAL_RUNNER(clone)
LOCAL_RUNNER(fork)
LOCAL_RUNNER(vfork)
LOCAL_RUNNER(exit)
LOCAL_RUNNER(getuid)
LOCAL_RUNNER(getgid)
LOCAL_RUNNER(geteuid)
LOCAL_RUNNER(getegid)
LOCAL_RUNNER(getppid)
LOCAL_RUNNER(getresuid)
LOCAL_RUNNER(getresgid)
LOCAL_RUNNER(rt_sigsuspend)
LOCAL_RUNNER(sigaltstack)
LOCAL_RUNNER(prctl)
LOCAL_RUNNER(arch_prctl)
LOCAL_RUNNER(gettid)
LOCAL_RUNNER(set_tid_address)
LOCAL_RUNNER(set_robust_list)
LOCAL_RUNNER(get_robust_list)
LOCAL_RUNNER(getcpu)
LOCAL_RUNNER(rseq)
LOCAL_RUNNER(clone3)
DIRECT_RUNNER(read)
DIRECT_RUNNER(write)
DIRECT_RUNNER(close)
DIRECT_RUNNER(poll)
DIRECT_RUNNER(mmap)
DIRECT_RUNNER(mprotect)
DIRECT_RUNNER(munmap)
DIRECT_RUNNER(ioctl)
DIRECT_RUNNER(readv)
DIRECT_RUNNER(writev)
DIRECT_RUNNER(pipe)
DIRECT_RUNNER(select)
DIRECT_RUNNER(mremap)
DIRECT_RUNNER(msync)
DIRECT_RUNNER(mincore)
DIRECT_RUNNER(madvise)
DIRECT_RUNNER(dup)
DIRECT_RUNNER(dup2)
DIRECT_RUNNER(nanosleep)
DIRECT_RUNNER(sendfile)
DIRECT_RUNNER(accept)
DIRECT_RUNNER(sendto)
DIRECT_RUNNER(recvfrom)
DIRECT_RUNNER(sendmsg)
DIRECT_RUNNER(recvmsg)
DIRECT_RUNNER(socketpair)
DIRECT_RUNNER(getsockopt)
DIRECT_RUNNER(fcntl)
DIRECT_RUNNER(gettimeofday)
DIRECT_RUNNER(mlock)
DIRECT_RUNNER(munlock)
DIRECT_RUNNER(time)
DIRECT_RUNNER(futex)
DIRECT_RUNNER(epoll_create)
DIRECT_RUNNER(clock_gettime)
DIRECT_RUNNER(clock_getres)
DIRECT_RUNNER(clock_nanosleep)
DIRECT_RUNNER(epoll_wait)
DIRECT_RUNNER(epoll_ctl)
DIRECT_RUNNER(pselect6)
DIRECT_RUNNER(ppoll)
DIRECT_RUNNER(splice)
DIRECT_RUNNER(tee)
DIRECT_RUNNER(epoll_pwait)
DIRECT_RUNNER(timerfd_create)
DIRECT_RUNNER(eventfd)
DIRECT_RUNNER(accept4)
DIRECT_RUNNER(eventfd2)
DIRECT_RUNNER(epoll_create1)
DIRECT_RUNNER(dup3)
DIRECT_RUNNER(pipe2)
DIRECT_RUNNER(preadv)
DIRECT_RUNNER(pwritev)
DIRECT_RUNNER(recvmmsg)
DIRECT_RUNNER(sendmmsg)
DIRECT_RUNNER(membarrier)
DIRECT_RUNNER(mlock2)
DIRECT_RUNNER(copy_file_range)
DIRECT_RUNNER(preadv2)
DIRECT_RUNNER(pwritev2)
DIRECT_RUNNER(close_range)
DIRECT_RUNNER(epoll_pwait2)
static const struct syscall_row syscall_table[SYSCALL_COUNT] = {
  [0] = CUSTOM(read, FD, OUT_BUFFER(2, 32768), INTEGER),
  [1] = CUSTOM(write, FD, IN_BUFFER(2, 32768), INTEGER),
  [2] = KERNEL(PATH, INTEGER, INTEGER),  // open
  [3] = CUSTOM(close, FD),
  [4] = KERNEL(PATH, OUT(144)),  // stat
  [5] = KERNEL(FD, OUT(144)),  // fstat
  [6] = KERNEL(PATH, OUT(144)),  // lstat
  [7] = CUSTOM(poll, INTEGER, INTEGER, INTEGER),
  [8] = DIRECT(0, 0, FD, INTEGER, INTEGER),  // lseek
  [9] = CUSTOM(mmap, INTEGER, INTEGER, INTEGER, INTEGER, FD, INTEGER),
  [10] = CUSTOM(mprotect, INTEGER, INTEGER, INTEGER),
  [11] = CUSTOM(munmap, INTEGER, INTEGER),
  [12] = LOCAL(brk, INTEGER),
  [13] = LOCAL(rt_sigaction, INTEGER, INTEGER, INTEGER, INTEGER),
  [14] = LOCAL(rt_sigprocmask, INTEGER, INTEGER, INTEGER, INTEGER),
  [15] = LOCAL(rt_sigreturn, INTEGER),
  [16] = CUSTOM(ioctl, FD, INTEGER, INTEGER),
  [17] = DIRECT(ROW_BLOCKS, 21, FD, OUT_BUFFER(2, 32768), INTEGER, INTEGER),  // pread64
  [18] = DIRECT(ROW_BLOCKS, 9, FD, IN_BUFFER(2, 32768), INTEGER, INTEGER),  // pwrite64
  [19] = CUSTOM(readv, FD, INTEGER, INTEGER),
  [20] = CUSTOM(writev, FD, INTEGER, INTEGER),
  [21] = KERNEL(PATH, INTEGER),  // access
  [22] = CUSTOM(pipe, INTEGER),
  [23] = CUSTOM(select, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [24] = DIRECT(0, 0, INTEGER),  // sched_yield
  [25] = CUSTOM(mremap, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [26] = CUSTOM(msync, INTEGER, INTEGER, INTEGER),
  [27] = CUSTOM(mincore, INTEGER, INTEGER, INTEGER),
  [28] = CUSTOM(madvise, INTEGER, INTEGER, INTEGER),
  [32] = CUSTOM(dup, FD),
  [33] = CUSTOM(dup2, FD, FD),
  [34] = LOCAL(pause, INTEGER),
  [35] = CUSTOM(nanosleep, INTEGER, INTEGER),
  [36] = KERNEL(INTEGER, OUT(32)),  // getitimer
  [37] = KERNEL(INTEGER),  // alarm
  [38] = KERNEL(INTEGER, IN(32), OUT(32)),  // setitimer
  [39] = LOCAL(getpid, INTEGER),
  [40] = CUSTOM(sendfile, FD, FD, INTEGER, INTEGER),
  [41] = KERNEL(INTEGER, INTEGER, INTEGER),  // socket
  [42] = KERNEL(FD, IN_BUFFER(2, 128), INTEGER),  // connect
  [43] = CUSTOM(accept, FD, INTEGER, INTEGER),
  [44] = CUSTOM(sendto, FD, IN_BUFFER(2, 32768), INTEGER, INTEGER, IN_BUFFER(5, 128), INTEGER),
  [45] = CUSTOM(recvfrom, FD, OUT_BUFFER(2, 32768), INTEGER, INTEGER, OUT(128), INOUT(4)),
  [46] = CUSTOM(sendmsg, FD, INTEGER, INTEGER),
  [47] = CUSTOM(recvmsg, FD, INTEGER, INTEGER),
  [48] = DIRECT(0, 88, FD, INTEGER),  // shutdown
  [49] = KERNEL(FD, IN_BUFFER(2, 128), INTEGER),  // bind
  [50] = KERNEL(FD, INTEGER),  // listen
  [51] = KERNEL(FD, OUT(128), INOUT(4)),  // getsockname
  [52] = KERNEL(FD, OUT(128), INOUT(4)),  // getpeername
  [53] = CUSTOM(socketpair, INTEGER, INTEGER, INTEGER, OUT(8)),
  [54] = KERNEL(FD, INTEGER, INTEGER, IN_BUFFER(4, 4096), INTEGER),  // setsockopt
  [55] = CUSTOM(getsockopt, FD, INTEGER, INTEGER, OUT(4096), INOUT(4)),
  [56] = LOCAL(clone, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [57] = LOCAL(fork, INTEGER),
  [58] = LOCAL(vfork, INTEGER),
  [59] = KERNEL(PATH, INTEGER, INTEGER),  // execve
  [60] = LOCAL(exit, INTEGER),
  [61] = KERNEL(INTEGER, OUT(4), INTEGER, OUT(144)),  // wait4
  [62] = KERNEL(INTEGER, INTEGER),  // kill
  [63] = KERNEL(OUT(390)),  // uname
  [72] = CUSTOM(fcntl, FD, INTEGER, INTEGER),
  [73] = KERNEL(FD, INTEGER),  // flock
  [74] = DIRECT(0, 0, FD),  // fsync
  [75] = DIRECT(0, 0, FD),  // fdatasync
  [76] = KERNEL(PATH, INTEGER),  // truncate
  [77] = DIRECT(0, 22, FD, INTEGER),  // ftruncate
  [78] = KERNEL(FD, OUT_BUFFER(2, 32768), INTEGER),  // getdents
  [79] = KERNEL(OUT_BUFFER(1, 4096), INTEGER),  // getcwd
  [80] = KERNEL(PATH),  // chdir
  [81] = KERNEL(FD),  // fchdir
  [82] = KERNEL(PATH, PATH),  // rename
  [83] = KERNEL(PATH, INTEGER),  // mkdir
  [84] = KERNEL(PATH),  // rmdir
  [85] = KERNEL(PATH, INTEGER),  // creat
  [86] = KERNEL(PATH, PATH),  // link
  [87] = KERNEL(PATH),  // unlink
  [88] = KERNEL(PATH, PATH),  // symlink
  [89] = KERNEL(PATH, OUT_BUFFER(2, 4096), INTEGER),  // readlink
  [90] = KERNEL(PATH, INTEGER),  // chmod
  [91] = KERNEL(FD, INTEGER),  // fchmod
  [92] = KERNEL(PATH, INTEGER, INTEGER),  // chown
  [93] = KERNEL(FD, INTEGER, INTEGER),  // fchown
  [94] = KERNEL(PATH, INTEGER, INTEGER),  // lchown
  [95] = KERNEL(INTEGER),  // umask
  [96] = CUSTOM(gettimeofday, INTEGER, INTEGER),
  [97] = KERNEL(INTEGER, OUT(16)),  // getrlimit
  [98] = KERNEL(INTEGER, OUT(144)),  // getrusage
  [99] = KERNEL(OUT(112)),  // sysinfo
  [100] = KERNEL(OUT(32)),  // times
  [102] = LOCAL(getuid, INTEGER),
  [104] = LOCAL(getgid, INTEGER),
  [107] = LOCAL(geteuid, INTEGER),
  [108] = LOCAL(getegid, INTEGER),
  [109] = KERNEL(INTEGER, INTEGER),  // setpgid
  [110] = LOCAL(getppid, INTEGER),
  [111] = KERNEL(INTEGER),  // getpgrp
  [112] = KERNEL(INTEGER),  // setsid
  [115] = KERNEL(INTEGER, OUT(1024)),  // getgroups
  [118] = LOCAL(getresuid, INTEGER, INTEGER, INTEGER),
  [120] = LOCAL(getresgid, INTEGER, INTEGER, INTEGER),
  [121] = KERNEL(INTEGER),  // getpgid
  [124] = KERNEL(INTEGER),  // getsid
  [127] = KERNEL(OUT(8), INTEGER),  // rt_sigpending
  [128] = KERNEL(IN(8), OUT(128), IN(16), INTEGER),  // rt_sigtimedwait
  [130] = LOCAL(rt_sigsuspend, INTEGER, INTEGER),
  [131] = LOCAL(sigaltstack, INTEGER, INTEGER),
  [137] = KERNEL(PATH, OUT(120)),  // statfs
  [138] = KERNEL(FD, OUT(120)),  // fstatfs
  [149] = CUSTOM(mlock, INTEGER, INTEGER),
  [150] = CUSTOM(munlock, INTEGER, INTEGER),
  [157] = LOCAL(prctl, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [158] = LOCAL(arch_prctl, INTEGER, INTEGER),
  [186] = LOCAL(gettid, INTEGER),
  [187] = DIRECT(0, 22, FD, INTEGER, INTEGER),  // readahead
  [200] = KERNEL(INTEGER, INTEGER),  // tkill
  [201] = CUSTOM(time, INTEGER),
  [202] = CUSTOM(futex, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [203] = KERNEL(INTEGER, IN_BUFFER(1, 1024), INTEGER),  // sched_setaffinity
  [204] = KERNEL(INTEGER, INTEGER, OUT_BUFFER(1, 1024)),  // sched_getaffinity
  [213] = CUSTOM(epoll_create, INTEGER),
  [217] = KERNEL(FD, OUT_BUFFER(2, 32768), INTEGER),  // getdents64
  [218] = LOCAL(set_tid_address, INTEGER),
  [221] = DIRECT(0, 22, FD, INTEGER, INTEGER, INTEGER),  // fadvise64
  [228] = CUSTOM(clock_gettime, INTEGER, OUT(16)),
  [229] = CUSTOM(clock_getres, INTEGER, OUT(16)),
  [230] = CUSTOM(clock_nanosleep, INTEGER, INTEGER, IN(16), OUT(16)),
  [231] = KERNEL(INTEGER),  // exit_group
  [232] = CUSTOM(epoll_wait, FD, INTEGER, INTEGER, INTEGER),
  [233] = CUSTOM(epoll_ctl, FD, INTEGER, FD, INTEGER),
  [234] = KERNEL(INTEGER, INTEGER, INTEGER),  // tgkill
  [257] = KERNEL(FD, PATH, INTEGER, INTEGER),  // openat
  [258] = KERNEL(FD, PATH, INTEGER),  // mkdirat
  [262] = KERNEL(FD, PATH, OUT(144), INTEGER),  // newfstatat
  [263] = KERNEL(FD, PATH, INTEGER),  // unlinkat
  [264] = KERNEL(FD, PATH, FD, PATH),  // renameat
  [265] = KERNEL(FD, PATH, FD, PATH, INTEGER),  // linkat
  [266] = KERNEL(PATH, FD, PATH),  // symlinkat
  [267] = KERNEL(FD, PATH, OUT_BUFFER(3, 4096), INTEGER),  // readlinkat
  [268] = KERNEL(FD, PATH, INTEGER),  // fchmodat
  [269] = KERNEL(FD, PATH, INTEGER),  // faccessat
  [270] = CUSTOM(pselect6, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [271] = CUSTOM(ppoll, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [273] = LOCAL(set_robust_list, INTEGER, INTEGER),
  [274] = LOCAL(get_robust_list, INTEGER, INTEGER, INTEGER),
  [275] = CUSTOM(splice, FD, INTEGER, FD, INTEGER, INTEGER, INTEGER),
  [276] = CUSTOM(tee, FD, FD, INTEGER, INTEGER),
  [277] = DIRECT(0, 29, FD, INTEGER, INTEGER, INTEGER),  // sync_file_range
  [280] = KERNEL(FD, PATH, IN(32), INTEGER),  // utimensat
  [281] = CUSTOM(epoll_pwait, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [283] = CUSTOM(timerfd_create, INTEGER, INTEGER),
  [284] = CUSTOM(eventfd, INTEGER),
  [285] = DIRECT(ROW_BLOCKS, 19, FD, INTEGER, INTEGER, INTEGER),  // fallocate
  [286] = DIRECT(0, 22, FD, INTEGER, INTEGER, INTEGER),  // timerfd_settime
  [287] = DIRECT(0, 22, FD, INTEGER),  // timerfd_gettime
  [288] = CUSTOM(accept4, FD, OUT(128), INOUT(4), INTEGER),
  [290] = CUSTOM(eventfd2, INTEGER, INTEGER),
  [291] = CUSTOM(epoll_create1, INTEGER),
  [292] = CUSTOM(dup3, FD, FD, INTEGER),
  [293] = CUSTOM(pipe2, INTEGER, INTEGER),
  [295] = CUSTOM(preadv, FD, INTEGER, INTEGER, INTEGER, INTEGER),
  [296] = CUSTOM(pwritev, FD, INTEGER, INTEGER, INTEGER, INTEGER),
  [299] = CUSTOM(recvmmsg, FD, INTEGER, INTEGER, INTEGER, INTEGER),
  [302] = KERNEL(INTEGER, INTEGER, IN(16), OUT(16)),  // prlimit64
  [307] = CUSTOM(sendmmsg, FD, INTEGER, INTEGER, INTEGER),
  [309] = LOCAL(getcpu, INTEGER, INTEGER),
  [316] = KERNEL(FD, PATH, FD, PATH, INTEGER),  // renameat2
  [318] = DIRECT(ROW_BLOCKS, 0, INTEGER, INTEGER, INTEGER),  // getrandom
  [322] = KERNEL(FD, PATH, INTEGER, INTEGER, INTEGER),  // execveat
  [324] = CUSTOM(membarrier, INTEGER, INTEGER, INTEGER),
  [325] = CUSTOM(mlock2, INTEGER, INTEGER, INTEGER),
  [326] = CUSTOM(copy_file_range, FD, INTEGER, FD, INTEGER, INTEGER, INTEGER),
  [327] = CUSTOM(preadv2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [328] = CUSTOM(pwritev2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
  [332] = KERNEL(FD, PATH, INTEGER, INTEGER, OUT(256)),  // statx
  [334] = LOCAL(rseq, INTEGER),
  [435] = LOCAL(clone3, INTEGER, INTEGER),
  [436] = CUSTOM(close_range, INTEGER, INTEGER, INTEGER),
  [439] = KERNEL(FD, PATH, INTEGER, INTEGER),  // faccessat2
  [441] = CUSTOM(epoll_pwait2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),
};
