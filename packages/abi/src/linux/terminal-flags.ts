import type { FlagTable } from '../flags.js';

/**
 * Requests of `ioctl(2)` on terminals, pipes, sockets and files.
 *
 * Source: linux/include/uapi/asm-generic/ioctls.h.
 */
export const IoctlRequest = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TCSBRK: 0x5409,
  TCXONC: 0x540a,
  TCFLSH: 0x540b,
  TIOCEXCL: 0x540c,
  TIOCNXCL: 0x540d,
  TIOCSCTTY: 0x540e,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCOUTQ: 0x5411,
  TIOCSTI: 0x5412,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  TIOCMGET: 0x5415,
  TIOCNOTTY: 0x5422,
  TIOCGSID: 0x5429,
  FIONREAD: 0x541b,
  TIOCLINUX: 0x541c,
  TIOCCONS: 0x541d,
  TIOCPKT: 0x5420,
  FIONBIO: 0x5421,
  TCSBRKP: 0x5425,
  TIOCGPTN: 0x80045430,
  TIOCSPTLCK: 0x40045431,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
  FIOASYNC: 0x5452,
  TIOCSIG: 0x40045436,
  FIOQSIZE: 0x5460,
  FICLONE: 0x40049409,
  FICLONERANGE: 0x4020940d,
  BLKGETSIZE64: 0x80081272,
  FIOSETOWN: 0x8901,
  SIOCSPGRP: 0x8902,
  FIOGETOWN: 0x8903,
  SIOCGPGRP: 0x8904,
  SIOCGIFCONF: 0x8912,
  SIOCGIFFLAGS: 0x8913,
  SIOCGIFADDR: 0x8915,
  SIOCGIFNETMASK: 0x891b,
  SIOCGIFMTU: 0x8921,
  SIOCGIFHWADDR: 0x8927,
  SIOCGIFINDEX: 0x8933,
  SIOCGIFNAME: 0x8910,
} as const satisfies FlagTable;

/**
 * `c_lflag` of `struct termios`.
 *
 * Source: linux/include/uapi/asm-generic/termbits.h.
 */
export const TerminalLocalFlags = {
  ISIG: 1,
  ICANON: 2,
  ECHO: 0o10,
  ECHOE: 0o20,
  ECHOK: 0o40,
  ECHONL: 0o100,
  NOFLSH: 0o200,
  TOSTOP: 0o400,
  IEXTEN: 0o100000,
} as const satisfies FlagTable;

/**
 * Indexes into `c_cc` of `struct termios`.
 *
 * Source: linux/include/uapi/asm-generic/termbits.h.
 */
export const ControlCharacter = {
  VINTR: 0,
  VQUIT: 1,
  VERASE: 2,
  VKILL: 3,
  VEOF: 4,
  VTIME: 5,
  VMIN: 6,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VEOL: 11,
} as const satisfies FlagTable;
