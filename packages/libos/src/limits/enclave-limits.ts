/** What the programs of an enclave may use; what is left out has no limit but the host's. None needs cgroups. */
export interface EnclaveLimits {
  /**
   * Bytes of memory that all programs use together: the enclave is ended. A process that maps more than that and 128 MiB for what is reserved only
   * gets ENOMEM.
   */
  readonly memory?: number;
  /** Threads at one time, each process's first among them: EAGAIN. */
  readonly threads?: number;
  /** Processes at one time, those among them that nobody has waited for yet: EAGAIN. */
  readonly processes?: number;
  /** Descriptors of one process: EMFILE. */
  readonly descriptors?: number;
  /** Bytes of one file that is written: SIGXFSZ, and EFBIG where that is ignored. */
  readonly fileSize?: number;
  /** Milliseconds of CPU time of all programs together: the enclave is ended. */
  readonly cpuTimeMs?: number;
  /** Milliseconds from the start of the first program on: the enclave is ended. */
  readonly wallTimeMs?: number;
  /** Bytes that programs started from outside, and what they started, write to stdout and stderr together: the enclave is ended. */
  readonly outputBytes?: number;
  /** Bytes of files that programs wrote and that are kept for them: ENOSPC, and where a file grows beyond it, the enclave is ended. */
  readonly writableBytes?: number;
}

/** One of the limits. */
export type LimitName = keyof EnclaveLimits;
