import { AddressFamily, FcntlCommand, SocketLevel, SocketOption, SocketType } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import type { SocketHost } from '../../src/net/host-socket.js';

/** One socket of the pretended host. */
export interface FakeSocket {
  readonly domain: number;
  readonly type: number;
  flags: number;
  local: string;
  peer: string | undefined;
  backlog: number | undefined;
  readonly queue: FakeSocket[];
  readonly options: Map<string, Uint8Array>;
  readonly sent: { bytes: Uint8Array; flags: number; address: string }[];
}

/** A host whose AF_UNIX sockets connect to each other, and whose others answer what a test says. */
export class FakeSockets implements SocketHost {
  readonly sockets = new Map<number, FakeSocket>();
  readonly unlinked: string[] = [];
  /** Result of connect on the host's network. */
  connectResult = 0;
  #last = 100;

  socket(domain: number, type: number): number {
    const fd = ++this.#last;
    this.sockets.set(fd, make(domain, type & 0xf, type & SocketType.SOCK_NONBLOCK));
    return fd;
  }

  /** A socket that a connection left in a queue. */
  accept(fd: number): number {
    const accepted = this.#get(fd).queue.shift();
    if (accepted === undefined) return -Errno.EAGAIN;
    this.sockets.set(++this.#last, accepted);
    return this.#last;
  }

  bind(fd: number, address: Uint8Array): number {
    const socket = this.#get(fd);
    const name = text(address);
    if (socket.local !== '') return -Errno.EINVAL;
    if (socket.domain === AddressFamily.AF_UNIX && [...this.sockets.values()].some(({ local }) => local === name)) return -Errno.EADDRINUSE;
    socket.local = name;
    return 0;
  }

  connect(fd: number, address: Uint8Array): number {
    const socket = this.#get(fd);
    if (socket.domain !== AddressFamily.AF_UNIX) {
      if (this.connectResult === 0) socket.peer = text(address);
      return this.connectResult;
    }
    const name = text(address);
    const bound = [...this.sockets.values()].find(({ local }) => local === name);
    if (bound !== undefined && bound.type !== socket.type) return -Errno.EPROTOTYPE;
    const listener = [...this.sockets.values()].find((other) => other.backlog !== undefined && other.local === name);
    if (listener?.backlog === undefined) return -Errno.ECONNREFUSED;
    if (listener.queue.length > listener.backlog) return -Errno.EAGAIN;
    const accepted = make(socket.domain, socket.type, 0);
    accepted.local = listener.local;
    accepted.peer = socket.local;
    socket.peer = name;
    listener.queue.push(accepted);
    return 0;
  }

  listen(fd: number, backlog: number): number {
    this.#get(fd).backlog = backlog;
    return 0;
  }

  getsockname(fd: number, out: Uint8Array): number {
    return this.#told(this.#get(fd), this.#get(fd).local, out);
  }

  getpeername(fd: number, out: Uint8Array): number {
    const { peer } = this.#get(fd);
    return peer === undefined ? -Errno.ENOTCONN : this.#told(this.#get(fd), peer, out);
  }

  getsockopt(fd: number, level: number, option: number, out: Uint8Array): number {
    const socket = this.sockets.get(fd);
    if (socket === undefined) return -Errno.ENOTSOCK;
    const value = level === SocketLevel.SOL_SOCKET ? known(socket, option) : undefined;
    const bytes = value === undefined ? (socket.options.get(`${level}:${option}`) ?? new Uint8Array(4)) : new Uint8Array(Int32Array.of(value).buffer);
    out.set(bytes.subarray(0, out.length));
    return Math.min(bytes.length, out.length);
  }

  setsockopt(fd: number, level: number, option: number, value: Uint8Array): number {
    this.#get(fd).options.set(`${level}:${option}`, value.slice());
    return 0;
  }

  sendto(fd: number, bytes: Uint8Array, flags: number, address: Uint8Array): number {
    this.#get(fd).sent.push({ bytes: bytes.slice(), flags, address: text(address) });
    return bytes.length;
  }

  fcntl(fd: number, command: number, argument: number): number {
    const socket = this.#get(fd);
    if (command === FcntlCommand.F_GETFL) return socket.flags | 2;
    socket.flags = argument & SocketType.SOCK_NONBLOCK;
    return 0;
  }

  socketpair(domain: number, type: number, _protocol: number, out: Int32Array): number {
    out.set([this.socket(domain, type), this.socket(domain, type)]);
    return 0;
  }

  /** Keeps a record with the socket that sends it. */
  sendRecord(fd: number, bytes: Uint8Array, _descriptors: Int32Array, flags: number): number {
    this.#get(fd).sent.push({ bytes: Uint8Array.from(bytes), flags, address: '' });
    return bytes.length;
  }

  statx(fd: number, _path: Uint8Array, _flags: number, _mask: number, out: Uint8Array): number {
    new DataView(out.buffer).setBigUint64(32, BigInt(fd), true);
    return 0;
  }

  unlinkat(_directory: number, path: Uint8Array): number {
    this.unlinked.push(text(path));
    return 0;
  }

  ioctl = (): number => -Errno.ENOTTY;
  receiveRecord = (): number => -Errno.ENOSYS;
  close = (fd: number): number => (this.sockets.delete(fd) ? 0 : -Errno.EBADF);

  #get(fd: number): FakeSocket {
    const socket = this.sockets.get(fd);
    if (socket === undefined) throw new Error(`descriptor is ${fd}, must be a socket`);
    return socket;
  }

  #told(socket: FakeSocket, name: string, out: Uint8Array): number {
    const bytes = name === '' ? Uint8Array.of(socket.domain, 0) : Buffer.from(name, 'latin1');
    out.set(bytes);
    return bytes.length;
  }
}

function known(socket: FakeSocket, option: number): number | undefined {
  switch (option) {
    case SocketOption.SO_DOMAIN:
      return socket.domain;
    case SocketOption.SO_TYPE:
      return socket.type;
    case SocketOption.SO_ACCEPTCONN:
      return socket.backlog === undefined ? 0 : 1;
    default:
      return undefined;
  }
}

function make(domain: number, type: number, flags: number): FakeSocket {
  return { domain, type, flags, local: '', peer: undefined, backlog: undefined, queue: [], options: new Map(), sent: [] };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
