import { isErrnoError } from '@occlum/errno';
import { CpuSet } from '@occlum/sched';

import type { OpenRequest } from '../fs/open-request.js';

/** CPUs that whoever opens a file knows of; `undefined` for all of the host's. */
export type ShownCpus = (request: OpenRequest) => CpuSet | undefined;

/** What a file of the host says, to somebody who knows of some CPUs only. */
export type CpuFilter = (text: string, cpus: CpuSet) => string;

/** `/proc/cpuinfo`: the blocks of other CPUs left out. Source: proc_cpuinfo(5). */
export const cpuinfoOf: CpuFilter = (text, cpus) => text.split(/(?<=\n\n)/).filter((block) => {
  const [, cpu] = /^processor\s*:\s*(\d+)$/m.exec(block) ?? [];
  return cpu === undefined || cpus.has(Number(cpu));
}).join('');

/** `/proc/stat`: the lines of other CPUs left out, and not summed up. Source: proc_stat(5). */
export const statOf: CpuFilter = (text, cpus) => {
  const sums: number[] = [];
  const lines = text.split('\n').filter((line) => {
    const [, cpu, times = ''] = /^cpu(\d+) (.*)$/.exec(line) ?? [];
    if (cpu === undefined) return true;
    if (!cpus.has(Number(cpu))) return false;
    for (const [index, time] of times.trim().split(' ').entries()) sums[index] = (sums[index] ?? 0) + Number(time);
    return true;
  });
  return lines.map((line) => (/^cpu +\d/.test(line) ? `cpu  ${sums.join(' ')}` : line)).join('\n');
};

/** A list of CPUs, such as `online`. */
export const listOf: CpuFilter = (text, cpus) => `${hostList(text).intersection(cpus).toString()}\n`;

/** A mask of CPUs, such as `core_cpus`, as wide as it was. */
export const maskOf: CpuFilter = (text, cpus) => {
  const groups = text.trim().split(',');
  const width = groups.join('').length;
  const digits = hostSet(() => CpuSet.parseHexMask(text)).intersection(cpus).toHexMask().replaceAll(',', '').padStart(width, '0');
  const [first = ''] = groups;
  const rest = digits.slice(first.length).match(/.{8}/g) ?? [];
  return `${[digits.slice(0, first.length), ...rest].join(',')}\n`;
};

/** A list that the host wrote; empty where it is none. */
export function hostList(text: string): CpuSet {
  return hostSet(() => CpuSet.parse(text));
}

function hostSet(parse: () => CpuSet): CpuSet {
  try {
    return parse();
  } catch (error) {
    if (isErrnoError(error)) return CpuSet.EMPTY;
    throw error;
  }
}
