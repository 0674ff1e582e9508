// System V shared memory: ids and keys, attaching and detaching, what counts as attached, who may do what.
#include <sys/mman.h>
#include <sys/shm.h>

#include "show.h"

#define BAD ((void *)1)
#define PAGE 4096ul

static int made;

static struct shmid_ds status_of(int id) {
  struct shmid_ds status = {0};
  if (shmctl(id, IPC_STAT, &status) < 0) printf("IPC_STAT: %s\n", strerrorname_np(errno));
  return status;
}

static void show_attached(const char *what, int id) { printf("%s: attached %lu\n", what, status_of(id).shm_nattch); }

// An address where nothing is.
static char *hole(size_t bytes) {
  char *address = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(address, bytes);
  return address;
}

static void show_address(const char *what, void *address, char *wanted) {
  if (address == (void *)-1) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: %s\n", what, address == wanted ? "there" : "elsewhere");
}

static void keys(key_t key) {
  SHOW(shmget(key, 100, 0600));
  SHOW(shmget(key, 0, IPC_CREAT | 0600));
  SHOW(shmget(key, -1, IPC_CREAT | 0600));
  int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640);
  printf("made: %d\n", id >= 0);
  SHOW(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600));
  SHOW(shmget(key, 5001, IPC_CREAT));
  SHOW(shmget(key, 5001, IPC_CREAT | IPC_EXCL));
  SHOW(shmget(key, 5000, 0) == id);
  SHOW(shmget(key, 0, 0) == id);
  SHOW(shmget(key, 1, 0777) == id || errno == EACCES);
  struct shmid_ds status = status_of(id);
  printf("key %d mode %o size %zu attached %lu times %d %d %d pids %d %d owner %d %d %d %d\n", status.shm_perm.__key == key,
         status.shm_perm.mode, status.shm_segsz, status.shm_nattch, status.shm_atime != 0, status.shm_dtime != 0, status.shm_ctime != 0,
         status.shm_cpid == getpid(), status.shm_lpid, status.shm_perm.uid == geteuid(), status.shm_perm.gid == getegid(),
         status.shm_perm.cuid == geteuid(), status.shm_perm.cgid == getegid());
  SHOW(shmctl(id, IPC_RMID, NULL));
  SHOW(shmctl(id, IPC_RMID, NULL));
  SHOW(shmget(key, 0, 0));
  int again = shmget(key, 1, IPC_CREAT | 0600);
  printf("another id: %d\n", again != id);
  SHOW(shmctl(id, IPC_STAT, BAD));
  SHOW(shmctl(again, IPC_RMID, NULL));
}

static void commands(int id) {
  struct shmid_ds status;
  struct shminfo limits;
  SHOW(shmctl(-1, IPC_STAT, &status));
  SHOW(shmctl(id, 99, &status));
  SHOW(shmctl(id, -1, &status));
  SHOW(shmctl(id, IPC_STAT, BAD));
  SHOW(shmctl(id, IPC_STAT, NULL));
  SHOW(shmctl(id, IPC_SET, BAD));
  SHOW(shmctl(0x7fffffff, IPC_SET, BAD));
  SHOW(shmctl(0x7ffffff0, IPC_STAT, &status));
  SHOW(shmctl(0, IPC_INFO, (void *)&limits) >= 0);
  SHOW(shmctl(0, IPC_INFO, BAD));
  printf("limits: %lu %lu %d\n", limits.shmmin, limits.shmmax, limits.shmmni > 1 && limits.shmall > 0 && limits.shmseg == limits.shmmni);
  struct shm_info usage;
  SHOW(shmctl(0, SHM_INFO, (void *)&usage) >= 0);
  printf("usage: %d %d\n", usage.used_ids >= 1, usage.shm_tot >= 2);
  int top = shmctl(0, SHM_INFO, (void *)&usage), found = 0;
  for (int i = 0; i <= top; i++) {
    found += shmctl(i, SHM_STAT, &status) == id;
    found += shmctl(i, SHM_STAT_ANY, &status) == id;
  }
  printf("found by index: %d\n", found);
  SHOW(shmctl(32000, SHM_STAT, &status));
  status = status_of(id);
  status.shm_perm.mode = 07654;
  status.shm_perm.uid = -1;
  SHOW(shmctl(id, IPC_SET, &status));
  status.shm_perm.uid = geteuid();
  SHOW(shmctl(id, IPC_SET, &status));
  printf("mode %o\n", status_of(id).shm_perm.mode);
  status.shm_perm.mode = 0600;
  SHOW(shmctl(id, IPC_SET, &status));
  SHOW(shmctl(id, SHM_UNLOCK, NULL));
}

