import { bytes } from '../codec.js';
import { struct } from '../struct.js';

/** A record lock of `fcntl(2)`. Source: linux/include/uapi/asm-generic/fcntl.h. */
export const flock = struct('flock', { l_type: 'i16', l_whence: 'i16', l_start: 'i64', l_len: 'i64', l_pid: 'i32' });

/** One piece of memory of `readv(2)`. Source: linux/include/uapi/linux/uio.h. */
export const iovec = struct('iovec', { iov_base: 'u64', iov_len: 'u64' });

/** One descriptor of `poll(2)`. Source: linux/include/uapi/asm-generic/poll.h. */
export const pollfd = struct('pollfd', { fd: 'i32', events: 'i16', revents: 'i16' });

/** Head of an event of inotify(7); the name follows. Source: linux/include/uapi/linux/inotify.h. */
export const inotifyEvent = struct('inotify_event', { wd: 'i32', mask: 'u32', cookie: 'u32', len: 'u32' });

/** How `openat2(2)` opens. Source: linux/include/uapi/linux/openat2.h. */
export const openHow = struct('open_how', { flags: 'u64', mode: 'u64', resolve: 'u64' });

/** What `signalfd(2)` reads. Source: linux/include/uapi/linux/signalfd.h. */
export const signalfdSiginfo = struct('signalfd_siginfo', {
  ssi_signo: 'u32',
  ssi_errno: 'i32',
  ssi_code: 'i32',
  ssi_pid: 'u32',
  ssi_uid: 'u32',
  ssi_fd: 'i32',
  ssi_tid: 'u32',
  ssi_band: 'u32',
  ssi_overrun: 'u32',
  ssi_trapno: 'u32',
  ssi_status: 'i32',
  ssi_int: 'i32',
  ssi_ptr: 'u64',
  ssi_utime: 'u64',
  ssi_stime: 'u64',
  ssi_addr: 'u64',
  ssi_addr_lsb: 'u16',
  __pad2: 'u16',
  ssi_syscall: 'i32',
  ssi_call_addr: 'u64',
  ssi_arch: 'u32',
  __pad: bytes(28),
});
