// A child of vfork is stopped by a key before it has executed a program, while its parent, which waits for it, blocks that: as a shell does.
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  sigprocmask(SIG_BLOCK, &stop, &before);
  pid_t child = vfork();
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    kill(0, SIGTSTP);
    execl("/bin/echo", "echo", "executed", (char *)NULL);
    _exit(127);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  int status;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
