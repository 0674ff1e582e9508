/** What processes used, as the host measured it. */
export interface Usage {
  /** Microseconds. */
  readonly userUs: number;
  /** Microseconds. */
  readonly systemUs: number;
  /** KiB at the peak. */
  readonly maxRssKb: number;
}

/** Nothing used yet. */
export const NO_USAGE: Usage = { userUs: 0, systemUs: 0, maxRssKb: 0 };

/** What two have used; the peak is the higher one. Source: linux/kernel/exit.c, `wait_task_zombie`. */
export function addUsage(a: Usage, b: Usage): Usage {
  return { userUs: a.userUs + b.userUs, systemUs: a.systemUs + b.systemUs, maxRssKb: Math.max(a.maxRssKb, b.maxRssKb) };
}
