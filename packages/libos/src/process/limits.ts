import { ResourceLimit } from '@occlum/abi';

/** No limit: all bits of a `rlim_t`. */
export const UNLIMITED = 2n ** 64n - 1n;

/** Soft and hard value of one resource. */
export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

/** Number of resources. Source: linux/include/uapi/asm-generic/resource.h, `RLIM_NLIMITS`. */
export const LIMIT_COUNT = 16;

/** Most descriptors of a process; the host has so many and the runtime's own above. */
export const DESCRIPTOR_MAX = 4080n;

const none: Limit = { soft: UNLIMITED, hard: UNLIMITED };

/** What a process starts with unless its maker says otherwise. Source: linux/include/asm-generic/resource.h, `INIT_RLIMITS`. */
const defaults: Readonly<Record<number, Limit>> = {
  [ResourceLimit.RLIMIT_STACK]: { soft: 8n << 20n, hard: UNLIMITED },
  [ResourceLimit.RLIMIT_CORE]: { soft: 0n, hard: UNLIMITED },
  [ResourceLimit.RLIMIT_NPROC]: { soft: 4096n, hard: 4096n },
  [ResourceLimit.RLIMIT_NOFILE]: { soft: 1024n, hard: DESCRIPTOR_MAX },
  [ResourceLimit.RLIMIT_MEMLOCK]: { soft: 8n << 20n, hard: 8n << 20n },
  [ResourceLimit.RLIMIT_SIGPENDING]: { soft: 4096n, hard: 4096n },
  [ResourceLimit.RLIMIT_MSGQUEUE]: { soft: 819200n, hard: 819200n },
  [ResourceLimit.RLIMIT_NICE]: { soft: 0n, hard: 0n },
  [ResourceLimit.RLIMIT_RTPRIO]: { soft: 0n, hard: 0n },
};

/** Resource limits of a process; threads share them, fork copies them. */
export class Limits {
  readonly #values: Limit[];
  readonly #ceilings: ReadonlyMap<number, bigint>;

  /** @param ceilings - What no hard limit of a resource can be above, whoever asks. */
  constructor(values: readonly Limit[] = Array.from({ length: LIMIT_COUNT }, (_, resource) => defaults[resource] ?? none), ceilings: ReadonlyMap<number, bigint> = new Map()) {
    this.#values = [...values];
    this.#ceilings = ceilings;
  }

  /** What no hard limit of a resource can be above. */
  ceiling(resource: number): bigint {
    return this.#ceilings.get(resource) ?? UNLIMITED;
  }

  /** Limit of a resource (`RLIMIT_*`); no limit for a number that is none. */
  get(resource: number): Limit {
    return this.#values[resource] ?? none;
  }

  set(resource: number, limit: Limit): void {
    this.#values[resource] = limit;
  }

  copy(): Limits {
    return new Limits(this.#values, this.#ceilings);
  }
}
