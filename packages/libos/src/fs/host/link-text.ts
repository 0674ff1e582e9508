import type { Time } from '../stat.js';
import type { HostPath, HostTree } from './host-tree.js';

/** Seconds after which a change of a link is sure to give it another time than it had, however coarse the host's clock is. */
const SETTLED_SEC = 2;

/**
 * The text of a symbolic link of the host, read once. A text never changes; another link under the same inode number has
 * another time of change, unless it was made in the same tick of the host's clock: a link that young is read each time.
 */
export class LinkText {
  #text: string | undefined;
  #of: Time | undefined;

  /**
   * @param tree - Where the link is.
   * @param path - Under which path.
   * @param seen - Its time of change, as the look-up that found it saw it.
   * @param now - The present time.
   */
  read(tree: HostTree, path: HostPath, seen: Time | undefined, now: () => Time): string | number {
    if (this.#text !== undefined && seen !== undefined && this.#of?.sec === seen.sec && this.#of.nsec === seen.nsec) return this.#text;
    this.#text = undefined;
    const text = tree.readlink(path);
    if (typeof text === 'number') return text;
    // What the tree saw last is the link whose text that is.
    const { ctime } = tree.seen;
    if (now().sec - ctime.sec > SETTLED_SEC) {
      this.#text = text;
      this.#of = ctime;
    }
    return text;
  }
}
