import { EnvironmentPolicy } from '@occlum/env';

import type { Mistake } from './explain-issue.js';
import type { Config } from './schema/config-schema.js';
import { valueAt } from './value-at.js';

/** Keys of upstream that mean nothing here, and why; a `*` is any index of a list. */
const WITHOUT_EFFECT: readonly (readonly [path: readonly string[], reason: string])[] = [
  [['resource_limits', 'init_num_of_threads'], 'threads are threads of the host, none is made in advance'],
  [['resource_limits', 'kernel_space_heap_size'], 'the kernel is not in the memory of the enclave'],
  [['resource_limits', 'kernel_space_heap_max_size'], 'the kernel is not in the memory of the enclave'],
  [['resource_limits', 'kernel_space_stack_size'], 'the kernel is not in the memory of the enclave'],
  [['resource_limits', 'marshal_buffer_size'], 'there is no marshal buffer'],
  [['process', 'default_heap_size'], 'a heap grows as on Linux'],
  [['process', 'default_mmap_size'], 'mappings are as on Linux'],
  [['metadata', 'family_id'], 'key separation needs SGX'],
  [['metadata', 'ext_prod_id'], 'key separation needs SGX'],
  [['feature', 'amx'], 'programs have the CPU as the host gives it'],
  [['feature', 'pkru'], 'programs have the CPU as the host gives it'],
  [['feature', 'io_uring'], 'host calls are made without io_uring'],
  [['feature', 'enable_edmm'], 'memory is always dynamic'],
  [['feature', 'enable_posix_shm'], 'POSIX shared memory is always there'],
  [['mount', '*', 'options', 'cache_size'], "the host's page cache serves"],
  [['mount', '*', 'options', 'layers', '*', 'options', 'cache_size'], "the host's page cache serves"],
];

/** What a configuration has that works otherwise than its author may think. */
export function noticesOf(config: Config, written: unknown): Mistake[] {
  const idle = WITHOUT_EFFECT.flatMap(([path, reason]) => placesOf(written, path).map((place): Mistake => ({ path: place, part: 'key', message: `has no effect: ${reason}` })));
  return [...idle, ...loading(config), ...release(config), ...encryption(written), ...ownDirectory(config)];
}

function loading({ env }: Config): Mistake[] {
  return EnvironmentPolicy.parse(env).warnings.map(({ name, index, reason }) => ({ path: ['env', 'untrusted', index], part: 'value', message: `lets the host decide what code runs: ${name}, ${reason}` }));
}

function release({ metadata }: Config): Mistake[] {
  if (metadata.debuggable || metadata.disable_log !== false) return [];
  return [{ path: ['metadata', 'disable_log'], part: 'value', message: 'a release enclave (debuggable: false) writes no log, whatever stands here' }];
}

/** Where upstream would encrypt: layers that are written to, and mounts of SEFS that are not the image. */
function encryption(written: unknown): Mistake[] {
  const layers = placesOf(written, ['mount', '*', 'options', 'layers', '1']);
  const mounts = placesOf(written, ['mount', '*']).filter((place) => valueAt(written, [...place, 'target']) !== '/');
  return [...layers, ...mounts]
    .filter((place) => valueAt(written, [...place, 'type']) === 'sefs')
    .map((path) => ({ path, part: 'value', message: 'what programs write here is kept in clear: this is a software enclave' }));
}

function ownDirectory({ mount }: Config): Mistake[] {
  return mount.flatMap((entry, index): Mistake[] =>
    entry.type === 'hostfs' && /^(\.\/?)+$/.test(entry.source) ? [{ path: ['mount', index, 'source'], part: 'value', message: 'lets programs read and write the directory of the instance: the key that signs it, and what is built next' }] : [],
  );
}

/** All places of a written configuration that a path with `*` names and that are there. */
function placesOf(value: unknown, [step, ...rest]: readonly string[]): (string | number)[][] {
  if (step === undefined) return [[]];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (step === '*' || step === String(index) ? placesOf(item, rest).map((place) => [index, ...place]) : []));
  }
  return Object.hasOwn(value, step) ? placesOf((value as Record<string, unknown>)[step], rest).map((place) => [step, ...place]) : [];
}
