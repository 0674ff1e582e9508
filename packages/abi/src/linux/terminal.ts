import { bytes } from '../codec.js';
import { struct } from '../struct.js';

/** Size of a terminal. Source: linux/include/uapi/asm-generic/termios.h. */
export const winsize = struct('winsize', { ws_row: 'u16', ws_col: 'u16', ws_xpixel: 'u16', ws_ypixel: 'u16' });

/** Modes of a terminal as `ioctl(TCGETS)` has them. Source: linux/include/uapi/asm-generic/termbits.h, `struct termios`. */
export const kernelTermios = struct('kernel_termios', {
  c_iflag: 'u32',
  c_oflag: 'u32',
  c_cflag: 'u32',
  c_lflag: 'u32',
  c_line: 'u8',
  c_cc: bytes(19),
});
