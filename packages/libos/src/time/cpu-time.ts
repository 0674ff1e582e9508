import type { HostBinding } from '@occlum/native';

import type { Process } from '../process/process.js';
import type { Thread } from '../process/thread.js';
import type { Usage } from '../process/usage.js';
import { hostCpuClock } from './clock-id.js';
import type { CpuCount } from './clock-id.js';
import { readHostFile } from './host-file.js';
import type { FileHost } from './host-file.js';

/** Host functions that CPU time needs. */
export type CpuTimeHost = FileHost & Pick<HostBinding, 'clockGettime'>;

const SECOND_NS = 1_000_000_000n;
const MICROSECOND_NS = 1000;

/** Fields of /proc/N/stat after the name, from 0: user and system time in ticks. Source: proc_pid_stat(5), fields 14 and 15. */
const STAT_UTIME = 11;
const STAT_STIME = 12;

/** CPU time of running processes and threads, asked from the host. Host ids are those that the host itself vouched for. */
export class CpuTime {
  readonly #host: CpuTimeHost;
  readonly #out = new Float64Array(2);

  constructor(host: CpuTimeHost) {
    this.#host = host;
  }

  /**
   * Nanoseconds on any CPU.
   *
   * @returns `undefined` for a process that the host has not, or has no more.
   */
  ofProcess(process: Process, count: CpuCount = 'exact'): bigint | undefined {
    if (process.hostPid <= 0) return undefined;
    if (this.#host.clockGettime(hostCpuClock(process.hostPid), this.#out) < 0) return undefined;
    const total = BigInt(this.#out[0] ?? 0) * SECOND_NS + BigInt(this.#out[1] ?? 0);
    return count === 'user' ? this.#userPart(process, total) : total;
  }

  /**
   * Nanoseconds of one thread; the thread's host id is the guest's word, and is looked up among the threads of its process only.
   */
  ofThread({ process, hostTid }: Thread): bigint | undefined {
    if (process.hostPid <= 0 || hostTid <= 0) return undefined;
    const [run] = readHostFile(this.#host, `/proc/${process.hostPid}/task/${hostTid}/schedstat`)?.split(' ') ?? [];
    return run === undefined ? undefined : BigInt(run);
  }

  /** What a running process has used so far; what was last known of one that ended. */
  usage(process: Process): Usage {
    const total = this.ofProcess(process);
    if (total === undefined) return process.usage;
    const user = this.#userPart(process, total);
    return {
      userUs: Number(user) / MICROSECOND_NS,
      systemUs: Number(total - user) / MICROSECOND_NS,
      maxRssKb: this.#peak(process),
    };
  }

  /** The host counts user and system time in ticks, and their sum exactly: the sum is divided as the ticks are. Source: linux/kernel/sched/cputime.c, `cputime_adjust`. */
  #userPart(process: Process, total: bigint): bigint {
    const stat = readHostFile(this.#host, `/proc/${process.hostPid}/stat`) ?? '';
    // The name in parentheses may hold anything, also blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user, system] = [Number(fields[STAT_UTIME] ?? 0), Number(fields[STAT_STIME] ?? 0)];
    if (user + system === 0) return total;
    return (total * BigInt(user)) / BigInt(user + system);
  }

  #peak(process: Process): number {
    const status = readHostFile(this.#host, `/proc/${process.hostPid}/status`) ?? '';
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  }
}
