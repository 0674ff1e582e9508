import { describe, expect, it } from 'vitest';

import { kernelTermios, TerminalLocalFlags } from '@occlum/abi';

import { saveTerminal } from '../src/terminal.js';
import type { TerminalBinding } from '../src/terminal.js';

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
const ENOTTY = -25;
const { ICANON, ECHO } = TerminalLocalFlags;

/** Three standard descriptors, one of them a terminal with local flags. */
function host(terminal: number): { binding: TerminalBinding; flags: number[]; settings: { local: number } } {
  const flags = [2, 0o2001, 1];
  const settings = { local: ICANON | ECHO };
  const binding: TerminalBinding = {
    isatty: (descriptor) => Number(descriptor === terminal),
    tcgetattr: (descriptor, out) => {
      if (descriptor !== terminal) return ENOTTY;
      out.set(kernelTermios.encode({ c_iflag: 0, c_oflag: 0, c_cflag: 0, c_lflag: settings.local, c_line: 0, c_cc: new Uint8Array(19) }));
      return 0;
    },
    tcsetattr: (descriptor, _action, bytes) => {
      if (descriptor !== terminal) return ENOTTY;
      settings.local = kernelTermios.decode(bytes).c_lflag;
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
    settings.local = 0;
    flags[1] = (flags[1] ?? 0) | O_NONBLOCK;
    restore();
    expect(settings.local).toBe(ICANON | ECHO);
    expect(flags).toEqual([2, 0o2001, 1]);
  });

  it('touches no terminal where there is none', () => {
    const { binding, settings } = host(-1);
    const restore = saveTerminal(binding);
    settings.local = 0;
    restore();
    expect(settings.local).toBe(0);
  });
});
