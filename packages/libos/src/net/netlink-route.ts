import { AddressFamily, SocketType, bytes, struct } from '@occlum/abi';
import { Errno } from '@occlum/errno';

import type { Network } from './network.js';
import type { SocketRecord } from './socket-record.js';
import { addressFamily } from './unix-address.js';

/** The one protocol of netlink that is here. Source: linux/include/uapi/linux/netlink.h. */
export const NETLINK_ROUTE = 0;

const sockaddrNl = struct('sockaddr_nl', { nl_family: 'u16', nl_pad: 'u16', nl_pid: 'u32', nl_groups: 'u32' });
const nlmsghdr = struct('nlmsghdr', { nlmsg_len: 'u32', nlmsg_type: 'u16', nlmsg_flags: 'u16', nlmsg_seq: 'u32', nlmsg_pid: 'u32' });
const nlmsgerr = struct('nlmsgerr', { error: 'i32', msg: bytes(nlmsghdr.size) });
const rtattr = struct('rtattr', { rta_len: 'u16', rta_type: 'u16' });
const ifinfomsg = struct('ifinfomsg', { ifi_family: 'u8', ifi_pad: 'u8', ifi_type: 'u16', ifi_index: 'i32', ifi_flags: 'u32', ifi_change: 'u32' });
const ifaddrmsg = struct('ifaddrmsg', { ifa_family: 'u8', ifa_prefixlen: 'u8', ifa_flags: 'u8', ifa_scope: 'u8', ifa_index: 'u32' });

/** Source: linux/include/uapi/linux/netlink.h and rtnetlink.h. */
const Type = { NLMSG_ERROR: 2, NLMSG_DONE: 3, NLMSG_MIN_TYPE: 16, RTM_NEWLINK: 16, RTM_GETLINK: 18, RTM_NEWADDR: 20, RTM_GETADDR: 22, RTM_GETROUTE: 26 } as const;
const Flag = { NLM_F_REQUEST: 1, NLM_F_MULTI: 2, NLM_F_ACK: 4, NLM_F_DUMP: 0x300 } as const;
const Link = { IFLA_ADDRESS: 1, IFLA_BROADCAST: 2, IFLA_IFNAME: 3, IFLA_MTU: 4, IFLA_QDISC: 6, IFLA_TXQLEN: 13, IFLA_OPERSTATE: 16, IFLA_LINKMODE: 17 } as const;
const Address = { IFA_ADDRESS: 1, IFA_LOCAL: 2, IFA_LABEL: 3 } as const;

/** What is passed on to the host's network: it only tells. */
const TOLD_BY_HOST: ReadonlySet<number> = new Set([Type.RTM_GETLINK, Type.RTM_GETADDR, Type.RTM_GETROUTE]);

/** The interface of the loopback network. Source: values of Linux 6.18; netdevice(7). */
const LOOPBACK = { name: 'lo', index: 1, type: 772, flags: 0x10049, mtu: 65536, queueLength: 1000 };
const IFA_F_PERMANENT = 0x80;
const RT_SCOPE_HOST = 254;
/** Most bytes of one answer. Source: netlink(7): 32 KiB for dumps. */
const ANSWER_MAX = 32768;

/** A `sockaddr_nl` as `getsockname(2)` gives it. */
export function formatNetlinkAddress(port: number): Uint8Array {
  return sockaddrNl.encode({ nl_family: AddressFamily.AF_NETLINK, nl_pad: 0, nl_pid: port, nl_groups: 0 });
}

/**
 * Gives a netlink socket a number.
 *
 * Errors, in the order Linux checks them: `EINVAL` a short address, another family, or another number than it has;
 * `EOPNOTSUPP` groups on the host's network, whose changes are not told.
 *
 * Source: linux/net/netlink/af_netlink.c, `netlink_bind`.
 */
export function bindNetlink(network: Network, record: SocketRecord | undefined, address: Uint8Array): number {
  if (record === undefined || address.length < sockaddrNl.size || addressFamily(address) !== AddressFamily.AF_NETLINK) return -Errno.EINVAL;
  const { nl_pid, nl_groups } = sockaddrNl.decode(address);
  if (nl_groups !== 0 && network.mode === 'host') return -Errno.EOPNOTSUPP;
  if (record.port !== 0) return nl_pid === record.port || nl_pid === 0 ? 0 : -Errno.EINVAL;
  record.port = nl_pid === 0 ? network.sockets.nextPort() : nl_pid;
  return 0;
}

