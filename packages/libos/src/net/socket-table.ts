import { SocketRecord } from './socket-record.js';
import type { SocketKind } from './socket-record.js';
import type { UnixName } from './unix-address.js';

/** Released records that are still found by their number, since connections outlive the socket that made them. */
const RETIRED_MAX = 4096;

/** Records of accepted sockets with options of their own; the oldest is forgotten. */
const ACCEPTED_MAX = 4096;

/** Abstract names that `bind(2)` without a name picks from: 5 hexadecimal digits. Source: unix(7), "Autobind feature". */
const AUTOBIND_NAMES = 2 ** 20;

/** Below it are the numbers that processes pick, their pids above all. */
const NETLINK_PORT_FIRST = 2 ** 31;

/** The host's names of bound sockets. */
export interface BoundFiles {
  /** Whether the host has a socket of that number. */
  isBound(id: number): boolean;
  remove(id: number): void;
}

/** Sockets that others can find, by name. One an enclave. */
export class SocketTable {
  readonly #files: BoundFiles;
  readonly #freed: (record: SocketRecord) => void;
  readonly #abstract = new Map<UnixName, SocketRecord>();
  readonly #servers = new Map<number, SocketRecord>();
  /** Records whose private name is there. */
  readonly #bound = new Set<SocketRecord>();
  /** Sockets that no process has, and that the host had when the last one let go. */
  readonly #orphans = new Set<SocketRecord>();
  readonly #retired: number[] = [];
  readonly #accepted = new Map<bigint, SocketRecord>();
  #lastId = 0;
  #lastAutobind = 0;
  #lastPort = NETLINK_PORT_FIRST;

  /**
   * @param files - The host's names of bound sockets.
   * @param freed - Called when the names of a socket are free.
   */
  constructor(files: BoundFiles, freed: (record: SocketRecord) => void) {
    this.#files = files;
    this.#freed = freed;
  }

  /** Gives a record the number under which {@link server} finds it. */
  number(record: SocketRecord): number {
    const id = ++this.#lastId;
    record.id = id;
    this.#servers.set(id, record);
    this.#bound.add(record);
    return id;
  }

  /** The record of a private name, also some time after its socket was released. */
  server(id: number): SocketRecord | undefined {
    return this.#servers.get(id);
  }

  /** Takes back what {@link number} gave, where the host refused the name. */
  unnumber(record: SocketRecord): void {
    if (record.id !== undefined) this.#servers.delete(record.id);
    this.#bound.delete(record);
    record.id = undefined;
  }

  /** A number for a netlink socket that asked for none in particular. */
  nextPort(): number {
    return ++this.#lastPort;
  }

  /** The socket bound to an abstract name. */
  abstract(name: UnixName): SocketRecord | undefined {
    const record = this.#abstract.get(name);
    return record !== undefined && this.isThere(record) ? record : undefined;
  }

  /** Binds an abstract name. */
  setAbstract(name: UnixName, record: SocketRecord): void {
    record.name = name;
    this.#abstract.set(name, record);
  }

  /** An abstract name that nobody has; `undefined` when all are taken. */
  unusedAbstract(): UnixName | undefined {
    for (let tried = 0; tried < AUTOBIND_NAMES; tried++) {
      this.#lastAutobind = (this.#lastAutobind + 1) % AUTOBIND_NAMES;
      const name = `\0${this.#lastAutobind.toString(16).padStart(5, '0')}`;
      if (!this.#abstract.has(name)) return name;
    }
    return undefined;
  }

  /**
   * Record of a socket that the kernel did not make, for what must be remembered of it.
   *
   * @param inode - Number of the host's socket, which no other one gets while it lives.
   * @param kind - What it is.
   */
  accepted(inode: bigint, kind: SocketKind): SocketRecord {
    const known = this.#accepted.get(inode);
    if (known !== undefined) return known;
    const record = new SocketRecord(kind);
    this.#accepted.set(inode, record);
    const [oldest] = this.#accepted.keys();
    if (this.#accepted.size > ACCEPTED_MAX && oldest !== undefined) this.#accepted.delete(oldest);
    return record;
  }

  /** What {@link accepted} made for a socket. */
  remembered(inode: bigint): SocketRecord | undefined {
    return this.#accepted.get(inode);
  }

  /**
   * The last process let go of a socket. Where the host still has it, it is on its way to another process, in a message
   * that nobody has received: then its names stay until somebody looks for them and it is gone.
   */
  release(record: SocketRecord): void {
    record.isReleased = true;
    if (record.id === undefined || !this.#files.isBound(record.id)) {
      this.#free(record);
      return;
    }
    this.#orphans.add(record);
    const [oldest] = this.#orphans;
    if (this.#orphans.size > RETIRED_MAX && oldest !== undefined) this.#free(oldest);
  }

  /** A process received a socket that none had. */
  revive(record: SocketRecord): void {
    record.isReleased = false;
    this.#orphans.delete(record);
  }

  /** Whether a socket that was found by a name is still there; if not, its names are free from now on. */
  isThere(record: SocketRecord): boolean {
    if (!record.isReleased) return true;
    if (record.id !== undefined && this.#orphans.has(record) && this.#files.isBound(record.id)) return true;
    this.#free(record);
    return false;
  }

  #free(record: SocketRecord): void {
    record.isListening = false;
    this.#orphans.delete(record);
    if (this.#abstract.get(record.name) === record) this.#abstract.delete(record.name);
    if (record.inode?.bound === record) record.inode.bound = undefined;
    record.inode = undefined;
    this.#freed(record);
    if (record.id === undefined || !this.#bound.delete(record)) return;
    this.#files.remove(record.id);
    this.#retired.push(record.id);
    if (this.#retired.length > RETIRED_MAX) this.#servers.delete(this.#retired.shift() ?? 0);
  }
}
