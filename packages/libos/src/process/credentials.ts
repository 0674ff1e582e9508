import { Capability } from '@occlum/abi';

import type { FileCredentials } from '../fs/permissions.js';

/** Every capability there is. */
export const ALL_CAPABILITIES: bigint = Object.values(Capability).reduce((set, number) => set | (1n << BigInt(number)), 0n);

/** User, group or capability sets of a process. */
export interface CredentialFields {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly inheritable: bigint;
  readonly bounding: bigint;
  /** Capabilities that stay over an exec of an unprivileged program. */
  readonly ambient: bigint;
  /** `SECBIT_*` of capabilities(7). */
  readonly secureBits: number;
}

/** Who a process is. Immutable: a change makes a new one, so that a call which waits keeps those it began with. */
export class Credentials implements CredentialFields, FileCredentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly inheritable: bigint;
  readonly bounding: bigint;
  readonly ambient: bigint;
  readonly secureBits: number;
  /** The effective set as a number: there are fewer capabilities than a number is exact for. */
  readonly #effective: number;
  #real: Credentials | undefined;

  private constructor(fields: CredentialFields) {
    this.uid = fields.uid;
    this.euid = fields.euid;
    this.suid = fields.suid;
    this.fsuid = fields.fsuid;
    this.gid = fields.gid;
    this.egid = fields.egid;
    this.sgid = fields.sgid;
    this.fsgid = fields.fsgid;
    this.groups = fields.groups;
    this.permitted = fields.permitted;
    this.effective = fields.effective;
    this.inheritable = fields.inheritable;
    this.bounding = fields.bounding;
    this.ambient = fields.ambient;
    this.secureBits = fields.secureBits;
    this.#effective = Number(fields.effective & ALL_CAPABILITIES);
  }

  /** A user as a login makes it: all capabilities for user 0, none for others. */
  static of(uid: number, gid: number, groups: readonly number[] = []): Credentials {
    const held = uid === 0 ? ALL_CAPABILITIES : 0n;
    return new Credentials({
      uid, euid: uid, suid: uid, fsuid: uid,
      gid, egid: gid, sgid: gid, fsgid: gid,
      groups,
      permitted: held, effective: held, inheritable: 0n, bounding: ALL_CAPABILITIES, ambient: 0n, secureBits: 0,
    });
  }

  /** The same with some fields changed. */
  with(change: Partial<CredentialFields>): Credentials {
    return new Credentials(Object.assign({}, this, change));
  }

  /** Whether an effective capability is there, by its Linux number. */
  hasCapability(capability: number): boolean {
    return Math.floor(this.#effective / 2 ** capability) % 2 === 1;
  }

  /** The same with the real ids for file access, as `access(2)` judges. */
  get real(): Credentials {
    return (this.#real ??= this.with({ fsuid: this.uid, fsgid: this.gid, effective: this.uid === 0 ? this.permitted : 0n }));
  }
}
