import type { PrivateNames } from './private-names.js';
import { SocketRecord } from './socket-record.js';
import type { SocketKind } from './socket-record.js';
import type { UnixName } from './unix-address.js';

/** Released records that are still found by their number, since connections outlive the socket that made them. */
const RETIRED_MAX = 4096;

/** Records of accepted sockets with options of their own; the oldest is forgotten. */
const ACCEPTED_MAX = 4096;

/** Abstract names that `bind(2)` without a name picks from: 5 hexadecimal digits. Source: unix(7), "Autobind feature". */
const AUTOBIND_NAMES = 2 ** 20;

/** Takes away a file of the private directory. */
export type RemoveFile = (name: string) => void;

/** Sockets that others can find, by name. One an enclave. */
export class SocketTable {
  readonly #names: PrivateNames;
  readonly #removeFile: RemoveFile;
  readonly #abstract = new Map<UnixName, SocketRecord>();
  readonly #servers = new Map<number, SocketRecord>();
  readonly #retired: number[] = [];
  readonly #accepted = new Map<bigint, SocketRecord>();
  #lastId = 0;
  #lastAutobind = 0;

  /**
   * @param names - How the host's sockets are called.
   * @param removeFile - Removes the host's name of a bound socket.
   */
  constructor(names: PrivateNames, removeFile: RemoveFile) {
    this.#names = names;
    this.#removeFile = removeFile;
  }

  /** Gives a record the number under which {@link server} finds it. */
  number(record: SocketRecord): number {
    const id = ++this.#lastId;
    record.id = id;
    this.#servers.set(id, record);
    return id;
  }

  /** The record of a private name, also some time after its socket was released. */
  server(id: number): SocketRecord | undefined {
    return this.#servers.get(id);
  }

  /** Takes back what {@link number} gave, where the host refused the name. */
  unnumber(record: SocketRecord): void {
    if (record.id !== undefined) this.#servers.delete(record.id);
    record.id = undefined;
  }

  /** The socket bound to an abstract name. */
  abstract(name: UnixName): SocketRecord | undefined {
    return this.#abstract.get(name);
  }

  /** Binds an abstract name. */
  setAbstract(name: UnixName, record: SocketRecord): void {
    record.name = name;
    this.#abstract.set(name, record);
  }

  /** Takes an abstract name away again. */
  removeAbstract(record: SocketRecord): void {
    if (this.#abstract.get(record.name) === record) this.#abstract.delete(record.name);
    record.name = '';
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

  /** The last process let go of a socket: its name is free, a path stays in the file system and leads to nothing. */
  release(record: SocketRecord): void {
    record.isReleased = true;
    record.isListening = false;
    if (this.#abstract.get(record.name) === record) this.#abstract.delete(record.name);
    if (record.inode?.bound === record) record.inode.bound = undefined;
    record.inode = undefined;
    if (record.id === undefined) return;
    this.#removeFile(this.#names.fileOf(record.id));
    this.#retired.push(record.id);
    if (this.#retired.length > RETIRED_MAX) this.#servers.delete(this.#retired.shift() ?? 0);
  }
}
