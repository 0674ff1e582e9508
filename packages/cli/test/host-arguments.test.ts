import { describe, expect, it } from 'vitest';

import { hostArguments } from '../src/host-arguments.js';

const bytes = (...parts: string[]): Buffer => Buffer.from(parts.map((part) => `${part}\0`).join(''), 'latin1');

describe('hostArguments', () => {
  it('asks nobody where nothing was changed', () => {
    expect(hostArguments(['a', '', 'é'], () => { throw new Error('asked'); })).toEqual(['a', '', 'é']);
  });

  it('has the bytes of what was changed, whatever stands before, and text of all else', () => {
    const line = bytes('node', '--flag', 'occlum.cjs', 'run', '\xff', 'printf', '%s', '\xff\xfe', '', 'a\xc3');
    expect(hostArguments(['%s', '\ufffd\ufffd', '', 'a\ufffd'], () => line)).toEqual(['%s', Buffer.from([0xff, 0xfe]), '', Buffer.from([0x61, 0xc3])]);
  });

  it('keeps a replacement character that somebody wrote', () => {
    expect(hostArguments(['\ufffd'], () => Buffer.from('node\0\ufffd\0'))).toEqual([Buffer.from('\ufffd')]);
  });
});
