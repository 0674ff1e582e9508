import type { Denial } from './denial.js';

/**
 * A file of an image that is not as it was measured.
 *
 * @param path - Inside, as a byte string.
 * @param what - What was found; it follows the path.
 */
export function imageDenial(path: string, what: string): Denial {
  const object = Buffer.from(path, 'latin1').toString();
  return {
    operation: 'open',
    object,
    rule: 'image',
    error: 'EIO',
    hint: `${object} of the image is not what was built and measured (${what}); build again if it is meant to be so, else find out who changed it`,
  };
}
