import type { FlagTable } from '../flags.js';

/**
 * Events of `poll(2)`.
 *
 * Source: linux/include/uapi/asm-generic/poll.h.
 */
export const PollEvents = {
  POLLIN: 1,
  POLLPRI: 2,
  POLLOUT: 4,
  POLLERR: 8,
  POLLHUP: 0x10,
  POLLNVAL: 0x20,
  POLLRDNORM: 0x40,
  POLLRDBAND: 0x80,
  POLLWRNORM: 0x100,
  POLLWRBAND: 0x200,
  POLLMSG: 0x400,
  POLLRDHUP: 0x2000,
} as const satisfies FlagTable;

/**
 * Events of `epoll_ctl(2)`.
 *
 * Source: linux/include/uapi/linux/eventpoll.h.
 */
export const EpollEvents = {
  EPOLLIN: 1,
  EPOLLPRI: 2,
  EPOLLOUT: 4,
  EPOLLERR: 8,
  EPOLLHUP: 0x10,
  EPOLLRDNORM: 0x40,
  EPOLLRDBAND: 0x80,
  EPOLLWRNORM: 0x100,
  EPOLLWRBAND: 0x200,
  EPOLLMSG: 0x400,
  EPOLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 0x10000000,
  EPOLLWAKEUP: 0x20000000,
  EPOLLONESHOT: 0x40000000,
  EPOLLET: 0x80000000,
} as const satisfies FlagTable;

/**
 * Second argument of `epoll_ctl(2)`.
 *
 * Source: linux/include/uapi/linux/eventpoll.h.
 */
export const EpollOperation = {
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLL_CTL_MOD: 3,
} as const satisfies FlagTable;

/**
 * Flags of `eventfd2(2)`.
 *
 * Source: linux/include/linux/eventfd.h.
 */
export const EventfdFlags = {
  EFD_SEMAPHORE: 1,
  EFD_NONBLOCK: 0x800,
  EFD_CLOEXEC: 0x80000,
} as const satisfies FlagTable;
