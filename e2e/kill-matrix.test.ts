import { afterAll, describe, expect, test } from 'vitest';

import { blockedSignals } from './support/host-processes.js';
import { killTable, ourColumn, readmeTable, writeReadmeTable } from './support/kill-table.js';
import { PEER_WAYS, PEERS, stopPeer } from './support/stop-peer.js';
import type { PeerWay } from './support/stop-peer.js';
import { applies, PROGRAMS, stop, WAYS } from './support/stop-program.js';
import type { Program } from './support/stop-program.js';
import { NATIVE, VARIANT } from './support/variant.js';
import { until } from './support/waiting.js';

const CELL_MS = 200_000;
/** One of these at a time is enough for a machine. */
const IS_HEAVY: readonly Program[] = ['threads', 'bomb'];
/** What the last process took, in milliseconds. */
const times: number[] = [];
const found = new Map<string, Map<Program, Map<string, boolean>>>();

function record(column: string, program: Program, way: string, isLeft: boolean): void {
  const programs = found.get(column) ?? new Map<Program, Map<string, boolean>>();
  const ways = programs.get(program) ?? new Map<string, boolean>();
  found.set(column, programs.set(program, ways.set(way, isLeft)));
}

describe.skipIf(NATIVE)('nothing is left in the host', () => {
  for (const program of PROGRAMS) {
    for (const way of WAYS.filter((candidate) => applies(program, candidate))) {
      test(`of a program that does '${program}', stopped by ${way}`, { timeout: CELL_MS }, async () => {
        record('Occlum', program, way, true);
        const { goneMs, left } = await stop(program, way, async (guests) => {
          // That it does what it says is seen from outside only here.
          if (program === 'raw-block') await until('its mask', () => guests.some((one) => blockedSignals(one) >> 63n === 1n));
        });
        expect(left).toEqual([]);
        times.push(goneMs ?? Number.NaN);
        record('Occlum', program, way, false);
      });
    }
  }

  afterAll(() => {
    const sorted = [...times].sort((left, right) => left - right);
    const shown = (part: number): string => `${(sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN).toFixed(0)} ms`;
    const late = sorted.filter((ms) => ms > 1000).length;
    process.stdout.write(`${VARIANT}: ${sorted.length} times nothing left, after ${shown(0.5)} (p50), ${shown(0.95)} (p95), ${shown(1)} (max); ${late} took more than a second\n`);
  });
});

/** Whether the README's table is written anew: all of it has to be found then. */
const IS_UPDATE = process.env['OCCLUM_UPDATE_README'] === '1';

// On the host itself, so the same in each variant. What fights for its life there takes a minute, which every run need not.
if (VARIANT === 'self') describe.skipIf(NATIVE)('for comparison', () => {
  for (const peer of PEERS) {
    for (const program of PROGRAMS.filter((candidate) => IS_UPDATE || !IS_HEAVY.includes(candidate))) {
      test(`what ${peer} leaves of '${program}'`, { timeout: CELL_MS }, async () => {
        const counts: string[] = [];
        const attempt = async (way: PeerWay): Promise<void> => {
          const left = await stopPeer(peer, program, way);
          record(peer, program, way, left > 0);
          counts.push(`${left} after ${way}`);
        };
        if (IS_HEAVY.includes(program)) for (const way of PEER_WAYS) await attempt(way);
        else await Promise.all(PEER_WAYS.map(attempt));
        process.stdout.write(`${peer}, ${program}: left were ${counts.join(', ')}\n`);
      });
    }
  }

  test('the README says what was found', () => {
    const table = killTable(found);
    if (IS_UPDATE) writeReadmeTable(table);
    // What becomes of the others' programs is told above, and not asserted.
    expect(ourColumn(readmeTable())).toEqual(ourColumn(table));
  });
});
