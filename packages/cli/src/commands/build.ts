import { resolve } from 'node:path';

import { formatProblem } from '@occlum/config';
import { buildInstance } from '@occlum/instance';

import { measuredSystem } from './measured-system.js';
import { BuildDisplay } from './build-display.js';
import { MODE } from './command.js';
import type { Define } from './command.js';

const EXAMPLES = `
Examples:
  occlum build
  openssl genrsa -3 -out key.pem 3072 && occlum build --sign-key key.pem

A build that fails changes nothing: the one before stays.`;

interface Flags {
  readonly signKey?: string;
  readonly force?: true;
  readonly json?: true;
}

/** `occlum build`. */
export const defineBuild: Define = (program, chosen) => {
  program
    .command('build')
    .description('check, copy, measure and sign the instance in the current directory')
    .usage('[options]')
    .option('--sign-key <PEM>', 'private key to sign with: RSA of 3072 bits with exponent 3; by default one that is made once for the instance')
    .option('-f, --force', 'also throw away what programs of the instance have written')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(({ signKey, force, json }: Flags) => {
      chosen(async (surroundings) => {
        const { cwd, print, tell, version } = surroundings;
        const display = new BuildDisplay(surroundings);
        const built = await buildInstance(cwd, {
          system: measuredSystem(version),
          ...(signKey === undefined ? {} : { signKey: resolve(cwd, signKey) }),
          discardsWritten: force === true,
          onProgress: (progress) => { display.show(progress); },
        }).finally(() => { display.end(); });
        const notices = built.notices.map(formatProblem);
        for (const line of [...notices, ...built.notes]) tell(`${line}\n`);
        const { measurement, signer } = built;
        if (json === true) print(`${JSON.stringify({ mode: MODE, mrenclave: measurement, mrsigner: signer, notices: built.notices, notes: built.notes })}\n`);
        else print(`Built. mrenclave: ${measurement} (mode: ${MODE})\n`);
        return 0;
      });
    });
};
