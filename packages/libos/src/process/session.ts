import type { ControllingTerminal } from './controlling-terminal.js';
import type { Process } from './process.js';

/** Processes that a terminal signals together. */
export class ProcessGroup {
  readonly pgid: number;
  readonly session: Session;
  readonly members = new Set<Process>();

  constructor(pgid: number, session: Session) {
    this.pgid = pgid;
    this.session = session;
  }

  /** Whether no member has a parent in another group of the session: nobody is there to continue it once it is stopped. */
  get isOrphaned(): boolean {
    for (const { parent, state, isContinuedOutside } of this.members) {
      if (state !== 'running' && state !== 'new') continue;
      if (isContinuedOutside) return false;
      if (parent !== undefined && parent.group !== this && parent.group.session === this.session) return false;
    }
    return true;
  }
}

/** Process groups that share a controlling terminal. */
export class Session {
  readonly sid: number;
  /** The terminal that it controls; `undefined` where there is none. */
  terminal: ControllingTerminal | undefined;

  constructor(sid: number) {
    this.sid = sid;
  }
}
