import { constants } from 'node:os';

import type { LimitName } from '@occlum/libos';

/** Name of a Linux signal, for example `'SIGTERM'`. */
export type SignalName = NodeJS.Signals;

/** The program ended by itself. */
export interface ExitedStatus {
  /** What it gave to `exit(2)`: 0 to 255. */
  readonly code: number;
  readonly signal?: undefined;
  readonly reason?: undefined;
}

/** A signal ended the program. */
export interface SignaledStatus {
  readonly code?: undefined;
  /** Name of the signal; `'SIG34'` to `'SIG64'` for those without one. */
  readonly signal: SignalName | `SIG${number}`;
  /** Whether a core file was written. No program of an enclave writes one, whatever its RLIMIT_CORE: `false`. */
  readonly core: boolean;
  /** The limit of the enclave that sent it: `'fileSize'` with SIGXFSZ, `'cpuTimeMs'` with SIGXCPU or SIGKILL. */
  readonly limit?: LimitName;
  readonly reason?: undefined;
}

/** The embedding program, not the program or its peers, ended it. */
export interface EndedStatus {
  readonly code?: undefined;
  readonly signal?: undefined;
  /** What ended it: its `timeout`, its `signal`, or the end of its enclave. */
  readonly reason: 'timeout' | 'aborted' | 'destroyed';
  /** The same for people, with the value that led to it. */
  readonly detail: string;
}

/** A limit of the enclave ended it, with all that ran there. */
export interface LimitedStatus {
  readonly code?: undefined;
  readonly signal?: undefined;
  readonly reason: 'limit';
  readonly limit: LimitName;
  /** The same for people, with what was used and allowed. */
  readonly detail: string;
}

/** How a program ended. Exactly one of `code`, `signal` and `reason` is there. */
export type ExitStatus = ExitedStatus | SignaledStatus | EndedStatus | LimitedStatus;

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as SignalName]));

/**
 * Turns the status that `wait4(2)` gives into an {@link ExitStatus}.
 *
 * Source: linux/include/uapi/linux/wait.h and the W* macros of glibc's bits/waitstatus.h.
 *
 * @param status - Wait status of a program that ended.
 */
export function toExitStatus(status: number): ExitedStatus | SignaledStatus {
  const signal = status & 0x7f;
  if (signal === 0) return { code: (status >> 8) & 0xff };
  return { signal: NAMES.get(signal) ?? `SIG${signal}`, core: (status & 0x80) !== 0 };
}

/** Name of a signal that has one. */
export function signalName(number: number): SignalName | undefined {
  return NAMES.get(number);
}

/**
 * Number of a signal.
 *
 * @param signal - Name, or a number from 1 to 64.
 * @throws TypeError when there is no such signal.
 */
export function signalNumber(signal: SignalName | number): number {
  const number = typeof signal === 'number' ? signal : (constants.signals as Partial<Record<string, number>>)[signal];
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= 64) return number;
  throw new TypeError(`signal is ${JSON.stringify(signal)}, must be a name such as "SIGTERM" or a number from 1 to 64`);
}
