import { SchedBinding } from '@occlum/native';
import { schedAttr, IoPriorityClass } from '@occlum/abi';

/** Reads a small file of the host; `undefined` when it is not there or cannot be read. Tests give another. */
type ReadHostFile = (path: string) => string | undefined;
/** As the host has it. */
declare const readHostFile: ReadHostFile;

/**
 * How many threads can run at one time: the CPUs that this process may use, or fewer where a cgroup (version 1 or 2) gives
 * it a share of CPU time only; a share of 1.5 CPUs counts as 2.
 *
 * Unlike Node's `os.availableParallelism()`, which knows cgroups in some versions only, it is the same in every version of Node.
 *
 * Source: `cpu.max` in linux/Documentation/admin-guide/cgroup-v2.rst; `cpu.cfs_quota_us` in
 * linux/Documentation/scheduler/sched-bwc.rst; cgroups(7), "/proc/pid/cgroup".
 *
 * @param read - Where files come from; the host's own by default.
 * @returns 1 or more.
 */
declare function availableParallelism(read?: ReadHostFile): number;
/** CPUs' worth of time that cgroups give this process, the least of its own and all above it; `undefined` without a limit. */
declare function cpuQuota(read?: ReadHostFile): number | undefined;

/** CPUs a set can name: ids from 0 to 8191. Source: `NR_CPUS` of x86-64 with `CONFIG_MAXSMP`, linux/arch/x86/Kconfig. */
declare const CPU_LIMIT = 8192;

/**
 * An immutable set of CPUs, the value behind `cpu_set_t`.
 *
 * A CPU is the number from 0 that Linux gives a logical CPU, up to 8191. Sets iterate in ascending order, print as the list
 * of `/sys/devices/system/cpu/online`, and become that list in JSON.
 *
 * @example
 * ```ts
 * import { CpuSet } from '@occlum/sched';
 *
 * const online = CpuSet.parse('0-3,8');
 * online.size; // => 5
 * online.intersection(CpuSet.of(2, 3, 4)).toString(); // => '2-3'
 * CpuSet.parse('0-31:2/8').toHexMask(); // => '3030303'
 * JSON.stringify({ online }); // => '{"online":"0-3,8"}'
 * ```
 */
declare class CpuSet implements Iterable<number> {
    #private;
    /** No CPU. */
    static readonly EMPTY: CpuSet;
    private constructor();
    /**
     * Makes a set of the CPUs named.
     *
     * @param cpus - Repeats are fine.
     * @throws {@link ErrnoError} `EINVAL` when one is not an integer from 0 to 8191.
     */
    static of(...cpus: number[]): CpuSet;
    /** The same of anything that iterates. */
    static from(cpus: Iterable<number>): CpuSet;
    /** All CPUs from `first` to `last`, both in it; none where `last` is lower. */
    static range(first: number, last: number): CpuSet;
    /**
     * Reads a list: `0-3,8`, with strides `0-31:2/8`. A newline at its end is allowed, as sysfs writes one.
     *
     * Source: cpuset(7), "List format".
     *
     * @throws {@link ErrnoError} `EINVAL` when it is no list, `ERANGE` when it names a CPU past 8191.
     */
    static parse(text: string): CpuSet;
    /**
     * Reads a hexadecimal mask: `ff,00000001`, `0xf`.
     *
     * Source: cpuset(7), "Mask format"; taskset(1).
     *
     * @throws {@link ErrnoError} `EINVAL` when it is no mask, `ERANGE` when it names a CPU past 8191.
     */
    static parseHexMask(text: string): CpuSet;
    /**
     * Reads a mask as sched_setaffinity(2) takes it, of any length: what a short one leaves out is not in the set, bits past
     * CPU 8191 are ignored.
     *
     * @param mask - Little-endian; it is copied.
     */
    static fromMask(mask: Uint8Array): CpuSet;
    /** Number of CPUs in the set. */
    get size(): number;
    get isEmpty(): boolean;
    /** Whether a CPU is in the set; `false` for a number that can be in none. */
    has(cpu: number): boolean;
    /** The lowest CPU; `undefined` when there is none. */
    first(): number | undefined;
    /** The lowest CPU above one; `undefined` when there is none. */
    next(cpu: number): number | undefined;
    /** The CPUs in either set. */
    union(other: CpuSet): CpuSet;
    /** The CPUs in both sets. */
    intersection(other: CpuSet): CpuSet;
    /** The CPUs of this set that are not in the other. */
    difference(other: CpuSet): CpuSet;
    /** The CPUs in one of the sets only. */
    symmetricDifference(other: CpuSet): CpuSet;
    isSubsetOf(other: CpuSet): boolean;
    isSupersetOf(other: CpuSet): boolean;
    isDisjointFrom(other: CpuSet): boolean;
    equals(other: CpuSet): boolean;
    /**
     * The mask, little-endian, in an array of its own.
     *
     * @param bytes - Bytes wanted: CPUs past them are left out. By default as many words of 8 bytes as the set needs, one at least.
     */
    toMask(bytes?: number): Uint8Array;
    /** The hexadecimal mask, in groups of 32 bits: `ff,00000001`. */
    toHexMask(): string;
    /** The list: `0-3,8`. The empty set is the empty text. */
    toString(): string;
    toJSON(): string;
    [Symbol.iterator](): Generator<number>;
}

