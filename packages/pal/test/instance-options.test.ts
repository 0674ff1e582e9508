import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConfig } from '@occlum/config';
import type { VerifiedInstance } from '@occlum/instance';
import { afterAll, describe, expect, it } from 'vitest';

import { enclaveOptionsOf } from '../src/instance-options.js';

const directory = mkdtempSync(join(tmpdir(), 'occlum-options-'));
mkdirSync(join(directory, 'data'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const REFERENCE = { offset: 0, length: 2, hash: '0'.repeat(64) };
const IMAGE = { target: '/', type: 'sefs' };

function instance(written: object): VerifiedInstance {
  const { config } = readConfig(JSON.stringify(written), 'Occlum.json');
  return {
    directory,
    config,
    isRelease: !config.metadata.debuggable,
    identity: { measurement: '', signer: '', productId: 0, securityVersion: 0, isDebuggable: config.metadata.debuggable },
    image: { root: '/i/root', tree: '/i/tree', reference: REFERENCE },
  };
}

describe('enclaveOptionsOf', () => {
  it('has the image as its root, what is written above it, root as its user and the entry points', () => {
    expect(enclaveOptionsOf(instance({}), {})).toEqual({
      rootfs: '/i/root',
      image: { tree: '/i/tree', reference: REFERENCE },
      writableLayer: join(directory, 'run/mount/__ROOT'),
      readOnly: false,
      mounts: [],
      identity: 'root',
      limits: {},
      stackBytes: 8 * 2 ** 20,
      entryPoints: ['/bin'],
      network: 'host',
      logLevel: 'off',
    });
  });

  it.each<[string, object, object]>([
    ['nothing above the image', { mount: [IMAGE] }, { readOnly: true }],
    ['one layer', { mount: [{ target: '/', type: 'unionfs', options: { layers: [IMAGE] } }] }, { readOnly: true }],
    ['a layer that is not kept', { mount: [{ target: '/', type: 'unionfs', options: { layers: [IMAGE, { target: '/', type: 'ramfs' }] } }] }, { readOnly: false }],
    ['a root that is read only', { mount: [IMAGE], policy: { read_only: ['/'] } }, { readOnly: true }],
  ])('keeps nothing with %s', (_, written, expected) => {
    const options = enclaveOptionsOf(instance(written), {});
    expect(options).toMatchObject(expected);
    expect(options).not.toHaveProperty('writableLayer');
  });

  it('mounts each type of Occlum.json', () => {
    const mount = [
      IMAGE,
      { target: '/host', type: 'hostfs', source: './data' },
      { target: '/fixed', type: 'hostfs', source: join(directory, 'data') },
      { target: '/scratch', type: 'ramfs' },
      { target: '/proc', type: 'procfs' },
      { target: '/dev', type: 'devfs' },
      { target: '/jail/proc', type: 'procfs' },
      { target: '/jail/dev', type: 'devfs' },
      { target: '/kept', type: 'sefs', source: './run/kept' },
      { target: '/over', type: 'unionfs', options: { layers: [{ target: '/', type: 'hostfs', source: 'data' }, { target: '/', type: 'sefs', source: './run/over' }] } },
      { target: '/view', type: 'unionfs', options: { layers: [{ target: '/', type: 'hostfs', source: 'data' }] } },
    ];
    expect(enclaveOptionsOf(instance({ mount, policy: { read_only: ['/fixed'] } }), {}).mounts).toEqual([
      { type: 'host', target: '/host', source: join(directory, 'data'), readOnly: false },
      { type: 'host', target: '/fixed', source: join(directory, 'data'), readOnly: true },
      { type: 'tmpfs', target: '/scratch' },
      { type: 'proc', target: '/jail/proc' },
      { type: 'dev', target: '/jail/dev' },
      { type: 'union', target: '/kept', upper: join(directory, 'run/kept'), readOnly: false },
      { type: 'union', target: '/over', lower: join(directory, 'data'), upper: join(directory, 'run/over'), readOnly: false },
      { type: 'union', target: '/view', lower: join(directory, 'data'), readOnly: true },
    ]);
    expect(() => enclaveOptionsOf(instance({ mount: [IMAGE, { target: '/host', type: 'hostfs', source: 'none' }] }), {})).toThrow(
      expect.objectContaining({ code: 'ENOENT', message: expect.stringContaining('Occlum.json - mount[1].source is "none"') as string }),
    );
  });

  it('has the lower of all limits', () => {
    const written = {
      resource_limits: { user_space_size: '1GB', max_num_of_threads: 64 },
      policy: { limits: { memory: '2GB', threads: 8, processes: 5, descriptors: 32, file_size: '1MB', cpu_time: '2s', wall_time: '3s', output: '4KB' } },
    };
    const measured = { memory: 2 ** 30, threads: 8, processes: 5, descriptors: 32, fileSize: 2 ** 20, cpuTimeMs: 2000, wallTimeMs: 3000, outputBytes: 4096 };
    expect(enclaveOptionsOf(instance(written), {}).limits).toEqual(measured);
    expect(enclaveOptionsOf(instance(written), { limits: { memory: 2 ** 28, threads: 100 } }).limits).toEqual({ ...measured, memory: 2 ** 28 });
  });

  it('lets options take away and nothing else', () => {
    expect(enclaveOptionsOf(instance({ policy: { network: 'none' } }), {}).network).toBe('none');
    expect(enclaveOptionsOf(instance({}), { network: 'none', readOnly: true, hostname: 'box' })).toMatchObject({ network: 'none', readOnly: true, hostname: 'box' });
  });

  it.each<[string, object, string]>([
    ['one that can be debugged', {}, 'trace'],
    ['one whose log is disabled', { metadata: { disable_log: true } }, 'off'],
    ['a release enclave', { metadata: { debuggable: false } }, 'off'],
    ['a release enclave whose log is not disabled', { metadata: { debuggable: false, disable_log: false } }, 'off'],
  ])('logs what is asked for only for %s', (_, written, level) => {
    expect(enclaveOptionsOf(instance(written), { logLevel: 'trace' }).logLevel).toBe(level);
  });

  it('tells of a release enclave only what was not started', () => {
    const heard: string[] = [];
    const denial = { object: '/x', rule: 'entryPoints', hint: '' } as const;
    for (const debuggable of [true, false]) {
      const { onDenied } = enclaveOptionsOf(instance({ metadata: { debuggable } }), { onDenied: ({ operation }) => heard.push(operation) });
      for (const operation of ['openat', 'spawn']) onDenied?.({ ...denial, operation });
    }
    expect(heard).toEqual(['openat', 'spawn', 'spawn']);
  });
});
