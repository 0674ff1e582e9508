/**
 * The environment of the host: entries in their order as execve(2) passes them (`NAME=VALUE`, as bytes or text), or an
 * object of names and values of the shape of Node's `process.env`, in which an `undefined` is left out.
 */
type HostEnvironment = Iterable<string | Uint8Array> | Readonly<Record<string, string | undefined>>;

/** A name in `untrusted` by which whoever sets the host's environment decides what code the program runs. */
interface LoadingControl {
    /** The name as the policy has it. */
    readonly name: string;
    /** Where it stands in `untrusted`. */
    readonly index: number;
    /** What the variable does, and to which programs. */
    readonly reason: string;
}

/**
 * What became of a variable: `default` and `untrusted` reach the program and say where from; `shadowed` is not seen, since
 * another one of that name is; `dropped` never came in.
 */
type Provenance = 'default' | 'untrusted' | 'shadowed' | 'dropped';
/** Why a variable of the host was dropped: no `untrusted` names it, or it is no `NAME=VALUE`. */
type DropReason = 'unlisted' | 'malformed';
/** One entry of the trusted defaults or of the host, and what became of it. It never holds the value. */
interface ExplainedVariable {
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
interface Decision {
    readonly entry: string;
    readonly from: 'default' | 'host';
    /** Whether the program gets it; a second one of a name is passed on though getenv(3) does not see it. */
    readonly isPassed: boolean;
    readonly provenance: Provenance;
    readonly reason?: DropReason;
    readonly by?: 'default' | 'host';
}
/** The environment that a program gets, and why. Made by {@link EnvironmentPolicy.merge}. */
declare class MergedEnvironment {
    #private;
    /** @internal */
    constructor(decisions: readonly Decision[]);
    /**
     * What execve(2) takes, in order: the defaults that stay, then the variables of the host.
     *
     * @returns Fresh arrays of the bytes of `NAME=VALUE`, without a NUL at the end.
     */
    entries(): Uint8Array[];
    /**
     * The same by name, as Node's `spawn` takes it: of two of a name the first, which getenv(3) sees. Bytes that are no
     * UTF-8 become U+FFFD, so use {@link MergedEnvironment.entries} where they matter.
     */
    toObject(): Record<string, string>;
    /** What became of each default and of each variable of the host, in that order. No value is in it. */
    explain(): ExplainedVariable[];
}

/** `env` of an Occlum.json. */
interface EnvironmentPolicyInput {
    /** Trusted variables, `NAME=VALUE` each; none when left out. */
    readonly default?: readonly string[];
    /** Names whose value the host may give; none when left out. */
    readonly untrusted?: readonly string[];
}
/**
 * Which environment variables a program gets: trusted defaults, overridden or extended by the host's, of which only those
 * whose names are listed come in.
 *
 * It never looks at `process.env`: the host's environment is an argument.
 *
 * @example
 * ```ts
 * import { EnvironmentPolicy } from '@occlum/env';
 *
 * const policy = EnvironmentPolicy.parse({ default: ['LANG=C.UTF-8', 'MODE=safe'], untrusted: ['LANG', 'TOKEN'] });
 * const environment = policy.merge(['LANG=de_DE.UTF-8', 'MODE=fast', 'TOKEN=abc']);
 *
 * environment.toObject(); // => { MODE: 'safe', LANG: 'de_DE.UTF-8', TOKEN: 'abc' }
 * environment.explain().find(({ from, name }) => from === 'host' && name === 'MODE'); // => { name: 'MODE', from: 'host', provenance: 'dropped', reason: 'unlisted' }
 * ```
 */
declare class EnvironmentPolicy {
    #private;
    /** Names in `untrusted` that let the host decide what code runs, in their order. */
    readonly warnings: readonly LoadingControl[];
    private constructor();
    /**
     * Checks a policy as it was read from a file.
     *
     * @param value - An {@link EnvironmentPolicyInput}; `undefined` is the empty one.
     * @throws {@link EnvironmentPolicyError} with every problem: no object, an unknown key, no list, an entry that is no text,
     * has no `=`, an empty name, a NUL or a lone surrogate; a name with `=`.
     */
    static parse(value: unknown): EnvironmentPolicy;
    /**
     * Merges the host's environment into the defaults.
     *
     * A default stays unless the host gives a listed variable of its name: then all defaults of that name go. What comes in
     * keeps its bytes and its order, duplicates too, as execve(2) would pass them. An entry of the host without `=`, with an
     * empty name or with a NUL is dropped.
     */
    merge(host: HostEnvironment): MergedEnvironment;
}

/** One thing that is wrong in a policy. */
interface PolicyProblem {
    /** Where it stands, as keys and indexes from the policy on: `['default', 2]`. */
    readonly path: readonly (string | number)[];
    /** What stands there and what would be right, in one line without a trailing period. */
    readonly message: string;
}
/** A policy that cannot be used. It names everything that is wrong with it, not only the first. */
declare class EnvironmentPolicyError extends TypeError {
    readonly name = "EnvironmentPolicyError";
    /** In the order of the policy, at least one. */
    readonly problems: readonly PolicyProblem[];
    constructor(problems: readonly PolicyProblem[]);
}

export { type DropReason, EnvironmentPolicy, EnvironmentPolicyError, type EnvironmentPolicyInput, type ExplainedVariable, type HostEnvironment, type LoadingControl, MergedEnvironment, type PolicyProblem, type Provenance };
