import { EpollEvents, EpollOperation, EventfdFlags, FallocateMode, OpenFlags, direct, flagsOf, inputBuffer, missing, oneOf, outputBuffer, partial } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { KernelTable } from '../kernel/syscall-context.js';
import { readMediated, refuseMediated, syncDirectory, writeMediated } from './mediated-file.js';

/** Most bytes that one call moves to or from a file that is implemented here; the guest reads or writes the rest with the next. */
const DATA_MAX = 32768;

const vectors = ['fd', 'address', 'uint'] as const;
const vectorsAt = ['fd', 'address', 'uint', 'size', 'size'] as const;
const vectorsWith = ['fd', 'address', 'uint', 'size', 'size', 'flags'] as const;
const waits = { blocks: true, custom: true } as const;
const noKernel = 'Not between files that are implemented in the LibOS.';

/** The rows of reading, writing and waiting: all of it on what the process holds, so the host does it. */
export const ioSyscalls: KernelTable = {
  read: direct(0, ['fd', outputBuffer(2, DATA_MAX), 'size'], { ...waits, directory: 'EISDIR', kernel: readMediated }),
  write: direct(1, ['fd', inputBuffer(2, DATA_MAX), 'size'], { ...waits, kernel: writeMediated }),
  close: direct(3, ['fd'], { custom: true }),
  poll: direct(7, ['address', 'uint', 'int'], waits),
  pread64: direct(17, ['fd', outputBuffer(2, DATA_MAX), 'size', 'offset'], { blocks: true, directory: 'EISDIR', kernel: refuseMediated(Errno.ESPIPE) }),
  pwrite64: direct(18, ['fd', inputBuffer(2, DATA_MAX), 'size', 'offset'], { blocks: true, kernel: refuseMediated(Errno.ESPIPE) }),
  readv: direct(19, vectors, waits),
  writev: direct(20, vectors, waits),
  pipe: direct(22, ['address'], { custom: true }),
  select: direct(23, ['int', 'address', 'address', 'address', 'address'], waits),
  dup: direct(32, ['fd'], { custom: true }),
  dup2: direct(33, ['fd', 'fd'], { custom: true }),
  sendfile: partial(direct(40, ['fd', 'fd', 'address', 'size'], waits), noKernel),
  fsync: direct(74, ['fd'], { kernel: syncDirectory }),
  fdatasync: direct(75, ['fd'], { kernel: syncDirectory }),
  ftruncate: direct(77, ['fd', 'offset'], { directory: 'EINVAL', kernel: refuseMediated(Errno.EINVAL) }),
  readahead: direct(187, ['fd', 'offset', 'size'], { directory: 'EINVAL', kernel: refuseMediated(Errno.EINVAL) }),
  io_setup: missing(206),
  io_destroy: missing(207),
  io_getevents: missing(208),
  io_submit: missing(209),
  io_cancel: missing(210),
  epoll_create: direct(213, ['int'], { custom: true }),
  fadvise64: direct(221, ['fd', 'offset', 'size', 'int'], { directory: 'EINVAL' }),
  epoll_wait: direct(232, ['fd', 'address', 'int', 'int'], waits),
  epoll_ctl: direct(233, ['fd', oneOf(EpollOperation), 'fd', 'address'], { custom: true }),
  pselect6: direct(270, ['int', 'address', 'address', 'address', 'address', 'address'], waits),
  ppoll: direct(271, ['address', 'uint', 'address', 'address', 'size'], waits),
  splice: partial(direct(275, ['fd', 'address', 'fd', 'address', 'size', 'flags'], waits), noKernel),
  tee: partial(direct(276, ['fd', 'fd', 'size', 'flags'], waits), noKernel),
  sync_file_range: direct(277, ['fd', 'offset', 'offset', 'flags'], { directory: 'ESPIPE', kernel: refuseMediated(Errno.ESPIPE) }),
  vmsplice: missing(278),
  epoll_pwait: direct(281, ['fd', 'address', 'int', 'int', 'address', 'size'], waits),
  eventfd: direct(284, ['uint'], { custom: true }),
  fallocate: direct(285, ['fd', flagsOf(FallocateMode), 'offset', 'offset'], { blocks: true, directory: 'ENODEV', kernel: refuseMediated(Errno.ENODEV) }),
  eventfd2: direct(290, ['uint', flagsOf(EventfdFlags)], { custom: true }),
  epoll_create1: direct(291, [flagsOf(EpollEvents)], { custom: true }),
  dup3: direct(292, ['fd', 'fd', flagsOf(OpenFlags)], { custom: true }),
  pipe2: direct(293, ['address', flagsOf(OpenFlags)], { custom: true }),
  preadv: direct(295, vectorsAt, waits),
  pwritev: direct(296, vectorsAt, waits),
  copy_file_range: partial(direct(326, ['fd', 'address', 'fd', 'address', 'size', 'flags'], { custom: true }), noKernel),
  preadv2: direct(327, vectorsWith, waits),
  pwritev2: direct(328, vectorsWith, waits),
  io_uring_setup: missing(425),
  io_uring_enter: missing(426),
  io_uring_register: missing(427),
  close_range: direct(436, ['uint', 'uint', 'flags'], { custom: true }),
  epoll_pwait2: direct(441, ['fd', 'address', 'int', 'address', 'address', 'size'], waits),
};
