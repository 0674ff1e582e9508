// Interrupts blocking calls in every way that signal(7) tells apart, one line a case. A program has a table of calls and ends
// with `return interruption_main(calls, count)`. The lines are the same wherever the program runs, so two kernels can be compared.
//
// Each case has two processes of its own. The caller makes the call. The director has prepared what it waits for; it sends signals
// again and again while the call lasts, until they have shown what they do, and then completes the call.
#ifndef INTERRUPTION_H
#define INTERRUPTION_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROBE SIGUSR1            // the signal whose effect is looked at
#define CONCURRENT_CASES 24
#define SHORT_MS 200             // of a call that ends by itself
#define ATTEMPTS 50              // at a case whose first signal came too late for that
#define SIGNALS_SENT 3           // where the call has to go on
#define BETWEEN_US 20000         // between two of them
#define PATIENCE_MS 40000        // after which a call that should be over is said to hang
#define PATIENCE_INTERRUPTED_MS 4000

enum way { ALONE, DEFAULT, IGNORED, BLOCKED, HANDLER, RESTARTING, STOPPED, WAYS };
static const char *const way_names[WAYS] = {"alone", "default", "ignored", "blocked", "handler", "restart", "stopped"};

// What a case works on. It is shared by its two processes.
struct scene {
  enum way way;
  int descriptor[4];
  pid_t caller, child;
  volatile int is_calling, is_over, handled, word;
  volatile long called_ms;
  int came_late;
  long result;
  int error;
  char path[64];
  char note[64];
};

struct call {
  const char *name;
  long (*make)(struct scene *scene);       // in the caller: blocks; its result as of a libc function
  void (*prepare)(struct scene *scene);    // in the director, before the caller is made
  void (*begin)(struct scene *scene);      // in the caller, before the call
  void (*complete)(struct scene *scene);   // in the director: the call ends; may not block. Without it the call ends by itself
  void (*finish)(struct scene *scene);     // in the caller, after the call: writes a note
};

static struct scene *current_scene;

static void require(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

static void count_signal(int number) {
  (void)number;
  current_scene->handled++;
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_disposition(enum way way) {
  int counts = way == HANDLER || way == RESTARTING || way == BLOCKED;
  struct sigaction action = {.sa_handler = counts ? count_signal : way == IGNORED ? SIG_IGN : SIG_DFL};
  if (way == RESTARTING) action.sa_flags = SA_RESTART;
  require(sigaction(PROBE, &action, NULL) == 0, "sigaction");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, PROBE);
  require(sigprocmask(way == BLOCKED ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL) == 0, "sigprocmask");
}

static void be_caller(const struct call *call, struct scene *scene) {
  scene->caller = getpid();
  set_disposition(scene->way);
  if (call->begin) call->begin(scene);
  scene->called_ms = now_ms();
  scene->is_calling = 1;
  errno = 0;
  scene->result = call->make(scene);
  scene->error = errno;
  scene->is_over = 1;
  if (call->finish) call->finish(scene);
  _exit(0);
}

// One signal, or one stop and continue.
static void disturb(const struct scene *scene) {
  int status;
  switch (scene->way) {
    case STOPPED:
      kill(scene->caller, SIGSTOP);
      if (waitpid(scene->caller, &status, WUNTRACED) == scene->caller && WIFSTOPPED(status)) kill(scene->caller, SIGCONT);
      break;
    case DEFAULT:
      kill(scene->caller, SIGWINCH);  // ignored by default; PROBE would end the caller
      break;
    default:
      kill(scene->caller, PROBE);
  }
}

static int is_over_within(const struct scene *scene, long milliseconds) {
  long end = now_ms() + milliseconds;
  while (!scene->is_over && now_ms() < end) usleep(2000);
  return scene->is_over;
}

static void be_director(const struct call *call, struct scene *scene) {
  signal(SIGPIPE, SIG_IGN);
  long end = now_ms() + PATIENCE_MS;
  while (!scene->is_calling && now_ms() < end) usleep(1000);
  usleep(BETWEEN_US);
  long until = now_ms() + PATIENCE_INTERRUPTED_MS;
  for (int sent = 0; !scene->is_over; sent++) {
    // A handler without SA_RESTART has to end the call: whoever is slow gets more than a few signals.
    if (scene->way == HANDLER ? now_ms() > until : sent == SIGNALS_SENT) break;
    if (scene->way != ALONE) disturb(scene);
    // On a busy machine. Only the first says something of a call that ends by itself.
    if (sent == 0) scene->came_late = now_ms() - scene->called_ms > SHORT_MS / 2;
    usleep(BETWEEN_US);
  }
  if (call->complete && !scene->is_over) call->complete(scene);
  int hangs = !is_over_within(scene, PATIENCE_MS);
  if (hangs) {
    snprintf(scene->note, sizeof scene->note, "hangs");
    kill(scene->caller, SIGKILL);
  }
}

static void attempt_case(const struct call *call, struct scene *scene) {
  *scene = (struct scene){.way = scene->way, .descriptor = {-1, 0, 0, 0}, .came_late = 1};
  snprintf(scene->path, sizeof scene->path, "/tmp/interruption-%d-%d", getppid(), getpid());
  if (call->prepare) call->prepare(scene);
  pid_t caller = fork();
  require(caller >= 0, "fork");
  if (caller == 0) be_caller(call, scene);
  scene->caller = caller;
  be_director(call, scene);
  waitpid(caller, NULL, 0);
  if (scene->child > 0) kill(scene->child, SIGKILL);
  unlink(scene->path);
}

static void play(const struct call *call, struct scene *scene) {
  current_scene = scene;
  for (int i = 0; i < ATTEMPTS; i++) {
    attempt_case(call, scene);
    if (call->complete || scene->way == ALONE || !scene->came_late) break;
    for (int j = 0; j < 4; j++) if (scene->descriptor[j] > 2) close(scene->descriptor[j]);
  }
  exit(0);
}

static void show(const struct call *call, const struct scene *scene) {
  const char *error = scene->result >= 0 ? "" : strerrorname_np(scene->error);
  printf("%s, %s: %ld%s%s%s%s%s\n", call->name, way_names[scene->way], scene->result, *error ? " " : "", error,
         scene->handled ? ", handled" : "", *scene->note ? ", " : "", scene->note);
}

// Plays all cases, some of them at a time, and writes their lines in order. Arguments: parts of names; a case is played when its
// line would have all of them.
static int interruption_main(const struct call *calls, size_t count, char **words) {
  size_t total = count * WAYS, running = 0;
  struct scene *scenes = mmap(NULL, total * sizeof *scenes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(scenes != MAP_FAILED, "mmap");
  for (size_t i = 0; i < total; i++) {
    char line[256];
    scenes[i].way = (enum way)(i % WAYS);
    snprintf(line, sizeof line, "%s, %s:", calls[i / WAYS].name, way_names[scenes[i].way]);
    scenes[i].descriptor[0] = -2;
    int wanted = 1;
    for (char **word = words + 1; *word; word++) wanted &= strstr(line, *word) != NULL;
    if (!wanted) continue;
    if (running == CONCURRENT_CASES && wait(NULL) > 0) running--;
    scenes[i].descriptor[0] = -1;
    fflush(stdout);
    pid_t director = fork();
    require(director >= 0, "fork");
    if (director == 0) play(&calls[i / WAYS], &scenes[i]);
    running++;
  }
  while (wait(NULL) > 0) continue;
  for (size_t i = 0; i < total; i++)
    if (scenes[i].descriptor[0] != -2) show(&calls[i / WAYS], &scenes[i]);
  return 0;
}

#endif
