import { dirname } from 'node:path';
import { getuid } from 'node:process';

import { defineConfig } from 'vitest/config';

/**
 * Each test runs once for each variant: `self` as the user that started vitest, `user` as an ordinary user (when that is
 * root), `container` under the refusals of a stock container, `trapped` with `--no-rewrite`, so that every system call
 * traps. One of them: `--project user`.
 * OCCLUM_E2E_RUNNER=native runs the programs on the host itself, which shows that a test asks for the right thing.
 */
const variants = getuid?.() === 0 ? ['self', 'user', 'container', 'trapped'] : ['self', 'container', 'trapped'];

/** Files that some variants run: what holds in a container only, what is the same in each, what depends on the user alone. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  'e2e/container.test.ts': ['container'],
  'e2e/copy-bom.test.ts': ['self'],
  'e2e/cpus.test.ts': ['self', 'user', 'container'],
  'e2e/doctor.test.ts': ['self', 'user', 'container'],
  'e2e/file-conformance.test.ts': ['self', 'user'],
  'e2e/file-watches.test.ts': ['self', 'user', 'container'],
  'e2e/installed.test.ts': ['self'],
  'e2e/instance.test.ts': ['self', 'user'],
  'e2e/instance-refusals.test.ts': ['self'],
  'e2e/instance-release.test.ts': ['self', 'user'],
  'e2e/instance-files.test.ts': ['self', 'user'],
  'e2e/ipc.test.ts': ['self', 'user', 'trapped'],
  'e2e/kill-matrix.test.ts': ['self', 'user', 'container'],
  'e2e/run-flags.test.ts': ['self', 'user'],
  'e2e/instance-programs.test.ts': ['self'],
  'e2e/postgresql.test.ts': ['self'],
  'e2e/quiet.test.ts': ['self', 'user', 'container'],
  'e2e/terminal-jobs.test.ts': ['self'],
};

export default defineConfig({
  root: dirname(import.meta.dirname),
  test: {
    globalSetup: 'e2e/support/build-guests.ts',
    maxWorkers: 2,
    projects: variants.map((name) => ({
      extends: true as const,
      test: {
        name,
        include: ['e2e/*.test.ts'],
        exclude: Object.entries(ONLY).flatMap(([file, some]) => (some.includes(name) ? [] : [file])),
        env: { OCCLUM_E2E_VARIANT: name },
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
