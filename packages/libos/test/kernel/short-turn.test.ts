import { SchedFlags, SchedPolicy, schedAttr } from '@occlum/abi';
import { Errno } from '@occlum/errno';
import { USUAL_ATTRIBUTES } from '@occlum/sched';
import { describe, expect, it } from 'vitest';

import { takeShortTurns } from '../../src/kernel/short-turn.js';

type Attributes = Partial<typeof USUAL_ATTRIBUTES>;

/** What the host is asked for by a thread that has these attributes; none where the host cannot tell. */
function askedBy(attributes: Attributes | undefined): Attributes | undefined {
  let asked: Attributes | undefined;
  takeShortTurns({
    schedGetattr: (_tid, out) => {
      if (attributes === undefined) return -Errno.ENOSYS;
      out.set(schedAttr.encode({ size: schedAttr.size, ...USUAL_ATTRIBUTES, ...attributes }));
      return 0;
    },
    schedSetattr: (_tid, bytes) => {
      asked = schedAttr.decode(bytes);
      return 0;
    },
  });
  return asked;
}

describe('a thread takes short turns', () => {
  it.each([
    ['of the usual policy', { sched_runtime: 2_800_000n, sched_nice: 5, sched_flags: BigInt(SchedFlags.SCHED_FLAG_RESET_ON_FORK) }],
    ['of the batch policy', { sched_runtime: 2_800_000n, sched_policy: SchedPolicy.SCHED_BATCH }],
  ])('%s, and keeps all else', (_title, attributes) => {
    expect(askedBy(attributes)).toMatchObject({ ...attributes, sched_runtime: 100_000n });
  });

  it.each([
    ['a host that knows no turns', {}],
    ['a host that tells nothing', undefined],
    ['one that has them', { sched_runtime: 100_000n }],
    ['real time', { sched_runtime: 2_800_000n, sched_policy: SchedPolicy.SCHED_RR, sched_priority: 3 }],
    ['an idle thread', { sched_runtime: 2_800_000n, sched_policy: SchedPolicy.SCHED_IDLE }],
  ])('but not: %s', (_title, attributes) => {
    expect(askedBy(attributes)).toBeUndefined();
  });
});
