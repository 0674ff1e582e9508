import { defineConfig } from 'vitest/config';

/** One run over every package and the scripts: `npx vitest run`, or `--project @occlum/errno` for one. */
export default defineConfig({
  test: {
    projects: [
      '{native,packages/*}/vitest.config.ts',
      {
        resolve: { conditions: ['@occlum/source'] },
        ssr: { resolve: { conditions: ['@occlum/source'] } },
        test: { name: 'scripts', include: ['scripts/test/**/*.test.ts'], testTimeout: 30_000 },
      },
    ],
  },
});