/**
 * Takes messages to the kernel; answers are in the socket's mailbox when this returns.
 *
 * Errors: `EINVAL` a wrong address; `EPERM` one of another socket; `ENOBUFS` no room for the answers.
 *
 * Source: linux/net/netlink/af_netlink.c, `netlink_sendmsg` and `netlink_rcv_skb`.
 */
export function sendNetlink(network: Network, record: SocketRecord, data: Uint8Array, destination: Uint8Array): number {
  if (destination.length > 0) {
    if (destination.length < sockaddrNl.size || addressFamily(destination) !== AddressFamily.AF_NETLINK) return -Errno.EINVAL;
    const { nl_pid, nl_groups } = sockaddrNl.decode(destination);
    if (nl_pid !== 0 || nl_groups !== 0) return -Errno.EPERM;
  }
  if (record.port === 0) record.port = network.sockets.nextPort();
  for (let at = 0; at + nlmsghdr.size <= data.length;) {
    const header = nlmsghdr.decode(data.subarray(at));
    const length = header.nlmsg_len;
    if (length < nlmsghdr.size || length > data.length - at) break;
    const message = data.slice(at, at + length);
    for (const answer of answersTo(network, header, message)) {
      if ((record.mailbox?.deliver(formatNetlinkAddress(0), addressed(answer, record.port)) ?? 0) < 0) return -Errno.ENOBUFS;
    }
    at += align(length);
  }
  return data.length;
}

type Header = ReturnType<typeof nlmsghdr.decode>;

function answersTo(network: Network, header: Header, message: Uint8Array): Uint8Array[] {
  const { nlmsg_type: type, nlmsg_flags: flags } = header;
  if ((flags & Flag.NLM_F_REQUEST) === 0 || type < Type.NLMSG_MIN_TYPE) return (flags & Flag.NLM_F_ACK) === 0 ? [] : [acknowledgement(header, 0)];
  // Only the messages that tell, not those that make, change or delete, need no right: rtnetlink(7).
  if ((type & 3) !== 2) return [acknowledgement(header, -Errno.EPERM)];
  if (!TOLD_BY_HOST.has(type)) return [acknowledgement(header, -Errno.EOPNOTSUPP)];
  return network.mode === 'host' ? askHost(network.host, message) : answerForLoopback(header, message);
}

/** Has the host answer: a dump is made while it is read, so that all of it is there at once. */
function askHost(host: Network['host'], message: Uint8Array): Uint8Array[] {
  const fd = host.socket(AddressFamily.AF_NETLINK, SocketType.SOCK_RAW | SocketType.SOCK_CLOEXEC | SocketType.SOCK_NONBLOCK, NETLINK_ROUTE);
  if (fd < 0) return [acknowledgement(nlmsghdr.decode(message), fd)];
  const answers: Uint8Array[] = [];
  const room = new Uint8Array(ANSWER_MAX);
  let length = host.sendto(fd, withPort(message, 0), 0, formatNetlinkAddress(0));
  while (length > 0) {
    length = host.receiveRecord(fd, room, NO_DESCRIPTORS, 0);
    if (length > 0) answers.push(room.slice(0, length));
  }
  host.close(fd);
  return answers;
}

function answerForLoopback(header: Header, message: Uint8Array): Uint8Array[] {
  const isDump = (header.nlmsg_flags & Flag.NLM_F_DUMP) !== 0;
  const flags = isDump ? Flag.NLM_F_MULTI : 0;
  const end = isDump ? [encode({ ...header, nlmsg_type: Type.NLMSG_DONE, nlmsg_flags: Flag.NLM_F_MULTI }, new Uint8Array(4))] : [];
  const family = message[nlmsghdr.size] ?? 0;
  switch (header.nlmsg_type) {
    case Type.RTM_GETLINK:
      return isDump || asksForLoopback(message) ? [encode({ ...header, nlmsg_type: Type.RTM_NEWLINK, nlmsg_flags: flags }, loopbackLink()), ...end] : [acknowledgement(header, -Errno.ENODEV)];
    case Type.RTM_GETADDR: {
      const addresses = [V4, V6].filter((address) => family === 0 || address.family === family);
      const told = addresses.map((address) => encode({ ...header, nlmsg_type: Type.RTM_NEWADDR, nlmsg_flags: flags }, loopbackAddress(address)));
      return isDump ? [...told, ...end] : [acknowledgement(header, -Errno.EOPNOTSUPP)];
    }
    default:
      return isDump ? end : [acknowledgement(header, -Errno.ENETUNREACH)];
  }
}

