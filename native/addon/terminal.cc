// Terminals. Settings are the host kernel's struct termios, which is shorter than libc's.

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host-calls.h"

namespace occlum {

static long OpenSlave(int master) {
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  const long slave = RawResult(ioctl(master, TIOCGPTPEER, kFlags));
  if (slave >= 0) return slave;
  int number = 0;  // before Linux 4.13, or where /dev/pts is another mount
  char path[32];
  if (ioctl(master, TIOCGPTN, &number) < 0) return -errno;
  snprintf(path, sizeof path, "/dev/pts/%d", number);
  return RawResult(open(path, kFlags));
}

// (out: Int32Array) => number; out: master, slave.
long Openpty(Words<int32_t> out) {
  if (out.count < 2) return -EINVAL;
  const int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return -errno;
  const int locked = 0;
  const long slave = ioctl(master, TIOCSPTLCK, &locked) < 0 ? -errno : OpenSlave(master);
  if (slave < 0) {
    close(master);
    return slave;
  }
  out.data[0] = master;
  out.data[1] = static_cast<int32_t>(slave);
  return 0;
}

long Isatty(int32_t descriptor) {
  termios settings;
  return ioctl(descriptor, TCGETS, &settings) == 0;
}

long Tcgetattr(int32_t descriptor, Bytes out) {
  return out.size < sizeof(termios) ? -EINVAL : RawResult(ioctl(descriptor, TCGETS, out.data));
}

// (descriptor, action, settings) => number; action: 0 now, 1 when written, 2 and input dropped.
long Tcsetattr(int32_t descriptor, int32_t action, Bytes settings) {
  if (settings.size < sizeof(termios) || action < 0 || action > 2) return -EINVAL;
  return RawResult(ioctl(descriptor, TCSETS + static_cast<unsigned>(action), settings.data));
}

}  // namespace occlum
