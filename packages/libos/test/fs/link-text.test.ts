import { symlinkSync, unlinkSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { hostBinding } from '@occlum/native';

import { HostTree, openHostDirectory } from '../../src/fs/host/host-tree.js';
import { LinkText } from '../../src/fs/host/link-text.js';
import type { Time } from '../../src/fs/stat.js';
import { Scratch } from './guest.js';

const host = hostBinding();
const LATER_SEC = 10;

let scratch: Scratch;
let tree: HostTree;
let reads: number;

beforeEach(() => {
  scratch = new Scratch();
  reads = 0;
  const counted = {
    ...host,
    readlinkat: (...args: Parameters<typeof host.readlinkat>) => {
      reads++;
      return host.readlinkat(...args);
    },
  };
  tree = new HostTree(counted, openHostDirectory(host, scratch.lower));
});

afterEach(() => {
  tree.close();
  scratch.remove();
});

/** Looks the link up as a path walk does, then reads it; the clock says how old the link seems. */
function follow(text: LinkText, ageSec: number): string | number {
  const handle = tree.find('link');
  if (handle < 0) return handle;
  host.close(handle);
  const seen: Time = tree.seen.ctime;
  return text.read(tree, 'link', seen, () => ({ sec: seen.sec + ageSec, nsec: 0 }));
}

/** Makes the link anew, with another time of change than before. */
function replace(target: string): void {
  const before = Date.now();
  while (Date.now() - before < 20) continue;
  unlinkSync(`${scratch.lower}/link`);
  symlinkSync(target, `${scratch.lower}/link`);
}

describe('the text of a link of the host', () => {
  it('is read once when the link is old enough', () => {
    symlinkSync('one', `${scratch.lower}/link`);
    const text = new LinkText();
    expect([follow(text, LATER_SEC), follow(text, LATER_SEC), follow(text, LATER_SEC)]).toEqual(['one', 'one', 'one']);
    expect(reads).toBe(1);
  });

  it('is read each time while another link could have the same time', () => {
    symlinkSync('one', `${scratch.lower}/link`);
    const text = new LinkText();
    expect([follow(text, 0), follow(text, 0)]).toEqual(['one', 'one']);
    expect(reads).toBe(2);
  });

  it('is read again when another link stands there, also one with the same inode number', () => {
    symlinkSync('one', `${scratch.lower}/link`);
    const text = new LinkText();
    for (const target of ['two', 'three', 'four']) {
      follow(text, LATER_SEC);
      replace(target);
      expect(follow(text, LATER_SEC)).toBe(target);
    }
  });
});
