import { constants } from 'node:os';

import { isErrnoError } from '@occlum/errno';
import type { ErrnoName } from '@occlum/errno';
import type { ExitStatus, LimitName } from '@occlum/pal';

/** Exit statuses of the command itself, as docker and coreutils' timeout have them. */
export const Status = { timeout: 124, failed: 125, notExecutable: 126, notFound: 127, signal: 128 } as const;

const NOT_FOUND: readonly ErrnoName[] = ['ENOENT', 'ENOTDIR'];
const NOT_EXECUTABLE: readonly ErrnoName[] = [
  'EACCES', 'EPERM', 'ENOEXEC', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'E2BIG', 'ETXTBSY', 'ELIBBAD',
  // Of a file whose headers pass and whose segments cannot be mapped.
  'EINVAL', 'ENOMEM',
];

/** As a shell and docker have it where such a limit ended a program: 128 and the signal of it, or that of `timeout`. */
const LIMIT_STATUS: Readonly<Partial<Record<LimitName, number>>> = {
  memory: Status.signal + constants.signals.SIGKILL,
  cpuTimeMs: Status.signal + constants.signals.SIGXCPU,
  wallTimeMs: Status.timeout,
  outputBytes: Status.signal + constants.signals.SIGXFSZ,
  writableBytes: Status.signal + constants.signals.SIGXFSZ,
};

/** What a program that could not be started leads to. */
export interface Refusal {
  readonly status: number;
  /** One line. */
  readonly message: string;
}

/** The exit status of the command for a program that ended. */
export function statusOf(ended: ExitStatus): number {
  if (ended.code !== undefined) return ended.code;
  if (ended.signal !== undefined) return Status.signal + ((constants.signals as Partial<Record<string, number>>)[ended.signal] ?? Number(ended.signal.slice(3)));
  if (ended.reason === 'limit') return LIMIT_STATUS[ended.limit] ?? Status.signal + constants.signals.SIGKILL;
  return ended.reason === 'timeout' ? Status.timeout : Status.failed;
}

/** The exit status of the command, and its words, for what kept it from starting a program. */
export function refusalOf(error: unknown, program: string): Refusal {
  if (isErrnoError(error) && error.syscall === 'spawn') {
    if (NOT_FOUND.includes(error.code)) return { status: Status.notFound, message: notFound(program) };
    if (NOT_EXECUTABLE.includes(error.code)) return { status: Status.notExecutable, message: `cannot run ${program}: ${reason(error.message)}` };
  }
  if (isErrnoError(error, 'ENOENT') && error.syscall === 'chdir') return { status: Status.failed, message: '--workdir names no directory inside' };
  return { status: Status.failed, message: error instanceof Error ? oneLine(error.message) : String(error) };
}

function notFound(program: string): string {
  return program.includes('/') ? `${program}: no such program inside` : `${program}: no such program in the PATH inside`;
}

/** `'EACCES: permission denied, spawn: /etc/passwd'` without what the line has already. */
function reason(message: string): string {
  return message.replace(/^\w+: /, '').replace(/, spawn: .*$/s, '');
}

function oneLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
