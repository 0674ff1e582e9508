import { createWriteStream, existsSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { configName, openInstance } from '@occlum/instance';
import type { VerifiedInstance } from '@occlum/instance';
import { packTar } from 'modern-tar/fs';
import type { TarSource } from 'modern-tar/fs';

import { UsageError } from '../usage-error.js';
import { MODE } from './command.js';
import type { Define, Surroundings } from './command.js';
import { measuredSystem } from './measured-system.js';
import { unpackableName } from './unpackable-name.js';

const ENDING = '.tar.gz';
/** The same instance makes the same archive: no times and owners of this host are in it. */
const NEUTRAL = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

/** `occlum package`. */
export const definePackage: Define = (program, chosen) => {
  program
    .command('package')
    .description('pack what is needed to run the instance into an archive, without its image folder and its key')
    .usage('[options] [NAME[.tar.gz]]')
    .argument('[name]')
    .option('--debug', 'also of an enclave that can be debugged')
    .action((name: string | undefined, { debug }: { readonly debug?: true }) => {
      chosen((surroundings) => pack(surroundings, name, debug === true ? 'any' : 'release'));
    });
};

async function pack({ cwd, version, print }: Surroundings, name: string | undefined, what: 'any' | 'release'): Promise<number> {
  const instance = openInstance(cwd, measuredSystem(version));
  if (!instance.isRelease && what === 'release') {
    throw new UsageError('the enclave can be debugged (metadata.debuggable is true in Occlum.json), so its archive is refused; --debug packs it all the same');
  }
  const unpackable = unpackableName(join(cwd, 'build'));
  if (unpackable !== undefined) {
    const own = basename(cwd);
    throw new UsageError(`build/${unpackable} has a name that is no UTF-8, which occlum package cannot put into an archive; GNU tar can: tar -C .. -czf ${own}${ENDING} --exclude ${own}/sign-key.pem --exclude ${own}/image ${own}`);
  }
  const target = resolve(cwd, `${(name ?? basename(cwd)).replace(/\.tar\.gz$/, '')}${ENDING}`);
  const folder = basename(target, ENDING);
  const unfinished = `${target}.unfinished`;
  try {
    await pipeline(packTar(sourcesOf(instance, folder)), createGzip(), createWriteStream(unfinished));
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  print(`${relative(cwd, target)} has the instance. mrenclave: ${instance.identity.measurement} (mode: ${MODE})\n`);
  return 0;
}

function sourcesOf({ directory, config }: VerifiedInstance, folder: string): TarSource[] {
  const text = (name: string, content: string): TarSource => ({ ...NEUTRAL, type: 'content', target: `${folder}/${name}`, content, mode: 0o644 });
  const empty = (name: string): TarSource => ({ ...NEUTRAL, type: 'content', target: `${folder}/${name}/`, content: null, mode: 0o755 });
  // Directories of the instance that programs see: they have to be there, what is in them is this host's.
  const seen = config.mount.flatMap((mount) => (mount.type === 'hostfs' ? [relative(directory, resolve(directory, mount.source))] : []));
  const inside = seen.filter((path) => path !== '' && !path.startsWith('..') && existsSync(join(directory, path)) && lstatSync(join(directory, path)).isDirectory());
  const name = configName(directory);
  return [
    { ...NEUTRAL, type: 'file', source: join(directory, name), target: `${folder}/${name}`, mode: 0o644 },
    text('.__occlum_status', 'built\n'),
    { ...NEUTRAL, type: 'directory', source: join(directory, 'build'), target: `${folder}/build` },
    ...['run', ...inside].map(empty),
  ];
}
