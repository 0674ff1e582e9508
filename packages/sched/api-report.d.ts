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

export { CPU_LIMIT, type CpuGroups, CpuSet, type HostCpus, type ReadHostFile, availableParallelism, cpuQuota, hostCpus, readHostFile };
