// Says who and where it is: `hello`.
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

int main(void) {
  struct utsname system;
  uname(&system);
  printf("Hello from process %d, child of %d, user %d, on %s %s\n", getpid(), getppid(), getuid(), system.sysname, system.release);
  return 0;
}
