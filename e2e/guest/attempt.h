// Runs one dangerous thing in a child of its own, with a deadline, and says how it went. Nothing a child does (block,
// crash, close everything) keeps the program from going on to the next attempt.
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum outcome { RETURNED, KILLED, EXITED, BLOCKED };

struct attempt {
  enum outcome outcome;
  long result;  // RETURNED: the result of the call; KILLED: the signal; EXITED: the status
};

// Calls body(argument) in a child and waits at most deadline_ms for it.
static struct attempt attempt(long (*body)(void *), void *argument, int deadline_ms) {
  int channel[2];
  struct attempt seen = {EXITED, -1};
  if (pipe(channel) != 0) return seen;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    close(channel[0]);
    long result = body(argument);
    // Not through stdio or exit handlers: the attempt may have broken both.
    ssize_t sent = write(channel[1], &result, sizeof result);
    _exit(sent == sizeof result ? 0 : 1);
  }
  close(channel[1]);
  if (child < 0) {
    close(channel[0]);
    return seen;
  }
  struct pollfd wait_for = {channel[0], POLLIN, 0};
  int ready = poll(&wait_for, 1, deadline_ms);
  long result;
  if (ready > 0 && read(channel[0], &result, sizeof result) == sizeof result) seen = (struct attempt){RETURNED, result};
  else if (ready <= 0) seen.outcome = BLOCKED;
  close(channel[0]);
  if (seen.outcome != EXITED) kill(child, SIGKILL);
  int status = 0;
  if (waitpid(child, &status, 0) == child && seen.outcome == EXITED) {
    if (WIFSIGNALED(status)) seen = (struct attempt){KILLED, WTERMSIG(status)};
    else seen.result = WEXITSTATUS(status);
  }
  return seen;
}

#endif
