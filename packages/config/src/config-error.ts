import type { ConfigPath } from './config-document.js';

/** One mistake in a configuration. */
export interface ConfigProblem {
  /** Name of the file as it was given to {@link readConfig}. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly path: ConfigPath;
  /** What would be right and what stands there, in one line without a trailing period. */
  readonly message: string;
}

/** A configuration that cannot be used. It names everything that is wrong with it, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** At least one. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** `Occlum.json:14:23 - mount[0].type: expected ...`, as compilers and editors have it. */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  const place = formatPath(path);
  return `${file}:${line}:${column} - ${place === '' ? '' : `${place}: `}${message}`;
}

/** `mount[0].options.MAC`; the root is nothing. A name that is no identifier stands in brackets. */
export function formatPath(path: ConfigPath): string {
  return path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    if (!/^[$A-Z_a-z][\w$]*$/.test(step)) return `${place}[${JSON.stringify(step)}]`;
    return place === '' ? step : `${place}.${step}`;
  }, '');
}
