/** One thing that is wrong in a policy. */
export interface PolicyProblem {
  /** Where it stands, as keys and indexes from the policy on: `['default', 2]`. */
  readonly path: readonly (string | number)[];
  /** What stands there and what would be right, in one line without a trailing period. */
  readonly message: string;
}

/** A policy that cannot be used. It names everything that is wrong with it, not only the first. */
export class EnvironmentPolicyError extends TypeError {
  override readonly name = 'EnvironmentPolicyError';
  /** In the order of the policy, at least one. */
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(problems.map(({ path, message }) => `${placeOf(path)}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

function placeOf(path: readonly (string | number)[]): string {
  return path.reduce<string>((place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place}.${key}`), 'env');
}
