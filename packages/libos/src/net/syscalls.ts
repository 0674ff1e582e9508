import { AddressFamily, MessageFlags, SOCK_TYPE_MASK, ShutdownHow, SocketType, direct, flagsOf, inoutput, inputBuffer, kernel, oneOf, output, partial } from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { Network } from './network.js';
import { ADDRESS_MAX } from './socket-caller.js';
import type { SocketCaller } from './socket-caller.js';
import { accept, accept4 } from './sys-accept.js';
import { bind, connect, listen } from './sys-connect.js';
import { SEND_MAX, sendto } from './sys-send.js';
import { getpeername, getsockname } from './sys-socket-name.js';
import { OPTION_MAX, getsockopt, setsockopt } from './sys-socket-option.js';
import { socket, socketpair } from './sys-socket.js';

/** Longest option value that is set; what is let through is shorter by far. */
const VALUE_MAX = 1024;

/** An `int` that the call reads and replaces. */
const length = inoutput(4);

const family = oneOf(AddressFamily);
const type = flagsOf(SocketType, SOCK_TYPE_MASK);
const message = flagsOf(MessageFlags);

/** A socket's state is the host's. */
const SENDS_FD = { sendsFd: true };

/**
 * The rows of sockets. Data goes to and from the host directly; names, addresses and options are kernel calls.
 *
 * @param network - What they work on.
 */
export function netSyscalls(network: Network): SyscallTable<SocketCaller> {
  return {
    socket: partial(kernel(41, [family, type, 'int'], socket(network)), 'Of netlink only what tells of interfaces, addresses and routes; no raw, packet and ICMP sockets.'),
    connect: kernel(42, ['fd', inputBuffer(2, ADDRESS_MAX), 'int'], connect(network), SENDS_FD),
    accept: direct(43, ['fd', output(ADDRESS_MAX), length], { blocks: true, custom: true, ...SENDS_FD, kernel: accept(network) }),
    sendto: partial(
      direct(44, ['fd', inputBuffer(2, SEND_MAX), 'size', message, inputBuffer(5, ADDRESS_MAX), 'int'], { blocks: true, custom: true, ...SENDS_FD, kernel: sendto(network) }),
      'No MSG_FASTOPEN; a datagram with an address is at most 65280 bytes.',
    ),
    recvfrom: direct(45, ['fd', 'address', 'size', message, 'address', 'address'], { blocks: true, custom: true }),
    sendmsg: partial(direct(46, ['fd', 'address', message], { blocks: true, custom: true }), 'No MSG_FASTOPEN; no descriptors with datagrams to a name of AF_UNIX.'),
    recvmsg: direct(47, ['fd', 'address', message], { blocks: true, custom: true }),
    shutdown: direct(48, ['fd', oneOf(ShutdownHow)]),
    bind: kernel(49, ['fd', inputBuffer(2, ADDRESS_MAX), 'int'], bind(network), SENDS_FD),
    listen: kernel(50, ['fd', 'int'], listen(network), SENDS_FD),
    getsockname: kernel(51, ['fd', output(ADDRESS_MAX), length], getsockname(network), SENDS_FD),
    getpeername: kernel(52, ['fd', output(ADDRESS_MAX), length], getpeername(network), SENDS_FD),
    socketpair: partial(direct(53, [family, type, 'int', 'address'], { custom: true, kernel: socketpair() }), 'Pairs of datagrams say they are SOCK_SEQPACKET.'),
    setsockopt: partial(
      kernel(54, ['fd', 'int', 'int', inputBuffer(4, VALUE_MAX), 'int'], setsockopt(network), SENDS_FD),
      'A list of options; SO_LINGER with a time does not make close wait; no SO_PASSCRED of named datagram sockets.',
    ),
    getsockopt: partial(direct(55, ['fd', 'int', 'int', output(OPTION_MAX), length], { custom: true, ...SENDS_FD, kernel: getsockopt(network) }), 'A list of options.'),
    accept4: direct(288, ['fd', output(ADDRESS_MAX), length, flagsOf(SocketType)], { blocks: true, custom: true, ...SENDS_FD, kernel: accept4(network) }),
    recvmmsg: direct(299, ['fd', 'address', 'uint', message, 'address'], { blocks: true, custom: true }),
    sendmmsg: partial(direct(307, ['fd', 'address', 'uint', message], { blocks: true, custom: true }), 'No MSG_FASTOPEN.'),
  };
}
