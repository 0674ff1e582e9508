import { describe, expect, it, vi } from 'vitest';

import { ResourceLimit } from '@occlum/abi';

import { LimitMonitor } from '../../src/limits/limit-monitor.js';
import type { LimitSources } from '../../src/limits/limit-monitor.js';
import { hostLimits, initialLimits, limitBehind } from '../../src/limits/process-limits.js';
import type { EnclaveLimits } from '../../src/limits/enclave-limits.js';

const PROCESSES = ['one', 'two'];

function monitor(limits: EnclaveLimits, use: { cpuMs?: number; rough?: number; exact?: number; written?: number }) {
  const exceeded = vi.fn();
  const sources: LimitSources<string> = {
    running: () => PROCESSES,
    cpuTimeNs: () => BigInt(use.cpuMs ?? 0) * 1_000_000n,
    roughMemory: () => use.rough ?? 0,
    exactMemory: () => use.exact ?? 0,
    writtenBytes: () => use.written ?? 0,
  };
  return { exceeded, monitor: new LimitMonitor(limits, sources, exceeded) };
}

describe('LimitMonitor', () => {
  it.each<[string, EnclaveLimits, Parameters<typeof monitor>[1], string | undefined]>([
    ['CPU time of all that run', { cpuTimeMs: 200 }, { cpuMs: 101 }, 'cpuTimeMs'],
    ['CPU time just met', { cpuTimeMs: 200 }, { cpuMs: 100 }, undefined],
    ['memory', { memory: 10 }, { rough: 11, exact: 11 }, 'memory'],
    ['memory that is shared', { memory: 10 }, { rough: 11, exact: 10 }, undefined],
    ['memory just met', { memory: 10 }, { rough: 10, exact: 11 }, undefined],
    ['written files', { writableBytes: 10 }, { written: 11 }, 'writableBytes'],
    ['written files just met', { writableBytes: 10 }, { written: 10 }, undefined],
    ['what has no limit', {}, { cpuMs: 1e9, rough: 1e9, exact: 1e9, written: 1e9 }, undefined],
  ])('sees %s', (_title, limits, use, limit) => {
    const { exceeded, monitor: watching } = monitor(limits, use);
    watching.sample();
    watching.sample();
    expect(exceeded.mock.calls.map(([name]: unknown[]) => name)).toEqual(limit === undefined ? [] : [limit]);
  });

  it('counts processes that have ended', () => {
    const { exceeded, monitor: watching } = monitor({ cpuTimeMs: 200 }, { cpuMs: 50 });
    watching.ended({ userUs: 60_000, systemUs: 40_000, maxRssKb: 0 });
    watching.sample();
    expect(exceeded).not.toHaveBeenCalled();
    watching.ended({ userUs: 1000, systemUs: 0, maxRssKb: 0 });
    watching.sample();
    expect(exceeded).toHaveBeenCalledWith('cpuTimeMs', 'the enclave was ended by its limit cpuTimeMs: its programs used 201 ms of CPU time, 200 ms are allowed');
  });

  it('says nothing once it was stopped', () => {
    const { exceeded, monitor: watching } = monitor({ memory: 10 }, { rough: 11, exact: 11 });
    watching.stop();
    watching.sample();
    expect(exceeded).not.toHaveBeenCalled();
  });
});

describe('limits of a process', () => {
  it('start with the stack that is given, which programs may raise', () => {
    expect(initialLimits({}, 1 << 20).get(ResourceLimit.RLIMIT_STACK)).toEqual({ soft: 1n << 20n, hard: 2n ** 64n - 1n });
    expect(initialLimits({}, 1 << 20).ceiling(ResourceLimit.RLIMIT_STACK)).toBe(2n ** 64n - 1n);
    expect(hostLimits({}, 2 ** 40).get(ResourceLimit.RLIMIT_STACK)).toEqual({ soft: 64n << 30n, hard: 2n ** 64n - 1n });
    expect(hostLimits({}).has(ResourceLimit.RLIMIT_STACK)).toBe(false);
  });

  it('are what a program starts with, and no higher for whoever asks', () => {
    const limits = initialLimits({ descriptors: 100, fileSize: 4096 });
    expect(limits.get(ResourceLimit.RLIMIT_NOFILE)).toEqual({ soft: 100n, hard: 100n });
    expect(limits.get(ResourceLimit.RLIMIT_FSIZE)).toEqual({ soft: 4096n, hard: 4096n });
    expect([limits.copy().ceiling(ResourceLimit.RLIMIT_NOFILE), limits.ceiling(ResourceLimit.RLIMIT_STACK)]).toEqual([100n, 2n ** 64n - 1n]);
    expect(initialLimits({ descriptors: 2 ** 20 }).get(ResourceLimit.RLIMIT_NOFILE)).toEqual({ soft: 1024n, hard: 4080n });
    expect(initialLimits({}).get(ResourceLimit.RLIMIT_FSIZE).hard).toBe(2n ** 64n - 1n);
  });

  it('are given to the host with room for what is watched closer', () => {
    expect([...hostLimits({ memory: 2 ** 20, cpuTimeMs: 1500 })]).toEqual([
      [ResourceLimit.RLIMIT_DATA, { soft: 129n << 20n, hard: 129n << 20n }],
      [ResourceLimit.RLIMIT_CPU, { soft: 4n, hard: 5n }],
    ]);
  });

  it.each<[string, number, Partial<EnclaveLimits>, bigint | undefined, string | undefined]>([
    ['SIGXFSZ', 25, { fileSize: 10 }, undefined, 'fileSize'],
    ['SIGXFSZ by a limit of its own', 25, { fileSize: 10 }, 5n, undefined],
    ['SIGXFSZ without a limit of the enclave', 25, {}, undefined, undefined],
    ['SIGXCPU', 24, { cpuTimeMs: 1000 }, undefined, 'cpuTimeMs'],
    ['another signal', 11, { fileSize: 10, cpuTimeMs: 1000 }, undefined, undefined],
    ['exit', 25 << 8, { fileSize: 10 }, undefined, undefined],
  ])('%s is told by its signal', (_title, status, limits, own, limit) => {
    const process = { limits: initialLimits(limits) };
    if (own !== undefined) process.limits.set(ResourceLimit.RLIMIT_FSIZE, { soft: own, hard: own });
    expect(limitBehind(limits, process, status)).toBe(limit);
  });
});
