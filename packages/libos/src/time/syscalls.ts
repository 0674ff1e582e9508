import {
  ClockId, IntervalTimer, TimerFlags, TimerfdFlags, direct, flagsOf, inoutput, input, itimerspec, itimerval, kernel, oneOf, output, partial, sigevent, timespec, timeval,
  timezone, tms,
} from '@occlum/abi';
import type { SyscallTable } from '@occlum/abi';

import type { ProcessCaller } from '../process/process-caller.js';
import type { Schedule } from './expiry-timer.js';
import { IntervalTimers } from './interval-timers.js';
import { PosixTimerTable } from './posix-timers.js';
import { adjtimex, clockAdjtime, timex } from './sys-adjtimex.js';
import { clockGetres, clockGettime, clockNanosleep, clockSettime, settimeofday, times } from './sys-clock.js';
import { alarm, getitimer, setitimer } from './sys-itimer.js';
import { timerCreate, timerDelete, timerGetoverrun, timerGettime, timerSettime } from './sys-timer.js';
import type { TimeSources } from './time-sources.js';

const clock = oneOf(ClockId);
const flags = flagsOf(TimerFlags);

/**
 * The rows of clocks and timers. Clocks and sleeping are the host's; what names a process, and what sends a signal, is the kernel's.
 *
 * @param sources - Clocks.
 * @param schedule - Wakes timers, to the millisecond.
 */
export function timeSyscalls(sources: TimeSources, schedule: Schedule): SyscallTable<ProcessCaller> {
  const timers = new PosixTimerTable(schedule);
  const intervals = new IntervalTimers(sources, schedule);
  const which = oneOf(IntervalTimer);
  const isHosts = 'The clock is the host\'s: EPERM, also for the superuser.';
  const isCoarse = 'A timer may be a millisecond late.';
  return {
    nanosleep: direct(35, [input(timespec), output(timespec)], { blocks: true, custom: true }),
    getitimer: kernel(36, [which, output(itimerval)], getitimer(intervals)),
    alarm: partial(kernel(37, ['uint'], alarm(intervals)), isCoarse),
    setitimer: partial(kernel(38, [which, input(itimerval), output(itimerval)], setitimer(intervals)), isCoarse),
    gettimeofday: direct(96, [output(timeval), output(timezone)], { custom: true }),
    times: kernel(100, [output(tms)], times(sources)),
    adjtimex: partial(kernel(159, [inoutput(timex)], adjtimex(sources)), isHosts),
    settimeofday: partial(kernel(164, [input(timeval), input(timezone)], settimeofday), isHosts),
    time: direct(201, ['address'], { custom: true }),
    timer_create: partial(kernel(222, [clock, input(sigevent), output(4)], timerCreate(sources, timers)), isCoarse),
    timer_settime: kernel(223, ['int', flags, input(itimerspec), output(itimerspec)], timerSettime(timers)),
    timer_gettime: kernel(224, ['int', output(itimerspec)], timerGettime(timers)),
    timer_getoverrun: kernel(225, ['int'], timerGetoverrun(timers)),
    timer_delete: kernel(226, ['int'], timerDelete(timers)),
    clock_settime: partial(kernel(227, [clock, input(timespec)], clockSettime(sources)), isHosts),
    clock_gettime: direct(228, [clock, output(timespec)], { custom: true, kernel: clockGettime(sources) }),
    clock_getres: direct(229, [clock, output(timespec)], { custom: true, kernel: clockGetres(sources) }),
    clock_nanosleep: partial(
      direct(230, [clock, flags, input(timespec), output(timespec)], { blocks: true, custom: true, kernel: clockNanosleep(sources) }),
      'No sleep by the CPU time of another process.',
    ),
    timerfd_create: direct(283, [clock, flagsOf(TimerfdFlags)], { custom: true }),
    timerfd_settime: direct(286, ['fd', flagsOf(TimerfdFlags), 'address', 'address'], { directory: 'EINVAL' }),
    timerfd_gettime: direct(287, ['fd', 'address'], { directory: 'EINVAL' }),
    clock_adjtime: partial(kernel(305, [clock, inoutput(timex)], clockAdjtime(sources)), isHosts),
  };
}
