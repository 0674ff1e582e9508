import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

/** What Node 20 to 24 are built for themselves. Source: BUILDING.md of Node, "Official binary platforms and toolchains". */
const GLIBC_BASELINE = '2.28';

const built = (name: string): string => fileURLToPath(new URL(`../build/${name}`, import.meta.url));
const dump = (option: string, name: string): string => execFileSync('objdump', [option, built(name)], { encoding: 'utf8' });

// What packages/native-linux-x64-gnu promises of these files.
describe('the addon', () => {
  it(`asks for nothing newer than glibc ${GLIBC_BASELINE}`, () => {
    const versions = [...dump('-T', 'addon.node').matchAll(/\(?GLIBC_(\d[\d.]*)\)? +(\S+)$/gm)].map(([, version = '', name = '']) => ({ version, name }));
    expect(versions.length).toBeGreaterThan(50);
    const newer = versions.filter(({ version }) => version.localeCompare(GLIBC_BASELINE, 'en', { numeric: true }) > 0);
    expect(newer).toEqual([]);
  });

  it('needs no library that Node does not load', () => {
    const needed = [...dump('-p', 'addon.node').matchAll(/NEEDED +(\S+)/g)].map(([, name]) => name);
    expect(['libc.so.6', 'libpthread.so.0', 'libm.so.6', 'libdl.so.2']).toEqual(expect.arrayContaining(needed));
  });
});

it.each(['occlum-supervisor', 'occlum-runtime'])('%s is a static program', (name) => {
  expect(dump('-p', name)).not.toMatch(/INTERP|NEEDED/);
});
