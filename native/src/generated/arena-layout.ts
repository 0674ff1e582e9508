// Printed from native/include/occlum/*.h by native/layout/print-layout.c. Do not edit.

/** Where things are in an arena, in bytes, and how many there are. */
export const ArenaLayout = {
  version: 4,
  size: 0x2080000,
  process: 0,
  actions: 4096,
  releases: 8192,
  commandLine: 16384,
  fds: 0x10000,
  slots: 0x20000,
  buffers: 0x80000,
  slotCount: 512,
  slotSize: 512,
  bufferSize: 0x10000,
  fdMax: 4096,
  releaseRing: 1024,
  commandLineSize: 32768,
  signalCount: 65,
  loadStepMax: 64,
  datagramSender: 128,
  releaseOne: 0x80000000,
  inCallEndsByStop: 0x80000000,
} as const;

/** Fixed addresses in a guest process. */
export const GuestAddress = {
  runtime: 0x600000000000,
  statusPage: 0x600080000000,
  arena: 0x600100000000,
  vforkArenaStride: 0x4000000,
  rangeHighFirst: 24576,
  rangeHighLast: 24591,
} as const;

/** Descriptors of the runtime, counted from the host's RLIMIT_NOFILE - `count`. */
export const ReservedFd = {
  count: 16,
  runtime: 0,
  control: 1,
  doorbell: 2,
  scratch: 3,
  limitMax: 4096,
} as const;

/** Byte offsets in `struct status_page`. */
export const StatusPage = {
  version: 0,
  sleeping: 4,
  cpu: 8,
  trace: 12,
  size: 16,
} as const;

/** Byte offsets in `struct process_page`. */
export const ProcessPage = {
  version: 0,
  pid: 4,
  ppid: 8,
  uid: 12,
  euid: 16,
  suid: 20,
  fsuid: 24,
  gid: 28,
  egid: 32,
  sgid: 36,
  fsgid: 40,
  fd_soft_limit: 44,
  fd_high: 48,
  dead: 52,
  stopped: 56,
  command_line_size: 60,
  background: 64,
  record_locks: 68,
  refused: 72,
  stack_limit: 80,
  data_limit: 88,
  brk_start: 96,
  brk: 104,
  environment_start: 112,
  environment_end: 120,
  pending_signals: 128,
  calls: 136,
  release_head: 200,
  release_tail: 204,
  size: 208,
} as const;

/** Byte offsets in `struct signal_action`. */
export const SignalAction = {
  handler: 0,
  flags: 8,
  restorer: 16,
  mask: 24,
  size: 32,
} as const;

/** Byte offsets in `struct fd_entry`. */
export const FdEntry = {
  object: 0,
  kind: 4,
  flags: 5,
  status_flags: 6,
  reserved: 8,
  size: 16,
} as const;

/** What the kernel granted under a descriptor number. */
export const FdKind = {
  none: 0,
  anonymous: 1,
  file: 2,
  directory: 3,
  terminal: 4,
  inet: 5,
  unix: 6,
  mediated: 7,
  path: 8,
  pipe: 9,
  datagram: 10,
} as const;

/** Bits of `ProcessPage.refused`. */
export const Refused = {
  descriptors: 1,
  memory: 2,
} as const;

/** Flags of an fd map entry. */
export const FdFlag = {
  cloexec: 1,
  appendOnly: 2,
  inherited: 4,
  own: 8,
} as const;

/** Byte offsets in `struct thread_slot`. */
export const ThreadSlot = {
  state: 0,
  sequence: 4,
  tid: 8,
  host_tid: 12,
  pending: 16,
  thread_state: 20,
  cpu: 24,
  number: 28,
  arguments: 32,
  result: 80,
  call_flags: 88,
  reply_flags: 92,
  signal_mask: 96,
  data_offset: 104,
  data_length: 128,
  out_length: 152,
  object: 176,
  object_kind: 200,
  fd_wanted: 224,
  new_object: 228,
  new_kind: 232,
  new_flags: 236,
  new_object_second: 240,
  poll_events: 244,
  fd_target: 248,
  in_call: 252,
  user_ip: 256,
  user_sp: 264,
  pending_signals: 272,
  offered_information: 280,
  offered_signal: 408,
  size: 416,
} as const;

/** Values of `ThreadSlot.state`. */
export const SlotState = {
  idle: 0,
  posted: 1,
  done: 2,
  waiting: 3,
} as const;

/** Values of `ThreadSlot.thread_state`. */
export const ThreadState = {
  user: 0,
  runtime: 1,
  kernel: 2,
  host: 3,
} as const;

/** Bits of `ThreadSlot.pending`. */
export const Pending = {
  signal: 1,
  exit: 2,
  stop: 4,
  offer: 8,
} as const;

/** Values of `ThreadSlot.data_length` that are no length. */
export const Argument = {
  null: -1,
  fault: -2,
  long: -3,
} as const;

/** Bits of `ThreadSlot.reply_flags`. */
export const Reply = {
  fd: 1,
  fdSecond: 2,
  fdCloexec: 4,
  retryWithFd: 8,
  pollFd: 16,
  exec: 32,
  fdAt: 64,
} as const;

/** Bits of `ThreadSlot.call_flags`. */
export const CallFlag = {
  fdSent: 1,
  polled: 2,
  restarted: 4,
} as const;

/** Values of `ThreadSlot.number` that are no syscall. */
export const KernelCall = {
  first: 0x10000,
  hello: 0x10000,
  fork: 0x10001,
  forkFailed: 0x10002,
  thread: 0x10003,
  threadFailed: 0x10004,
  threadExit: 0x10005,
  execFailed: 0x10006,
  nextSignal: 0x10007,
  fatalSignal: 0x10008,
  trace: 0x10009,
  drain: 0x1000a,
  fdLost: 0x1000b,
  terminal: 0x1000d,
  receivedFd: 0x1000c,
  sender: 0x1000e,
  own: 0x1000f,
  segment: 0x10010,
  segmentCount: 0x10011,
} as const;

