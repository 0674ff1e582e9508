/** Who this Node process is on the host. */
export interface HostIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/**
 * Whose the files of a passed-through directory are, seen from inside. Where guests are root while Node is not, what
 * belongs to Node's user belongs to root inside.
 */
export class OwnerMap {
  readonly host: HostIdentity;
  readonly #uid: number;
  readonly #gid: number;

  /**
   * @param host - This process.
   * @param inside - Who Node's user and group are inside; themselves when left out.
   */
  constructor(host: HostIdentity, inside: { readonly uid: number; readonly gid: number } = host) {
    this.host = host;
    this.#uid = inside.uid;
    this.#gid = inside.gid;
  }

  /** Whether ids inside are the host's. */
  get isPlain(): boolean {
    return this.#uid === this.host.uid && this.#gid === this.host.gid;
  }

  toGuestUid(uid: number): number {
    return uid === this.host.uid ? this.#uid : uid;
  }

  toGuestGid(gid: number): number {
    return gid === this.host.gid ? this.#gid : gid;
  }

  toHostUid(uid: number): number {
    return uid === this.#uid ? this.host.uid : uid;
  }

  toHostGid(gid: number): number {
    return gid === this.#gid ? this.host.gid : gid;
  }
}
