import { join } from 'node:path';

import { execa } from 'execa';
import type { Options, ResultPromise } from 'execa';

import { GUEST_BUILD, isVisible, OCCLUM } from './places.js';
import { HOST_PATH } from './programs.js';
import { CREDENTIALS, FLAGS, NATIVE, PREFIX, temporaryDirectory } from './variant.js';

/** How a program is run, in the LibOS or natively. */
export interface RunOptions {
  /** Variables that the program gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directory it starts in, the same path inside and outside. */
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** More options of `occlum run`; natively they do not count. */
  readonly flags?: readonly string[];
  /** After this time the test fails; 50 s when left out. */
  readonly timeoutMs?: number;
}

/** How a program ended, with the exit status that a shell would show. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Numbers of the signals that end programs here. */
const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 };
const DEFAULT_TIMEOUT_MS = 50_000;
const OUTPUT_MAX_BYTES = 200_000_000;

/** Runs a program to its end. Does not throw for an exit status; does when the time is over. */
export async function run(program: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
  const settled = start(program, args, options.input === undefined ? options : { ...options, input: options.input });
  return outcome(await settled, [program, ...args].join(' '));
}

/** Runs a program that has to end with status 0 and a silent stderr; gives its stdout. */
export async function succeed(program: string, args: readonly string[] = [], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status !== 0 || stderr !== '') throw new Error(`${[program, ...args].join(' ')} ended with ${status}\nstderr: ${stderr}\nstdout: ${stdout.slice(-2000)}`);
  return stdout;
}

/** Runs a script of /bin/sh that has to end with status 0 and a silent stderr, in a new directory of its own; gives its stdout. */
export function shell(script: string, options: RunOptions = {}): Promise<string> {
  const directory = NATIVE ? { env: { ...options.env, TMPDIR: temporaryDirectory() } } : {};
  return succeed('/bin/sh', ['-ec', `cd "$(mktemp -d)"\n${script}`], { ...options, ...directory });
}

/** Starts a program and gives execa's handle. Its stdin is empty unless told otherwise. */
export function start(program: string, args: readonly string[] = [], options: RunOptions & { readonly execa?: Options } = {}): ResultPromise {
  const command = NATIVE ? [program, ...args] : [OCCLUM, ...runArguments(program, args, options)];
  const env = NATIVE ? options.env : {};
  return host(command, {
    ...(NATIVE && options.cwd !== undefined ? { cwd: options.cwd } : {}),
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...options.execa,
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    env: { ...env, ...options.execa?.env },
  });
}

/** Runs the command itself with these arguments, for example `['--help']`. */
export async function occlum(args: readonly string[], options: Options = {}, command = OCCLUM): Promise<Outcome> {
  return outcome(await host([command, ...args], { stdin: 'ignore', timeout: DEFAULT_TIMEOUT_MS, ...options }), `occlum ${args.join(' ')}`);
}

/** Arguments of the command that run a program in the LibOS. */
export function runArguments(program: string, args: readonly string[] = [], options: RunOptions = {}): string[] {
  const env = Object.entries(options.env ?? {}).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const mounts = isVisible(GUEST_BUILD) ? [] : ['-v', `${GUEST_BUILD}:${GUEST_BUILD}:ro`];
  const cwd = options.cwd === undefined ? [] : ['-w', options.cwd];
  return ['run', '--rootfs', '/', ...FLAGS, ...mounts, ...env, ...cwd, ...(options.flags ?? []), '--', program, ...args];
}

/** Starts a host command as the variant has it. Its environment is small and the same everywhere. */
export function host(command: readonly string[], options: Options = {}): ResultPromise {
  const [file = '', ...args] = [...PREFIX, ...command];
  // The type that execa infers says more of the options than anyone here asks.
  return execa(file, args, {
    cwd: '/',
    reject: false,
    stripFinalNewline: false,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_MAX_BYTES,
    extendEnv: false,
    ...CREDENTIALS,
    ...options,
    env: { PATH: HOST_PATH, HOME: '/', LANG: 'C.UTF-8', TERM: 'dumb', ...options.env },
  }) as ResultPromise;
}

/** The exit status of a handle that has ended, in the way of a shell: 128 and the signal's number for a signal. */
export function outcome(result: Awaited<ResultPromise>, shown: string): Outcome {
  const { stdout, stderr } = result;
  const texts = { stdout: typeof stdout === 'string' ? stdout : '', stderr: typeof stderr === 'string' ? stderr : '' };
  if (result.timedOut) throw new Error(`${shown} has not ended in time\nstderr: ${texts.stderr.slice(-2000)}\nstdout: ${texts.stdout.slice(-2000)}`);
  if (result.exitCode === undefined && result.signal === undefined) throw new Error(`${shown} was not started: ${result.shortMessage ?? ''}`);
  return { status: result.exitCode ?? 128 + (SIGNALS[result.signal ?? ''] ?? 0), ...texts };
}

/** Path of one of our own guest programs (e2e/guest), as programs inside and outside see it. */
export function guest(name: string): string {
  return join(GUEST_BUILD, name);
}
