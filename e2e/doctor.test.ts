import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { describe, expect, test } from 'vitest';

import { host, occlum, outcome } from './support/occlum.js';
import { OCCLUM } from './support/places.js';
import { NATIVE, UID, VARIANT } from './support/variant.js';

interface Report {
  readonly canRun: boolean;
  readonly findings: readonly { readonly name: string; readonly state: string; readonly found: string }[];
}

function found(report: Report, name: string): string | undefined {
  return report.findings.find((one) => one.name === name)?.found;
}

describe.skipIf(NATIVE)('occlum doctor', () => {
  test('tries what the host has, a line each, and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await occlum(['doctor']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const line of stdout.trimEnd().split('\n').slice(0, -1)) expect(line).toMatch(/^(ok {2}|warn) {2}\S/);
    expect(stdout).toMatch(/\nok {4}program {7}one has started and ended in \d+ ms\nPrograms can run here\.\n$/);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('occlum-doctor-'))).toEqual([]);
  });

  test('--json says the same', async () => {
    const { status, stdout } = await occlum(['doctor', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect([status, report.canRun]).toEqual([0, true]);
    expect(found(report, 'user')).toBe(UID === 0 ? 'root' : `uid ${UID}`);
    if (VARIANT === 'container') expect(found(report, 'own filter')).toContain('seccomp filter');
  });

  test('ends with 1 where no program can run, and says why', async () => {
    const few = await host(['/usr/bin/prlimit', '--nofile=50:50', OCCLUM, 'doctor'], { stdin: 'ignore' });
    const { status, stdout, stderr } = outcome(few, 'doctor');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^warn {2}descriptors {3}up to 50: .*raise the hard limit/m);
    expect(stdout).toMatch(/^FAIL {2}supervisor {4}it cannot get ready \(EMFILE/m);
    expect(stdout).toMatch(/\nPrograms cannot run here\.\n$/);
  });
});
