// System V semaphores: commands, operations that wait and in which order they go on, what is undone.
#include <pthread.h>
#include <sys/mman.h>
#include <sys/sem.h>

#include "show.h"

#define BAD ((void *)1)

union argument {
  int value;
  struct semid_ds *status;
  unsigned short *values;
  struct seminfo *information;
};

static int set;

static int operate(int number, int operation, int flags) {
  struct sembuf one = {number, operation, flags};
  return semop(set, &one, 1);
}

static int value(int number) { return semctl(set, number, GETVAL); }

static void show_values(const char *what) {
  unsigned short values[4] = {9, 9, 9, 9};
  semctl(set, 0, GETALL, values);
  printf("%s: %d %d %d\n", what, values[0], values[1], values[2]);
}

static void keys(key_t key) {
  SHOW(semget(key, 1, 0600));
  SHOW(semget(key, 0, IPC_CREAT | 0600));
  SHOW(semget(key, -1, IPC_CREAT | 0600));
  SHOW(semget(key, 32001, IPC_CREAT | 0600));
  set = semget(key, 3, IPC_CREAT | IPC_EXCL | 0640);
  SHOW(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600));
  SHOW(semget(key, 4, 0));
  SHOW(semget(key, 32001, 0));
  SHOW(semget(key, 0, 0) == set);
  SHOW(semget(key, 3, 0) == set);
  struct semid_ds status = {0};
  SHOW(semctl(set, 0, IPC_STAT, &status));
  printf("key %d mode %o count %lu times %d %d owner %d %d\n", status.sem_perm.__key == key, status.sem_perm.mode, status.sem_nsems,
         status.sem_otime != 0, status.sem_ctime != 0, status.sem_perm.uid == geteuid(), status.sem_perm.cgid == getegid());
}

static void commands(void) {
  struct semid_ds status;
  struct seminfo info;
  unsigned short values[3] = {1, 2, 32768};
  SHOW(semctl(-1, 0, GETVAL));
  SHOW(semctl(set, 0, 99));
  SHOW(semctl(0x7ffffff0, 0, GETVAL));
  SHOW(semctl(0x7ffffff0, 0, SETVAL, -1));
  SHOW(semctl(0x7ffffff0, 0, IPC_SET, BAD));
  SHOW(semctl(set, 3, GETVAL));
  SHOW(semctl(set, -1, GETPID));
  SHOW(semctl(set, 0, GETPID));
  SHOW(semctl(set, 3, SETVAL, 1));
  SHOW(semctl(set, 3, SETVAL, 32768));
  SHOW(semctl(set, 1, SETVAL, -1));
  SHOW(semctl(set, 1, SETVAL, 32767));
  SHOW(semctl(set, 1, GETPID) == getpid());
  show_values("values");
  SHOW(semctl(set, 99, SETALL, values));
  SHOW(semctl(set, 0, SETALL, BAD));
  SHOW(semctl(set, 0, SETALL, NULL));
  SHOW(semctl(set, 0, GETALL, NULL));
  values[2] = 3;
  SHOW(semctl(set, 99, SETALL, values));
  show_values("all set");
  char *end = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(end + 4096, 4096);
  unsigned short *last = (unsigned short *)(void *)(end + 4096) - 3;
  memcpy(last, (unsigned short[]){4, 5, 6}, 6);
  SHOW(semctl(set, 0, SETALL, last));
  SHOW(semctl(set, 0, GETALL, last));
  SHOW(semctl(set, 0, SETALL, last + 1));
  show_values("at the end of memory");
  SHOW(semctl(set, 0, GETNCNT));
  SHOW(semctl(set, 0, GETZCNT));
  SHOW(semctl(0, 0, IPC_INFO, &info) >= 0);
  printf("limits %d %d %d %d %d\n", info.semmsl, info.semopm, info.semvmx, info.semusz, info.semaem);
  SHOW(semctl(0, 0, SEM_INFO, &info) >= 0);
  printf("use %d %d\n", info.semusz >= 1, info.semaem >= 3);
  int top = semctl(0, 0, SEM_INFO, &info), found = 0;
  for (int i = 0; i <= top; i++) found += semctl(i, 0, SEM_STAT, &status) == set;
  printf("found by index: %d\n", found);
  semctl(set, 0, IPC_STAT, &status);
  status.sem_perm.mode = 07600;
  SHOW(semctl(set, 0, IPC_SET, &status));
  SHOW(semctl(set, 0, IPC_STAT, &status));
  printf("mode %o\n", status.sem_perm.mode);
}

