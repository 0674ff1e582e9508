/** An instance that cannot be built. It names everything that is wrong, a line each. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError';
  /** At least one; each is for the person who makes the instance. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
