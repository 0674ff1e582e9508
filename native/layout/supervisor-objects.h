// The objects of supervisor.h; included by print-layout.c only.

static void print_supervisor_records(void) {
  open_object("SupervisorSpawn", "Byte offsets in `struct supervisor_spawn`; the strings follow it.");
#define F(name) FIELD(supervisor_spawn, name)
  F(type) F(request) F(flags) F(uid) F(gid) F(fd_count) F(argument_count) F(environment_count) F(strings_size) F(cpu_bytes) F(cpu_share) F(reserved)
  F(limits) F(fd_target) F(cpus)
#undef F
  SIZE(supervisor_spawn)
  close_object();

  open_object("SupervisorCommand", "Byte offsets in `struct supervisor_command`.");
#define F(name) FIELD(supervisor_command, name)
  F(type) F(request) F(pid) F(value)
#undef F
  SIZE(supervisor_command)
  close_object();

  open_object("SupervisorSchedule", "Byte offsets in `struct supervisor_schedule`.");
#define F(name) FIELD(supervisor_schedule, name)
  F(type) F(request) F(pid) F(tid) F(what) F(value) F(data_size) F(reserved) F(data)
#undef F
  SIZE(supervisor_schedule)
  close_object();

  open_object("SupervisorRestore", "Byte offsets in `struct supervisor_restore`.");
#define F(name) FIELD(supervisor_restore, name)
  F(type) F(request) F(what) F(status_flags) F(settings)
#undef F
  SIZE(supervisor_restore)
  close_object();

  open_object("SupervisorEvent", "Byte offsets in `struct supervisor_event`.");
#define F(name) FIELD(supervisor_event, name)
  F(type) F(request) F(pid) F(status) F(flags) F(step) F(user_us) F(system_us) F(max_rss_kb)
#undef F
  SIZE(supervisor_event)
  close_object();
}

static void print_listener_record(void) {
  open_object("ListenerRecord", "Byte offsets in `struct listener_record`.");
#define F(name) FIELD(listener_record, name)
  F(descriptor) F(code)
#undef F
  SIZE(listener_record)
  close_object();
}

static void print_reap_page(void) {
  open_object("ReapPage", "Byte offsets in `struct reap_page`.");
#define F(name) FIELD(reap_page, name)
  F(sending) F(ended_count) F(ended)
#undef F
  SIZE(reap_page)
  close_object();
}

static void print_supervisor(void) {
  open_object("SupervisorLimits", "Sizes and special values of supervisor records.");
  NUMBER(version, SUPERVISOR_VERSION)
  NUMBER(recordMax, SUPERVISOR_RECORD_MAX)
  NUMBER(fdMax, SUPERVISOR_FD_MAX)
  NUMBER(limitCount, SUPERVISOR_LIMIT_COUNT)
  NUMBER(cpuBytes, SUPERVISOR_CPU_BYTES)
  NUMBER(restoreMax, SUPERVISOR_RESTORE_MAX)
  NUMBER(idUnused, SUPERVISOR_ID_UNUSED)
  NUMBER(listenerSignal, LISTENER_SIGNAL)
  NUMBER(listenerLost, LISTENER_LOST)
  fprintf(out, "  limitKeep: 0x%lxn,\n", SUPERVISOR_LIMIT_KEEP);
  close_object();

  open_object("SupervisorType", "Types of a supervisor record.");
#define V(name) value("SUPERVISOR_", #name, (long long)(name));
  V(SUPERVISOR_SPAWN) V(SUPERVISOR_KILL) V(SUPERVISOR_STOP) V(SUPERVISOR_CONTINUE)
  V(SUPERVISOR_KILL_ALL) V(SUPERVISOR_SHUTDOWN) V(SUPERVISOR_RESTORE) V(SUPERVISOR_TERMINAL) V(SUPERVISOR_SCHEDULE) V(SUPERVISOR_LIMIT_CPU) V(SUPERVISOR_LISTEN) V(SUPERVISOR_READY) V(SUPERVISOR_SPAWNED) V(SUPERVISOR_SPAWN_FAILED)
  V(SUPERVISOR_EXITED) V(SUPERVISOR_SCHEDULED) V(SUPERVISOR_STOPPED)
#undef V
  close_object();

  open_object("SupervisorFlag", "Bits of `SupervisorEvent.flags` in a `ready` record.");
#define V(name) value("SUPERVISOR_", #name, (long long)(name));
  V(SUPERVISOR_HAS_DISPATCH) V(SUPERVISOR_HAS_LANDLOCK) V(SUPERVISOR_HAS_MEMFD) V(SUPERVISOR_IS_ROOT) V(SUPERVISOR_HAS_NOTIFY) V(SUPERVISOR_HAS_CHILDREN)
#undef V
  close_object();

  open_object("SpawnFlag", "Bits of `SupervisorSpawn.flags`.");
#define V(name) value("SPAWN_", #name, (long long)(name));
  V(SPAWN_STRINGS_FD) V(SPAWN_DEBUG) V(SPAWN_TRAP)
#undef V
  close_object();

  open_object("SpawnedFlag", "Bits of `SupervisorEvent.flags` in a `spawned` record.");
#define V(name) value("SPAWNED_", #name, (long long)(name));
  V(SPAWNED_LISTENER) V(SPAWNED_NO_LISTENER)
#undef V
  close_object();

  open_object("ScheduleWhat", "Values of `SupervisorSchedule.what`.");
#define V(name) value("SCHEDULE_", #name, (long long)(name));
  V(SCHEDULE_AFFINITY) V(SCHEDULE_ATTRIBUTES) V(SCHEDULE_NICE) V(SCHEDULE_IO_PRIORITY)
#undef V
  close_object();

  open_object("RestoreFlag", "Bits of `SupervisorRestore.what`.");
#define V(name) value("RESTORE_", #name, (long long)(name));
  V(RESTORE_STATUS_FLAGS) V(RESTORE_TERMINAL)
#undef V
  close_object();

  open_object("SupervisorStep", "Values of `SupervisorEvent.step` in a `spawnFailed` record.");
#define V(name) value("STEP_", #name, (long long)(name));
  V(STEP_RECORD) V(STEP_CLONE) V(STEP_GROUP) V(STEP_OOM) V(STEP_LIMITS) V(STEP_IDENTITY) V(STEP_CAPABILITIES)
  V(STEP_DEATH_SIGNAL) V(STEP_DESCRIPTORS) V(STEP_LANDLOCK) V(STEP_FILTER) V(STEP_LISTENER) V(STEP_EXEC) V(STEP_IMAGE) V(STEP_CPUS)
#undef V
  close_object();
  print_supervisor_records();
  print_listener_record();
  print_reap_page();
}
