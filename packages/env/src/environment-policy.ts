import { byteString, nameOf } from './byte-string.js';
import { EnvironmentPolicyError } from './environment-policy-error.js';
import type { PolicyProblem } from './environment-policy-error.js';
import { hostEntries } from './host-entries.js';
import type { HostEnvironment } from './host-entries.js';
import { loadingControl } from './loading-control.js';
import type { LoadingControl } from './loading-control.js';
import { MergedEnvironment } from './merged-environment.js';
import type { Decision } from './merged-environment.js';

/** `env` of an Occlum.json. */
export interface EnvironmentPolicyInput {
  /** Trusted variables, `NAME=VALUE` each; none when left out. */
  readonly default?: readonly string[];
  /** Names whose value the host may give; none when left out. */
  readonly untrusted?: readonly string[];
}

const KEYS = ['default', 'untrusted'];

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
export class EnvironmentPolicy {
  /** Names in `untrusted` that let the host decide what code runs, in their order. */
  readonly warnings: readonly LoadingControl[];
  readonly #defaults: readonly string[];
  readonly #untrusted: ReadonlySet<string>;

  private constructor(defaults: readonly string[], untrusted: readonly string[]) {
    this.#defaults = defaults.map(byteString);
    this.#untrusted = new Set(untrusted.map(byteString));
    this.warnings = untrusted.flatMap((name, index) => {
      const reason = loadingControl(name);
      return reason === undefined ? [] : [{ name, index, reason }];
    });
  }

  /**
   * Checks a policy as it was read from a file.
   *
   * @param value - An {@link EnvironmentPolicyInput}; `undefined` is the empty one.
   * @throws {@link EnvironmentPolicyError} with every problem: no object, an unknown key, no list, an entry that is no text,
   * has no `=`, an empty name, a NUL or a lone surrogate; a name with `=`.
   */
  static parse(value: unknown): EnvironmentPolicy {
    const problems: PolicyProblem[] = [];
    const lists = listsOf(value, problems);
    lists.default.forEach((entry, index) => {
      check(['default', index], entry, defaultProblem, problems);
    });
    lists.untrusted.forEach((name, index) => {
      check(['untrusted', index], name, nameProblem, problems);
    });
    if (problems.length > 0) throw new EnvironmentPolicyError(problems);
    return new EnvironmentPolicy(lists.default as string[], lists.untrusted as string[]);
  }

  /**
   * Merges the host's environment into the defaults.
   *
   * A default stays unless the host gives a listed variable of its name: then all defaults of that name go. What comes in
   * keeps its bytes and its order, duplicates too, as execve(2) would pass them. An entry of the host without `=`, with an
   * empty name or with a NUL is dropped.
   */
  merge(host: HostEnvironment): MergedEnvironment {
    const given = hostEntries(host);
    const overridden = new Set(given.filter((entry) => this.#refusal(entry) === undefined).map(nameOf));
    const seen = new Set<string>();
    const defaults = this.#defaults.map((entry): Decision => {
      if (overridden.has(nameOf(entry))) return { entry, from: 'default', isPassed: false, provenance: 'shadowed', by: 'host' };
      return passed(entry, 'default', seen);
    });
    const untrusted = given.map((entry): Decision => {
      const reason = this.#refusal(entry);
      if (reason !== undefined) return { entry, from: 'host', isPassed: false, provenance: 'dropped', reason };
      return passed(entry, 'host', seen);
    });
    return new MergedEnvironment([...defaults, ...untrusted]);
  }

  #refusal(entry: string): 'malformed' | 'unlisted' | undefined {
    if (entry.indexOf('=') < 1 || entry.includes('\0')) return 'malformed';
    return this.#untrusted.has(nameOf(entry)) ? undefined : 'unlisted';
  }
}

/** An entry that the program gets: getenv(3) sees the first of a name. */
function passed(entry: string, from: 'default' | 'host', seen: Set<string>): Decision {
  const name = nameOf(entry);
  if (seen.has(name)) return { entry, from, isPassed: true, provenance: 'shadowed', by: from };
  seen.add(name);
  return { entry, from, isPassed: true, provenance: from === 'host' ? 'untrusted' : 'default' };
}

function listsOf(value: unknown, problems: PolicyProblem[]): { default: readonly unknown[]; untrusted: readonly unknown[] } {
  if (value === undefined) return { default: [], untrusted: [] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push({ path: [], message: `expected an object with the lists "default" and "untrusted", got ${described(value)}` });
    return { default: [], untrusted: [] };
  }
  for (const key of Object.keys(value).filter((name) => !KEYS.includes(name))) {
    problems.push({ path: [key], message: 'unknown key, there are "default" and "untrusted"' });
  }
  const list = (key: 'default' | 'untrusted'): readonly unknown[] => {
    const found = (value as Record<string, unknown>)[key];
    if (found === undefined || Array.isArray(found)) return found ?? [];
    problems.push({ path: [key], message: `expected a list of texts, got ${described(found)}` });
    return [];
  };
  return { default: list('default'), untrusted: list('untrusted') };
}

function check(path: readonly [string, number], value: unknown, problemOf: (text: string) => string | undefined, problems: PolicyProblem[]): void {
  const message = typeof value === 'string' ? (bytesProblem(value) ?? problemOf(value)) : `expected a text, got ${described(value)}`;
  if (message !== undefined) problems.push({ path, message });
}

function bytesProblem(text: string): string | undefined {
  if (text.includes('\0')) return `${JSON.stringify(text)} has a NUL, which no variable can hold`;
  if (/\p{Surrogate}/u.test(text)) return `${JSON.stringify(text)} has half of a surrogate pair, which has no UTF-8`;
  return undefined;
}

function defaultProblem(entry: string): string | undefined {
  const equals = entry.indexOf('=');
  if (equals < 0) return `${JSON.stringify(entry)} has no "=", must be NAME=VALUE`;
  return equals === 0 ? `${JSON.stringify(entry)} has an empty name, must be NAME=VALUE` : undefined;
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  return name.includes('=') ? `${JSON.stringify(name)} has a "=", must be a name only` : undefined;
}

function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value)}`;
}
