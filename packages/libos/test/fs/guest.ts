import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AT_FDCWD, OpenFlags, dirent64, stat as statCodec } from '@occlum/abi';
import { Errno, errnoName } from '@occlum/errno';
import { FdKind, hostBinding } from '@occlum/native';

import type { FileDescription } from '../../src/fs/file-description.js';
import { mountFileSystems } from '../../src/fs/mount-file-systems.js';
import type { FileSystemOptions, FileSystems, MountRequest } from '../../src/fs/mount-file-systems.js';
import { isError } from '../../src/fs/result.js';
import { fileSystemSyscalls } from '../../src/fs/syscalls.js';
import { IpcNamespace } from '../../src/ipc/ipc-namespace.js';
import { WaitQueue } from '../../src/kernel/wait-queue.js';
import { Credentials } from '../../src/process/credentials.js';
import { Limits } from '../../src/process/limits.js';
import { ProcessTable } from '../../src/process/process-table.js';
import { Room, guestCall } from '../guest-call.js';
import type { Given } from '../guest-call.js';

const host = hostBinding();

/** A pretended descriptor of a guest: what was granted, and the host's descriptor, which a guest would hold. */
interface GuestFd {
  readonly description: FileDescription | undefined;
  readonly kind: number;
  readonly hostFd: number;
}

/** Host directories of one test. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'occlum-fs-'));
  readonly lower = join(this.path, 'lower');
  readonly store = join(this.path, 'store');

  constructor() {
    mkdirSync(this.lower);
    mkdirSync(this.store);
  }

  /** Files in the store. */
  get stored(): number {
    return readdirSync(this.store).length;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Makes file systems on the real host. */
export function mountAll(scratch: Scratch, mounts: readonly MountRequest[], options: MountOptions = {}): FileSystems {
  const made = tryMountAll(scratch, mounts, options);
  if (isError(made)) throw new Error(`mount gave ${errnoName(made) ?? made}`);
  return made;
}

/** What tests set of the options of file systems. */
export type MountOptions = Partial<Pick<FileSystemOptions, 'openCheckedTree' | 'keptLayers' | 'imageChanged' | 'inside' | 'storeOptions' | 'host'>>;

/** As {@link mountAll}; a negative error number where that fails. */
export function tryMountAll(scratch: Scratch, mounts: readonly MountRequest[], options: MountOptions = {}): FileSystems | number {
  const processes = new ProcessTable();
  return mountFileSystems({
    binding: host,
    mounts,
    store: scratch.store,
    host: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, groups: [] },
    processes: () => processes,
    ipc: () => new IpcNamespace(host, () => 0, {}),
    hostname: () => 'test',
    release: '6.1.0',
    version: '#1',
    network: 'none',
    ...options,
  });
}

/** The LibOS's root, who has every capability, whoever runs the tests. */
export const ROOT = Credentials.of(0, 0);

/** A pretended guest process that makes calls, and holds the host descriptors that it gets. */
export class FsGuest {
  readonly files: FileSystems;
  readonly descriptors = new Map<number, GuestFd>();
  readonly processes = new ProcessTable();
  readonly process;
  readonly #table;

  constructor(files: FileSystems, credentials = Credentials.of(process.getuid?.() ?? 0, process.getgid?.() ?? 0), pid = 1) {
    this.files = files;
    this.#table = fileSystemSyscalls(files.vfs);
    this.process = { pid, credentials, files: files.context(), limits: new Limits(), session: {}, grants: new Map<number, FileDescription>() };
    this.process.files.umask = 0;
  }

