import { readConfig } from '@occlum/config';
import { describe, expect, it } from 'vitest';

import { decidingKey } from '../src/deciding-key.js';
import type { EnclaveMount } from '../src/mount-options.js';

const IMAGE = { target: '/', type: 'sefs' };
const UNION = { target: '/', type: 'unionfs', options: { layers: [IMAGE] } };
const HOST = { target: '/data', type: 'hostfs', source: './data' };
const MOUNTS: readonly EnclaveMount[] = [{ type: 'host', source: '/x', target: '/data', readOnly: true }];

describe('decidingKey', () => {
  it.each<[string, object, object, string | undefined]>([
    ['entryPoints', {}, {}, 'entry_points'],
    ['network', { policy: { network: 'none' } }, {}, 'policy.network'],
    ['network', {}, { network: 'none' }, undefined],
    ['readOnly', { policy: { read_only: ['/'] } }, {}, 'policy.read_only[0]'],
    ['readOnly', { mount: [UNION] }, {}, 'mount[0].options.layers'],
    ['readOnly', { mount: [IMAGE] }, {}, 'mount[0].type'],
    ['readOnly', {}, {}, undefined],
    ['mounts[0].readOnly', { mount: [IMAGE, HOST], policy: { read_only: ['/', '/data'] } }, {}, 'policy.read_only[1]'],
    ['limits.memory', { resource_limits: { user_space_size: '64MB' } }, {}, 'resource_limits.user_space_size'],
    ['limits.memory', { resource_limits: { user_space_size: '64MB', user_space_max_size: '128MB' } }, {}, 'resource_limits.user_space_max_size'],
    ['limits.memory', { resource_limits: { user_space_size: '64MB' }, policy: { limits: { memory: '32MB' } } }, {}, 'policy.limits.memory'],
    ['limits.memory', { resource_limits: { user_space_size: '64MB' } }, { limits: { memory: 2 ** 20 } }, undefined],
    ['limits.threads', { resource_limits: { max_num_of_threads: 8 } }, {}, 'resource_limits.max_num_of_threads'],
    ['limits.fileSize', { policy: { limits: { file_size: '1MB' } } }, {}, 'policy.limits.file_size'],
    ['limits.wallTimeMs', {}, { limits: { wallTimeMs: 5 } }, undefined],
  ])('finds what made %s of %j with %j', (place, written, options, key) => {
    const { config } = readConfig(JSON.stringify(written), 'Occlum.json');
    expect(decidingKey(place, { config, mounts: MOUNTS, options })).toBe(key);
  });
});
