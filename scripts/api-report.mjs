// Compares the built types of each package with its committed api-report.d.ts, so that a change of the
// public API is a line in the diff. `node scripts/api-report.mjs --update` writes the reports anew.
// A package with several entries has one report: each entry, then the files that the entries share.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { packageFolders } from './workspaces.mjs';

const args = process.argv.slice(2);
const update = args.includes('--update');
const root = args.find((arg) => !arg.startsWith('--')) ?? dirname(dirname(fileURLToPath(import.meta.url)));
const problems = [];

for (const folder of packageFolders(root)) {
  const shown = relative(root, folder);
  const files = declarations(folder);
  if (files.length === 0) continue;
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) {
    problems.push(`${shown}: has no ${relative(folder, missing)}, run "npm run build" first`);
    continue;
  }
  const built = files.map((file, index) => (index === 0 ? '' : `// ${relative(folder, file)}\n`) + readFileSync(file, 'utf8')).join('\n');
  const report = join(folder, 'api-report.d.ts');
  if (update) writeFileSync(report, built);
  else if (!existsSync(report) || readFileSync(report, 'utf8') !== built) {
    problems.push(`${shown}: the public API changed; if that is meant, run "npm run api:update" and add a changeset`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`api: ${update ? 'reports written' : 'reports compared'}, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The type files of a package: those that "exports" names, then what they import from the same package. */
function declarations(folder) {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = Object.values(exports).flatMap((entry) => (typeof entry === 'object' && entry.types ? [join(folder, entry.types)] : []));
  for (const file of files) {
    if (!existsSync(file)) continue;
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.js'/g)) {
      const shared = resolve(dirname(file), `${from}.d.ts`);
      if (!files.includes(shared)) files.push(shared);
    }
  }
  return files;
}
