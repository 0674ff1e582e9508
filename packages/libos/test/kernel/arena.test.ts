import { describe, expect, it } from 'vitest';

import { ArenaLayout, ProcessPage } from '@occlum/native';

import { ProcessArena } from '../../src/kernel/arena.js';

/** An arena, and the words that the guest writes. */
function make() {
  const memory = new ArrayBuffer(ArenaLayout.size);
  return { arena: new ProcessArena(memory), words: new Uint32Array(memory) };
}

function drained(arena: ProcessArena): number[] {
  const objects: number[] = [];
  arena.drainReleases((object) => objects.push(object));
  return objects;
}

describe('releases', () => {
  it('come in order, once', () => {
    const { arena, words } = make();
    words.set([7, 8, 9], ArenaLayout.releases / 4);
    arena.setPageWord(ProcessPage.release_head, 3);
    expect(drained(arena)).toEqual([7, 8, 9]);
    expect(drained(arena)).toEqual([]);
    expect(arena.pageWord(ProcessPage.release_tail)).toBe(3);
  });

  it('go round the ring, also where the counts wrap', () => {
    const { arena, words } = make();
    arena.setPageWord(ProcessPage.release_tail, 0xffff_ffff);
    arena.setPageWord(ProcessPage.release_head, 1);
    words[ArenaLayout.releases / 4 + ArenaLayout.releaseRing - 1] = 5;
    words[ArenaLayout.releases / 4] = 6;
    expect(drained(arena)).toEqual([5, 6]);
  });

  it('are at most one ring, whatever the guest counts', () => {
    const { arena } = make();
    arena.setPageWord(ProcessPage.release_head, 0x8000_0000);
    expect(drained(arena)).toHaveLength(ArenaLayout.releaseRing);
    expect(drained(arena)).toEqual([]);
  });
});

describe('what the guest claims', () => {
  it('is no more descriptors than there can be', () => {
    const { arena } = make();
    arena.setPageWord(ProcessPage.fd_high, 0xffff_ffff);
    expect(arena.descriptorEnd).toBe(ArenaLayout.fdMax);
  });

  it('is no longer command line than there is room', () => {
    const { arena } = make();
    arena.setPageWord(ProcessPage.command_line_size, 0xffff_ffff);
    expect(arena.commandLine()).toHaveLength(ArenaLayout.commandLineSize);
  });
});

it('takes over page and actions of a parent, but not its calls and releases', () => {
  const parent = make();
  parent.arena.setPageWord(ProcessPage.uid, 1000);
  parent.arena.setPageWord(ProcessPage.calls, 0xff);
  parent.arena.setPageWord(ProcessPage.release_head, 9);
  parent.words[ArenaLayout.actions / 4 + 8] = 1;
  const child = make();
  child.arena.copyFrom(parent.arena);
  expect(child.arena.pageWord(ProcessPage.uid)).toBe(1000);
  expect(child.arena.action(1).handler).toBe(1);
  expect(child.arena.pageWord(ProcessPage.calls)).toBe(0);
  expect(child.arena.pageWord(ProcessPage.release_head)).toBe(0);
});
