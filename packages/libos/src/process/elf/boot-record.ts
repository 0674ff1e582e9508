import { BootFlag, Control, ControlBoot, ControlHeader, LoadStep } from '@occlum/native';

import type { LoadPlan } from './load-plan.js';

/** What the runtime needs to know besides the plan. */
export interface BootIdentity {
  readonly uid: number;
  readonly euid: number;
  readonly gid: number;
  readonly egid: number;
  /** AT_EXECFN, a byte string. */
  readonly path: string;
  /** A new process from outside, not an exec of a guest. */
  readonly first: boolean;
  /** Whether hot call sites are rewritten. */
  readonly rewriteCallSites: boolean;
}

/**
 * The CONTROL_BOOT record.
 *
 * @param plan - How the image is mapped.
 * @param identity - Who runs it, by which path.
 */
export function bootRecord(plan: LoadPlan, identity: BootIdentity): Uint8Array {
  const path = Buffer.from(identity.path, 'latin1');
  const stepsEnd = ControlBoot.size + plan.steps.length * LoadStep.size;
  const bytes = new Uint8Array(stepsEnd + path.length + 1);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number): void => { view.setUint32(at, value, true); };
  const wide = (at: number, value: number): void => { view.setBigUint64(at, BigInt(value), true); };

  word(ControlHeader.type, Control.boot);
  word(ControlHeader.count, plan.steps.length);
  wide(ControlBoot.entry, plan.entry);
  wide(ControlBoot.program_entry, plan.programEntry);
  wide(ControlBoot.program_headers, plan.programHeaders);
  wide(ControlBoot.program_header_count, plan.programHeaderCount);
  wide(ControlBoot.interpreter_base, plan.interpreterBase);
  wide(ControlBoot.brk_start, plan.brkStart);
  for (const field of ['uid', 'euid', 'gid', 'egid'] as const) word(ControlBoot[field], identity[field]);
  word(ControlBoot.flags, flagsOf(plan, identity));
  word(ControlBoot.path_length, path.length);
  plan.steps.forEach((step, index) => {
    const at = ControlBoot.size + index * LoadStep.size;
    for (const field of ['kind', 'file', 'protection'] as const) word(at + LoadStep[field], step[field]);
    for (const field of ['address', 'length', 'offset'] as const) wide(at + LoadStep[field], step[field]);
  });
  bytes.set(path, stepsEnd);
  return bytes;
}

function flagsOf({ executableStack }: LoadPlan, { first, rewriteCallSites }: BootIdentity): number {
  return (executableStack ? BootFlag.executableStack : 0) | (first ? BootFlag.first : 0) | (rewriteCallSites ? BootFlag.rewrite : 0);
}
