import { statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { HostEnvironment } from '@occlum/env';
import { ErrnoError } from '@occlum/errno';
import { placeInConfig } from '@occlum/instance';
import type { SystemFiles, VerifiedInstance } from '@occlum/instance';
import type { Denial, EnclaveLimits } from '@occlum/libos';

import { checkCpus, checkCpuset } from './cpu-options.js';
import type { EnclaveOptions } from './enclave-options.js';
import { decidingKey } from './deciding-key.js';
import { limitsOf, lowest } from './instance-limits.js';
import type { EnclaveMount } from './mount-options.js';

/** What may still be chosen of an instance: all else is measured. */
export interface InstanceOptions extends Pick<EnclaveOptions, 'hostname' | 'rewriteCallSites' | 'logLevel' | 'logFile' | 'preserve' | 'kernelThread' | 'onDenied' | 'onSummary'> {
  /** The host's variables, as `process.env` or as entries of bytes: those that the instance lists as untrusted get in. None when left out. */
  readonly hostEnvironment?: HostEnvironment;
  /** `'none'` takes the network away where the instance has it. */
  readonly network?: 'none';
  /** `true`: programs can write nothing below `/`. */
  readonly readOnly?: true;
  /** Limits that are lower than the instance's. */
  readonly limits?: EnclaveLimits;
  /** Some of the instance's CPUs. */
  readonly cpuset?: string;
  /** A limit of CPU time that is lower than the instance's. */
  readonly cpus?: number;
  /** What the LibOS is loaded from, where that is a bundle and not the installed packages. */
  readonly system?: SystemFiles;
}

type Config = VerifiedInstance['config'];

/**
 * What an enclave of a verified instance is made of. What is measured comes first: options can only take away.
 *
 * @throws {@link ErrnoError} `ENOENT` when a directory of the host that its configuration names is not there.
 */
export function enclaveOptionsOf(instance: VerifiedInstance, options: InstanceOptions): EnclaveOptions {
  const { config, directory, image, isRelease } = instance;
  const { network, readOnly, limits, logLevel, onDenied, onSummary } = options;
  const upper = upperOf(config.mount.find(({ target }) => target === '/'), directory);
  const mounts = mountsOf(config, directory);
  const located = (denial: Denial): Denial => inConfiguration(denial, directory, decidingKey(denial.place, { config, mounts, options }));
  const isSilent = isRelease || config.metadata.disable_log === true;
  return {
    ...chosen(options),
    rootfs: image.root,
    image: { tree: image.tree, reference: image.reference },
    ...(upper === undefined ? {} : { writableLayer: upper }),
    readOnly: readOnly === true || isReadOnlyRoot(config),
    mounts,
    identity: 'root',
    limits: lowest(limitsOf(config), limits ?? {}),
    stackBytes: config.process.default_stack_size,
    ...cpusOf(config, options),
    entryPoints: config.entry_points,
    network: network ?? config.policy.network,
    logLevel: isSilent ? 'off' : (logLevel ?? 'off'),
    ...(onDenied === undefined ? {} : { onDenied: telling(onDenied, isRelease, located) }),
    ...(onSummary === undefined ? {} : { onSummary: summing(onSummary, isRelease, located) }),
  };
}

function cpusOf({ policy: { cpus, cpuset } }: Config, asked: InstanceOptions): Pick<EnclaveOptions, 'cpus' | 'cpuset'> {
  const limit = asked.cpus === undefined ? cpus : Math.min(checkCpus('options.cpus', asked.cpus), cpus ?? Number.POSITIVE_INFINITY);
  const set = asked.cpuset === undefined ? cpuset : checkCpuset('options.cpuset', asked.cpuset, cpuset);
  return { ...(limit === undefined ? {} : { cpus: limit }), ...(set === undefined ? {} : { cpuset: set }) };
}

/** Options that say nothing of what programs may do. */
function chosen({ hostname, rewriteCallSites, logFile, preserve, kernelThread }: InstanceOptions): Partial<EnclaveOptions> {
  return {
    ...(hostname === undefined ? {} : { hostname }),
    ...(rewriteCallSites === undefined ? {} : { rewriteCallSites }),
    ...(logFile === undefined ? {} : { logFile }),
    ...(preserve === undefined ? {} : { preserve }),
    ...(kernelThread === undefined ? {} : { kernelThread }),
  };
}

type Locate = (denial: Denial) => Denial;

/** What a release enclave's programs ask for is nobody's business outside; what was to be started is known there. */
function isTold({ operation }: Denial, isRelease: boolean): boolean {
  return !isRelease || operation === 'spawn';
}

function telling(onDenied: NonNullable<EnclaveOptions['onDenied']>, isRelease: boolean, located: Locate): NonNullable<EnclaveOptions['onDenied']> {
  return (denial) => {
    if (isTold(denial, isRelease)) onDenied(located(denial));
  };
}

function summing(onSummary: NonNullable<EnclaveOptions['onSummary']>, isRelease: boolean, located: Locate): NonNullable<EnclaveOptions['onSummary']> {
  return ({ denials, untold, permissionErrors }) => {
    const told = denials.filter(({ denial }) => isTold(denial, isRelease)).map(({ denial, count }) => ({ denial: located(denial), count }));
    onSummary({ denials: told, ...(isRelease ? { untold: 0, permissionErrors: 0 } : { untold, permissionErrors }) });
  };
}

/** Names the key of the configuration in place of the option that was made of it. */
function inConfiguration(denial: Denial, directory: string, key: string | undefined): Denial {
  const { place, hint } = denial;
  if (place === undefined || key === undefined) return denial;
  return { ...denial, place: placeInConfig(directory, key), hint: hint.replace(`${place} is true`, `${key} says so`).replace(`raise ${place}`, `raise ${key}`) };
}

function mountsOf({ mount, policy }: Config, directory: string): EnclaveMount[] {
  return mount.flatMap((entry, index): EnclaveMount[] => {
    const { target } = entry;
    const readOnly = policy.read_only.includes(target);
    switch (entry.type) {
      case 'hostfs': return [{ type: 'host', target, source: sourceOf(`mount[${index}].source`, entry.source, directory), readOnly }];
      case 'ramfs': return [{ type: 'tmpfs', target }];
      // Both are there anyway; elsewhere they are a second one.
      case 'procfs': return target === '/proc' ? [] : [{ type: 'proc', target }];
      case 'devfs': return target === '/dev' ? [] : [{ type: 'dev', target }];
      case 'sefs':
      case 'unionfs': {
        if (target === '/') return [];
        const upper = upperOf(entry, directory);
        const lower = entry.type === 'unionfs' && entry.options.layers[0]?.type === 'hostfs' ? { lower: sourceOf(`mount[${index}].options.layers[0].source`, entry.options.layers[0].source, directory) } : {};
        return [{ type: 'union', target, ...lower, ...(upper === undefined ? {} : { upper }), readOnly: readOnly || (entry.type === 'unionfs' && entry.options.layers.length < 2) }];
      }
    }
  });
}

/** Where what is written in a mount is kept; `undefined` where it is not kept. */
function upperOf(mount: Config['mount'][number] | undefined, directory: string): string | undefined {
  if (mount?.type === 'unionfs') {
    const layer = mount.options.layers[1];
    return layer?.type === 'sefs' && layer.source !== undefined && layer.options?.temporary !== true ? resolve(directory, layer.source) : undefined;
  }
  if (mount?.type !== 'sefs' || mount.target === '/' || mount.options?.temporary === true || mount.source === undefined) return undefined;
  return resolve(directory, mount.source);
}

function isReadOnlyRoot({ mount, policy }: Config): boolean {
  const root = mount.find(({ target }) => target === '/');
  return policy.read_only.includes('/') || root?.type !== 'unionfs' || root.options.layers.length < 2;
}

function sourceOf(place: string, source: string, directory: string): string {
  const path = resolve(directory, source);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new ErrnoError('ENOENT', { syscall: 'init', detail: `${placeInConfig(directory, place)} is ${JSON.stringify(source)}, and ${path} is not there` });
  return path;
}
