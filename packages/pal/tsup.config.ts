import { defineConfig } from 'tsup';

export default defineConfig([
  {
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'node20',
    tsconfig: 'tsconfig.build.json',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
  },
  // The file that a worker thread starts from; no part of the public API, so it has no types.
  { entry: ['src/kernel-thread.ts'], format: ['esm'], target: 'node20', tsconfig: 'tsconfig.build.json', sourcemap: true, treeshake: true },
]);
