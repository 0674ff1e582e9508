import { positionOf } from './config-document.js';
import type { ConfigDocument } from './config-document.js';
import { ConfigError } from './config-error.js';
import type { ConfigProblem } from './config-error.js';
import { crossChecks } from './cross-checks.js';
import { explainIssue } from './explain-issue.js';
import type { Mistake } from './explain-issue.js';
import { readJson } from './json-document.js';
import { noticesOf } from './notices.js';
import { configSchema } from './schema/config-schema.js';
import type { Config } from './schema/config-schema.js';
import { readYaml } from './yaml-document.js';

/** A configuration that can be used, and what its author should know of it. */
export interface ReadConfig {
  readonly config: Config;
  /** Keys without effect here, and choices that weaken the enclave; in the order of the file. */
  readonly notices: readonly ConfigProblem[];
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
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const document = /\.ya?ml$/i.test(file) ? readYaml(source) : readJson(source);
  const toProblem = placing(document, source, file);
  const refuse = (mistakes: readonly Mistake[]): void => {
    if (mistakes.length > 0) throw new ConfigError(sorted(mistakes.map(toProblem)));
  };
  if (document.problems.length > 0) {
    throw new ConfigError(sorted(document.problems.map(({ path, offset, message }) => ({ file, ...positionOf(source, offset), path, message }))));
  }
  const { data: config, error } = configSchema.safeParse(document.value);
  if (config === undefined) throw new ConfigError(sorted(oneEach(error.issues.flatMap((issue) => explainIssue(issue, document.value))).map(toProblem)));
  refuse(crossChecks(config));
  return { config, notices: sorted(noticesOf(config, document.value).map(toProblem)) };
}

/** The first mistake of each place: a value of the wrong type breaks other rules too, which say nothing more. */
function oneEach(mistakes: readonly Mistake[]): Mistake[] {
  const places = new Set<string>();
  return mistakes.filter(({ path }) => {
    const place = JSON.stringify(path);
    return !places.has(place) && places.add(place);
  });
}

function placing(document: ConfigDocument, text: string, file: string): (mistake: Mistake) => ConfigProblem {
  return ({ path, part, message }) => ({ file, ...positionOf(text, document.offsetOf(path, part)), path, message });
}

function sorted(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
