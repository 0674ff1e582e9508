import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Errno } from '@occlum/errno';

import { FsGuest, Scratch, mountAll } from './guest.js';

const OPENS = 600;

/** Swaps two names over and over, until it is killed. */
const SWAP = `
  const { renameSync } = require('node:fs');
  const [one, other] = process.argv.slice(1);
  console.log('swapping');
  for (;;) {
    renameSync(one, one + '.aside');
    renameSync(other, one);
    renameSync(one, other);
    renameSync(one + '.aside', one);
  }
`;

let scratch: Scratch;
let guest: FsGuest;

beforeEach(() => {
  scratch = new Scratch();
  mkdirSync(`${scratch.lower}/deep/dir/sub`, { recursive: true });
  writeFileSync(`${scratch.lower}/deep/dir/sub/file`, 'inside');
  // Outside of what is mounted, and what a link that the host followed would lead to.
  mkdirSync(`${scratch.path}/outside/sub`, { recursive: true });
  writeFileSync(`${scratch.path}/outside/sub/file`, 'outside');
  symlinkSync(`${scratch.path}/outside`, `${scratch.lower}/deep/link`);
  symlinkSync('../../outside', `${scratch.lower}/deep/relative`);
});

afterEach(() => {
  guest.exit();
  guest.files.close();
  scratch.remove();
});

/** All that reading the same path gave while the host swapped the directory on its way with something else. */
async function readWhileSwapping(other: string): Promise<Set<string>> {
  const swapper = spawn(process.execPath, ['-e', SWAP, `${scratch.lower}/deep/dir`, other], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(swapper, 'exit');
  await once(swapper.stdout, 'data');
  const seen = new Set<string>();
  try {
    for (let i = 0; i < OPENS; i++) {
      const fd = await guest.open('/deep/dir/sub/file');
      seen.add(fd < 0 ? `error ${fd}` : guest.content(fd));
      if (fd >= 0) guest.close(fd);
      const stat = await guest.stat('/deep/dir/sub/file');
      if (typeof stat !== 'number') seen.add(stat.st_size === BigInt('inside'.length) ? 'inside' : 'outside');
    }
  } finally {
    swapper.kill('SIGKILL');
    await ended;
  }
  return seen;
}

describe.each(['layered', 'host'] as const)('a host that renames while a guest of a %s mount looks up', (type) => {
  it.each(['link', 'relative'])('never has it leave the mount by %s', { timeout: 60_000 }, async (link) => {
    guest = new FsGuest(mountAll(scratch, [type === 'layered' ? { type, target: '/', lower: scratch.lower } : { type, target: '/', source: scratch.lower, readOnly: true }]));
    const seen = await readWhileSwapping(`${scratch.lower}/deep/${link}`);
    for (const allowed of ['inside', `error ${-Errno.ENOENT}`, `error ${-Errno.ENOTDIR}`, `error ${-Errno.ESTALE}`]) seen.delete(allowed);
    expect([...seen]).toEqual([]);
  });

  it('never has it leave the mount with a directory that is moved out of it', { timeout: 60_000 }, async () => {
    guest = new FsGuest(mountAll(scratch, [type === 'layered' ? { type, target: '/', lower: scratch.lower } : { type, target: '/', source: scratch.lower, readOnly: true }]));
    const seen = await readWhileSwapping(`${scratch.path}/outside`);
    // For a moment that directory is the one inside: then it is the right answer.
    for (const allowed of ['inside', 'outside', `error ${-Errno.ENOENT}`, `error ${-Errno.ESTALE}`]) seen.delete(allowed);
    expect([...seen]).toEqual([]);
  });
});
