import { bytesOf, nameOf, shown } from './byte-string.js';

/**
 * What became of a variable: `default` and `untrusted` reach the program and say where from; `shadowed` is not seen, since
 * another one of that name is; `dropped` never came in.
 */
export type Provenance = 'default' | 'untrusted' | 'shadowed' | 'dropped';

/** Why a variable of the host was dropped: no `untrusted` names it, or it is no `NAME=VALUE`. */
export type DropReason = 'unlisted' | 'malformed';

/** One entry of the trusted defaults or of the host, and what became of it. It never holds the value. */
export interface ExplainedVariable {
  /** As text; bytes that are no UTF-8 as `\xNN`. */
  readonly name: string;
  /** Who gave it. */
  readonly from: 'default' | 'host';
  readonly provenance: Provenance;
  /** Why it was dropped; only then. */
  readonly reason?: DropReason;
  /** Who gave the one that is seen in its place; only for one that is shadowed. */
  readonly by?: 'default' | 'host';
}

/** An entry, as a byte string, with what became of it. */
export interface Decision {
  readonly entry: string;
  readonly from: 'default' | 'host';
  /** Whether the program gets it; a second one of a name is passed on though getenv(3) does not see it. */
  readonly isPassed: boolean;
  readonly provenance: Provenance;
  readonly reason?: DropReason;
  readonly by?: 'default' | 'host';
}

/** The environment that a program gets, and why. Made by {@link EnvironmentPolicy.merge}. */
export class MergedEnvironment {
  readonly #decisions: readonly Decision[];

  /** @internal */
  constructor(decisions: readonly Decision[]) {
    this.#decisions = decisions;
  }

  /**
   * What execve(2) takes, in order: the defaults that stay, then the variables of the host.
   *
   * @returns Fresh arrays of the bytes of `NAME=VALUE`, without a NUL at the end.
   */
  entries(): Uint8Array[] {
    return this.#passed().map(({ entry }) => bytesOf(entry));
  }

  /**
   * The same by name, as Node's `spawn` takes it: of two of a name the first, which getenv(3) sees. Bytes that are no
   * UTF-8 become U+FFFD, so use {@link MergedEnvironment.entries} where they matter.
   */
  toObject(): Record<string, string> {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const variables = new Map<string, string>();
    for (const { entry } of this.#passed()) {
      const name = nameOf(entry);
      if (!variables.has(name)) variables.set(name, entry.slice(name.length + 1));
    }
    return Object.fromEntries(Array.from(variables, (pair) => pair.map((text) => decoder.decode(bytesOf(text)))) as [string, string][]);
  }

  /** What became of each default and of each variable of the host, in that order. No value is in it. */
  explain(): ExplainedVariable[] {
    return this.#decisions.map(({ entry, from, provenance, reason, by }) => ({
      name: shown(nameOf(entry)),
      from,
      provenance,
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { by }),
    }));
  }

  #passed(): Decision[] {
    return this.#decisions.filter(({ isPassed }) => isPassed);
  }
}