/** Types of a record on the control socket. */
export const Control = {
  boot: 1,
  fd: 2,
  fork: 3,
  fdUp: 4,
  hello: 5,
} as const;

/** Byte offsets in `struct control_header`. */
export const ControlHeader = {
  type: 0,
  slot: 4,
  sequence: 8,
  count: 12,
  size: 16,
} as const;

/** Byte offsets in `struct control_boot`; the load steps follow it. */
export const ControlBoot = {
  header: 0,
  entry: 16,
  program_entry: 24,
  program_headers: 32,
  program_header_count: 40,
  interpreter_base: 48,
  brk_start: 56,
  uid: 64,
  euid: 68,
  gid: 72,
  egid: 76,
  flags: 80,
  path_length: 84,
  size: 88,
} as const;

/** Bits of `ControlBoot.flags`. */
export const BootFlag = {
  executableStack: 1,
  first: 2,
  trapped: 4,
  rewrite: 8,
} as const;

/** Byte offsets in `struct load_step`. */
export const LoadStep = {
  kind: 0,
  file: 4,
  protection: 8,
  reserved: 12,
  address: 16,
  length: 24,
  offset: 32,
  size: 40,
} as const;

/** Values of `LoadStep.kind`. */
export const LoadStepKind = {
  reserve: 1,
  map: 2,
  zero: 3,
  clear: 4,
  protect: 5,
  impossible: 6,
} as const;

/** Sizes and special values of supervisor records. */
export const SupervisorLimits = {
  version: 4,
  recordMax: 0x20000,
  fdMax: 64,
  limitCount: 16,
  cpuBytes: 1024,
  restoreMax: 8,
  idUnused: 0xffffffff,
  listenerSignal: 34,
  listenerLost: 0,
  limitKeep: 0xfffffffffffffffen,
} as const;

/** Types of a supervisor record. */
export const SupervisorType = {
  spawn: 1,
  kill: 2,
  stop: 4,
  continue: 5,
  killAll: 6,
  shutdown: 7,
  restore: 8,
  terminal: 9,
  schedule: 10,
  limitCpu: 11,
  listen: 12,
  ready: 16,
  spawned: 17,
  spawnFailed: 18,
  exited: 19,
  scheduled: 20,
  stopped: 21,
} as const;

/** Bits of `SupervisorEvent.flags` in a `ready` record. */
export const SupervisorFlag = {
  hasDispatch: 1,
  hasLandlock: 2,
  hasMemfd: 4,
  isRoot: 8,
  hasNotify: 16,
  hasChildren: 32,
} as const;

/** Bits of `SupervisorSpawn.flags`. */
export const SpawnFlag = {
  stringsFd: 1,
  debug: 2,
  trap: 4,
} as const;

/** Bits of `SupervisorEvent.flags` in a `spawned` record. */
export const SpawnedFlag = {
  listener: 1,
  noListener: 2,
} as const;

/** Values of `SupervisorSchedule.what`. */
export const ScheduleWhat = {
  affinity: 1,
  attributes: 2,
  nice: 3,
  ioPriority: 4,
} as const;

/** Bits of `SupervisorRestore.what`. */
export const RestoreFlag = {
  statusFlags: 1,
  terminal: 2,
} as const;

/** Values of `SupervisorEvent.step` in a `spawnFailed` record. */
export const SupervisorStep = {
  record: 1,
  clone: 2,
  group: 3,
  oom: 4,
  limits: 5,
  identity: 6,
  capabilities: 7,
  deathSignal: 8,
  descriptors: 9,
  landlock: 10,
  filter: 11,
  listener: 12,
  exec: 13,
  image: 14,
  cpus: 15,
} as const;

/** Byte offsets in `struct supervisor_spawn`; the strings follow it. */
export const SupervisorSpawn = {
  type: 0,
  request: 4,
  flags: 8,
  uid: 12,
  gid: 16,
  fd_count: 20,
  argument_count: 24,
  environment_count: 28,
  strings_size: 32,
  cpu_bytes: 36,
  cpu_share: 40,
  reserved: 44,
  limits: 48,
  fd_target: 304,
  cpus: 560,
  size: 1584,
} as const;

/** Byte offsets in `struct supervisor_command`. */
export const SupervisorCommand = {
  type: 0,
  request: 4,
  pid: 8,
  value: 12,
  size: 16,
} as const;

/** Byte offsets in `struct supervisor_schedule`. */
export const SupervisorSchedule = {
  type: 0,
  request: 4,
  pid: 8,
  tid: 12,
  what: 16,
  value: 20,
  data_size: 24,
  reserved: 28,
  data: 32,
  size: 1056,
} as const;

/** Byte offsets in `struct supervisor_restore`. */
export const SupervisorRestore = {
  type: 0,
  request: 4,
  what: 8,
  status_flags: 12,
  settings: 16,
  size: 80,
} as const;

/** Byte offsets in `struct supervisor_event`. */
export const SupervisorEvent = {
  type: 0,
  request: 4,
  pid: 8,
  status: 12,
  flags: 16,
  step: 20,
  user_us: 24,
  system_us: 32,
  max_rss_kb: 40,
  size: 48,
} as const;

/** Byte offsets in `struct listener_record`. */
export const ListenerRecord = {
  descriptor: 0,
  code: 4,
  size: 8,
} as const;

/** Byte offsets in `struct reap_page`. */
export const ReapPage = {
  sending: 0,
  ended_count: 4,
  ended: 8,
  size: 16392,
} as const;