/** Whether a message names the interface, by its number or its name. */
function asksForLoopback(message: Uint8Array): boolean {
  const body = message.subarray(nlmsghdr.size);
  if (body.length < ifinfomsg.size) return false;
  const { ifi_index } = ifinfomsg.decode(body);
  return ifi_index === LOOPBACK.index || (ifi_index === 0 && Buffer.from(body).toString('latin1').includes(`${LOOPBACK.name}\0`));
}

function loopbackLink(): Uint8Array {
  return Buffer.concat([
    ifinfomsg.encode({ ifi_family: 0, ifi_pad: 0, ifi_type: LOOPBACK.type, ifi_index: LOOPBACK.index, ifi_flags: LOOPBACK.flags, ifi_change: 0 }),
    attribute(Link.IFLA_IFNAME, Buffer.from(`${LOOPBACK.name}\0`)),
    attribute(Link.IFLA_TXQLEN, word(LOOPBACK.queueLength)),
    attribute(Link.IFLA_OPERSTATE, Uint8Array.of(0)),
    attribute(Link.IFLA_LINKMODE, Uint8Array.of(0)),
    attribute(Link.IFLA_MTU, word(LOOPBACK.mtu)),
    attribute(Link.IFLA_QDISC, Buffer.from('noqueue\0')),
    attribute(Link.IFLA_ADDRESS, new Uint8Array(6)),
    attribute(Link.IFLA_BROADCAST, new Uint8Array(6)),
  ]);
}

const V4 = { family: AddressFamily.AF_INET, prefix: 8, host: Uint8Array.of(127, 0, 0, 1), label: LOOPBACK.name };
const V6 = { family: AddressFamily.AF_INET6, prefix: 128, host: Uint8Array.from({ length: 16 }, (_, index) => (index === 15 ? 1 : 0)), label: undefined };

function loopbackAddress({ family, prefix, host, label }: typeof V4 | typeof V6): Uint8Array {
  return Buffer.concat([
    ifaddrmsg.encode({ ifa_family: family, ifa_prefixlen: prefix, ifa_flags: IFA_F_PERMANENT, ifa_scope: RT_SCOPE_HOST, ifa_index: LOOPBACK.index }),
    attribute(Address.IFA_ADDRESS, host),
    ...(label === undefined ? [] : [attribute(Address.IFA_LOCAL, host), attribute(Address.IFA_LABEL, Buffer.from(`${label}\0`))]),
  ]);
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const whole = new Uint8Array(align(rtattr.size + value.length));
  whole.set(rtattr.encode({ rta_len: rtattr.size + value.length, rta_type: type }));
  whole.set(value, rtattr.size);
  return whole;
}

function acknowledgement(header: Header, error: number): Uint8Array {
  return encode({ ...header, nlmsg_type: Type.NLMSG_ERROR, nlmsg_flags: 0 }, nlmsgerr.encode({ error, msg: nlmsghdr.encode(header) }));
}

function encode(header: Header, body: Uint8Array): Uint8Array {
  return Buffer.concat([nlmsghdr.encode({ ...header, nlmsg_len: nlmsghdr.size + body.length }), body]);
}

/** Every message of an answer, to the socket that asked. */
function addressed(answer: Uint8Array, port: number): Uint8Array {
  const copy = Uint8Array.from(answer);
  for (let at = 0; at + nlmsghdr.size <= copy.length;) {
    const header = nlmsghdr.decode(copy.subarray(at));
    if (header.nlmsg_len < nlmsghdr.size) break;
    copy.set(withPort(copy.subarray(at, at + nlmsghdr.size), port), at);
    at += align(header.nlmsg_len);
  }
  return copy;
}

function withPort(message: Uint8Array, port: number): Uint8Array {
  const copy = Uint8Array.from(message);
  copy.set(nlmsghdr.encode({ ...nlmsghdr.decode(copy), nlmsg_pid: port }));
  return copy;
}

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** Source: linux/include/uapi/linux/netlink.h, `NLMSG_ALIGN`. */
function align(length: number): number {
  return (length + 3) & ~3;
}

const NO_DESCRIPTORS = new Int32Array(0);
