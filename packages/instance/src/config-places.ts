import { readFileSync } from 'node:fs';

import { builtFiles, CONFIGS, instanceFiles } from './instance-files.js';

/** Where the author of an instance wrote what its configuration says. */
export interface ConfigPlaces {
  /** Name of the file. */
  readonly file: string;
  /** `'12:5'` by paths such as `'policy.read_only[0]'`. */
  readonly places: Readonly<Record<string, string>>;
}

/**
 * Says where something of a built instance's configuration was written when it was built. That is not measured: it is for messages only.
 *
 * @param directory - Absolute host path.
 * @param path - Such as `'entry_points'`.
 * @returns `'Occlum.json:8:3 - entry_points'`; without the numbers where it was not written and is a default.
 */
export function placeInConfig(directory: string, path: string): string {
  const { file, places } = readPlaces(builtFiles(instanceFiles(directory).build).places);
  const place = Object.hasOwn(places, path) ? places[path] : undefined;
  return `${file}${place === undefined ? '' : `:${place}`} - ${path}`;
}

/** What somebody changed there must not come into a message. */
function readPlaces(path: string): ConfigPlaces {
  const none: ConfigPlaces = { file: CONFIGS[0], places: {} };
  try {
    const { file, places } = JSON.parse(readFileSync(path, 'utf8')) as { file: unknown; places: object };
    const name = CONFIGS.find((one) => one === file);
    const right = Object.entries(places).filter(([, place]) => typeof place === 'string' && /^\d{1,9}:\d{1,9}$/.test(place));
    return name === undefined ? none : { file: name, places: Object.fromEntries(right) };
  } catch {
    return none;
  }
}
