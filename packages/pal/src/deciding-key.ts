import type { VerifiedInstance } from '@occlum/instance';
import type { LimitName } from '@occlum/libos';

import type { EnclaveMount } from './mount-options.js';
import { limitKey, limitsOf } from './instance-limits.js';
import type { InstanceOptions } from './instance-options.js';

/** What the options of an enclave were made of. */
interface Sources {
  readonly config: VerifiedInstance['config'];
  /** As they were made of it. */
  readonly mounts: readonly EnclaveMount[];
  readonly options: Pick<InstanceOptions, 'network' | 'limits'>;
}

/**
 * The key of a configuration that an option was made of.
 *
 * @param place - The option, as a denial names it.
 * @returns A path such as `'policy.read_only[0]'`; `undefined` where it was not the configuration that decided.
 */
export function decidingKey(place: string | undefined, { config, mounts, options }: Sources): string | undefined {
  if (place === 'entryPoints') return 'entry_points';
  if (place === 'network') return config.policy.network === 'none' ? 'policy.network' : undefined;
  if (place === 'readOnly') return readOnlyKey(config, '/');
  const [, index] = /^mounts\[(\d+)\]\.readOnly$/.exec(place ?? '') ?? [];
  const mount = index === undefined ? undefined : mounts[Number(index)];
  if (mount !== undefined) return readOnlyKey(config, mount.target);
  const [, limit] = /^limits\.(\w+)$/.exec(place ?? '') ?? [];
  return limit === undefined ? undefined : keyOfLimit(limit as LimitName, config, options.limits ?? {});
}

/** Either it is listed, or its mount has no layer that could be written to. */
function readOnlyKey({ mount, policy }: Sources['config'], target: string): string | undefined {
  const listed = policy.read_only.indexOf(target);
  if (listed >= 0) return `policy.read_only[${listed}]`;
  const index = mount.findIndex((one) => one.target === target);
  const entry = mount[index];
  if (entry?.type === 'unionfs') return entry.options.layers.length < 2 ? `mount[${index}].options.layers` : undefined;
  return entry?.type === 'sefs' && target === '/' ? `mount[${index}].type` : undefined;
}

/** Whoever started it may have asked for less. */
function keyOfLimit(name: LimitName, config: Sources['config'], asked: NonNullable<InstanceOptions['limits']>): string | undefined {
  const measured = limitsOf(config)[name];
  return measured === undefined || (asked[name] ?? Number.POSITIVE_INFINITY) < measured ? undefined : limitKey(name, config);
}
