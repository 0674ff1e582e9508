/**
 * Kernel structs, flags and syscall rows, each described once.
 *
 * @packageDocumentation
 */

export { array, bytes, codecOf, latin1, quote, text } from './codec.js';
export type { Codec, FieldType, ValueOf } from './codec.js';
export type { ScalarKind, ScalarValue } from './scalar.js';
export { struct } from './struct.js';
export type { StructCodec, StructValue } from './struct.js';
export { showFlags, showName, unknownFlags } from './flags.js';
export type { FlagTable } from './flags.js';
export { AT_FDCWD, REGISTER_COUNT, decodeScalar, registers, showScalar } from './registers.js';
export type { ScalarArgument } from './registers.js';
export { flagsOf, inoutput, input, inputBuffer, oneOf, output, outputBuffer, scalarOf } from './argument.js';
export type {
  ArgumentKind, ArgumentValue, ArgumentValues, BufferArgument, DataArgument, InputArgument, NamedScalar, OutputArgument, PathArgument, StructInput, StructOutput,
} from './argument.js';
export { direct, kernel, local, missing, partial } from './syscall.js';
export type { DirectOptions, Handler, ResultKind, RowOptions, Support, SyscallRow, SyscallTable } from './syscall.js';
export { showArgument, showCall, showResult } from './trace.js';
export type { WrittenOutput } from './trace.js';
export {
  NAME_MAX, O_ACCMODE, PATH_MAX, OpenFlags, AtFlags, EaccessFlags, AccessMode, FileMode, DirectoryEntryType, SeekWhence, RenameFlags,
  XattrFlags, FcntlCommand, LockType, FlockOperation, MemfdFlags, SealFlags, FallocateMode, MountFlags, UmountFlags, StatxMask, InotifyMask,
} from './linux/file-flags.js';
export {
  CSIGNAL, RLIM_INFINITY, CloneFlags, WaitOptions, WaitIdType, PidfdFlags, ResourceLimit, RusageWho, PrctlOption, Capability,
} from './linux/process-flags.js';
export { MAP_TYPE, PAGE_SIZE, ProtectionFlags, MapFlags, RemapFlags, SyncFlags, Advice, FutexOperation } from './linux/memory-flags.js';
export { IPC_PRIVATE, IpcCommand, IpcFlags, MsgCommand, MsgFlags, SemCommand, SemFlags, ShmCommand, ShmFlags, ShmGetFlags, ShmMode } from './linux/ipc-flags.js';
export { SIGNAL_MAX, SIGRTMIN, Signal, SignalActionFlags, MaskChange, SignalCode, ChildCode, PollCode, IntervalTimer } from './linux/signal-flags.js';
export {
  SOCK_TYPE_MASK, AddressFamily, SocketType, MessageFlags, SocketLevel, SocketOption, ControlType, ShutdownHow,
} from './linux/socket-flags.js';
export { PollEvents, EpollEvents, EpollOperation, EventfdFlags } from './linux/poll-flags.js';
export { IoPriorityClass, IoPriorityWho, PriorityWho, SCHED_RESET_ON_FORK, SchedFlags, SchedPolicy } from './linux/sched-flags.js';
export { ClockId, TimerFlags, TimerfdFlags, SigevNotify } from './linux/time-flags.js';
export { IoctlRequest, TerminalLocalFlags, ControlCharacter } from './linux/terminal-flags.js';
export { schedAttr, schedParam } from './linux/sched.js';
export { timespec, timeval, timezone, itimerspec, itimerval, tms, utimbuf } from './linux/time.js';
export { DIRENT64_NAME, dirent64, stat, statfs, statx, statxTimestamp } from './linux/stat.js';
export { flock, inotifyEvent, iovec, openHow, pollfd, signalfdSiginfo } from './linux/file.js';
export { capabilityData, capabilityHeader, rlimit, rusage, sysinfo, utsname } from './linux/process.js';
export { kernelSigaction, sigevent, siginfo, siginfoChild, siginfoFault, siginfoPoll, siginfoSender, siginfoTimer, sigset, stackT } from './linux/signal.js';
export { SOCKADDR_MAX, cmsghdr, ifreq, linger, msghdr, sockaddr, sockaddrIn, sockaddrIn6, sockaddrNl, sockaddrUn, ucred } from './linux/socket.js';
export { ipc64Perm, msginfo, msqid64Ds, sembuf, semid64Ds, seminfo, shmInfo, shmid64Ds, shminfo64 } from './linux/ipc.js';
export { kernelTermios, winsize } from './linux/terminal.js';
export { dynamicEntry, elfHeader, programHeader } from './linux/elf.js';
