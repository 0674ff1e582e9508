// System V message queues: what is sent, chosen and received, who waits and what ends that.
#include <sys/mman.h>
#include <sys/msg.h>

#include "show.h"

#define BAD ((void *)1)

struct message {
  long type;
  char text[9000];
};

static int queue;
static struct message sent, got;

static int give(long type, const char *text, int flags) {
  sent.type = type;
  strcpy(sent.text, text);
  return msgsnd(queue, &sent, strlen(text), flags);
}

static void take(const char *what, size_t room, long type, int flags) {
  memset(&got, 0, sizeof got);
  errno = 0;
  long result = msgrcv(queue, &got, room, type, flags);
  if (result < 0) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: %ld of type %ld \"%s\"\n", what, result, got.type, got.text);
}

static struct msqid_ds status(void) {
  struct msqid_ds now = {0};
  if (msgctl(queue, IPC_STAT, &now) < 0) printf("IPC_STAT: %s\n", strerrorname_np(errno));
  return now;
}

static void keys(key_t key) {
  SHOW(msgget(key, 0600));
  queue = msgget(key, IPC_CREAT | IPC_EXCL | 0640);
  SHOW(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
  SHOW(msgget(key, 0) == queue);
  struct msqid_ds now = status();
  printf("key %d mode %o messages %lu bytes %lu of %lu times %d %d %d pids %d %d\n", now.msg_perm.__key == key, now.msg_perm.mode,
         now.msg_qnum, now.__msg_cbytes, now.msg_qbytes, now.msg_stime != 0, now.msg_rtime != 0, now.msg_ctime != 0, now.msg_lspid, now.msg_lrpid);
}

static void errors(void) {
  struct msqid_ds now;
  struct msginfo info;
  sent.type = 1;
  SHOW(msgsnd(queue, BAD, 9000, 0));
  SHOW(msgsnd(queue, &sent, 8193, 0));
  SHOW(msgsnd(queue, &sent, -1, 0));
  SHOW(msgsnd(-1, &sent, 1, 0));
  sent.type = 0;
  SHOW(msgsnd(queue, &sent, 1, 0));
  sent.type = 1;
  SHOW(msgsnd(0x7ffffff0, &sent, 1, 0));
  char *end = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(end + 4096, 4096);
  long *last = (long *)(void *)(end + 4096 - 12);
  *last = 5;
  SHOW(msgsnd(queue, last, 4, 0));
  SHOW(msgsnd(queue, last, 5, 0));
  SHOW(msgsnd(queue, end + 4090, 1, 0));
  SHOW(msgrcv(queue, last, 5, 0, 0));
  SHOW(msgrcv(queue, &got, 1, 0, IPC_NOWAIT));
  SHOW(msgrcv(queue, &got, -1, 0, IPC_NOWAIT));
  SHOW(msgrcv(-1, &got, 1, 0, IPC_NOWAIT));
  SHOW(msgrcv(0x7ffffff0, &got, 1, 0, IPC_NOWAIT));
  SHOW(msgrcv(queue, &got, 1, 0, MSG_COPY));
  SHOW(msgrcv(queue, &got, 1, 0, MSG_COPY | MSG_EXCEPT | IPC_NOWAIT));
  give(1, "lost", 0);
  SHOW(msgrcv(queue, BAD, 10, 0, 0));
  SHOW(msgrcv(queue, &got, 10, 0, IPC_NOWAIT));
  SHOW(msgctl(-1, IPC_STAT, &now));
  SHOW(msgctl(queue, 99, &now));
  SHOW(msgctl(queue, IPC_STAT, BAD));
  SHOW(msgctl(queue, IPC_SET, BAD));
  SHOW(msgctl(0x7ffffff0, IPC_SET, BAD));
  SHOW(msgctl(0, IPC_INFO, (void *)&info) >= 0);
  printf("limits %d %d %d %d %d\n", info.msgmax, info.msgmnb, info.msgssz, info.msgtql, info.msgseg);
  int top = msgctl(0, MSG_INFO, (void *)&info), found = 0;
  for (int i = 0; i <= top; i++) found += msgctl(i, MSG_STAT, &now) == queue;
  printf("found by index: %d use %d\n", found, info.msgpool >= 1);
}

static void choices(void) {
  give(3, "three", 0);
  give(1, "one", 0);
  give(2, "two", 0);
  give(1, "one again", 0);
  give(4, "", 0);
  struct msqid_ds now = status();
  printf("messages %lu bytes %lu stime %d lspid %d\n", now.msg_qnum, now.__msg_cbytes, now.msg_stime != 0, now.msg_lspid == getpid());
  take("of 2", 100, 2, 0);
  take("of 2", 100, 2, IPC_NOWAIT);
  take("too small", 2, 1, 0);
  take("cut", 2, 1, MSG_NOERROR);
  take("not 3", 100, 3, MSG_EXCEPT);
  take("up to 3", 100, -3, 0);
  take("up to 3", 100, -3, IPC_NOWAIT);
  take("not 4", 100, 4, MSG_EXCEPT | IPC_NOWAIT);
  take("any", 100, 0, 0);
  give(0x7fffffffffffffff, "highest", 0);
  give(9, "nine", 0);
  take("up to the highest", 100, -0x7fffffffffffffff - 1, 0);
  take("the highest", 100, 0x7fffffffffffffff, 0);
  now = status();
  printf("messages %lu bytes %lu rtime %d lrpid %d\n", now.msg_qnum, now.__msg_cbytes, now.msg_rtime != 0, now.msg_lrpid == getpid());
}

static void no_wish(int number) { (void)number; }

static void waits(void) {
  int end;
  static char large[8193];
  memset(large, 'x', 8192);
  SHOW(give(1, large, 0));
  SHOW(give(1, large, IPC_NOWAIT));
  SHOW(give(1, "", IPC_NOWAIT));
  SHOW(give(1, "x", IPC_NOWAIT));
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(give(7, "sent when there was room", 0) == 0 ? 0 : 1);
  usleep(10000);
  msgrcv(queue, &got, 8192, 0, 0);
  take("the one that waited", 100, 7, 0);
  waitpid(child, &end, 0);
  show_status("sender", end);
  while (msgrcv(queue, &got, 8192, 0, IPC_NOWAIT) >= 0) continue;

  int channel[2];
  if (pipe(channel) != 0) exit(1);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    take("child, type 5", 100, 5, 0);
    fflush(stdout);
    if (write(channel[1], "x", 1) != 1) _exit(1);
    take("child, too small", 1, 6, 0);
    fflush(stdout);
    _exit(0);
  }
  give(4, "for nobody", 0);
  give(5, "for the child", 0);
  char byte;
  if (read(channel[0], &byte, 1) != 1) exit(1);
  give(6, "large", 0);
  waitpid(child, &end, 0);
  take("left", 100, 0, IPC_NOWAIT);
  take("left", 100, 0, IPC_NOWAIT);
  take("left", 100, 0, IPC_NOWAIT);

  fflush(stdout);
  child = fork();
  if (child == 0) {
    struct sigaction action = {.sa_handler = no_wish, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    ualarm(20000, 20000);
    take("handler with SA_RESTART", 100, 0, 0);
    ualarm(0, 0);
    if (write(channel[1], "x", 1) != 1) _exit(1);
    fflush(stdout);
    take("stopped and continued", 100, 0, 0);
    fflush(stdout);
    _exit(0);
  }
  if (read(channel[0], &byte, 1) != 1) exit(1);
  kill(child, SIGSTOP);
  waitpid(child, &end, WUNTRACED);
  kill(child, SIGCONT);
  give(1, "after all", 0);
  waitpid(child, &end, 0);
  show_status("child", end);
}

// What another user may, of a queue of root.
static void as_another(void) {
  struct msqid_ds now = {0};
  if (setgid(65534) != 0 || setuid(65534) != 0) exit(1);
  SHOW(give(1, "x", IPC_NOWAIT));
  SHOW(msgrcv(queue, &got, 1, 0, IPC_NOWAIT));
  SHOW(msgctl(queue, IPC_STAT, &now));
  SHOW(msgctl(queue, IPC_SET, &now));
  SHOW(msgctl(queue, IPC_RMID, NULL));
}

static void more_bytes(void) {
  struct msqid_ds now = status();
  if (setgid(65534) != 0 || setuid(65534) != 0) exit(1);
  queue = msgget(IPC_PRIVATE, 0600);
  now = status();
  now.msg_qbytes = 16385;
  SHOW(msgctl(queue, IPC_SET, &now));
  now.msg_qbytes = 2;
  SHOW(msgctl(queue, IPC_SET, &now));
  SHOW(give(1, "abc", IPC_NOWAIT));
  SHOW(give(1, "", IPC_NOWAIT));
  SHOW(give(1, "", IPC_NOWAIT));
  SHOW(give(1, "", IPC_NOWAIT));
  msgctl(queue, IPC_RMID, NULL);
}

static void other_users(void) {
  if (geteuid() != 0) return;
  int kept = queue;
  for (int mode = 0600; mode <= 0606; mode += 2) {
    queue = msgget(IPC_PRIVATE, mode);
    printf("mode %o\n", mode);
    in_child("another user", as_another);
    msgctl(queue, IPC_RMID, NULL);
  }
  queue = kept;
  in_child("an ordinary user's queue", more_bytes);
}

static void removal(void) {
  int end;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    SHOW(msgrcv(queue, &got, 1, 0, 0) == -1 && (errno == EIDRM || errno == EINVAL));
    fflush(stdout);
    _exit(0);
  }
  usleep(10000);
  SHOW(msgctl(queue, IPC_RMID, NULL));
  waitpid(child, &end, 0);
  SHOW(msgctl(queue, IPC_RMID, NULL));
  SHOW(give(1, "x", 0));
}

static void listed(void) {
  char line[256];
  give(1, "listed", 0);
  FILE *list = fopen("/proc/sysvipc/msg", "r");
  while (fgets(line, sizeof line, list)) {
    int key, found;
    unsigned mode, bytes, count;
    if (sscanf(line, "%d %d %o %u %u", &key, &found, &mode, &bytes, &count) != 5) printf("%s", line);
    else if (found == queue) printf("mode %o bytes %u count %u length %zu\n", mode, bytes, count, strlen(line));
  }
  fclose(list);
}

int main(void) {
  keys(0x0cc30000 + getpid());
  errors();
  choices();
  waits();
  other_users();
  listed();
  removal();
  return 0;
}
