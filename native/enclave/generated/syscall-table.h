// Generated from the system call table by scripts/generate.ts. Do not edit.
#define SYSCALL_COUNT 453
LOCAL_RUNNER(brk)
LOCAL_RUNNER(rt_sigaction)
LOCAL_RUNNER(rt_sigprocmask)
LOCAL_RUNNER(rt_sigreturn)
LOCAL_RUNNER(shmctl)
LOCAL_RUNNER(pause)
LOCAL_RUNNER(getpid)
LOCAL_RUNNER(clone)
LOCAL_RUNNER(fork)
LOCAL_RUNNER(vfork)
LOCAL_RUNNER(exit)
LOCAL_RUNNER(semctl)
LOCAL_RUNNER(msgsnd)
LOCAL_RUNNER(msgrcv)
LOCAL_RUNNER(msgctl)
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
LOCAL_RUNNER(sched_setattr)
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
DIRECT_RUNNER(shmat)
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
DIRECT_RUNNER(shmdt)
DIRECT_RUNNER(fcntl)
DIRECT_RUNNER(gettimeofday)
DIRECT_RUNNER(mlock)
DIRECT_RUNNER(munlock)
DIRECT_RUNNER(setrlimit)
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
DIRECT_RUNNER(prlimit64)
DIRECT_RUNNER(sendmmsg)
DIRECT_RUNNER(membarrier)
DIRECT_RUNNER(mlock2)
DIRECT_RUNNER(copy_file_range)
DIRECT_RUNNER(preadv2)
DIRECT_RUNNER(pwritev2)
DIRECT_RUNNER(close_range)
DIRECT_RUNNER(epoll_pwait2)
static const struct syscall_row syscall_table[SYSCALL_COUNT] = {
  [0] = CUSTOM(read, FD, OUT_BUFFER(2, 32768), INTEGER),  // read
  [1] = CUSTOM(write, FD, IN_BUFFER(2, 32768), INTEGER),  // write
  [2] = KERNEL(PATH, INTEGER, INTEGER),  // open
  [3] = CUSTOM(close, FD),  // close
  [4] = KERNEL(PATH, OUT(144)),  // stat
  [5] = KERNEL(FD_SENT, OUT(144)),  // fstat
  [6] = KERNEL(PATH, OUT(144)),  // lstat
  [7] = CUSTOM(poll, INTEGER, INTEGER, INTEGER),  // poll
  [8] = DIRECT(0, 0, FD, INTEGER, INTEGER),  // lseek
  [9] = CUSTOM(mmap, INTEGER, INTEGER, INTEGER, INTEGER, FD, INTEGER),  // mmap
  [10] = CUSTOM(mprotect, INTEGER, INTEGER, INTEGER),  // mprotect
  [11] = CUSTOM(munmap, INTEGER, INTEGER),  // munmap
  [12] = LOCAL(brk, INTEGER),  // brk
  [13] = LOCAL(rt_sigaction, INTEGER, INTEGER, INTEGER, INTEGER),  // rt_sigaction
  [14] = LOCAL(rt_sigprocmask, INTEGER, INTEGER, INTEGER, INTEGER),  // rt_sigprocmask
  [15] = LOCAL(rt_sigreturn, INTEGER),  // rt_sigreturn
  [16] = CUSTOM(ioctl, FD, INTEGER, INOUT(0)),  // ioctl
  [17] = DIRECT(ROW_BLOCKS, 21, FD, OUT_BUFFER(2, 32768), INTEGER, INTEGER),  // pread64
  [18] = DIRECT(ROW_BLOCKS, 0, FD, IN_BUFFER(2, 32768), INTEGER, INTEGER),  // pwrite64
  [19] = CUSTOM(readv, FD, INTEGER, INTEGER),  // readv
  [20] = CUSTOM(writev, FD, INTEGER, INTEGER),  // writev
  [21] = KERNEL(PATH, INTEGER),  // access
  [22] = CUSTOM(pipe, INTEGER),  // pipe
  [23] = CUSTOM(select, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // select
  [24] = DIRECT(0, 9, INTEGER),  // sched_yield
  [25] = CUSTOM(mremap, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // mremap
  [26] = CUSTOM(msync, INTEGER, INTEGER, INTEGER),  // msync
  [27] = CUSTOM(mincore, INTEGER, INTEGER, INTEGER),  // mincore
  [28] = CUSTOM(madvise, INTEGER, INTEGER, INTEGER),  // madvise
  [29] = KERNEL(INTEGER, INTEGER, INTEGER),  // shmget
  [30] = CUSTOM(shmat, INTEGER, INTEGER, INTEGER),  // shmat
  [31] = LOCAL(shmctl, INTEGER, INTEGER, INOUT(0)),  // shmctl
  [32] = CUSTOM(dup, FD),  // dup
  [33] = CUSTOM(dup2, FD, FD),  // dup2
  [34] = LOCAL(pause, INTEGER),  // pause
  [35] = CUSTOM(nanosleep, IN(16), OUT(16)),  // nanosleep
  [36] = KERNEL(INTEGER, OUT(32)),  // getitimer
  [37] = KERNEL(INTEGER),  // alarm
  [38] = KERNEL(INTEGER, IN(32), OUT(32)),  // setitimer
  [39] = LOCAL(getpid, INTEGER),  // getpid
  [40] = CUSTOM(sendfile, FD, FD, INTEGER, INTEGER),  // sendfile
  [41] = KERNEL(INTEGER, INTEGER, INTEGER),  // socket
  [42] = KERNEL(FD_SENT, IN_BUFFER(2, 128), INTEGER),  // connect
  [43] = CUSTOM(accept, FD_SENT, OUT(128), INOUT(4)),  // accept
  [44] = CUSTOM(sendto, FD_SENT, IN_BUFFER(2, 65280), INTEGER, INTEGER, IN_BUFFER(5, 128), INTEGER),  // sendto
  [45] = CUSTOM(recvfrom, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // recvfrom
  [46] = CUSTOM(sendmsg, FD, INTEGER, INTEGER),  // sendmsg
  [47] = CUSTOM(recvmsg, FD, INTEGER, INTEGER),  // recvmsg
  [48] = DIRECT(0, 9, FD, INTEGER),  // shutdown
  [49] = KERNEL(FD_SENT, IN_BUFFER(2, 128), INTEGER),  // bind
  [50] = KERNEL(FD_SENT, INTEGER),  // listen
  [51] = KERNEL(FD_SENT, OUT(128), INOUT(4)),  // getsockname
  [52] = KERNEL(FD_SENT, OUT(128), INOUT(4)),  // getpeername
  [53] = CUSTOM(socketpair, INTEGER, INTEGER, INTEGER, INTEGER),  // socketpair
  [54] = KERNEL(FD_SENT, INTEGER, INTEGER, IN_BUFFER(4, 1024), INTEGER),  // setsockopt
  [55] = CUSTOM(getsockopt, FD_SENT, INTEGER, INTEGER, OUT(512), INOUT(4)),  // getsockopt
  [56] = LOCAL(clone, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // clone
  [57] = LOCAL(fork, INTEGER),  // fork
  [58] = LOCAL(vfork, INTEGER),  // vfork
  [59] = KERNEL(PATH, INTEGER, INTEGER),  // execve
  [60] = LOCAL(exit, INTEGER),  // exit
  [61] = KERNEL(INTEGER, OUT(4), INTEGER, OUT(144)),  // wait4
  [62] = KERNEL(INTEGER, INTEGER),  // kill
  [63] = KERNEL(OUT(390)),  // uname
  [64] = KERNEL(INTEGER, INTEGER, INTEGER),  // semget
  [65] = KERNEL(INTEGER, IN_ARRAY(2, 6, 3000), INTEGER),  // semop
  [66] = LOCAL(semctl, INTEGER, INTEGER, INTEGER, INOUT(0)),  // semctl
  [67] = CUSTOM(shmdt, INTEGER),  // shmdt
  [68] = KERNEL(INTEGER, INTEGER),  // msgget
  [69] = LOCAL(msgsnd, INTEGER, INOUT(0), INTEGER, INTEGER),  // msgsnd
  [70] = LOCAL(msgrcv, INTEGER, INOUT(0), INTEGER, INTEGER, INTEGER),  // msgrcv
  [71] = LOCAL(msgctl, INTEGER, INTEGER, INOUT(0)),  // msgctl
  [72] = CUSTOM(fcntl, FD, INTEGER, INOUT(32)),  // fcntl
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
  [96] = CUSTOM(gettimeofday, OUT(16), OUT(8)),  // gettimeofday
  [97] = KERNEL(INTEGER, OUT(16)),  // getrlimit
  [98] = KERNEL(INTEGER, OUT(144)),  // getrusage
  [99] = KERNEL(OUT(112)),  // sysinfo
  [100] = KERNEL(OUT(32)),  // times
  [101] = KERNEL(INTEGER),  // ptrace
  [102] = LOCAL(getuid, INTEGER),  // getuid
  [103] = KERNEL(INTEGER),  // syslog
  [104] = LOCAL(getgid, INTEGER),  // getgid
  [105] = KERNEL(INTEGER),  // setuid
  [106] = KERNEL(INTEGER),  // setgid
  [107] = LOCAL(geteuid, INTEGER),  // geteuid
  [108] = LOCAL(getegid, INTEGER),  // getegid
  [109] = KERNEL(INTEGER, INTEGER),  // setpgid
  [110] = LOCAL(getppid, INTEGER),  // getppid
  [111] = KERNEL(INTEGER),  // getpgrp
  [112] = KERNEL(INTEGER),  // setsid
  [113] = KERNEL(INTEGER, INTEGER),  // setreuid
  [114] = KERNEL(INTEGER, INTEGER),  // setregid
  [115] = KERNEL(INTEGER, OUT_ARRAY(0, 4, 65536)),  // getgroups
  [116] = KERNEL(INTEGER, IN_ARRAY(0, 4, 65536)),  // setgroups
  [117] = KERNEL(INTEGER, INTEGER, INTEGER),  // setresuid
  [118] = LOCAL(getresuid, INTEGER, INTEGER, INTEGER),  // getresuid
  [119] = KERNEL(INTEGER, INTEGER, INTEGER),  // setresgid
  [120] = LOCAL(getresgid, INTEGER, INTEGER, INTEGER),  // getresgid
  [121] = KERNEL(INTEGER),  // getpgid
  [122] = KERNEL(INTEGER),  // setfsuid
  [123] = KERNEL(INTEGER),  // setfsgid
  [124] = KERNEL(INTEGER),  // getsid
  [125] = KERNEL(INOUT(8), OUT(24)),  // capget
  [126] = KERNEL(INOUT(8), IN(24)),  // capset
  [127] = KERNEL(OUT_BUFFER(1, 8), INTEGER),  // rt_sigpending
  [128] = KERNEL(IN_BUFFER(3, 8), OUT(128), IN(16), INTEGER),  // rt_sigtimedwait
  [129] = KERNEL(INTEGER, INTEGER, IN(128)),  // rt_sigqueueinfo
  [130] = LOCAL(rt_sigsuspend, INTEGER, INTEGER),  // rt_sigsuspend
  [131] = LOCAL(sigaltstack, INTEGER, INTEGER),  // sigaltstack
  [132] = KERNEL(PATH, IN(16)),  // utime
  [133] = KERNEL(PATH, INTEGER, INTEGER),  // mknod
  [135] = KERNEL(INTEGER),  // personality
  [137] = KERNEL(PATH, OUT(120)),  // statfs
  [138] = KERNEL(FD, OUT(120)),  // fstatfs
  [140] = KERNEL(INTEGER, INTEGER),  // getpriority
  [141] = KERNEL(INTEGER, INTEGER, INTEGER),  // setpriority
  [142] = KERNEL(INTEGER, IN(4)),  // sched_setparam
  [143] = KERNEL(INTEGER, OUT(4)),  // sched_getparam
  [144] = KERNEL(INTEGER, INTEGER, IN(4)),  // sched_setscheduler
  [145] = KERNEL(INTEGER),  // sched_getscheduler
  [146] = KERNEL(INTEGER),  // sched_get_priority_max
  [147] = KERNEL(INTEGER),  // sched_get_priority_min
  [148] = KERNEL(INTEGER, OUT(16)),  // sched_rr_get_interval
  [149] = CUSTOM(mlock, INTEGER, INTEGER),  // mlock
  [150] = CUSTOM(munlock, INTEGER, INTEGER),  // munlock
  [153] = KERNEL(INTEGER),  // vhangup
  [155] = KERNEL(INTEGER),  // pivot_root
  [157] = LOCAL(prctl, INTEGER, INOUT(0), INTEGER, INTEGER, INTEGER),  // prctl
  [158] = LOCAL(arch_prctl, INTEGER, INTEGER),  // arch_prctl
  [159] = KERNEL(INOUT(208)),  // adjtimex
  [160] = CUSTOM(setrlimit, INTEGER, IN(16)),  // setrlimit
  [161] = KERNEL(PATH),  // chroot
  [162] = KERNEL(INTEGER),  // sync
  [163] = KERNEL(INTEGER),  // acct
  [164] = KERNEL(IN(16), IN(8)),  // settimeofday
  [165] = KERNEL(INTEGER),  // mount
  [166] = KERNEL(INTEGER),  // umount2
  [167] = KERNEL(INTEGER),  // swapon
  [168] = KERNEL(INTEGER),  // swapoff
  [169] = KERNEL(INTEGER),  // reboot
  [170] = KERNEL(INTEGER),  // sethostname
  [171] = KERNEL(INTEGER),  // setdomainname
  [172] = KERNEL(INTEGER),  // iopl
  [173] = KERNEL(INTEGER),  // ioperm
  [175] = KERNEL(INTEGER),  // init_module
  [176] = KERNEL(INTEGER),  // delete_module
  [186] = LOCAL(gettid, INTEGER),  // gettid
  [187] = DIRECT(0, 22, FD, INTEGER, INTEGER),  // readahead
  [188] = KERNEL(PATH, PATH, IN_BUFFER(3, 32768), INTEGER, INTEGER),  // setxattr
  [189] = KERNEL(PATH, PATH, IN_BUFFER(3, 32768), INTEGER, INTEGER),  // lsetxattr
  [190] = KERNEL(FD, PATH, IN_BUFFER(3, 32768), INTEGER, INTEGER),  // fsetxattr
  [191] = KERNEL(PATH, PATH, OUT_BUFFER(3, 32768), INTEGER),  // getxattr
  [192] = KERNEL(PATH, PATH, OUT_BUFFER(3, 32768), INTEGER),  // lgetxattr
  [193] = KERNEL(FD, PATH, OUT_BUFFER(3, 32768), INTEGER),  // fgetxattr
  [194] = KERNEL(PATH, OUT_BUFFER(2, 32768), INTEGER),  // listxattr
  [195] = KERNEL(PATH, OUT_BUFFER(2, 32768), INTEGER),  // llistxattr
  [196] = KERNEL(FD, OUT_BUFFER(2, 32768), INTEGER),  // flistxattr
  [197] = KERNEL(PATH, PATH),  // removexattr
  [198] = KERNEL(PATH, PATH),  // lremovexattr
  [199] = KERNEL(FD, PATH),  // fremovexattr
  [200] = KERNEL(INTEGER, INTEGER),  // tkill
  [201] = CUSTOM(time, INTEGER),  // time
  [202] = CUSTOM(futex, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // futex
  [203] = KERNEL(INTEGER, INTEGER, IN_BUFFER(1, 1024)),  // sched_setaffinity
  [204] = KERNEL(INTEGER, INTEGER, OUT_BUFFER(1, 1024)),  // sched_getaffinity
  [213] = CUSTOM(epoll_create, INTEGER),  // epoll_create
  [217] = KERNEL(FD, OUT_BUFFER(2, 32768), INTEGER),  // getdents64
  [218] = LOCAL(set_tid_address, INTEGER),  // set_tid_address
  [220] = KERNEL(INTEGER, IN_ARRAY(2, 6, 3000), INTEGER, IN(16)),  // semtimedop
  [221] = DIRECT(0, 22, FD, INTEGER, INTEGER, INTEGER),  // fadvise64
  [222] = KERNEL(INTEGER, IN(64), OUT(4)),  // timer_create
  [223] = KERNEL(INTEGER, INTEGER, IN(32), OUT(32)),  // timer_settime
  [224] = KERNEL(INTEGER, OUT(32)),  // timer_gettime
  [225] = KERNEL(INTEGER),  // timer_getoverrun
  [226] = KERNEL(INTEGER),  // timer_delete
  [227] = KERNEL(INTEGER, IN(16)),  // clock_settime
  [228] = CUSTOM(clock_gettime, INTEGER, OUT(16)),  // clock_gettime
  [229] = CUSTOM(clock_getres, INTEGER, OUT(16)),  // clock_getres
  [230] = CUSTOM(clock_nanosleep, INTEGER, INTEGER, IN(16), OUT(16)),  // clock_nanosleep
  [231] = KERNEL(INTEGER),  // exit_group
  [232] = CUSTOM(epoll_wait, FD, INTEGER, INTEGER, INTEGER),  // epoll_wait
  [233] = CUSTOM(epoll_ctl, FD, INTEGER, FD, INTEGER),  // epoll_ctl
  [234] = KERNEL(INTEGER, INTEGER, INTEGER),  // tgkill
  [235] = KERNEL(PATH, IN(32)),  // utimes
  [238] = DIRECT(0, 9, INTEGER, INTEGER, INTEGER),  // set_mempolicy
  [239] = DIRECT(0, 9, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // get_mempolicy
  [246] = KERNEL(INTEGER),  // kexec_load
  [247] = KERNEL(INTEGER, INTEGER, OUT(128), INTEGER, OUT(144)),  // waitid
  [251] = KERNEL(INTEGER, INTEGER, INTEGER),  // ioprio_set
  [252] = KERNEL(INTEGER, INTEGER),  // ioprio_get
  [253] = KERNEL(INTEGER),  // inotify_init
  [254] = KERNEL(FD, PATH, INTEGER),  // inotify_add_watch
  [255] = KERNEL(FD, INTEGER),  // inotify_rm_watch
  [257] = KERNEL(FD, PATH, INTEGER, INTEGER),  // openat
  [258] = KERNEL(FD, PATH, INTEGER),  // mkdirat
  [259] = KERNEL(FD, PATH, INTEGER, INTEGER),  // mknodat
  [260] = KERNEL(FD, PATH, INTEGER, INTEGER, INTEGER),  // fchownat
  [261] = KERNEL(FD, PATH, IN(32)),  // futimesat
  [262] = KERNEL(FD, PATH, OUT(144), INTEGER),  // newfstatat
  [263] = KERNEL(FD, PATH, INTEGER),  // unlinkat
  [264] = KERNEL(FD, PATH, FD, PATH),  // renameat
  [265] = KERNEL(FD, PATH, FD, PATH, INTEGER),  // linkat
  [266] = KERNEL(PATH, FD, PATH),  // symlinkat
  [267] = KERNEL(FD, PATH, OUT_BUFFER(3, 4096), INTEGER),  // readlinkat
  [268] = KERNEL(FD, PATH, INTEGER),  // fchmodat
  [269] = KERNEL(FD, PATH, INTEGER),  // faccessat
  [270] = CUSTOM(pselect6, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // pselect6
  [271] = CUSTOM(ppoll, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // ppoll
  [272] = KERNEL(INTEGER),  // unshare
  [273] = LOCAL(set_robust_list, INTEGER, INTEGER),  // set_robust_list
  [274] = LOCAL(get_robust_list, INTEGER, INTEGER, INTEGER),  // get_robust_list
  [275] = CUSTOM(splice, FD, INTEGER, FD, INTEGER, INTEGER, INTEGER),  // splice
  [276] = CUSTOM(tee, FD, FD, INTEGER, INTEGER),  // tee
  [277] = DIRECT(0, 29, FD, INTEGER, INTEGER, INTEGER),  // sync_file_range
  [280] = KERNEL(FD, PATH, IN(32), INTEGER),  // utimensat
  [281] = CUSTOM(epoll_pwait, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // epoll_pwait
  [282] = KERNEL(FD, IN_BUFFER(2, 8), INTEGER),  // signalfd
  [283] = CUSTOM(timerfd_create, INTEGER, INTEGER),  // timerfd_create
  [284] = CUSTOM(eventfd, INTEGER),  // eventfd
  [285] = DIRECT(ROW_BLOCKS, 19, FD, INTEGER, INTEGER, INTEGER),  // fallocate
  [286] = DIRECT(0, 22, FD, INTEGER, INTEGER, INTEGER),  // timerfd_settime
  [287] = DIRECT(0, 22, FD, INTEGER),  // timerfd_gettime
  [288] = CUSTOM(accept4, FD_SENT, OUT(128), INOUT(4), INTEGER),  // accept4
  [289] = KERNEL(FD, IN_BUFFER(2, 8), INTEGER, INTEGER),  // signalfd4
  [290] = CUSTOM(eventfd2, INTEGER, INTEGER),  // eventfd2
  [291] = CUSTOM(epoll_create1, INTEGER),  // epoll_create1
  [292] = CUSTOM(dup3, FD, FD, INTEGER),  // dup3
  [293] = CUSTOM(pipe2, INTEGER, INTEGER),  // pipe2
  [294] = KERNEL(INTEGER),  // inotify_init1
  [295] = CUSTOM(preadv, FD, INTEGER, INTEGER, INTEGER, INTEGER),  // preadv
  [296] = CUSTOM(pwritev, FD, INTEGER, INTEGER, INTEGER, INTEGER),  // pwritev
  [297] = KERNEL(INTEGER, INTEGER, INTEGER, IN(128)),  // rt_tgsigqueueinfo
  [298] = KERNEL(INTEGER),  // perf_event_open
  [299] = CUSTOM(recvmmsg, FD, INTEGER, INTEGER, INTEGER, INTEGER),  // recvmmsg
  [302] = CUSTOM(prlimit64, INTEGER, INTEGER, IN(16), OUT(16)),  // prlimit64
  [303] = KERNEL(INTEGER),  // name_to_handle_at
  [305] = KERNEL(INTEGER, INOUT(208)),  // clock_adjtime
  [306] = KERNEL(FD),  // syncfs
  [307] = CUSTOM(sendmmsg, FD, INTEGER, INTEGER, INTEGER),  // sendmmsg
  [308] = KERNEL(INTEGER),  // setns
  [309] = LOCAL(getcpu, INTEGER, INTEGER, INTEGER),  // getcpu
  [313] = KERNEL(INTEGER),  // finit_module
  [314] = LOCAL(sched_setattr, INTEGER, INOUT(0), INTEGER),  // sched_setattr
  [315] = KERNEL(INTEGER, OUT_BUFFER(2, 4096), INTEGER, INTEGER),  // sched_getattr
  [316] = KERNEL(FD, PATH, FD, PATH, INTEGER),  // renameat2
  [317] = KERNEL(INTEGER, INTEGER, INTEGER),  // seccomp
  [318] = DIRECT(ROW_BLOCKS, 9, INTEGER, INTEGER, INTEGER),  // getrandom
  [319] = KERNEL(PATH, INTEGER),  // memfd_create
  [320] = KERNEL(INTEGER),  // kexec_file_load
  [321] = KERNEL(INTEGER),  // bpf
  [322] = KERNEL(FD, PATH, INTEGER, INTEGER, INTEGER),  // execveat
  [324] = CUSTOM(membarrier, INTEGER, INTEGER, INTEGER),  // membarrier
  [325] = CUSTOM(mlock2, INTEGER, INTEGER, INTEGER),  // mlock2
  [326] = CUSTOM(copy_file_range, FD, INTEGER, FD, INTEGER, INTEGER, INTEGER),  // copy_file_range
  [327] = CUSTOM(preadv2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // preadv2
  [328] = CUSTOM(pwritev2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // pwritev2
  [332] = KERNEL(FD, PATH, INTEGER, INTEGER, OUT(256)),  // statx
  [334] = LOCAL(rseq, INTEGER, INTEGER, INTEGER, INTEGER),  // rseq
  [424] = KERNEL(FD, INTEGER, IN(128), INTEGER),  // pidfd_send_signal
  [434] = KERNEL(INTEGER, INTEGER),  // pidfd_open
  [435] = LOCAL(clone3, INTEGER, INTEGER),  // clone3
  [436] = CUSTOM(close_range, INTEGER, INTEGER, INTEGER),  // close_range
  [437] = KERNEL(FD, PATH, IN_BUFFER(3, 4096), INTEGER),  // openat2
  [439] = KERNEL(FD, PATH, INTEGER, INTEGER),  // faccessat2
  [441] = CUSTOM(epoll_pwait2, FD, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER),  // epoll_pwait2
  [452] = KERNEL(FD, PATH, INTEGER, INTEGER),  // fchmodat2
};
