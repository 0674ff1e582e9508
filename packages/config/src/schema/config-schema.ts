import { z } from 'zod';

import { feature, metadata } from './metadata.js';
import { DEFAULT_MOUNTS, mountEntry } from './mount.js';
import { policy } from './policy.js';
import { processDefaults, resourceLimits } from './resource-limits.js';
import { absolutePath, text } from './scalars.js';

const variables = z.array(text('NAME=VALUE', /^[^=\0]+=[^\0]*$/), { error: 'a list of NAME=VALUE' });
const names = z.array(text('the name of a variable, without "="', /^[^=\0]+$/), { error: 'a list of names' });

/** Occlum.json. Upstream's names and types; all may be left out. */
export const configSchema = z.strictObject(
  {
    $schema: z.string({ error: 'a text' }).optional().meta({ description: 'Where editors find this schema.' }),
    resource_limits: resourceLimits.prefault({}),
    process: processDefaults.prefault({}),
    entry_points: z.array(absolutePath, { error: 'a list of absolute paths' }).default(['/bin']).meta({ description: 'Programs, and directories of programs, that may be started from outside.' }),
    env: z.strictObject({ default: variables.default([]), untrusted: names.default([]) }, { error: 'an object with "default" and "untrusted"' }).prefault({}),
    metadata: metadata.prefault({}),
    feature: feature.prefault({}),
    mount: z.array(mountEntry, { error: 'a list of mounts' }).default([...DEFAULT_MOUNTS]),
    policy: policy.prefault({}),
  },
  { error: 'an object' },
);

/** A configuration once it was read: sizes in bytes, spans of time in milliseconds, defaults filled in. */
export type Config = z.output<typeof configSchema>;
