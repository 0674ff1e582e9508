import { resolve } from 'node:path';

import { parseLogLevel } from '@occlum/log';
import type { EnclaveOptions, HostMount, InstanceOptions, LimitName, TmpfsMount } from '@occlum/pal';

import { parseDuration } from './duration.js';
import { readEnclaveFlags } from './enclave-flags.js';
import { readEnvFile } from './env-file.js';
import { hostArguments } from './host-arguments.js';
import { hostEnvironment } from './host-environment.js';
import type { RunWords } from './run-flags.js';
import { UsageError } from './usage-error.js';

/** What `occlum run` takes from the process it runs in. */
export interface HostContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The same as bytes, `NAME=VALUE` each; those of this process when left out. */
  readonly entries?: () => readonly Uint8Array[];
}

/** What to boot, and what to run in it. */
export interface RunRequest extends CommonRequest {
  readonly place: { readonly enclave: EnclaveOptions } | { readonly instance: string; readonly options: InstanceOptions };
  /** What the program takes its own name for; the one given when left out. */
  readonly argv0?: string | Uint8Array;
  /** Each `--volume` as it was typed, with the host path that it names. */
  readonly volumes: readonly { readonly text: string; readonly source: string }[];
  /** Where it starts, and whether that was asked for by name: else `/` will do where it does not exist. */
  readonly cwd: { readonly path: string; readonly isAsked: boolean };
  /** Variables that were asked for by name and that the host does not have. */
  readonly unset: readonly string[];
  /** Why the program may not be started, where it is known. */
  readonly whyNot?: () => string | undefined;
  /** Where a limit that ended something was set, if that is known. */
  readonly limitedBy?: (limit: LimitName) => string | undefined;
}

/** A file of the host, as it was typed and by its absolute path; or standard error. */
export type ResultPlace = { readonly text: string; readonly path: string } | 'stderr';

/** What is asked for wherever the program runs. */
export interface CommonRequest {
  /** As people are told of it. */
  readonly program: string;
  /** What is to be started; bytes where that is no UTF-8. */
  readonly path: string | Uint8Array;
  /** Those that are no UTF-8 as bytes. */
  readonly args: readonly (string | Uint8Array)[];
  /** Where it was asked to start. */
  readonly workdir: string | undefined;
  readonly timeoutMs: number | undefined;
  /** How long a program may take to end by SIGTERM. */
  readonly stopTimeoutMs: number | undefined;
  /** Whether the program gets a terminal of its own. */
  readonly tty: boolean;
  /** Whether to tell at the end what was refused. */
  readonly explain: boolean;
  /** Where the result of the run is written: a path of the host, or standard error. */
  readonly results: readonly ResultPlace[];
}

/** The launcher moves this variable out of Node's way under the name with the prefix. */
const MOVED = ['NODE_EXTRA_CA_CERTS'];
const MOVED_PREFIX = 'OCCLUM_HOST_';
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Understands a command line of `occlum run`.
 *
 * @throws UsageError when something in it is wrong, with the flag, its value and what would be right.
 */
