import { ResourceLimit, Signal } from '@occlum/abi';

import { ProcessPage, Refused } from '@occlum/native';

import { DESCRIPTOR_MAX, Limits, UNLIMITED } from '../process/limits.js';
import type { Limit } from '../process/limits.js';
import type { Process } from '../process/process.js';
import type { EnclaveLimits, LimitName } from './enclave-limits.js';

/**
 * What one process may map beyond the memory of all: stacks and heaps that are reserved and never used, which are counted here and not where
 * the memory in use is.
 */
const RESERVE_BYTES = 128 << 20;
/** Seconds that the watching of all programs has to end one before the host does. */
const CPU_GRACE_SEC = 2;
const SECOND_MS = 1000;
/** As the runtime has it for what a program sets: with a soft limit without end the host would lay out the address space in another way. */
const STACK_MAX = 64n << 30n;

/**
 * The limits that a program from outside starts with. Nobody inside can raise those of the enclave.
 *
 * @param stackBytes - How far its stack grows; that it can raise.
 */
export function initialLimits(limits: EnclaveLimits, stackBytes?: number): Limits {
  const ceilings = new Map<number, bigint>();
  const made = new Limits(undefined, ceilings);
  for (const [resource, limit] of hostLimits(limits)) made.set(resource, limit);
  if (stackBytes !== undefined) made.set(ResourceLimit.RLIMIT_STACK, { soft: BigInt(stackBytes), hard: UNLIMITED });
  if (limits.descriptors !== undefined) {
    const { soft } = made.get(ResourceLimit.RLIMIT_NOFILE);
    const hard = lower(BigInt(limits.descriptors), DESCRIPTOR_MAX);
    made.set(ResourceLimit.RLIMIT_NOFILE, { soft: lower(soft, hard), hard });
    ceilings.set(ResourceLimit.RLIMIT_NOFILE, hard);
  }
  for (const [resource, { hard }] of hostLimits(limits)) ceilings.set(resource, hard);
  return made;
}

/** Those of them that the host keeps, by resource number. */
export function hostLimits({ fileSize, memory, cpuTimeMs }: EnclaveLimits, stackBytes?: number): ReadonlyMap<number, Limit> {
  const limits = new Map<number, Limit>();
  if (stackBytes !== undefined) limits.set(ResourceLimit.RLIMIT_STACK, { soft: lower(BigInt(stackBytes), STACK_MAX), hard: UNLIMITED });
  if (fileSize !== undefined) limits.set(ResourceLimit.RLIMIT_FSIZE, both(BigInt(fileSize)));
  if (memory !== undefined) limits.set(ResourceLimit.RLIMIT_DATA, both(BigInt(memory) + BigInt(RESERVE_BYTES)));
  if (cpuTimeMs !== undefined) {
    const soft = BigInt(Math.ceil(cpuTimeMs / SECOND_MS) + CPU_GRACE_SEC);
    limits.set(ResourceLimit.RLIMIT_CPU, { soft, hard: soft + 1n });
  }
  return limits;
}

/**
 * The limit of the enclave that the host ended a process by.
 *
 * @param status - Its wait status.
 * @returns `undefined` where it set that limit itself, or ended by something else.
 */
export function limitBehind(limits: EnclaveLimits, process: Pick<Process, 'limits'>, status: number): LimitName | undefined {
  const kept = hostLimits(limits);
  const isOurs = (resource: number): boolean => kept.get(resource)?.soft === process.limits.get(resource).soft;
  const signal = status & 0x7f;
  if (signal === Signal.SIGXFSZ && isOurs(ResourceLimit.RLIMIT_FSIZE)) return 'fileSize';
  return signal === Signal.SIGXCPU && isOurs(ResourceLimit.RLIMIT_CPU) ? 'cpuTimeMs' : undefined;
}

/** The limits of the enclave that kept a process from something, as its runtime tells. */
export function refusedBy(limits: EnclaveLimits, process: Process): ('descriptors' | 'memory')[] {
  const refused = process.arena?.pageWord(ProcessPage.refused) ?? 0;
  const { soft } = process.limits.get(ResourceLimit.RLIMIT_NOFILE);
  const descriptors = limits.descriptors !== undefined && soft === BigInt(limits.descriptors) && (refused & Refused.descriptors) !== 0;
  return [...(descriptors ? ['descriptors' as const] : []), ...(limits.memory !== undefined && (refused & Refused.memory) !== 0 ? ['memory' as const] : [])];
}

function both(value: bigint): Limit {
  return { soft: value, hard: value };
}

function lower(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
