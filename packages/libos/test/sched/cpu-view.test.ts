import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { CpuSet, hostCpus } from '@occlum/sched';

import { cpuinfoOf, hostList, listOf, maskOf, statOf } from '../../src/sched/cpu-view.js';

const some = CpuSet.parse('1,33');

describe('what files of the host tell of some CPUs only', () => {
  it('cpuinfo has no other blocks', () => {
    const text = 'processor\t: 0\nmodel name\t: A\n\nprocessor\t: 1\nmodel name\t: B\n\nprocessor\t: 10\n\n';
    expect(cpuinfoOf(text, some)).toBe('processor\t: 1\nmodel name\t: B\n\n');
  });

  it('stat has no other lines, and the sum is of those that are there', () => {
    const text = 'cpu  11 22 33\ncpu0 1 2 3\ncpu1 4 8 12\ncpu33 6 12 18\nintr 5 0\nctxt 7\n';
    expect(statOf(text, some)).toBe('cpu  10 20 30\ncpu1 4 8 12\ncpu33 6 12 18\nintr 5 0\nctxt 7\n');
  });

  it.each([
    ['0-63\n', '1,33\n'],
    ['0\n', '\n'],
    ['\n', '\n'],
    ['no list\n', '\n'],
  ])('the list %j is %j', (text, expected) => {
    expect(listOf(text, some)).toBe(expected);
  });

  it.each([
    ['ff\n', '02\n'],
    ['3\n', '2\n'],
    ['ffffffff,ffffffff\n', '00000002,00000002\n'],
    ['3,ffffffff\n', '2,00000002\n'],
    ['00000000,00000001\n', '00000000,00000000\n'],
  ])('the mask %j is %j', (text, expected) => {
    expect(maskOf(text, some)).toBe(expected);
  });

  it('a host that lies has no CPUs', () => {
    expect(hostList('1-').isEmpty).toBe(true);
  });

  it('the real host\'s files of all its CPUs are as they were', () => {
    const { possible } = hostCpus();
    for (const [path, filter] of [['/proc/cpuinfo', cpuinfoOf], ['/sys/devices/system/cpu/online', listOf], ['/sys/devices/system/cpu/cpu0/topology/core_cpus', maskOf]] as const) {
      const text = readFileSync(path, 'latin1');
      expect(filter(text, possible).replace(/MHz.*/g, '')).toBe(text.replace(/MHz.*/g, ''));
    }
  });
});