/** CPUs that belong together, in the order of their first CPU. */
type CpuGroups = readonly CpuSet[];
/** What a host says of its CPUs. A host may lie: every number is checked, and what makes no sense is as if it were not there. */
interface HostCpus {
    /** CPUs that the kernel may ever have. */
    readonly possible: CpuSet;
    /** CPUs that run, all of them possible; never empty. */
    readonly online: CpuSet;
    /** CPUs that this process may use, by its affinity and its cgroup; all of them online, never empty. */
    readonly allowed: CpuSet;
    /** NUMA nodes with online CPUs, by number; each online CPU is in one node at most. */
    readonly nodes: ReadonlyMap<number, CpuSet>;
    /** Hardware threads of each core. Each online CPU is in one group, alone where the host says nothing. */
    readonly cores: CpuGroups;
    /** CPUs that share a cache of the third level. Each online CPU is in one group, alone where the host says nothing. */
    readonly caches: CpuGroups;
}
/**
 * Looks at the CPUs of the host.
 *
 * Source: linux/Documentation/admin-guide/cputopology.rst, Documentation/ABI/stable/sysfs-devices-node,
 * `Cpus_allowed_list` of proc_pid_status(5).
 *
 * @param read - Where files come from; the host's own by default.
 */
declare function hostCpus(read?: ReadHostFile): HostCpus;

/** `struct sched_attr` without its size. */
type SchedAttributes = Omit<ReturnType<typeof schedAttr.decode>, 'size'>;
/** How a thread is scheduled. */
interface SchedSettings {
    /** CPUs that it may run on. */
    readonly cpus: CpuSet;
    readonly attributes: SchedAttributes;
    /** As of `ioprio_set(2)`: the class over 13 bits of data. */
    readonly ioPriority: number;
}
/** One change of how a thread is scheduled. */
type SchedChange = {
    readonly kind: 'affinity';
    readonly cpus: CpuSet;
} | {
    readonly kind: 'attributes';
    readonly attributes: SchedAttributes;
} | {
    readonly kind: 'nice';
    readonly nice: number;
} | {
    readonly kind: 'ioPriority';
    readonly ioPriority: number;
};
/** Attributes of a thread of which nothing was ever changed. */
declare const USUAL_ATTRIBUTES: SchedAttributes;
/**
 * An I/O priority as `ioprio_set(2)` takes it.
 *
 * @param level - 0 to 7, the highest first; of no meaning in the classes NONE and IDLE.
 */
declare function ioPriority(name: keyof typeof IoPriorityClass, level?: number): number;
/** Class of an I/O priority: a value of `IoPriorityClass`, or a number of no class. */
declare function ioPriorityClass(priority: number): number;

