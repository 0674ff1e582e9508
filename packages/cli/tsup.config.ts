import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import type { Plugin } from 'esbuild';
import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

/**
 * Lets the packages of this workspace find their own files also from within a bundle: `import.meta.filename` is made the
 * path that the file has in its own package, which is looked up when it is asked for.
 */
const ownPath: Plugin = {
  name: 'own-path',
  setup(build) {
    build.onLoad({ filter: /[/\\]dist[/\\][^/\\]+\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const folder = dirname(dirname(path));
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string };
      const place = (file: string): string => `packageFile('${name}', ${JSON.stringify(relative(folder, file))}, __dirname)`;
      const load = `import { packageFile } from ${JSON.stringify(join(import.meta.dirname, 'src', 'package-file.ts'))};\n`;
      const contents = text.replaceAll('import.meta.filename', place(path)).replaceAll('import.meta.dirname', place(dirname(path)));
      if (contents.includes('import.meta.')) throw new Error(`${path} asks for more of import.meta than filename and dirname`);
      return { contents: load + contents, loader: 'js' };
    });
  },
};

/** What only some commands need is a bundle of its own, beside this one. */
const toolsApart: Plugin = {
  name: 'tools-apart',
  setup(build) {
    build.onResolve({ filter: /^\.\/tools\.js$/ }, () => ({ path: './tools.cjs', external: true }));
  },
};

const command: Options = {
  format: ['cjs'],
  target: 'node20',
  tsconfig: 'tsconfig.build.json',
  noExternal: [/.*/],
  external: ['pino'],
  splitting: false,
  esbuildPlugins: [ownPath],
  esbuildOptions: (options) => {
    // The code cache fits only a text that is read as it was written.
    options.charset = 'ascii';
    // A text that was compiled from the cache cannot `import()`: it becomes `require`.
    options.supported = { ...options.supported, 'dynamic-import': false };
  },
};

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
  // The command itself: one CommonJS file with all it needs, since each further file and the loader of ES modules
  // lengthen every start, and a small one that loads it. pino stays outside: it is loaded only when something is logged.
  {
    ...command,
    entry: { main: 'src/main.ts' },
    esbuildPlugins: [ownPath, toolsApart],
    // The function that Node makes of a CommonJS file: with it the text is compiled as it lies there.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
  },
  { ...command, entry: { tools: 'src/tools.ts' } },
  { ...command, entry: { occlum: 'src/start.lazy.ts' } },
]);
