import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, it } from 'vitest';

/** Folder where CMake puts the test kernel and its guests (native/test/runtime). */
const directory = fileURLToPath(new URL('../build/runtime-test', import.meta.url));

/** One ctest entry a guest program; the list is ctest's own. */
function testNames(): string[] {
  const listed = JSON.parse(execFileSync('ctest', ['--show-only=json-v1'], { cwd: directory, encoding: 'utf8' })) as { tests: { name: string }[] };
  return listed.tests.map((test) => test.name);
}

describe('enclave runtime on the test kernel', () => {
  it.each(testNames())('%s', { timeout: 120_000 }, (name) => {
    // A failure throws with the output of the guest.
    execFileSync('ctest', ['--output-on-failure', '--tests-regex', `^${name}$`], { cwd: directory, encoding: 'utf8' });
  });
});