static void addresses(int id) {
  struct shmid_ds status;
  SHOW((long)shmat(-1, NULL, 0));
  SHOW((long)shmat(0x7ffffff0, NULL, 0));
  SHOW((long)shmat(id, NULL, SHM_REMAP));
  SHOW((long)shmat(id, BAD, 0));
  SHOW((long)shmat(id, BAD, SHM_RND | SHM_REMAP));
  char *first = shmat(id, NULL, 0);
  memset(first, 'x', 8192);
  status = status_of(id);
  printf("attached %lu times %d %d pid %d\n", status.shm_nattch, status.shm_atime != 0, status.shm_dtime != 0, status.shm_lpid == getpid());
  char *free_place = hole(16 * PAGE);
  show_address("given", shmat(id, free_place, 0), free_place);
  show_address("taken", shmat(id, free_place, 0), free_place);
  show_address("half taken", shmat(id, free_place + PAGE, 0), free_place + PAGE);
  show_address("odd", shmat(id, free_place + 4 * PAGE + 5, 0), free_place);
  show_address("odd, rounded", shmat(id, free_place + 4 * PAGE + 5, SHM_RND), free_place + 4 * PAGE);
  printf("same bytes: %c %c\n", free_place[0], free_place[4 * PAGE + 5]);
  show_attached("three", id);
  mmap(free_place + 8 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show_address("over a mapping", shmat(id, free_place + 8 * PAGE, 0), free_place + 8 * PAGE);
  show_address("over a mapping, remap", shmat(id, free_place + 8 * PAGE, SHM_REMAP), free_place + 8 * PAGE);
  show_address("over itself, remap", shmat(id, free_place + 8 * PAGE, SHM_REMAP), free_place + 8 * PAGE);
  show_attached("four", id);
  free_place[8 * PAGE] = 'y';
  printf("seen: %c\n", first[0]);
  SHOW(shmdt(free_place + 8 * PAGE));
  SHOW(shmdt(free_place + 8 * PAGE));
  SHOW(shmdt(free_place + 4 * PAGE));
  SHOW(shmdt(free_place + 1));
  SHOW(shmdt(free_place + PAGE));
  SHOW(shmdt(NULL));
  SHOW(shmdt(free_place));
  status = status_of(id);
  printf("attached %lu dtime %d\n", status.shm_nattch, status.shm_dtime != 0);
  SHOW(shmdt(first));
}

static volatile char *target;

static void write_it(void) { *target = 'z'; }

static void protections(int id) {
  char *address = shmat(id, NULL, SHM_RDONLY);
  printf("read: %c\n", address[0]);
  SHOW(mprotect(address, PAGE, PROT_READ | PROT_WRITE));
  target = address;
  in_child("write to read-only", write_it);
  SHOW(shmdt(address));
  SHOW((long)(address = shmat(id, NULL, SHM_EXEC)) > 0);
  if (address != (char *)-1) shmdt(address);
  int executable = shmget(IPC_PRIVATE, 1, 0700);
  address = shmat(executable, NULL, SHM_EXEC);
  memcpy(address, "\xb8\x2a\0\0\0\xc3", 6);
  printf("executed: %d\n", ((int (*)(void))(void *)address)());
  SHOW(shmctl(executable, IPC_RMID, NULL));
  SHOW(shmdt(address));
}

// Mappings are counted, also those that munmap, mmap and mremap make or take away.
static void pieces(int id) {
  char *address = shmat(id, NULL, 0);
  SHOW(munmap(address, PAGE));
  show_attached("the first page less", id);
  SHOW(shmdt(address));
  show_attached("and the rest", id);
  int large = shmget(IPC_PRIVATE, 5 * PAGE, 0600);
  address = shmat(large, NULL, 0);
  SHOW(munmap(address + 2 * PAGE, 1));
  show_attached("a hole in the middle", large);
  mmap(address + 4 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show_attached("another mapping at the end", large);
  SHOW(shmdt(address));
  show_attached("all of it", large);
  printf("what is no part of it: %d\n", address[4 * PAGE]);
  munmap(address + 4 * PAGE, PAGE);
  address = shmat(large, NULL, 0);
  strcpy(address + 3 * PAGE, "moved");
  char *place = hole(8 * PAGE);
  SHOW(mremap(address, 5 * PAGE, 5 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
  show_attached("moved", large);
  printf("%s\n", place + 3 * PAGE);
  SHOW(shmdt(address));
  SHOW(shmdt(place));
  show_attached("none", large);
  address = shmat(large, NULL, 0);
  SHOW(shmctl(large, IPC_RMID, NULL));
  SHOW(munmap(address, 5 * PAGE));
  SHOW(shmctl(large, IPC_STAT, &(struct shmid_ds){0}));
}

static void sleep_for_ever(void) { pause(); }

static void processes(int id) {
  int status;
  char *address = shmat(id, NULL, 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    show_attached("child", id);
    address[0] = 'c';
    SHOW(shmdt(address));
    show_attached("child detached", id);
    fflush(stdout);
    shmat(id, NULL, 0);
    shmat(id, NULL, 0);
    _exit(0);
  }
  waitpid(child, &status, 0);
  printf("from the child: %c\n", address[0]);
  show_attached("child ended", id);
  printf("last: %d\n", status_of(id).shm_lpid == child);
  child = fork();
  if (child == 0) sleep_for_ever();
  UNTIL(status_of(id).shm_nattch == 2);
  show_attached("child waits", id);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  show_attached("child killed", id);
  int to_child[2], from_child[2];
  if (pipe(to_child) < 0 || pipe(from_child) < 0) exit(1);
  child = fork();
  if (child == 0) {
    dup2(to_child[0], 0);
    dup2(from_child[1], 1);
    close(to_child[1]);
    execlp("cat", "cat", NULL);
    _exit(1);
  }
  char byte = 0;
  if (write(to_child[1], "x", 1) != 1 || read(from_child[0], &byte, 1) != 1) exit(1);
  show_attached("child executed cat", id);
  close(to_child[1]);
  close(to_child[0]);
  waitpid(child, &status, 0);
  child = vfork();
  if (child == 0) _exit(status_of(id).shm_nattch == 1 ? 0 : 1);
  waitpid(child, &status, 0);
  show_status("vfork's child sees one", status);
  show_attached("vfork's child ended", id);

  SHOW(shmctl(id, IPC_RMID, NULL));
  struct shmid_ds removed = status_of(id);
  printf("removed: key %d mode %o attached %lu\n", removed.shm_perm.__key, removed.shm_perm.mode, removed.shm_nattch);
  char *second = shmat(id, NULL, 0);
  printf("attached after: %c\n", second[0]);
  SHOW(shmdt(address));
  SHOW(shmctl(id, IPC_RMID, NULL));
  SHOW(shmdt(second));
  SHOW(shmctl(id, IPC_STAT, &removed));
  SHOW((long)shmat(id, NULL, 0));
}

// What another user may, of a segment of root.
static void as_another(void) {
  struct shmid_ds status;
  if (setgid(65534) != 0 || setuid(65534) != 0) exit(1);
  SHOW(shmctl(made, IPC_STAT, &status));
  SHOW(shmctl(made, IPC_SET, &(struct shmid_ds){0}));
  SHOW(shmctl(made, IPC_RMID, NULL));
  SHOW(shmctl(made, SHM_UNLOCK, NULL));
  char *address = shmat(made, NULL, SHM_RDONLY);
  if (address == (void *)-1) printf("read: %s\n", strerrorname_np(errno));
  else printf("read: %d\n", address[0]);
  SHOW((long)shmat(made, NULL, 0) > 0);
  SHOW((long)shmat(made, NULL, SHM_EXEC | SHM_RDONLY) > 0);
  int top = shmctl(0, SHM_INFO, (void *)&status), found = 0, any = 0;
  for (int i = 0; i <= top; i++) {
    found += shmctl(i, SHM_STAT, &status) == made;
    any += shmctl(i, SHM_STAT_ANY, &status) == made;
  }
  printf("by index: %d %d\n", found, any);
}

static void other_users(void) {
  static const int modes[] = {0600, 0640, 0604, 0606, 0605, 0060, 0707};
  if (geteuid() != 0) return;
  for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
    made = shmget(IPC_PRIVATE, 100, modes[i]);
    printf("mode %o\n", modes[i]);
    in_child("another user", as_another);
    shmctl(made, IPC_RMID, NULL);
  }
}

static void listed(int id) {
  char line[512], mine[16];
  FILE *list = fopen("/proc/sysvipc/shm", "r");
  snprintf(mine, sizeof mine, "%10d", id);
  if (fgets(line, sizeof line, list)) printf("%s", line);
  while (fgets(line, sizeof line, list)) {
    unsigned key, mode;
    int found, creator, last;
    unsigned long size, attached;
    if (sscanf(line, "%u %d %o %lu %d %d %lu", &key, &found, &mode, &size, &creator, &last, &attached) != 7 || found != id) continue;
    printf("key %u mode %o size %lu pids %d %d attached %lu line %d\n", key, mode, size, creator == getpid(), last == getpid(), attached, strlen(line) > 150);
  }
  fclose(list);
}

int main(void) {
  key_t key = 0x0cc10000 + getpid();
  keys(key);
  int id = shmget(IPC_PRIVATE, 8192, 0600);
  commands(id);
  addresses(id);
  protections(id);
  pieces(id);
  listed(id);
  processes(id);
  other_users();
  return 0;
}
