// The objects of arena.h; included by print-layout.c only.

static void print_memory(void) {
  open_object("ArenaLayout", "Where things are in an arena, in bytes, and how many there are.");
  NUMBER(version, ARENA_VERSION)
  NUMBER(size, ARENA_SIZE)
  NUMBER(process, ARENA_OFFSET_PROCESS)
  NUMBER(actions, ARENA_OFFSET_ACTIONS)
  NUMBER(releases, ARENA_OFFSET_RELEASES)
  NUMBER(commandLine, ARENA_OFFSET_COMMAND_LINE)
  NUMBER(fds, ARENA_OFFSET_FDS)
  NUMBER(slots, ARENA_OFFSET_SLOTS)
  NUMBER(buffers, ARENA_OFFSET_BUFFERS)
  NUMBER(slotCount, ARENA_SLOT_COUNT)
  NUMBER(slotSize, ARENA_SLOT_SIZE)
  NUMBER(bufferSize, ARENA_BUFFER_SIZE)
  NUMBER(fdMax, ARENA_FD_MAX)
  NUMBER(releaseRing, ARENA_RELEASE_RING)
  NUMBER(commandLineSize, ARENA_COMMAND_LINE_SIZE)
  NUMBER(signalCount, ARENA_SIGNAL_COUNT)
  NUMBER(loadStepMax, LOAD_STEP_MAX)
  NUMBER(datagramSender, sizeof(struct datagram_sender))
  NUMBER(releaseOne, RELEASE_ONE)
  NUMBER(inCallEndsByStop, IN_CALL_ENDS_BY_STOP)
  close_object();

  open_object("GuestAddress", "Fixed addresses in a guest process.");
  NUMBER(runtime, RUNTIME_ADDRESS)
  NUMBER(statusPage, STATUS_PAGE_ADDRESS)
  NUMBER(arena, ARENA_ADDRESS)
  NUMBER(vforkArenaStride, VFORK_ARENA_STRIDE)
  NUMBER(rangeHighFirst, RUNTIME_RANGE_HIGH_FIRST)
  NUMBER(rangeHighLast, RUNTIME_RANGE_HIGH_LAST)
  close_object();

  open_object("ReservedFd", "Descriptors of the runtime, counted from the host's RLIMIT_NOFILE - `count`.");
  NUMBER(count, RESERVED_FD_COUNT)
  NUMBER(runtime, RESERVED_FD_RUNTIME)
  NUMBER(control, RESERVED_FD_CONTROL)
  NUMBER(doorbell, RESERVED_FD_DOORBELL)
  NUMBER(scratch, RESERVED_FD_SCRATCH)
  NUMBER(limitMax, HOST_FD_LIMIT_MAX)
  close_object();
}

static void print_pages(void) {
  open_object("StatusPage", "Byte offsets in `struct status_page`.");
#define F(name) FIELD(status_page, name)
  F(version) F(sleeping) F(cpu) F(trace)
#undef F
  SIZE(status_page)
  close_object();

  open_object("ProcessPage", "Byte offsets in `struct process_page`.");
#define F(name) FIELD(process_page, name)
  F(version) F(pid) F(ppid) F(uid) F(euid) F(suid) F(fsuid) F(gid) F(egid) F(sgid) F(fsgid)
  F(fd_soft_limit) F(fd_high) F(dead) F(stopped) F(command_line_size) F(background) F(record_locks) F(refused) F(stack_limit) F(data_limit) F(brk_start) F(brk)
  F(environment_start) F(environment_end) F(pending_signals) F(calls) F(release_head) F(release_tail)
#undef F
  SIZE(process_page)
  close_object();

  open_object("SignalAction", "Byte offsets in `struct signal_action`.");
#define F(name) FIELD(signal_action, name)
  F(handler) F(flags) F(restorer) F(mask)
#undef F
  SIZE(signal_action)
  close_object();
}

