import { AddressFamily, FcntlCommand, OpenFlags, SOCKADDR_MAX, SocketLevel, SocketOption, SocketType, timeval } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { FileBinding, SocketBinding } from '@occlum/native';

/** Host functions that sockets need. */
export type SocketHost = SocketBinding & Pick<FileBinding, 'close' | 'fcntl' | 'statx' | 'unlinkat'>;

/** Bytes of an option that is one `int`. */
const INT_BYTES = 4;

/**
 * A host socket that the guest sent up for one call. What it is comes from the host alone: the guest says which of its
 * descriptors a call means, and may lie.
 */
export class HostSocket {
  readonly fd: number;
  /** AF_* of the host's socket. */
  readonly domain: number;
  readonly #host: SocketHost;

  /**
   * Asks the host what a descriptor is.
   *
   * @param host - Host functions.
   * @param fd - Descriptor; whoever passes it closes it.
   * @returns `-ENOTSOCK` when it is no socket.
   */
  static of(host: SocketHost, fd: number): HostSocket | number {
    const domain = intOption(host, fd, SocketLevel.SOL_SOCKET, SocketOption.SO_DOMAIN);
    return domain < 0 ? domain : new HostSocket(host, fd, domain);
  }

  private constructor(host: SocketHost, fd: number, domain: number) {
    this.#host = host;
    this.fd = fd;
    this.domain = domain;
  }

  /** Whether it is a socket of the host's network. */
  get isInet(): boolean {
    return this.domain === AddressFamily.AF_INET || this.domain === AddressFamily.AF_INET6;
  }

  /** SOCK_* of the host's socket. */
  get type(): number {
    return intOption(this.#host, this.fd, SocketLevel.SOL_SOCKET, SocketOption.SO_TYPE);
  }

  get isListening(): boolean {
    return intOption(this.#host, this.fd, SocketLevel.SOL_SOCKET, SocketOption.SO_ACCEPTCONN) === 1;
  }

  /** Whether calls on it may not sleep. */
  get isNonblocking(): boolean {
    return (this.#host.fcntl(this.fd, FcntlCommand.F_GETFL, 0) & OpenFlags.O_NONBLOCK) !== 0;
  }

  /** Own address on the host. */
  localAddress(): Uint8Array | number {
    return this.#address((out) => this.#host.getsockname(this.fd, out));
  }

  /** Address of the other end on the host; `-ENOTCONN` without one. */
  peerAddress(): Uint8Array | number {
    return this.#address((out) => this.#host.getpeername(this.fd, out));
  }

  bind(address: Uint8Array): number {
    return this.#host.bind(this.fd, address);
  }

  listen(backlog: number): number {
    return this.#host.listen(this.fd, backlog);
  }

  /**
   * Connects without ever sleeping here: one that would sleep gives `-EINPROGRESS` or `-EALREADY`, on AF_UNIX `-EAGAIN`,
   * whatever O_NONBLOCK says. Other threads see the descriptor non-blocking for the moment of the call.
   */
  connect(address: Uint8Array): number {
    return this.#withoutWaiting(() => this.#host.connect(this.fd, address));
  }

  /**
   * Accepts a connection, as {@link connect} without ever sleeping.
   *
   * @returns A descriptor of the caller's; `-EAGAIN` where there is none to accept.
   */
  accept(flags: number): number {
    return this.#withoutWaiting(() => this.#host.accept(this.fd, flags));
  }

  /** Milliseconds that a call may wait to send or connect, SO_SNDTIMEO; `Infinity` for no limit. */
  get sendTimeoutMs(): number {
    const bytes = this.getOption(SocketLevel.SOL_SOCKET, SocketOption.SO_SNDTIMEO, timeval.size);
    const time = typeof bytes === 'number' || bytes.length < timeval.size ? undefined : timeval.decode(bytes);
    const ms = time === undefined ? 0 : Number(time.tv_sec) * 1e3 + Number(time.tv_usec) / 1e3;
    return ms === 0 ? Infinity : ms;
  }

  /** An option's bytes. */
  getOption(level: number, option: number, room: number): Uint8Array | number {
    const out = new Uint8Array(room);
    const length = this.#host.getsockopt(this.fd, level, option, out);
    return length < 0 ? length : out.subarray(0, length);
  }

  setOption(level: number, option: number, value: Uint8Array): number {
    return this.#host.setsockopt(this.fd, level, option, value);
  }

  /** Sends one message to an address and never sleeps; `-EAGAIN` where it would. */
  send(bytes: Uint8Array, flags: number, address: Uint8Array): number {
    return this.#host.sendto(this.fd, bytes, flags, address);
  }

  #withoutWaiting(call: () => number): number {
    const flags = this.#host.fcntl(this.fd, FcntlCommand.F_GETFL, 0);
    if (flags < 0) return flags;
    const isBlocking = (flags & OpenFlags.O_NONBLOCK) === 0;
    if (isBlocking) this.#host.fcntl(this.fd, FcntlCommand.F_SETFL, flags | OpenFlags.O_NONBLOCK);
    const result = call();
    if (isBlocking) this.#host.fcntl(this.fd, FcntlCommand.F_SETFL, flags);
    return result;
  }

  #address(ask: (out: Uint8Array) => number): Uint8Array | number {
    const out = new Uint8Array(SOCKADDR_MAX);
    const length = ask(out);
    return length < 0 ? length : out.subarray(0, Math.min(length, out.length));
  }
}

/** Whether messages of a type keep their boundaries and need no connection. */
export function isDatagram(type: number): boolean {
  return type === SocketType.SOCK_DGRAM;
}

/** An option that is one `int`, or a negative error number. */
function intOption(host: SocketHost, fd: number, level: number, option: number): number {
  const out = new Uint8Array(INT_BYTES);
  const length = host.getsockopt(fd, level, option, out);
  if (length < 0) return length;
  return length < INT_BYTES ? -Errno.EINVAL : new DataView(out.buffer).getInt32(0, true);
}
