import { describe, expect, it } from 'vitest';

import { hostArguments, hostWords } from '../src/host-arguments.js';

const bytes = (...parts: string[]): Buffer => Buffer.from(parts.map((part) => `${part}\0`).join(''), 'latin1');

describe('hostWords', () => {
  it('asks nobody where nothing was changed', () => {
    expect(hostWords(['a', '', 'é'], () => { throw new Error('asked'); })).toBeUndefined();
  });

  it('has each byte as a letter, whatever stands before', () => {
    const line = bytes('node', '--flag', 'occlum.cjs', 'run', '\xff', 'printf', '%s', '\xff\xfe', '', 'a\xc3');
    expect(hostWords(['%s', '\ufffd\ufffd', '', 'a\ufffd'], () => line)).toEqual(['%s', '\xff\xfe', '', 'a\xc3']);
  });
});

describe('hostArguments', () => {
  it('has the bytes of what was changed, and text of all else', () => {
    expect(hostArguments(['é', '\ufffd\ufffd', '', 'a\ufffd'], ['\xc3\xa9', '\xff\xfe', '', 'a\xc3'])).toEqual(['é', Buffer.from([0xff, 0xfe]), '', Buffer.from([0x61, 0xc3])]);
    expect(hostArguments(['a'])).toEqual(['a']);
  });

  it('keeps a replacement character that somebody wrote', () => {
    expect(hostArguments(['\ufffd'], hostWords(['\ufffd'], () => Buffer.from('node\0\ufffd\0')))).toEqual([Buffer.from('\ufffd')]);
  });
});