export function toRunRequest(words: RunWords, host: HostContext): RunRequest {
  const { flags } = words;
  const common = commonRequest(words, host);
  const [rootfs] = flags.rootfs;
  if (rootfs === undefined || rootfs === '') {
    throw new UsageError('--rootfs is missing, name the directory that the program sees as its root: occlum run --rootfs / -- PROGRAM (--rootfs / lets it read all files that you can read)');
  }
  const network = checkNetwork(flags);
  if (flags['explain-env'].length > 0) throw new UsageError('--explain-env is for an instance, and not with --rootfs, where --env says what the program gets');
  const [logFile] = flags['log-file'];
  const [hostname] = flags.hostname;
  const variables = [...flags['env-file'].flatMap((file) => readEnvFile(file, host.cwd)), ...hostArguments(flags.env, words.letters?.flags.env)].map(toVariable);
  const volumes = flags.volume.map((text) => parseVolume(text, host));
  return {
    ...common,
    place: { enclave: {
      preserve: [0, 1, 2],
      rootfs: resolve(host.cwd, rootfs),
      mounts: [...volumes.map(({ mount }) => mount), ...flags.tmpfs.map(parseTmpfs)],
      env: environment(variables, rootfs, host),
      ...readEnclaveFlags(flags, resolve(host.cwd, rootfs)),
      ...(flags['no-rewrite'].length > 0 ? { rewriteCallSites: false } : {}),
      logLevel: parseLogLevel(host.env['OCCLUM_LOG_LEVEL']),
      ...(logFile === undefined ? {} : { logFile: resolve(host.cwd, logFile) }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(network === undefined ? {} : { network }),
    } },
    volumes: volumes.map(({ text, mount: { source } }) => ({ text, source })),
    unset: variables.filter(({ name, value }) => value === undefined && hostVariable(name, host) === undefined).map(({ name }) => name),
    cwd: { path: common.workdir ?? host.cwd, isAsked: common.workdir !== undefined },
  };
}

/**
 * Understands what is the same wherever a program runs.
 *
 * @throws UsageError when something in it is wrong.
 */
export function commonRequest({ flags, command, letters }: RunWords, { cwd }: Pick<HostContext, 'cwd'>): CommonRequest {
  const [program] = command;
  const [path = '', ...args] = hostArguments(command, letters?.command);
  if (program === undefined || program === '') throw new UsageError('no program is named, write: occlum run --rootfs / -- PROGRAM ARGS...');
  const [workdir] = flags.workdir;
  if (workdir?.startsWith('/') === false) throw new UsageError(`--workdir is "${workdir}", must be an absolute path inside`);
  const [timeout] = flags.timeout;
  const [stopTimeout] = flags['stop-timeout'];
  return {
    program,
    path,
    args,
    workdir,
    timeoutMs: timeout === undefined ? undefined : parseDuration('timeout', timeout),
    stopTimeoutMs: stopTimeout === undefined ? undefined : parseDuration('stop-timeout', stopTimeout),
    tty: flags.tty.length > 0,
    explain: flags.explain.length > 0,
    results: [...flags.result.map((text) => ({ text, path: resolve(cwd, text) })), ...(flags.json.length > 0 ? ['stderr' as const] : [])],
  };
}

/** @throws UsageError when `--network` is none of its words. */
export function checkNetwork({ network: [network] }: RunWords['flags']): 'host' | 'none' | undefined {
  if (network === undefined || network === 'host' || network === 'none') return network;
  throw new UsageError(`--network is "${network}", must be host or none`);
}

/** `HOST:GUEST`, `HOST:GUEST:ro` or `HOST:GUEST:rw`; the host's path may be relative. */
function parseVolume(text: string, host: HostContext): { text: string; mount: HostMount } {
  const [source = '', target = '', mode = 'rw', ...more] = text.split(':');
  if (source === '' || !target.startsWith('/') || !['ro', 'rw'].includes(mode) || more.length > 0) {
    throw new UsageError(`--volume is "${text}", must be HOST:GUEST, HOST:GUEST:ro or HOST:GUEST:rw with an absolute GUEST`);
  }
  return { text, mount: { source: resolve(host.cwd, source), target, readOnly: mode === 'ro' } };
}

function parseTmpfs(target: string): TmpfsMount {
  if (!target.startsWith('/')) throw new UsageError(`--tmpfs is "${target}", must be an absolute path inside`);
  return { type: 'tmpfs', target };
}

/** A variable that is asked for: without a value it is the host's. */
interface AskedVariable {
  readonly name: string;
  readonly value: string | Uint8Array | undefined;
}

/** @throws UsageError for one without a name. */
function toVariable(entry: string | Uint8Array): AskedVariable {
  const text = Buffer.from(entry).toString();
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (name === '') throw new UsageError(`--env is "${text}", must be NAME=VALUE or NAME`);
  if (typeof entry !== 'string' && name.includes('\ufffd')) throw new UsageError(`--env is "${text}", must have a name in UTF-8`);
  if (equals < 0) return { name, value: undefined };
  return { name, value: typeof entry === 'string' ? entry.slice(equals + 1) : entry.slice(Buffer.from(entry).indexOf('=') + 1) };
}

/**
 * The program's variables: PATH, HOME, TERM and LANG, and those asked for. PATH and HOME are the host's only where the
 * root is the host's too, since they speak of its files.
 */
function environment(asked: readonly AskedVariable[], rootfs: string, host: HostContext): Record<string, string | Uint8Array> {
  const isHosts = resolve(host.cwd, rootfs) === '/';
  const variables: Record<string, string | Uint8Array> = {
    PATH: (isHosts ? hostVariable('PATH', host) : undefined) ?? DEFAULT_PATH,
    HOME: (isHosts ? hostVariable('HOME', host) : undefined) ?? '/',
    TERM: hostVariable('TERM', host) ?? 'dumb',
    LANG: hostVariable('LANG', host) ?? 'C.UTF-8',
  };
  for (const { name, value } of asked) {
    const given = value ?? hostVariable(name, host);
    if (given !== undefined) variables[name] = given;
  }
  return variables;
}

/** A variable of the host; as bytes where it is no UTF-8. */
function hostVariable(name: string, { env, entries = hostEnvironment }: HostContext): string | Uint8Array | undefined {
  const text = env[name] ?? (MOVED.includes(name) ? env[MOVED_PREFIX + name] : undefined);
  if (text?.includes('\ufffd') !== true) return text;
  const start = Buffer.from(`${name}=`);
  return entries().find((entry) => start.equals(Buffer.from(entry).subarray(0, start.length)))?.slice(start.length) ?? text;
}
