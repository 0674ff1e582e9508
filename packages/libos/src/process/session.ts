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
    for (const { parent, state } of this.members) {
      if (state === 'running' && parent !== undefined && parent.group !== this && parent.group.session === this.session) return false;
    }
    return true;
  }
}

/** Process groups that share a controlling terminal. */
export class Session {
  readonly sid: number;
  /** The controlling terminal, an object of the file systems; `undefined` where there is none. */
  terminal: object | undefined;
  /** Group that the terminal signals. */
  foreground: ProcessGroup | undefined;

  constructor(sid: number) {
    this.sid = sid;
  }
}
