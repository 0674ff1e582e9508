import { Errno } from '@occlum/errno';
import { FdKind } from '@occlum/native';
import type { HostBinding } from '@occlum/native';
import type { InputArgument, OutputArgument, StructInput, StructOutput } from '@occlum/abi';

import { FileDescription } from '../../src/fs/file-description.js';
import type { Inode } from '../../src/fs/inode.js';
import type { SocketHost } from '../../src/net/host-socket.js';
import { createNetwork } from '../../src/net/network.js';
import type { Network, NetworkMode } from '../../src/net/network.js';
import type { SocketCaller } from '../../src/net/socket-caller.js';
import type { SocketFiles } from '../../src/net/socket-files.js';
import { netSyscalls } from '../../src/net/syscalls.js';
import { Credentials } from '../../src/process/credentials.js';
import { FakeSockets } from './fake-sockets.js';

/** Names of sockets without a file system: what a test needs of one. */
export class FakeFiles implements SocketFiles {
  readonly inodes = new Map<string, Inode>();

  create(_caller: SocketCaller, path: string): Inode | number {
    if (!path.startsWith('/')) return -Errno.ENOENT;
    if (this.inodes.has(path)) return -Errno.EEXIST;
    return this.put(path, 'socket');
  }

  remove(inode: Inode): number {
    for (const [path, other] of this.inodes) if (other === inode) this.inodes.delete(path);
    return 0;
  }

  lookup(_caller: SocketCaller, path: string): Inode | number {
    return this.inodes.get(path) ?? -Errno.ENOENT;
  }

  put(path: string, type: string): Inode {
    const inode = { type, bound: undefined } as unknown as Inode;
    this.inodes.set(path, inode);
    return inode;
  }
}

interface Descriptor {
  readonly hostFd: number;
  readonly description: FileDescription | undefined;
  readonly kind: number;
}

/** One pretended process and its descriptors; rows are run by name, as dispatch would. */
export class Guest<Host extends SocketHost = FakeSockets> {
  readonly host: Host;
  readonly files: FakeFiles;
  readonly network: Network;
  readonly descriptors = new Map<number, Descriptor>();
  /** Events that the last call asked to be waited for. */
  polled: number | undefined;
  pid = 7;
  credentials = Credentials.of(1000, 1000);
  readonly #rows: ReturnType<typeof netSyscalls>;

  private constructor(mode: NetworkMode, host: Host & Pick<HostBinding, 'getrandom'>, directory: number) {
    this.host = host;
    this.files = new FakeFiles();
    this.network = createNetwork({ mode, host, directory, files: this.files, pidOfHost: (pid) => (pid === 4242 ? 3 : undefined) });
    this.#rows = netSyscalls(this.network);
  }

  /** A guest of a pretended host. */
  static fake(mode: NetworkMode): Guest {
    return new Guest(mode, Object.assign(new FakeSockets(), { getrandom: (out: Uint8Array) => (out.fill(0x2a), out.length) }), 5);
  }

  /** A guest of the host that the test runs on. */
  static real(mode: NetworkMode, host: HostBinding, directory: number): Guest<HostBinding> {
    return new Guest(mode, host, directory);
  }

