import type { Time } from '../stat.js';

/** Seconds and nanoseconds; `null` where the file's bytes or the lower layer know better. */
export type TimeRow = readonly [sec: number, nsec: number] | null;

/** Time of a row. */
export function timeOf(row: TimeRow): Time | undefined {
  return row === null ? undefined : { sec: row[0], nsec: row[1] };
}

/** Row of a time. */
export function rowOf(time: Time | undefined): TimeRow {
  return time === undefined ? null : [time.sec, time.nsec];
}
