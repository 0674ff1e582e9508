import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { EnvironmentPolicy } from '@occlum/env';
import { openInstance, readIdentity } from '@occlum/instance';
import type { SystemFiles } from '@occlum/instance';
import { parseLogLevel } from '@occlum/log';
import { protectProcess, runtimeFiles } from '@occlum/pal';
import type { Denial, InstanceOptions } from '@occlum/pal';

import { commandFiles } from './command-files.js';
import { readEnclaveFlags } from './enclave-flags.js';
import { readEnvFile } from './env-file.js';
import { explainEnvironment } from './explain-environment.js';
import { hostArguments } from './host-arguments.js';
import { hostEnvironment } from './host-environment.js';
import type { RunWords } from './run-flags.js';
import { checkNetwork, commonRequest } from './run-request.js';
import type { HostContext, RunRequest } from './run-request.js';
import { UsageError } from './usage-error.js';

/** What a run of an instance takes from this process besides. */
export interface InstanceContext extends HostContext {
  /** Version of this command, and where its bundles lie. */
  readonly version: string;
  readonly bundles: string;
  /** Writes a line to stderr. */
  readonly tell: (line: string) => void;
}

/** Flags that would make of an instance what was not measured, and what says it instead. */
const REFUSED = {
  volume: 'whose programs see what its Occlum.json names under "mount"',
  tmpfs: 'whose programs see what its Occlum.json names under "mount"',
  user: 'whose programs are root inside',
} as const;

/**
 * Understands a command line of `occlum run` without `--rootfs`: the instance in the current directory is run. From here on, a
 * release enclave's process is closed to others.
 *
 * @throws UsageError when something in it is wrong; ErrnoError of `@occlum/instance` when it is not built or was changed.
 */
export function toInstanceRequest(words: RunWords, context: InstanceContext): RunRequest {
  const { cwd: directory, env } = context;
  const { flags } = words;
  if (!existsSync(join(directory, '.__occlum_status'))) {
    throw new UsageError(
      '--rootfs is missing, and this directory is no Occlum instance: name the directory that the program sees as its root (occlum run --rootfs / -- PROGRAM; --rootfs / lets it read all files that you can read), or make an instance (occlum init)',
    );
  }
  for (const [name, instead] of Object.entries(REFUSED)) if (flags[name as keyof typeof REFUSED].length > 0) throw new UsageError(`--${name} is not for an instance, ${instead}`);
  const common = commonRequest(words, context);
  const network = checkNetwork(flags);
  if (network === 'host') throw new UsageError('--network host is not for an instance, whose Occlum.json says which network it has (policy.network); none takes it away');
  const { readOnly, limits, cpuset, cpus } = readEnclaveFlags(flags);
  const given = [...flags['env-file'].flatMap((file) => readEnvFile(file, directory)), ...hostArguments(flags.env, words.letters?.flags.env)];
  const environment = withAsked(hostEnvironment(), given);
  const asked = given.map((entry) => Buffer.from(entry).toString());
  const { isDebuggable } = readIdentity(directory);
  const system: SystemFiles = { kernel: { command: commandFiles(context.version, context.bundles) }, runtime: runtimeFiles() };
  const [logFile] = flags['log-file'];
  const [hostname] = flags.hostname;
  if (flags['explain-env'].length > 0 || asked.length > 0) {
    const { config } = openInstance(directory, system);
    const merged = EnvironmentPolicy.parse(config.env).merge(environment);
    for (const line of explainEnvironment(merged, { isWhole: flags['explain-env'].length > 0, asked })) context.tell(line);
  }
  if (!isDebuggable) protectProcess();
  let denied: Denial | undefined;
  const places = new Map<string, string>();
  const options: InstanceOptions = {
    system,
    hostEnvironment: environment,
    preserve: [0, 1, 2],
    logLevel: parseLogLevel(env['OCCLUM_LOG_LEVEL']),
    onDenied: (denial) => {
      const { operation, rule, place } = denial;
      denied ??= operation === 'spawn' ? denial : undefined;
      // A limit that a flag has set has no other place than its name.
      if (place !== undefined && place !== rule) places.set(rule, place);
    },
    ...(flags['no-rewrite'].length > 0 ? { rewriteCallSites: false } : {}),
    ...(logFile === undefined ? {} : { logFile: resolve(directory, logFile) }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(network === 'none' ? { network } : {}),
    // They can only take away: the lower of two limits holds.
    ...(readOnly === true ? { readOnly } : {}),
    ...(limits === undefined ? {} : { limits }),
    ...(cpuset === undefined ? {} : { cpuset }),
    ...(cpus === undefined ? {} : { cpus }),
  };
  return {
    ...common,
    place: { instance: directory, options },
    argv0: typeof common.path === 'string' ? basename(common.path) : Buffer.from(basename(Buffer.from(common.path).toString('latin1')), 'latin1'),
    volumes: [],
    // What becomes of each variable the policy decides, and it was told of already.
    unset: [],
    cwd: { path: common.workdir ?? '/', isAsked: common.workdir !== undefined },
    limitedBy: (limit) => places.get(`limits.${limit}`),
    whyNot: () => (denied?.place === undefined ? denied?.hint : `${denied.hint}, by ${denied.place}`),
  };
}

/** The host's variables with those of `--env`, which are the host's too. */
function withAsked(host: readonly Uint8Array[], asked: readonly (string | Uint8Array)[]): Uint8Array[] {
  const entries = asked.map((entry) => Buffer.from(entry)).filter((entry) => {
    const text = entry.toString();
    if (text === '' || text.startsWith('=')) throw new UsageError(`--env is "${text}", must be NAME=VALUE or NAME`);
    // Without a value it is the host's, which is there already.
    return text.includes('=');
  });
  const names = new Set(entries.map(nameOf));
  return [...host.filter((entry) => !names.has(nameOf(entry))), ...entries];
}

/** Each byte a letter. */
function nameOf(entry: Uint8Array): string {
  const text = Buffer.from(entry).toString('latin1');
  return text.slice(0, Math.max(0, text.indexOf('=')));
}