static void print_fds(void) {
  open_object("FdEntry", "Byte offsets in `struct fd_entry`.");
#define F(name) FIELD(fd_entry, name)
  F(object) F(kind) F(flags) F(status_flags) F(reserved)
#undef F
  SIZE(fd_entry)
  close_object();

  open_object("FdKind", "What the kernel granted under a descriptor number.");
#define V(name) value("FD_", #name, (long long)(name));
  V(FD_NONE) V(FD_ANONYMOUS) V(FD_FILE) V(FD_DIRECTORY) V(FD_TERMINAL) V(FD_INET) V(FD_UNIX) V(FD_MEDIATED) V(FD_PATH) V(FD_PIPE) V(FD_DATAGRAM)
#undef V
  close_object();

  open_object("Refused", "Bits of `ProcessPage.refused`.");
#define V(name) value("REFUSED_", #name, (long long)(name));
  V(REFUSED_DESCRIPTORS) V(REFUSED_MEMORY)
#undef V
  close_object();

  open_object("FdFlag", "Flags of an fd map entry.");
#define V(name) value("FD_FLAG_", #name, (long long)(name));
  V(FD_FLAG_CLOEXEC) V(FD_FLAG_APPEND_ONLY) V(FD_FLAG_INHERITED) V(FD_FLAG_OWN)
#undef V
  close_object();
}

static void print_slot(void) {
  open_object("ThreadSlot", "Byte offsets in `struct thread_slot`.");
#define F(name) FIELD(thread_slot, name)
  F(state) F(sequence) F(tid) F(host_tid) F(pending) F(thread_state) F(cpu) F(number) F(arguments) F(result)
  F(call_flags) F(reply_flags) F(signal_mask) F(data_offset) F(data_length) F(out_length) F(object) F(object_kind)
  F(fd_wanted) F(new_object) F(new_kind) F(new_flags) F(new_object_second) F(poll_events) F(fd_target) F(in_call)
  F(user_ip) F(user_sp) F(pending_signals) F(offered_information) F(offered_signal)
#undef F
  SIZE(thread_slot)
  close_object();

  open_object("SlotState", "Values of `ThreadSlot.state`.");
#define V(name) value("SLOT_", #name, (long long)(name));
  V(SLOT_IDLE) V(SLOT_POSTED) V(SLOT_DONE) V(SLOT_WAITING)
#undef V
  close_object();

  open_object("ThreadState", "Values of `ThreadSlot.thread_state`.");
#define V(name) value("THREAD_", #name, (long long)(name));
  V(THREAD_USER) V(THREAD_RUNTIME) V(THREAD_KERNEL) V(THREAD_HOST)
#undef V
  close_object();

  open_object("Pending", "Bits of `ThreadSlot.pending`.");
#define V(name) value("PENDING_", #name, (long long)(name));
  V(PENDING_SIGNAL) V(PENDING_EXIT) V(PENDING_STOP) V(PENDING_OFFER)
#undef V
  close_object();

  open_object("Argument", "Values of `ThreadSlot.data_length` that are no length.");
#define V(name) value("ARGUMENT_", #name, (long long)(name));
  V(ARGUMENT_NULL) V(ARGUMENT_FAULT) V(ARGUMENT_LONG)
#undef V
  close_object();
}

static void print_calls(void) {
  open_object("Reply", "Bits of `ThreadSlot.reply_flags`.");
#define V(name) value("REPLY_", #name, (long long)(name));
  V(REPLY_FD) V(REPLY_FD_SECOND) V(REPLY_FD_CLOEXEC) V(REPLY_RETRY_WITH_FD) V(REPLY_POLL_FD) V(REPLY_EXEC) V(REPLY_FD_AT)
#undef V
  close_object();

  open_object("CallFlag", "Bits of `ThreadSlot.call_flags`.");
#define V(name) value("CALL_FLAG_", #name, (long long)(name));
  V(CALL_FLAG_FD_SENT) V(CALL_FLAG_POLLED) V(CALL_FLAG_RESTARTED)
#undef V
  close_object();

  open_object("KernelCall", "Values of `ThreadSlot.number` that are no syscall.");
#define V(name) value("CALL_", #name, (long long)(name));
  V(CALL_FIRST) V(CALL_HELLO) V(CALL_FORK) V(CALL_FORK_FAILED) V(CALL_THREAD) V(CALL_THREAD_FAILED) V(CALL_THREAD_EXIT)
  V(CALL_EXEC_FAILED) V(CALL_NEXT_SIGNAL) V(CALL_FATAL_SIGNAL) V(CALL_TRACE) V(CALL_DRAIN) V(CALL_FD_LOST) V(CALL_TERMINAL) V(CALL_RECEIVED_FD) V(CALL_SENDER) V(CALL_OWN)
  V(CALL_SEGMENT) V(CALL_SEGMENT_COUNT)
#undef V
  close_object();
}

