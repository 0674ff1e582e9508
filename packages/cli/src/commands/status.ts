import { instanceStatus } from '@occlum/instance';

import type { Define } from './command.js';

/** `occlum status`. */
export const defineStatus: Define = (program, chosen) => {
  program
    .command('status')
    .description('say what the instance in the current directory is at: initialized, built or running')
    .usage('[options]')
    .option('--json', 'print it as JSON')
    .action(({ json }: { readonly json?: true }) => {
      chosen(({ cwd, print }) => {
        const status = instanceStatus(cwd);
        print(json === true ? `${JSON.stringify({ status })}\n` : `${status}\n`);
        return Promise.resolve(0);
      });
    });
};
