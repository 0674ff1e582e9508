import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { ConfigError, readDocument } from '@occlum/config';
import type { ConfigPath, ConfigProblem } from '@occlum/config';

import { bomSchema, prepareBom } from './bom-schema.js';
import type { Bom } from './bom-schema.js';

/** A bill of materials that was read from its file. */
export interface LoadedBom {
  readonly bom: Bom;
  /** A mistake or a notice at a place of it. */
  readonly problem: (path: ConfigPath, message: string) => ConfigProblem;
}

/** Where bills of materials are looked for. */
export interface BomPlaces {
  /** Absolute. Names of files in messages are relative to it. */
  readonly cwd: string;
  /** Directories to look for included ones in, after that of the one which includes. */
  readonly includeDirs: readonly string[];
}

/** Such as `base.yaml` of upstream. */
const OWN_BOMS = join(import.meta.dirname, '..', 'boms');

/**
 * Reads a bill of materials and all that it includes.
 *
 * @returns Each once, what is included before what includes it.
 * @throws {@link ConfigError} for what is wrong in the first file that has mistakes, for an include that is not there, and for one that includes itself.
 */
export function loadBoms(file: string, places: BomPlaces): LoadedBom[] {
  const loaded = new Map<string, LoadedBom>();
  load(resolve(places.cwd, file), [], { places, loaded });
  return [...loaded.values()];
}

interface Loading {
  readonly places: BomPlaces;
  readonly loaded: Map<string, LoadedBom>;
}

/** @param above - Files that include it, the outermost first. */
function load(file: string, above: readonly string[], loading: Loading): void {
  const { places, loaded } = loading;
  if (loaded.has(file)) return;
  const shown = shownPath(file, places);
  const document = readDocument(textOf(file, shown), yamlName(shown), { schema: bomSchema, prepare: prepareBom });
  const problem = (path: ConfigPath, message: string): ConfigProblem => ({ ...document.problem({ path, part: 'value', message }), file: shown });
  const chain = [...above, file];
  for (const [index, name] of document.value.includes.entries()) {
    const found = findIncluded(name, file, places);
    const path = ['includes', index];
    if (found === undefined) throw new ConfigError([problem(path, `there is no file ${JSON.stringify(name)} beside this one or in ${directories(places)}`)]);
    if (chain.includes(found)) throw new ConfigError([problem(path, `includes itself: ${[...chain.slice(chain.indexOf(found)), found].map((one) => shownPath(one, places)).join(' includes ')}`)]);
    load(found, chain, loading);
  }
  loaded.set(file, { bom: document.value, problem });
}

function findIncluded(name: string, from: string, { cwd, includeDirs }: BomPlaces): string | undefined {
  return [dirname(from), ...includeDirs.map((directory) => resolve(cwd, directory)), OWN_BOMS].map((directory) => resolve(directory, name)).find((path) => isReadable(path));
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new ConfigError([{ file: shown, line: 1, column: 1, path: [], message: `cannot be read (${code})` }]);
  }
}

function directories({ includeDirs }: BomPlaces): string {
  return includeDirs.length === 0 ? 'a directory of --include-dir, of which there is none' : includeDirs.join(', ');
}

function shownPath(file: string, { cwd }: BomPlaces): string {
  const short = relative(cwd, file);
  return short.startsWith('..') ? file : short;
}

/** A bill of materials is YAML, whatever its name. */
function yamlName(file: string): string {
  return /\.ya?ml$/i.test(file) ? file : `${file}.yaml`;
}