static void print_control(void) {
  open_object("Control", "Types of a record on the control socket.");
#define V(name) value("CONTROL_", #name, (long long)(name));
  V(CONTROL_BOOT) V(CONTROL_FD) V(CONTROL_FORK) V(CONTROL_FD_UP) V(CONTROL_HELLO)
#undef V
  close_object();

  open_object("ControlHeader", "Byte offsets in `struct control_header`.");
#define F(name) FIELD(control_header, name)
  F(type) F(slot) F(sequence) F(count)
#undef F
  SIZE(control_header)
  close_object();

  open_object("ControlBoot", "Byte offsets in `struct control_boot`; the load steps follow it.");
#define F(name) FIELD(control_boot, name)
  F(header) F(entry) F(program_entry) F(program_headers) F(program_header_count) F(interpreter_base) F(brk_start)
  F(uid) F(euid) F(gid) F(egid) F(flags) F(path_length)
#undef F
  SIZE(control_boot)
  close_object();

  open_object("BootFlag", "Bits of `ControlBoot.flags`.");
#define V(name) value("BOOT_", #name, (long long)(name));
  V(BOOT_EXECUTABLE_STACK) V(BOOT_FIRST) V(BOOT_TRAPPED) V(BOOT_REWRITE)
#undef V
  close_object();

  open_object("LoadStep", "Byte offsets in `struct load_step`.");
#define F(name) FIELD(load_step, name)
  F(kind) F(file) F(protection) F(reserved) F(address) F(length) F(offset)
#undef F
  SIZE(load_step)
  close_object();

  open_object("LoadStepKind", "Values of `LoadStep.kind`.");
#define V(name) value("LOAD_", #name, (long long)(name));
  V(LOAD_RESERVE) V(LOAD_MAP) V(LOAD_ZERO) V(LOAD_CLEAR) V(LOAD_PROTECT) V(LOAD_IMPOSSIBLE)
#undef V
  close_object();
}

static void print_arena(void) {
  _Static_assert(sizeof(struct thread_slot) <= ARENA_SLOT_SIZE, "slot");
  _Static_assert(sizeof(struct process_page) <= ARENA_OFFSET_ACTIONS, "process page");
  _Static_assert(sizeof(struct signal_action) * ARENA_SIGNAL_COUNT <= ARENA_OFFSET_RELEASES - ARENA_OFFSET_ACTIONS, "actions");
  _Static_assert(sizeof(uint32_t) * ARENA_RELEASE_RING <= ARENA_OFFSET_COMMAND_LINE - ARENA_OFFSET_RELEASES, "releases");
  _Static_assert(ARENA_OFFSET_COMMAND_LINE + ARENA_COMMAND_LINE_SIZE <= ARENA_OFFSET_FDS, "command line");
  _Static_assert(sizeof(struct fd_entry) * ARENA_FD_MAX <= ARENA_OFFSET_SLOTS - ARENA_OFFSET_FDS, "fd map");
  _Static_assert(ARENA_SLOT_SIZE * ARENA_SLOT_COUNT <= ARENA_OFFSET_BUFFERS - ARENA_OFFSET_SLOTS, "slots");
  _Static_assert(ARENA_SIZE <= VFORK_ARENA_STRIDE, "arenas of vfork children");
  print_memory();
  print_pages();
  print_fds();
  print_slot();
  print_calls();
  print_control();
}
