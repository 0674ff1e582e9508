import { bytes, text } from '../codec.js';
import { struct } from '../struct.js';

/** Any address. Source: linux/include/linux/socket.h. */
export const sockaddr = struct('sockaddr', { sa_family: 'u16', sa_data: bytes(14) });

/** An address of AF_UNIX; abstract names begin with a NUL. Source: linux/include/uapi/linux/un.h. */
export const sockaddrUn = struct('sockaddr_un', { sun_family: 'u16', sun_path: bytes(108) });

/** An address of AF_INET. Source: linux/include/uapi/linux/in.h. */
export const sockaddrIn = struct('sockaddr_in', { sin_family: 'u16', sin_port: 'be16', sin_addr: 'be32', sin_zero: bytes(8) });

/** An address of AF_INET6. Source: linux/include/uapi/linux/in6.h. */
export const sockaddrIn6 = struct('sockaddr_in6', {
  sin6_family: 'u16',
  sin6_port: 'be16',
  sin6_flowinfo: 'be32',
  sin6_addr: bytes(16),
  sin6_scope_id: 'u32',
});

/** An address of AF_NETLINK. Source: linux/include/uapi/linux/netlink.h. */
export const sockaddrNl = struct('sockaddr_nl', { nl_family: 'u16', nl_pad: 'u16', nl_pid: 'u32', nl_groups: 'u32' });

/** Bytes of `struct sockaddr_storage`, the longest address. */
export const SOCKADDR_MAX = 128;

/** A message of `sendmsg(2)`. Source: linux/include/linux/socket.h, `struct user_msghdr`. */
export const msghdr = struct('msghdr', {
  msg_name: 'u64',
  msg_namelen: 'u32',
  msg_iov: 'u64',
  msg_iovlen: 'u64',
  msg_control: 'u64',
  msg_controllen: 'u64',
  msg_flags: 'i32',
});

/** Head of a control message. Source: linux/include/linux/socket.h. */
export const cmsghdr = struct('cmsghdr', { cmsg_len: 'u64', cmsg_level: 'i32', cmsg_type: 'i32' });

/** Who is at the other end of AF_UNIX. Source: linux/include/linux/socket.h. */
export const ucred = struct('ucred', { pid: 'i32', uid: 'u32', gid: 'u32' });

/** `SO_LINGER`. Source: linux/include/linux/socket.h. */
export const linger = struct('linger', { l_onoff: 'i32', l_linger: 'i32' });

/** A name and a value of a network interface. Source: linux/include/uapi/linux/if.h. */
export const ifreq = struct('ifreq', { ifr_name: text(16), ifr_ifru: bytes(24) });
