import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

import type { DenialSummary, ExitStatus, LimitName } from '@occlum/pal';

import type { ResultPlace } from './run-request.js';
import { UsageError } from './usage-error.js';

/** Node's standard error. */
const STDERR = 2;

/** How a run ended, whatever it ended by. */
export interface Ending {
  /** Exit status of the command. */
  readonly status: number;
  /** How the program ended; left out where it was not started, or where its user would not wait for its end. */
  readonly ended?: ExitStatus;
  /** Why it was not started. */
  readonly error?: string;
  /** The line of the configuration that set the limit which ended it. */
  readonly limitPlace?: string | undefined;
}

/** What `--json` and `--result` write: every key is always there. */
export interface RunResult {
  readonly program: string;
  /** Exit status of the command. */
  readonly status: number;
  /** What ended it; `interrupted` where its user would not wait any longer, `error` where it was not started. */
  readonly reason: 'exit' | 'signal' | 'limit' | 'timeout' | 'aborted' | 'destroyed' | 'interrupted' | 'error';
  /** What the program gave to `exit(2)`. */
  readonly code: number | null;
  readonly signal: string | null;
  /** The limit that ended it, or that sent the signal. */
  readonly limit: LimitName | null;
  /** Where that was set, if it is known: a place in Occlum.json. */
  readonly limitPlace: string | null;
  /** The same for people, where neither code nor signal says it. */
  readonly detail: string | null;
  /** From the start of the command's work to its end. */
  readonly durationMs: number;
  /** What options refused, each kind once; of a release enclave without the names that its programs used. */
  readonly denials: readonly object[];
  /** Kinds of refusals that are not listed. */
  readonly untold: number;
  /** Calls that permissions of Linux refused (EACCES, EPERM). */
  readonly permissionErrors: number;
}

/**
 * Puts together the result of a run.
 *
 * @param summary - What was refused; `undefined` where no enclave was there.
 */
export function toResult(program: string, ending: Ending, summary: DenialSummary | undefined, durationMs: number): RunResult {
  const { ended, error, limitPlace, status } = ending;
  const [isSignal, isExit] = [ended?.signal !== undefined, ended?.code !== undefined];
  return {
    program,
    status,
    reason: ended === undefined ? (error === undefined ? 'interrupted' : 'error') : isExit ? 'exit' : isSignal ? 'signal' : (ended.reason ?? 'error'),
    code: ended?.code ?? null,
    signal: ended?.signal ?? null,
    limit: ended !== undefined && 'limit' in ended ? (ended.limit ?? null) : null,
    limitPlace: limitPlace ?? null,
    detail: error ?? (ended !== undefined && 'detail' in ended ? ended.detail : null),
    durationMs: Math.round(durationMs),
    denials: summary?.denials.map(({ denial, count }) => ({ ...denial, count })) ?? [],
    untold: summary?.untold ?? 0,
    permissionErrors: summary?.permissionErrors ?? 0,
  };
}

/** Where results go. Files are opened before anything runs, so that one which cannot be written is told then. */
export class ResultWriter {
  readonly #descriptors: readonly number[];

  /** @throws UsageError for a file that cannot be written. */
  constructor(places: readonly ResultPlace[]) {
    this.#descriptors = places.map((place) => (place === 'stderr' ? STDERR : open(place)));
  }

  write(result: RunResult): void {
    const bytes = Buffer.from(`${JSON.stringify(result)}\n`);
    for (const descriptor of this.#descriptors) {
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
        if (descriptor !== STDERR) closeSync(descriptor);
      } catch {
        // Nobody reads any more, or the disk is full: the exit status says how it ended.
      }
    }
  }
}

function open({ text, path }: Exclude<ResultPlace, string>): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const socket = code === 'ENXIO' ? openSocket(path) : undefined;
    if (socket !== undefined) return socket;
    throw new UsageError(`--result is "${text}", which cannot be written (${code ?? String(error)})`);
  }
}

/** A socket that was handed to this process cannot be opened anew by its name, and is used itself. */
function openSocket(path: string): number | undefined {
  const [, number] = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path) ?? [];
  return number !== undefined && fstatSync(Number(number)).isSocket() ? Number(number) : undefined;
}