  /** Makes a call; a descriptor that it installs is the result. */
  async call(name: string, ...given: Given[]): Promise<number> {
    let installed: number | undefined;
    const context = {
      process: this.process,
      thread: { tid: this.process.pid },
      kernel: { host, watch: () => () => undefined, takeReleases: () => undefined, watchTerminal: () => Promise.resolve(() => undefined), processes: this.processes },
      object: (index: number) => this.#fd(given, index)?.description,
      fdKind: (index: number) => this.#fd(given, index)?.kind ?? FdKind.none,
      hostFd: (index: number) => this.#fd(given, index)?.hostFd ?? -Errno.EBADF,
      install: (hostFd: number, description: FileDescription | undefined, kind: number) => {
        installed = this.#free();
        this.descriptors.set(installed, { description, kind, hostFd });
        description?.retain();
        return 0;
      },
      wait: wait,
    };
    const result = await guestCall(this.#table, context as never, name, ...given);
    return result === 0 ? (installed ?? 0) : result;
  }

  open(path: string, flags: number = OpenFlags.O_RDONLY, mode = 0o644): Promise<number> {
    return this.call('openat', AT_FDCWD, path, flags, mode);
  }

  close(fd: number): void {
    const held = this.descriptors.get(fd);
    if (held === undefined) return;
    this.descriptors.delete(fd);
    host.close(held.hostFd);
    held.description?.release(this.process);
  }

  /** What a descriptor reads from the start, directly from the host. */
  content(fd: number): string {
    const bytes = new Uint8Array(65536);
    const length = host.pread(this.hostFd(fd), bytes, 0);
    return length < 0 ? `error ${length}` : Buffer.from(bytes.subarray(0, length)).toString('latin1');
  }

  hostFd(fd: number): number {
    return this.descriptors.get(fd)?.hostFd ?? -1;
  }

  async read(path: string): Promise<string | number> {
    const fd = await this.open(path);
    if (fd < 0) return fd;
    const text = this.content(fd);
    this.close(fd);
    return text;
  }

  async write(path: string, text: string, flags: number = OpenFlags.O_CREAT | OpenFlags.O_TRUNC): Promise<number> {
    const fd = await this.open(path, OpenFlags.O_WRONLY | flags);
    if (fd < 0) return fd;
    const result = host.write(this.hostFd(fd), Buffer.from(text, 'latin1'));
    this.close(fd);
    return result;
  }

  /** Attributes of a path, or an error number. */
  async stat(path: string, name: 'stat' | 'lstat' = 'lstat'): Promise<ReturnType<typeof statCodec.decode> | number> {
    const room = new Room();
    const result = await this.call(name, path, room);
    return result < 0 ? result : statCodec.decode(room.bytes);
  }

  async fstat(fd: number): Promise<ReturnType<typeof statCodec.decode> | number> {
    const room = new Room();
    const result = await this.call('fstat', fd, room);
    return result < 0 ? result : statCodec.decode(room.bytes);
  }

  /** Names in a directory, sorted, without the two that each has. */
  async list(path: string): Promise<string[] | number> {
    const fd = await this.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
    if (fd < 0) return fd;
    const names: string[] = [];
    for (;;) {
      const room = new Room();
      const length = await this.call('getdents64', fd, room, 4096);
      if (length < 0) return length;
      if (length === 0) break;
      names.push(...entryNames(room.bytes));
    }
    this.close(fd);
    return names.filter((name) => name !== '.' && name !== '..').sort();
  }

  async readlink(path: string): Promise<string | number> {
    const room = new Room();
    const length = await this.call('readlink', path, room, 4096);
    return length < 0 ? length : Buffer.from(room.bytes).toString('latin1');
  }

  async cwd(): Promise<string | number> {
    const room = new Room();
    const length = await this.call('getcwd', room, 4096);
    return length < 0 ? length : Buffer.from(room.bytes.subarray(0, length - 1)).toString('latin1');
  }

  /** Ends as a process does. */
  exit(): void {
    for (const fd of [...this.descriptors.keys()]) this.close(fd);
  }

  #fd(given: readonly Given[], index: number): GuestFd | undefined {
    const number = given[index];
    return typeof number === 'number' ? this.descriptors.get(number) : undefined;
  }

  #free(): number {
    let number = 3;
    while (this.descriptors.has(number)) number++;
    return number;
  }
}

/** A result by its name, so that a failed test can be read. */
export function named(result: unknown): unknown {
  return typeof result === 'number' && result < 0 ? (errnoName(result) ?? result) : result;
}

function entryNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += view.getUint16(at + dirent64.offsets.d_reclen, true)) {
    const start = at + dirent64.offsets.d_name;
    names.push(Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString('latin1'));
  }
  return names;
}

/** Waits as the kernel does, without signals. */
async function wait<T>(queue: WaitQueue | readonly WaitQueue[], condition: () => T | undefined): Promise<T | number> {
  const queues = queue instanceof WaitQueue ? [queue] : queue;
  for (;;) {
    const value = condition();
    if (value !== undefined) return value;
    await new Promise<void>((resolve) => {
      const ends = queues.map((one) => one.subscribe(() => {
        for (const end of ends) end();
        resolve();
      }));
    });
  }
}
