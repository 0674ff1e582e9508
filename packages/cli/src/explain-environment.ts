import type { ExplainedVariable, MergedEnvironment } from '@occlum/env';

/** What is told of an environment. */
export interface Explanation {
  /** All of it, or only what came of {@link Explanation.asked}. */
  readonly isWhole: boolean;
  /** Each `--env`, as it was typed. */
  readonly asked: readonly string[];
}

/** Lines that say what became of each variable; without values, which may be secrets. */
export function explainEnvironment(environment: MergedEnvironment, { isWhole, asked }: Explanation): string[] {
  const explained = environment.explain();
  if (isWhole) return explained.map((variable) => `${variable.name} (${variable.from}): ${inWords(variable)}`);
  const names = new Set(asked.map((text) => text.split('=')[0]));
  return explained
    .filter(({ name, from, provenance }) => from === 'host' && provenance === 'dropped' && names.has(name))
    .map(({ name }) => `--env ${name} has no effect: Occlum.json does not list it under "env.untrusted"`);
}

function inWords({ provenance, reason, by }: ExplainedVariable): string {
  switch (provenance) {
    case 'default': return 'passed, since env.default has it';
    case 'untrusted': return 'passed, since env.untrusted lists it';
    case 'shadowed': return `not seen, since the ${by === 'host' ? "host's" : 'one before'} is`;
    case 'dropped': return reason === 'malformed' ? 'dropped, since it is no NAME=VALUE' : 'dropped, since env.untrusted does not list it';
  }
}