static void operations(void) {
  struct sembuf many[501] = {{0}};
  struct timespec none = {0, 0}, bad = {0, 1000000000}, soon = {0, 20000000};
  SHOW(semop(set, many, 0));
  SHOW(semop(set, many, 501));
  SHOW(semop(set, BAD, 501));
  SHOW(semop(-1, BAD, 1));
  SHOW(semop(-1, many, 1));
  SHOW(semop(0x7ffffff0, many, 1));
  SHOW(operate(3, 0, 0));
  SHOW(semtimedop(set, many, 0, BAD));
  SHOW(semtimedop(set, many, 1, &bad));
  semctl(set, 0, SETALL, (unsigned short[]){0, 1, 2});
  SHOW(operate(0, 0, 0));
  SHOW(operate(0, -1, IPC_NOWAIT));
  SHOW(operate(1, 0, IPC_NOWAIT));
  SHOW(operate(1, 32767, 0));
  SHOW(operate(1, 32766, 0));
  SHOW(operate(1, -32767, 0));
  show_values("after");
  many[0] = (struct sembuf){1, 1, 0};
  many[1] = (struct sembuf){2, -3, IPC_NOWAIT};
  SHOW(semop(set, many, 2));
  show_values("all or nothing");
  many[1] = (struct sembuf){1, -1, IPC_NOWAIT};
  many[2] = (struct sembuf){1, 0, 0};
  SHOW(semop(set, many, 3));
  show_values("one semaphore thrice");
  many[0] = (struct sembuf){0, -1, 0};
  SHOW(semtimedop(set, many, 1, &none));
  SHOW(semtimedop(set, many, 1, &soon));
  SHOW(semtimedop(set, many, 1, BAD));
  struct semid_ds status;
  semctl(set, 0, IPC_STAT, &status);
  printf("otime %d\n", status.sem_otime != 0);
}

static void no_wish(int number) { (void)number; }

static void waits(void) {
  int status, channel[2];
  semctl(set, 0, SETALL, (unsigned short[]){0, 1, 0});
  if (pipe(channel) != 0) exit(1);
  // In the order they came, but who asks for more than there is waits on.
  static const int wanted[] = {-3, -1, -2, -1};
  for (int i = 0; i < 4; i++) {
    fflush(stdout);
    if (fork() == 0) {
      int result = operate(0, wanted[i], 0);
      char digit = '0' + i;
      if (write(channel[1], &digit, 1) != 1 || result != 0) _exit(1);
      // The next one goes on when this one was written.
      operate(2, 1, 0);
      _exit(0);
    }
    UNTIL(semctl(set, 0, GETNCNT) == i + 1);
  }
  fflush(stdout);
  if (fork() == 0) _exit(operate(1, 0, 0) == 0 ? 0 : 1);
  UNTIL(semctl(set, 1, GETZCNT) == 1);
  SHOW(semctl(set, 0, GETNCNT));
  SHOW(semctl(set, 0, GETZCNT));
  SHOW(operate(1, -1, 0));
  char order[5] = {0};
  static const int given[] = {1, 2, 4};
  for (int i = 0, seen = 0; i < 3; i++) {
    static const int released[] = {1, 1, 2};
    operate(0, given[i], 0);
    for (int k = 0; k < released[i]; k++) seen += read(channel[0], order + seen, 1);
    operate(2, -released[i], 0);
    if (i == 2 && order[2] > order[3]) {
      char first = order[2];
      order[2] = order[3];
      order[3] = first;
    }
  }
  printf("order %s left %d\n", order, value(0));
  while (wait(&status) > 0) show_status("waiter", status);

  fflush(stdout);
  struct sigaction action = {.sa_handler = no_wish, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  pid_t child = fork();
  if (child == 0) {
    SHOW(operate(0, -1, 0));
    if (write(channel[1], "x", 1) != 1) _exit(1);
    SHOW(operate(0, -1, 0));
    fflush(stdout);
    _exit(0);
  }
  UNTIL(semctl(set, 0, GETNCNT) == 1);
  kill(child, SIGUSR1);
  if (read(channel[0], order, 1) != 1) exit(1);
  UNTIL(semctl(set, 0, GETNCNT) == 1);
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
  child = fork();
  if (child == 0) operate(0, -1, 0);
  UNTIL(semctl(set, 0, GETNCNT) == 1);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  SHOW(semctl(set, 0, GETNCNT));
}

static void *take_with_undo(void *none) {
  operate(0, -1, SEM_UNDO);
  return none;
}

static void undo(void) {
  int status;
  semctl(set, 0, SETALL, (unsigned short[]){5, 5, 0});
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    operate(0, -2, SEM_UNDO);
    operate(0, -1, 0);
    operate(1, 3, SEM_UNDO);
    operate(2, 1, SEM_UNDO);
    if (fork() == 0) _exit(0);
    wait(NULL);
    show_values("a child of the child undoes nothing");
    semctl(set, 1, SETVAL, 4);
    operate(2, -1, 0);
    fflush(stdout);
    execlp("true", "true", NULL);
  }
  waitpid(child, &status, 0);
  show_values("undone");
  SHOW(semctl(set, 0, GETPID) == child);
  pthread_t thread;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    pthread_create(&thread, NULL, take_with_undo, NULL);
    pthread_join(thread, NULL);
    show_values("a thread undoes with its process");
    fflush(stdout);
    raise(SIGKILL);
  }
  waitpid(child, &status, 0);
  show_values("killed");
  semctl(set, 0, SETVAL, 0);
  child = fork();
  if (child == 0) {
    operate(1, 1, SEM_UNDO);
    operate(0, 1, SEM_UNDO);
    pause();
  }
  UNTIL(value(0) == 1);
  pid_t waiter = fork();
  if (waiter == 0) _exit(operate(0, 0, 0) == 0 ? 0 : 1);
  UNTIL(semctl(set, 0, GETZCNT) == 1);
  kill(child, SIGKILL);
  waitpid(waiter, &status, 0);
  show_status("who waited for what was undone", status);
  waitpid(child, &status, 0);
  SHOW(operate(1, 30000, SEM_UNDO));
  SHOW(operate(1, -30000, 0));
  SHOW(operate(1, 2768, SEM_UNDO));
  SHOW(operate(1, 2769, SEM_UNDO));
}