  /** Runs a row. A `Uint8Array` is memory, `null` is NULL, anything else the register. */
  call(name: string, ...args: readonly unknown[]): number | Promise<number> {
    const row = this.#rows[name];
    if (row?.run === undefined) throw new Error(`row is ${name}, must be one that the kernel runs`);
    const run = row.run as unknown as (context: SocketCaller, ...values: unknown[]) => number | Promise<number>;
    return run(this.#context(args), ...args.map((value) => (value === null || value instanceof Uint8Array ? memory(value) : value)));
  }

  /** Makes a socket; its descriptor. */
  socket(domain: number, type: number, protocol = 0): number {
    const before = this.descriptors.size;
    const result = this.call('socket', domain, type, protocol) as number;
    if (result < 0) throw new Error(`result is ${result}, must be a socket`);
    return before;
  }

  /** Accepts a connection; its descriptor. */
  accept(fd: number): number {
    const before = this.descriptors.size;
    const result = this.call('accept4', fd, null, null, 0) as number;
    if (result < 0) throw new Error(`result is ${result}, must be a socket`);
    return before;
  }

  open(descriptor: Descriptor): number {
    const fd = this.descriptors.size;
    this.descriptors.set(fd, descriptor);
    return fd;
  }

  close(fd: number): void {
    const descriptor = this.descriptors.get(fd);
    this.host.close(descriptor?.hostFd ?? -1);
    descriptor?.description?.retain();
    descriptor?.description?.release();
    this.descriptors.set(fd, { hostFd: -1, description: undefined, kind: FdKind.none });
  }

  /** The process lets go of a descriptor that is on its way to another one; the host's descriptor. */
  giveAway(fd: number): number {
    const descriptor = this.descriptors.get(fd);
    descriptor?.description?.retain();
    descriptor?.description?.release();
    this.descriptors.set(fd, { hostFd: -1, description: undefined, kind: FdKind.none });
    return descriptor?.hostFd ?? -1;
  }

  /** Address that a name call tells, and its length. */
  name(call: 'getsockname' | 'getpeername', fd: number): Uint8Array | number {
    const out = new Uint8Array(128);
    const length = new Uint8Array(Int32Array.of(128).buffer);
    const result = this.call(call, fd, out, length) as number;
    return result < 0 ? result : out.subarray(0, new DataView(length.buffer).getInt32(0, true));
  }

  /** Value of an option, as ints. */
  option(fd: number, level: number, option: number, room = 12): number[] | number {
    const out = new Uint8Array(room);
    const length = new Uint8Array(Int32Array.of(room).buffer);
    const result = this.call('getsockopt', fd, level, option, out, length) as number;
    return result < 0 ? result : [...new Int32Array(out.slice(0, new DataView(length.buffer).getInt32(0, true)).buffer)];
  }

  setOption(fd: number, level: number, option: number, ...values: number[]): number {
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    return this.call('setsockopt', fd, level, option, bytes, bytes.length) as number;
  }

  #context(args: readonly unknown[]): SocketCaller {
    const descriptor = (argument: number): Descriptor | undefined => this.descriptors.get(args[argument] as number);
    this.polled = undefined;
    return {
      process: { pid: this.pid, credentials: this.credentials, files: undefined as never, timesContinued: 0 },
      polled: false,
      object: (argument) => descriptor(argument)?.description,
      fdKind: (argument) => descriptor(argument)?.kind ?? FdKind.none,
      hostFd: (argument) => descriptor(argument)?.hostFd ?? -Errno.EBADF,
      install: (hostFd, description, kind) => {
        this.open({ hostFd, description, kind });
        return 0;
      },
      installPair: () => -Errno.ENOSYS,
      wait: async (_queue, condition) => {
        await Promise.resolve();
        return condition() ?? -Errno.ETIMEDOUT;
      },
      pollFd: (_argument, events) => {
        this.polled = events;
        return 0;
      },
    };
  }
}

/** A file of the LibOS as a descriptor that is no socket. */
export function file(): Descriptor {
  return { hostFd: 1, description: new FileDescription({ kind: FdKind.file }), kind: FdKind.file };
}

function memory(value: Uint8Array | null): StructInput<Uint8Array> & StructOutput<Uint8Array> & InputArgument & OutputArgument {
  const bytes = value ?? undefined;
  const write = (from: Uint8Array, at = 0): boolean => {
    bytes?.set(from.subarray(0, bytes.length - at), at);
    return bytes !== undefined;
  };
  return {
    isNull: bytes === undefined,
    address: bytes === undefined ? 0 : 0x1000,
    room: bytes?.length ?? 0,
    read: () => bytes?.slice(),
    value: () => bytes?.slice(),
    write,
    put: write,
  };
}
