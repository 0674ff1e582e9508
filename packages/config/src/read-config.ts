import type { ConfigProblem } from './config-error.js';
import { crossChecks } from './cross-checks.js';
import { noticesOf } from './notices.js';
import { readDocument, sorted } from './read-document.js';
import { configSchema } from './schema/config-schema.js';
import type { Config } from './schema/config-schema.js';
import { writtenPlaces } from './written-places.js';
import type { WrittenPlaces } from './written-places.js';

/** A configuration that can be used, and what its author should know of it. */
export interface ReadConfig {
  readonly config: Config;
  /** Keys without effect here, and choices that weaken the enclave; in the order of the file. */
  readonly notices: readonly ConfigProblem[];
  readonly places: WrittenPlaces;
}

/**
 * Reads an Occlum.json (comments and trailing commas allowed) or an Occlum.yaml.
 *
 * @param text - Content of the file; a byte order mark at its start is left out.
 * @param file - Its name, as messages are to have it. One that ends in `.yaml` or `.yml` is YAML, any other JSON.
 * @throws {@link ConfigError} with every mistake: in the syntax, or else of each value, or else of values that do not fit each other.
 *
 * @example
 * ```ts
 * import { readConfig } from '@occlum/config';
 *
 * const { config } = readConfig('{ "resource_limits": { "user_space_size": "1GB" } } // all else as in the template', 'Occlum.json');
 * config.resource_limits.user_space_size; // => 1073741824
 * config.entry_points; // => ['/bin']
 * ```
 */
export function readConfig(text: string, file: string): ReadConfig {
  const { value: config, written, problem } = readDocument(text, file, { schema: configSchema, checks: crossChecks });
  return { config, notices: sorted(noticesOf(config, written).map(problem)), places: writtenPlaces(written, problem) };
}
