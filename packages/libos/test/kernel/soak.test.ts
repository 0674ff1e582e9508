import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

import { expect, it, onTestFinished } from 'vitest';

import { LibOS } from '@occlum/libos';

/** What `native/test/runtime` builds. */
const built = (name: string): string => fileURLToPath(new URL(`../../../../native/build/runtime-test/${name}`, import.meta.url));

const POSTS = Number(env['OCCLUM_SOAK_POSTS'] ?? 100_000);
/** Each takes milliseconds there. */
const WIDENED_POSTS = Math.ceil(POSTS / 50);
/** The helper repeats nothing within a test: a wake-up that is lost stays lost. */
const PERIOD_MS = 3_600_000;
const TIMEOUT_MS = 60_000 + 20 * POSTS;

/** Runs the program that counts posts; gives its wait status and what it wrote. */
async function soak(args: readonly (number | string)[], { runtime, rewriteCallSites = true }: { runtime?: string; rewriteCallSites?: boolean } = {}): Promise<{ status: number; text: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'occlum-soak-'));
  const out = openSync(join(directory, 'out'), 'w');
  const libos = new LibOS();
  onTestFinished(async () => {
    await libos.destroy();
    closeSync(out);
    rmSync(directory, { recursive: true });
  });
  const store = mkdtempSync(join(directory, 'store-'));
  const program = { type: 'host', source: built('guest-soak'), target: '/soak', readOnly: true } as const;
  const made = await libos.init({
    rootfs: '/', mounts: [program], network: 'none', store, rewriteCallSites, logLevel: 'off', interruptPeriodMs: PERIOD_MS, ...(runtime !== undefined && { runtime: built(runtime) }),
  });
  expect(made).toBe(0);
  const pid = await libos.newProcess({ path: '/soak', argv: ['soak', ...args.map(String)], env: [], cwd: '/', stdio: [0, out, 2] });
  const status = await libos.execThread(pid);
  return { status, text: readFileSync(join(directory, 'out'), 'utf8') };
}

const hits = (text: string): number[] => (/windows (\d+) (\d+) (\d+) (\d+)/.exec(text) ?? []).slice(1).map(Number);

it(`${POSTS} posts are seen once each, without the helper`, { timeout: TIMEOUT_MS }, async () => {
  const { status, text } = await soak([POSTS, 120]);
  expect(text).toMatch(new RegExp(`^seen ${POSTS}, wrong 0,`));
  expect(status).toBe(0);
});

it.each([
  ['every call traps', false, [0, 1]],
  ['hot calls are rewritten', true, [0, 1, 2, 3]],
] as const)('none is lost that comes in one of the long windows of a test build, when %s', { timeout: TIMEOUT_MS }, async (_, rewriteCallSites, reached) => {
  const { status, text } = await soak([WIDENED_POSTS, 120, 'widened'], { runtime: 'runtime-widest', rewriteCallSites });
  expect(text).toMatch(new RegExp(`^seen ${WIDENED_POSTS}, wrong 0,`));
  expect(status).toBe(0);
  const counts = hits(text);
  expect(reached.reduce<number>((sum, window) => sum + (counts[window] ?? 0), 0)).toBeGreaterThan(WIDENED_POSTS / 40);
  for (const window of reached) expect(counts[window]).toBeGreaterThan(0);
});

it('a handler that leaves threads in a window loses one', { timeout: TIMEOUT_MS }, async () => {
  const { status, text } = await soak([POSTS, 5, 'widened'], { runtime: 'runtime-naive' });
  expect(text).toMatch(/^lost \d+ of /);
  expect(status).toBe(1 << 8);
});
