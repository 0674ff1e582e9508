import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';

/**
 * Finds a name below a directory that is no UTF-8. Libraries that write archives take names as text, so they cannot even open such a file.
 *
 * @param directory - Host path.
 * @returns The first one from there on, its bytes that are no text as `\xff`; `undefined` where there is none.
 */
export function unpackableName(directory: string): string | undefined {
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const entry of readdirSync(`${directory}${below}`, { withFileTypes: true, encoding: 'buffer' })) {
      if (!isUtf8(entry.name)) return `${below.slice(1)}${below === '' ? '' : '/'}${shown(entry.name)}`;
      if (entry.isDirectory()) waiting.push(`${below}/${entry.name.toString()}`);
    }
  }
  return undefined;
}

function shown(name: Buffer): string {
  return name.toString('latin1').replaceAll(/[^\x20-\x7e]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
