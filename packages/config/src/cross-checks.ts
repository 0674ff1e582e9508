import { EnvironmentPolicy, EnvironmentPolicyError } from '@occlum/env';

import type { Mistake } from './explain-issue.js';
import type { Config } from './schema/config-schema.js';

/** Rules that speak of more than one value. They are asked once each value by itself is right. */
export function crossChecks(config: Config): Mistake[] {
  return [...environment(config), ...mountTargets(config), ...readOnlyTargets(config), ...memory(config)];
}

function environment({ env }: Config): Mistake[] {
  try {
    EnvironmentPolicy.parse(env);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentPolicyError)) throw error;
    return error.problems.map(({ path, message }) => ({ path: ['env', ...path], part: 'value', message }));
  }
}

function mountTargets({ mount }: Config): Mistake[] {
  const twice = mount.flatMap(({ target }, index): Mistake[] => {
    const first = mount.findIndex((other) => other.target === target);
    return first === index ? [] : [{ path: ['mount', index, 'target'], part: 'value', message: `${JSON.stringify(target)} is the target of mount[${first}] already` }];
  });
  if (mount.some(({ target }) => target === '/')) return twice;
  return [...twice, { path: ['mount'], part: 'value', message: 'no mount has the target "/", one is needed' }];
}

function readOnlyTargets({ mount, policy }: Config): Mistake[] {
  const targets = mount.map(({ target }) => target);
  return policy.read_only.flatMap((target, index): Mistake[] =>
    targets.includes(target) ? [] : [{ path: ['policy', 'read_only', index], part: 'value', message: `expected a target of a mount (${targets.join(', ')}), got ${JSON.stringify(target)}` }],
  );
}

function memory({ resource_limits: { user_space_size: initial, user_space_max_size: most } }: Config): Mistake[] {
  if (initial === undefined || most === undefined || initial <= most) return [];
  return [{ path: ['resource_limits', 'user_space_max_size'], part: 'value', message: `expected at least user_space_size, which is ${initial}B, got ${most}B` }];
}
