import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { createInstance } from '@occlum/instance';

import { UsageError } from '../usage-error.js';
import type { Define, Surroundings } from './command.js';

const NEXT = `Next: copy programs into image/bin, then
  occlum build
  occlum run /bin/PROGRAM
`;

/** `occlum new DIR` and `occlum init`. */
export const defineNew: Define = (program, chosen) => {
  program
    .command('new')
    .description('make a directory and an instance in it')
    .usage('DIR')
    .argument('<dir>')
    .action((dir: string) => {
      chosen((surroundings) => {
        const directory = resolve(surroundings.cwd, dir);
        if (existsSync(directory)) throw new UsageError(`${dir} is there already; to make an instance of a directory, run "occlum init" in it`);
        return make(directory, dir, surroundings);
      });
    });
  program
    .command('init')
    .description('make an instance of the current directory')
    .usage(' ')
    .action(() => {
      chosen((surroundings) => make(surroundings.cwd, '.', surroundings));
    });
};

function make(directory: string, shown: string, { tell }: Surroundings): Promise<number> {
  createInstance(directory, SCHEMA);
  tell(`${shown} is an Occlum instance now: Occlum.json says what its programs may, image/ has their files.\n${NEXT}`);
  return Promise.resolve(0);
}

/** Where editors find what they check Occlum.json by. */
const SCHEMA = 'https://unpkg.com/@occlum/config/occlum.schema.json';