/** A result of 0 or more, or a negative error number; a promise of it where the host is asked through somebody else. */
type SchedResult = number | Promise<number>;
/** A thread of the host, as an agent changes it. */
interface SchedThread {
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
declare class SchedAgent {
    #private;
    /** @param settings - What its thread has already, or will have by itself when it starts. */
    constructor(settings: SchedSettings);
    /** What is set; wishes that the host has refused so far among it. */
    get settings(): SchedSettings;
    get isAttached(): boolean;
    /** Whether the host is still to be asked for something. */
    get hasWishes(): boolean;
    /** CPUs that the thread may run on: what the host says now, where it says it. */
    get cpus(): CpuSet;
    /**
     * Changes how the thread is scheduled.
     *
     * @returns What the host says where there is a thread; 0 else.
     */
    set(change: SchedChange): SchedResult;
    /**
     * Ties it to a thread of the host, which is asked for what was set before.
     *
     * @returns 0, or the first refusal.
     */
    attach(thread: SchedThread): SchedResult;
    /** Asks the host once more for what it refused. */
    retry(): SchedResult;
    /** Its thread of the host is gone, or about to be another's. */
    detach(): void;
    /** The agent of a thread or process that its thread clones: detached, with the settings that the host's own clone inherits as well. */
    inherit(): SchedAgent;
    /** The agent of the same thread after it has executed another program: detached, with the same settings. */
    afterExec(): SchedAgent;
}

/** What {@link HostThread.setPolicy} takes beside the policy. */
interface PolicyOptions {
    /** Static priority, 1 to 99, of SCHED_FIFO and SCHED_RR; 0 for the others. */
    readonly priority?: number;
    /** Nice value, -20 to 19, of SCHED_OTHER and SCHED_BATCH. */
    readonly nice?: number;
    /** Whether what it clones starts without its privileges. */
    readonly resetOnFork?: boolean;
}
/**
 * A thread of the host: its CPUs, policy and priorities. Of a process it is the main thread, whose id is that of the process.
 *
 * A failure is an {@link ErrnoError}: `ESRCH` there is no such thread, `EPERM` it is another user's or a privilege is missing, `EINVAL` the
 * value makes no sense to the host, such as a set without one CPU that it allows.
 *
 * @example
 * ```ts
 * import { CpuSet, HostThread } from '@occlum/sched';
 *
 * const thread = HostThread.current();
 * const allowed = thread.affinity();
 * thread.setAffinity(CpuSet.of(allowed.first() ?? 0));
 * thread.affinity().size; // => 1
 * thread.setAffinity(allowed);
 * thread.affinity().equals(allowed); // => true
 * ```
 */
declare class HostThread implements SchedThread {
    #private;
    /** Its id on the host. */
    readonly tid: number;
    private constructor();
    /** The calling thread: in a worker of Node, that worker's. */
    static current(host?: SchedBinding): HostThread;
    /**
     * A thread by its id, or the main thread of a process.
     *
     * @throws RangeError when the id is not a positive integer.
     */
    static of(tid: number, host?: SchedBinding): HostThread;
    /** CPUs that it may run on now. */
    affinity(): CpuSet;
    /** Restricts it to CPUs. Those that its cgroup does not have are left out by the host; `EINVAL` where none is left. */
    setAffinity(cpus: CpuSet): void;
    /** Its policy, a value of `SchedPolicy` of `@occlum/abi`, and all that belongs to it. */
    attributes(): SchedAttributes;
    /** Sets its policy: a value of `SchedPolicy` of `@occlum/abi`. */
    setPolicy(policy: number, { priority, nice, resetOnFork }?: PolicyOptions): void;
    /** Its nice value, -20 to 19. */
    nice(): number;
    /** Sets its nice value, -20 to 19: cut by the host. A lower one than it has takes a privilege (`EACCES`). */
    setNice(nice: number): void;
    /** Its I/O priority, as {@link ioPriority} makes one. */
    ioPriority(): number;
    /** Sets its I/O priority, as {@link ioPriority} makes one. */
    setIoPriority(priority: number): void;
    /** All that an agent keeps of it. */
    settings(): SchedSettings;
    /** {@inheritDoc SchedThread.cpus} */
    cpus(): CpuSet | number;
    /** {@inheritDoc SchedThread.apply} */
    apply(change: SchedChange): number;
}

export { CPU_LIMIT, type CpuGroups, CpuSet, type HostCpus, HostThread, type PolicyOptions, type ReadHostFile, SchedAgent, type SchedAttributes, type SchedChange, type SchedResult, type SchedSettings, type SchedThread, USUAL_ATTRIBUTES, availableParallelism, cpuQuota, hostCpus, ioPriority, ioPriorityClass, readHostFile };
