import { readIdentity } from '@occlum/instance';

import { UsageError } from '../usage-error.js';
import { MODE } from './command.js';
import type { Define } from './command.js';

/** `occlum print mrenclave|mrsigner`. */
export const definePrint: Define = (program, chosen) => {
  program
    .command('print')
    .description('print the measurement of the built instance, or whose key has signed it')
    .usage('[options] mrenclave|mrsigner')
    .argument('<what>')
    .option('--json', 'print all that the signature says as JSON')
    .action((what: string, { json }: { readonly json?: true }) => {
      if (what !== 'mrenclave' && what !== 'mrsigner') throw new UsageError(`print is given "${what}", must be mrenclave or mrsigner`);
      chosen(({ cwd, print, tell }) => {
        const { measurement, signer, productId, securityVersion, isDebuggable } = readIdentity(cwd);
        if (json === true) {
          print(`${JSON.stringify({ mode: MODE, mrenclave: measurement, mrsigner: signer, isvprodid: productId, isvsvn: securityVersion, debuggable: isDebuggable })}\n`);
          return Promise.resolve(0);
        }
        // Apart from the number, which scripts read.
        tell(`mode: ${MODE}\n`);
        print(`${what === 'mrenclave' ? measurement : signer}\n`);
        return Promise.resolve(0);
      });
    });
};
