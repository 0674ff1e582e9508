import { struct } from '../struct.js';

/** Seconds and nanoseconds. Source: linux/include/uapi/linux/time.h. */
export const timespec = struct('timespec', { tv_sec: 'i64', tv_nsec: 'i64' });

/** Seconds and microseconds. Source: linux/include/uapi/linux/time.h. */
export const timeval = struct('timeval', { tv_sec: 'i64', tv_usec: 'i64' });

/** Time zone of `gettimeofday(2)`. Source: linux/include/uapi/linux/time.h. */
export const timezone = struct('timezone', { tz_minuteswest: 'i32', tz_dsttime: 'i32' });

/** Period and first expiry of a timer. Source: linux/include/uapi/linux/time.h. */
export const itimerspec = struct('itimerspec', { it_interval: timespec, it_value: timespec });

/** Period and first expiry of `setitimer(2)`. Source: linux/include/uapi/linux/time.h. */
export const itimerval = struct('itimerval', { it_interval: timeval, it_value: timeval });

/** CPU times of `times(2)`, in clock ticks. Source: linux/include/uapi/linux/times.h. */
export const tms = struct('tms', { tms_utime: 'i64', tms_stime: 'i64', tms_cutime: 'i64', tms_cstime: 'i64' });

/** Times of `utime(2)`. Source: linux/include/uapi/linux/utime.h. */
export const utimbuf = struct('utimbuf', { actime: 'i64', modtime: 'i64' });
