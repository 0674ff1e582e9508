import { EnvironmentPolicy, EnvironmentPolicyError } from '@occlum/env';

import type { Mistake } from './explain-issue.js';
import type { Config } from './schema/config-schema.js';
import { BUILT_IMAGE } from './schema/mount.js';
import { shownValue } from './shown-value.js';

/** Rules that speak of more than one value. They are asked once each value by itself is right. */
export function crossChecks(config: Config): Mistake[] {
  return [...environment(config), ...mountTargets(config), ...rootImage(config), ...layers(config), ...readOnlyTargets(config), ...memory(config)];
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

/** The root is the image: else nothing that runs would be measured. */
function rootImage({ mount }: Config): Mistake[] {
  const at = mount.findIndex(({ target }) => target === '/');
  const root = mount[at];
  if (root === undefined) return [];
  const [path, image] = root.type === 'unionfs' ? [['mount', at, 'options', 'layers', 0], root.options.layers[0]] as const : [['mount', at], root] as const;
  if (image?.type !== 'sefs') return [{ path: [...path, 'type'], part: 'value', message: `expected "sefs", the image, at "/", got ${shownValue(image?.type)}` }];
  if (image.source === undefined || isBuiltImage(image.source)) return [];
  return [{ path: [...path, 'source'], part: 'value', message: `expected "${BUILT_IMAGE}", where build puts the image, got ${shownValue(image.source)}` }];
}

/** What may be in layers: a file system below that nobody writes, and above it a directory of the host that keeps what is written. */
function layers({ mount }: Config): Mistake[] {
  return mount.flatMap((entry, at) => {
    if (entry.type !== 'unionfs') return entry.type === 'sefs' && entry.target !== '/' ? noImage(['mount', at], entry.source) : [];
    return entry.options.layers.flatMap((layer, index): Mistake[] => {
      const path = ['mount', at, 'options', 'layers', index];
      if (layer.target !== '/') return [{ path: [...path, 'target'], part: 'value', message: `expected "/", since a layer is all of its union, got ${shownValue(layer.target)}` }];
      if (index === 0 && entry.target === '/') return [];
      if (index === 0) return layer.type === 'hostfs' ? [] : [{ path: [...path, 'type'], part: 'value', message: `expected "hostfs" as the first layer, since the image is at "/", got ${shownValue(layer.type)}` }];
      if (layer.type === 'hostfs') return [{ path: [...path, 'type'], part: 'value', message: 'expected "sefs" or "ramfs" as the layer that is written to, got "hostfs"' }];
      return layer.type === 'sefs' ? noImage(path, layer.source) : [];
    });
  });
}

/** One that can be written to needs a place of its own. */
function noImage(path: Mistake['path'], source: string | undefined): Mistake[] {
  if (source === undefined) return [{ path: [...path, 'source'], part: 'value', message: 'is missing, expected where programs\' files are kept, such as "./run/mount/__ROOT"' }];
  return isBuiltImage(source) ? [{ path: [...path, 'source'], part: 'value', message: `expected another place than ${BUILT_IMAGE}, which is the image and is never written to` }] : [];
}

function isBuiltImage(source: string): boolean {
  return source.replace(/^\.\//, '').replace(/\/+$/, '') === BUILT_IMAGE.slice('./'.length);
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