// What another user may, of a set of root.
static void as_another(void) {
  if (setgid(65534) != 0 || setuid(65534) != 0) exit(1);
  SHOW(operate(0, 0, IPC_NOWAIT));
  SHOW(operate(0, 1, IPC_NOWAIT));
  SHOW(operate(9, 1, IPC_NOWAIT));
  SHOW(semctl(set, 0, GETVAL));
  SHOW(semctl(set, 9, GETVAL));
  SHOW(semctl(set, 0, SETVAL, 0));
  SHOW(semctl(set, 9, SETVAL, 0));
  SHOW(semctl(set, 0, SETALL, BAD));
  SHOW(semctl(set, 0, IPC_STAT, BAD));
  SHOW(semctl(set, 0, IPC_RMID));
}

static void other_users(void) {
  if (geteuid() != 0) return;
  int kept = set;
  for (int mode = 0600; mode <= 0606; mode += 2) {
    set = semget(IPC_PRIVATE, 1, mode);
    printf("mode %o\n", mode);
    in_child("another user", as_another);
    semctl(set, 0, IPC_RMID);
  }
  set = kept;
}

static void removal(void) {
  int status;
  semctl(set, 0, SETVAL, 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    SHOW(operate(0, -1, SEM_UNDO));
    SHOW(operate(0, -1, 0));
    fflush(stdout);
    _exit(0);
  }
  UNTIL(semctl(set, 0, GETNCNT) == 1);
  SHOW(semctl(set, 0, IPC_RMID));
  waitpid(child, &status, 0);
  SHOW(semctl(set, 0, IPC_RMID));
}

static void listed(void) {
  char line[256];
  FILE *list = fopen("/proc/sysvipc/sem", "r");
  while (fgets(line, sizeof line, list)) {
    int key, found;
    unsigned mode, count;
    if (sscanf(line, "%d %d %o %u", &key, &found, &mode, &count) != 4) printf("%s", line);
    else if (found == set) printf("mode %o count %u length %zu\n", mode, count, strlen(line));
  }
  fclose(list);
}

int main(void) {
  keys(0x0cc20000 + getpid());
  commands();
  operations();
  waits();
  undo();
  other_users();
  listed();
  removal();
  return 0;
}
