import type { CpuSet } from './cpu-set.js';
import { changed, inherited } from './sched-settings.js';
import type { SchedChange, SchedSettings } from './sched-settings.js';

/** A result of 0 or more, or a negative error number; a promise of it where the host is asked through somebody else. */
export type SchedResult = number | Promise<number>;

/** A thread of the host, as an agent changes it. */
export interface SchedThread {
  /** Asks the host for a change. */
  apply(change: SchedChange): SchedResult;
  /** CPUs that the host lets it run on now; a negative error number where it does not say. */
  cpus(): CpuSet | number;
}

/**
 * How one thread is scheduled, whether it has a thread of the host yet or not.
 *
 * *Detached*, it records what is set. *Attached*, the host is asked at once, and only what it granted is recorded. What was set
 * before is asked for when the agent is attached; what the host refuses then stays wished for, and is asked for again by
 * {@link SchedAgent.retry}: a host whose own set of CPUs shrinks for a while is an error number, never the end of anything.
 *
 * @example
 * ```ts
 * import { CpuSet, HostThread, SchedAgent } from '@occlum/sched';
 *
 * const thread = HostThread.current();
 * const before = thread.affinity();
 * const agent = new SchedAgent(thread.settings());
 * const first = CpuSet.of(before.first() ?? 0);
 * agent.set({ kind: 'affinity', cpus: first }); // => 0
 * thread.affinity().equals(before); // => true
 * agent.attach(thread); // => 0
 * thread.affinity().equals(first); // => true
 * thread.setAffinity(before);
 * ```
 */
export class SchedAgent {
  #settings: SchedSettings;
  #thread: SchedThread | undefined;
  /** What the host is still to be asked for, the latest of each kind. */
  readonly #wishes = new Map<SchedChange['kind'], SchedChange>();

  /** @param settings - What its thread has already, or will have by itself when it starts. */
  constructor(settings: SchedSettings) {
    this.#settings = settings;
  }

  /** What is set; wishes that the host has refused so far among it. */
  get settings(): SchedSettings {
    return this.#settings;
  }

  get isAttached(): boolean {
    return this.#thread !== undefined;
  }

  /** Whether the host is still to be asked for something. */
  get hasWishes(): boolean {
    return this.#wishes.size > 0;
  }

  /** CPUs that the thread may run on: what the host says now, where it says it. */
  get cpus(): CpuSet {
    const now = this.#thread?.cpus();
    return typeof now === 'object' ? now : this.#settings.cpus;
  }

  /**
   * Changes how the thread is scheduled.
   *
   * @returns What the host says where there is a thread; 0 else.
   */
  set(change: SchedChange): SchedResult {
    if (this.#thread === undefined) {
      this.#settings = changed(this.#settings, change);
      // A nice value that was wished for is in the attributes that replace it.
      if (change.kind === 'attributes') this.#wishes.delete('nice');
      this.#wishes.set(change.kind, change);
      return 0;
    }
    return after(this.#thread.apply(change), (result) => {
      if (result < 0) return result;
      this.#settings = changed(this.#settings, change);
      this.#wishes.delete(change.kind);
      return result;
    });
  }

  /**
   * Ties it to a thread of the host, which is asked for what was set before.
   *
   * @returns 0, or the first refusal.
   */
  attach(thread: SchedThread): SchedResult {
    this.#thread = thread;
    return this.retry();
  }

  /** Asks the host once more for what it refused. */
  retry(): SchedResult {
    const { size } = this.#wishes;
    return size === 0 ? 0 : this.#askFor([...this.#wishes.values()], 0);
  }

  /** Its thread of the host is gone, or about to be another's. */
  detach(): void {
    this.#thread = undefined;
  }

  /** The agent of a thread or process that its thread clones: detached, with the settings that the host's own clone inherits as well. */
  inherit(): SchedAgent {
    return this.#copy(inherited(this.#settings));
  }

  /** The agent of the same thread after it has executed another program: detached, with the same settings. */
  afterExec(): SchedAgent {
    return this.#copy(this.#settings);
  }

  #copy(settings: SchedSettings): SchedAgent {
    const copy = new SchedAgent(settings);
    for (const [kind, wish] of this.#wishes) copy.#wishes.set(kind, wish);
    return copy;
  }

  #askFor([wish, ...rest]: readonly SchedChange[], first: number): SchedResult {
    if (wish === undefined || this.#thread === undefined) return first;
    return after(this.#thread.apply(wish), (result) => {
      if (result >= 0 && this.#wishes.get(wish.kind) === wish) this.#wishes.delete(wish.kind);
      return this.#askFor(rest, first < 0 || result >= 0 ? first : result);
    });
  }
}

/** Goes on with a result once it is there: at once where it is. */
function after(result: SchedResult, next: (result: number) => SchedResult): SchedResult {
  return typeof result === 'number' ? next(result) : result.then(next);
}
