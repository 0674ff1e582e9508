import type { BuildProgress } from '@occlum/instance';

const MEGABYTE = 2 ** 20;
/** A build that is over before is not told of on a terminal. */
const QUIET_MS = 300;
const AGAIN_MS = 100;
/** Where lines stay, so many as one can read. */
const LINE_MS = 5000;
const WORDS = { copying: 'Copying the image', hashing: 'Hashing the image', signing: 'Signing' } as const;

/** Shows how far a build is: on a terminal one line that is written over, else a line now and then. */
export class BuildDisplay {
  readonly #tell: (text: string) => void;
  readonly #now: () => number;
  readonly #isOnTerminal: boolean;
  readonly #start: number;
  #last: number;
  #isShown = false;

  constructor(output: { readonly tell: (text: string) => void; readonly isOnTerminal: boolean }, now: () => number = Date.now) {
    this.#tell = output.tell;
    this.#isOnTerminal = output.isOnTerminal;
    this.#now = now;
    this.#start = this.#last = now();
  }

  show({ step, bytes, totalBytes }: BuildProgress): void {
    const now = this.#now();
    if (now - this.#start < QUIET_MS || now - this.#last < (this.#isOnTerminal ? AGAIN_MS : LINE_MS)) return;
    this.#last = now;
    const share = step === 'signing' ? '' : `: ${megabytes(bytes)} of ${megabytes(totalBytes)} MB`;
    this.#isShown = true;
    this.#tell(this.#isOnTerminal ? `\r\u001b[K${WORDS[step]}${share}` : `${WORDS[step]}${share}\n`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown && this.#isOnTerminal) this.#tell('\r\u001b[K');
  }
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}
