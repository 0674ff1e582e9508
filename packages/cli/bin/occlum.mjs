#!/usr/bin/env sh
':' //; self=$0; if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
':' //; main=${self%/*}/../dist/occlum.cjs; [ -f "${self%/*}/../dist/main.cjs" ] || main=$0
':' //; command -v node >/dev/null || { echo 'occlum: cannot find node in PATH, install Node.js 20.19 or later' >&2; exit 125; }
':' //; if [ -n "${NODE_EXTRA_CA_CERTS+set}" ]; then export OCCLUM_HOST_NODE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"; unset NODE_EXTRA_CA_CERTS; fi
':' //; exec node -- "$main" "$@"
// Two programs in one file: for sh, the lines above; for Node, which takes them for strings with comments, the rest.
//
// sh is there since Node 20 reads all certificates that NODE_EXTRA_CA_CERTS names before any JavaScript runs, which
// costs 50 ms a start and serves nothing here; `-e NODE_EXTRA_CA_CERTS` finds the value under the other name.
// The bin link of npm needs a file that is there before the build; without a build this says what to do.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
if (existsSync(`${dist}main.cjs`)) {
  createRequire(import.meta.url)(`${dist}occlum.cjs`);
} else {
  process.stderr.write('occlum: is not built yet, run "npm start" or "npm run build" in the source tree first\n');
  process.exitCode = 125;
}
