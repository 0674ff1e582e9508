import { ConfigError } from '@occlum/config';
import { InstanceError } from '@occlum/instance';

import type { Perform } from './command.js';

/** Exit status of a command that was refused for what its user wrote or has. */
const REFUSED = 1;

/** Has a command tell its refusals, each in its line. */
export function reporting(perform: Perform): Perform {
  return async (surroundings) => {
    try {
      return await perform(surroundings);
    } catch (error) {
      const reasons = reasonsOf(error);
      if (reasons === undefined) throw error;
      for (const reason of reasons) surroundings.tell(`${reason}\n`);
      return REFUSED;
    }
  };
}

/** The lines that tell why a command cannot be done; `undefined` for what is no mistake of the user. */
function reasonsOf(error: unknown): string[] | undefined {
  if (error instanceof ConfigError || error instanceof InstanceError) return error.message.split('\n');
  // Of ErrnoError and of Node's own.
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof Error && typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? [`occlum: ${message}`] : undefined;
}
