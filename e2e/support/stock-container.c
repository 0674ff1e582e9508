// Runs a command under what a stock container refuses: `stock-container COMMAND ARGUMENTS...`
//
// The refusals follow moby/profiles seccomp/default.json (commit 02e898b, 2026) for x86-64 and a container without added
// capabilities: what that profile does not allow is EPERM, clone3 is ENOSYS, clone with CLONE_NEW* is EPERM. That profile
// lists what is allowed; this one lists what is refused, among the numbers of Linux 6.18. As root, the capabilities are
// cut to the fourteen that Docker leaves. Without root, no_new_privs is set, which a filter then needs.
#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint32_t refused[] = {
    // Needs CAP_SYS_ADMIN there: namespaces, mounts, and what looks at the whole machine.
    SYS_bpf, SYS_fanotify_init, SYS_fsconfig, SYS_fsmount, SYS_fsopen, SYS_fspick, SYS_lookup_dcookie, SYS_mount, SYS_mount_setattr,
    SYS_move_mount, SYS_open_tree, SYS_perf_event_open, SYS_quotactl, SYS_quotactl_fd, SYS_setdomainname, SYS_sethostname, SYS_setns,
    SYS_syslog, SYS_umount2, SYS_unshare, 459 /* lsm_get_self_attr */, 460 /* lsm_set_self_attr */, 461 /* lsm_list_modules */,
    // Needs another capability that a container does not have.
    SYS_open_by_handle_at, SYS_reboot, SYS_delete_module, SYS_init_module, SYS_finit_module, SYS_acct, SYS_kcmp, SYS_pidfd_getfd,
    SYS_process_madvise, SYS_iopl, SYS_ioperm, SYS_settimeofday, SYS_clock_settime, SYS_vhangup, SYS_get_mempolicy, SYS_mbind,
    SYS_set_mempolicy, 450 /* set_mempolicy_home_node */,
    // In no list of that profile.
    SYS__sysctl, SYS_add_key, SYS_afs_syscall, SYS_create_module, SYS_get_kernel_syms, SYS_getpmsg, SYS_io_uring_enter, SYS_io_uring_register,
    SYS_io_uring_setup, SYS_kexec_file_load, SYS_kexec_load, SYS_keyctl, SYS_migrate_pages, SYS_move_pages, SYS_nfsservctl, SYS_pivot_root,
    SYS_putpmsg, SYS_query_module, SYS_request_key, SYS_security, SYS_swapoff, SYS_swapon, SYS_sysfs, SYS_tuxcall, SYS_uselib,
    SYS_userfaultfd, SYS_ustat, SYS_vserver,
};
#define REFUSED_COUNT (sizeof refused / sizeof refused[0])

static const uint32_t allowed_personalities[] = {0, 8, 0x20000, 0x20008, 0xffffffff};
static const uint32_t refused_socket_families[] = {38 /* AF_ALG */, 40 /* AF_VSOCK */};

// CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP
#define DOCKER_CAPABILITIES 0xa80425fbull
#define CLONE_NEW_MASK 0x7e020000u

static struct sock_filter program[512];
static unsigned length;

static void add(uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t value) {
  program[length++] = (struct sock_filter){code, if_true, if_false, value};
}
static void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset); }
static void answer(uint32_t action) { add(BPF_RET | BPF_K, 0, 0, action); }
static void answer_if_equal(uint32_t value, uint32_t action) {
  add(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
  answer(action);
}

static void build_filter(void) {
  const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;
  load(offsetof(struct seccomp_data, arch));
  add(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_X86_64);
  answer(SECCOMP_RET_ALLOW);  // 32-bit programs keep to a table of their own, which no test here needs
  load(offsetof(struct seccomp_data, nr));
  for (unsigned i = 0; i < REFUSED_COUNT; i++) answer_if_equal(refused[i], eperm);
  answer_if_equal(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);

  add(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_clone);
  load(offsetof(struct seccomp_data, args[0]));
  add(BPF_JMP | BPF_JSET | BPF_K, 0, 1, CLONE_NEW_MASK);
  answer(eperm);
  answer(SECCOMP_RET_ALLOW);

  const unsigned families = sizeof refused_socket_families / sizeof refused_socket_families[0];
  add(BPF_JMP | BPF_JEQ | BPF_K, 0, (uint8_t)(2 + 2 * families), SYS_socket);
  load(offsetof(struct seccomp_data, args[0]));
  for (unsigned i = 0; i < families; i++) answer_if_equal(refused_socket_families[i], eperm);
  answer(SECCOMP_RET_ALLOW);

  const unsigned personalities = sizeof allowed_personalities / sizeof allowed_personalities[0];
  add(BPF_JMP | BPF_JEQ | BPF_K, 0, (uint8_t)(2 + 2 * personalities), SYS_personality);
  load(offsetof(struct seccomp_data, args[0]));
  for (unsigned i = 0; i < personalities; i++) answer_if_equal(allowed_personalities[i], SECCOMP_RET_ALLOW);
  answer(eperm);
  answer(SECCOMP_RET_ALLOW);
}

static void fail(const char *what) {
  fprintf(stderr, "stock-container: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void limit_capabilities(void) {
  for (int capability = 0; capability <= 63; capability++) {
    if (DOCKER_CAPABILITIES >> capability & 1) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) fail("PR_CAPBSET_DROP");
  }
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {{(uint32_t)DOCKER_CAPABILITIES, (uint32_t)DOCKER_CAPABILITIES, 0}, {0, 0, 0}};
  if (syscall(SYS_capset, &header, sets) != 0) fail("capset");
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: stock-container COMMAND ARGUMENTS...\n");
    return 125;
  }
  build_filter();
  if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS");
  struct sock_fprog filter = {(unsigned short)length, program};
  // Before the capabilities go: as root, a filter needs CAP_SYS_ADMIN or no_new_privs, and Docker sets the latter no more than this.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) fail("seccomp");
  if (geteuid() == 0) limit_capabilities();
  execvp(argv[1], argv + 1);
  fail(argv[1]);
}
