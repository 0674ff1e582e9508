import { describe, expect, it } from 'vitest';

import { saveTerminal } from '../src/terminal.js';
import type { TerminalBinding } from '../src/terminal.js';

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const ENOTTY = -25;

/** Three standard descriptors, one of them a terminal, whose settings are one byte. */
function host(terminal: number): { binding: TerminalBinding; flags: number[]; settings: { byte: number } } {
  const flags = [2, 0o2001, 1];
  const settings = { byte: 7 };
  const binding: TerminalBinding = {
    isatty: (descriptor) => Number(descriptor === terminal),
    tcgetattr: (descriptor, out) => {
      if (descriptor !== terminal) return ENOTTY;
      out[0] = settings.byte;
      return 0;
    },
    tcsetattr: (descriptor, _action, bytes) => {
      if (descriptor !== terminal) return ENOTTY;
      settings.byte = bytes[0] ?? 0;
      return 0;
    },
    fcntl: (descriptor, command, argument) => {
      if (command !== F_SETFL) return flags[descriptor] ?? 0;
      flags[descriptor] = argument;
      return 0;
    },
  };
  return { binding, flags, settings };
}

describe('saveTerminal', () => {
  it.each([[0], [2]])('puts the settings of terminal %i and the flags of all back', (terminal) => {
    const { binding, flags, settings } = host(terminal);
    const restore = saveTerminal(binding);
    settings.byte = 0;
    flags[1] = (flags[1] ?? 0) | O_NONBLOCK;
    restore();
    expect(settings.byte).toBe(7);
    expect(flags).toEqual([2, 0o2001, 1]);
  });

  it('touches no terminal where there is none', () => {
    const { binding, settings } = host(-1);
    const restore = saveTerminal(binding);
    settings.byte = 0;
    restore();
    expect(settings.byte).toBe(0);
  });
});
