import type { VerifiedInstance } from '@occlum/instance';
import type { EnclaveLimits, LimitName } from '@occlum/libos';

type Config = VerifiedInstance['config'];

/** Threads that an enclave has room for: a limit that is not lower is none. */
const THREADS_MAX = 4096;

/** The limits of `policy.limits`, by its keys. */
const POLICY_LIMITS = {
  memory: 'memory',
  threads: 'threads',
  processes: 'processes',
  descriptors: 'descriptors',
  file_size: 'fileSize',
  cpu_time: 'cpuTimeMs',
  wall_time: 'wallTimeMs',
  output: 'outputBytes',
} as const satisfies Record<keyof NonNullable<Config['policy']['limits']>, LimitName>;

type PolicyKey = keyof typeof POLICY_LIMITS;

/** The limits that a configuration sets: of two that it has for the same, the lower one. */
export function limitsOf(config: Config): EnclaveLimits {
  return lowest(resourceLimits(config), policyLimits(config));
}

/** The key of a configuration that sets a limit; `undefined` where none does. */
export function limitKey(name: LimitName, config: Config): string | undefined {
  const { [name]: limit } = limitsOf(config);
  if (limit === undefined) return undefined;
  const [key] = Object.entries(POLICY_LIMITS).find(([, limited]) => limited === name) ?? [];
  if (policyLimits(config)[name] === limit) return `policy.limits.${key ?? name}`;
  if (name === 'threads') return 'resource_limits.max_num_of_threads';
  return config.resource_limits.user_space_max_size === undefined ? 'resource_limits.user_space_size' : 'resource_limits.user_space_max_size';
}

/** The lower of each. */
export function lowest(one: EnclaveLimits, other: EnclaveLimits): EnclaveLimits {
  const both = { ...one };
  for (const [name, value] of Object.entries(other) as [LimitName, number][]) both[name] = Math.min(one[name] ?? Number.POSITIVE_INFINITY, value);
  return both;
}

function resourceLimits({ resource_limits: { max_num_of_threads: threads, user_space_max_size: most, user_space_size: first } }: Config): EnclaveLimits {
  return defined({ threads: threads < THREADS_MAX ? threads : undefined, memory: most ?? first });
}

function policyLimits({ policy: { limits = {} } }: Config): EnclaveLimits {
  return defined(Object.fromEntries((Object.entries(POLICY_LIMITS) as [PolicyKey, LimitName][]).map(([key, name]) => [name, limits[key]])));
}

function defined(limits: Readonly<Partial<Record<LimitName, number | undefined>>>): EnclaveLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
