import { describe, expect, it } from 'vitest';

import { kernelTermios } from '@occlum/abi';

import { JobTerminal } from '../src/job-terminal.js';

const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
/** Who set the terminal, as its local flags. */
const SHELL = 1;
const LINE_EDITOR = 2;
const PROGRAM = 3;

/** A terminal as stdin. */
function host(isInFront: boolean) {
  const state = { isInFront, settings: SHELL, flags: 0 };
  const job = (): JobTerminal => new JobTerminal({
    isatty: (descriptor) => Number(descriptor === 0),
    tcgetattr: (_descriptor, out) => {
      out.set(kernelTermios.encode({ c_iflag: 0, c_oflag: 0, c_cflag: 0, c_lflag: state.settings, c_line: 0, c_cc: new Uint8Array(19) }));
      return 0;
    },
    tcsetattr: (_descriptor, _action, bytes) => {
      // The host would stop this process.
      expect(state.isInFront).toBe(true);
      state.settings = kernelTermios.decode(bytes).c_lflag;
      return 0;
    },
    fcntl: (descriptor, command, argument) => {
      if (descriptor !== 0) return -9;
      if (command !== F_SETFL) return state.flags;
      state.flags = argument;
      return 0;
    },
  }, () => state.isInFront);
  return { state, job };
}

describe('JobTerminal', () => {
  it('is as it was while the command is stopped, and as the program had it afterwards', () => {
    const { state, job } = host(true);
    const terminal = job();
    Object.assign(state, { settings: PROGRAM, flags: O_NONBLOCK });
    terminal.leave();
    expect([state.settings, state.flags]).toEqual([SHELL, 0]);
    expect(terminal.enter()).toBe(true);
    expect([state.settings, state.flags]).toEqual([PROGRAM, O_NONBLOCK]);
    terminal.end();
    expect([state.settings, state.flags]).toEqual([SHELL, 0]);
  });

  it('is left alone in the background, and set once the command is in front', () => {
    const { state, job } = host(true);
    const terminal = job();
    state.settings = PROGRAM;
    terminal.leave();
    Object.assign(state, { isInFront: false, settings: LINE_EDITOR });
    expect(terminal.enter()).toBe(false);
    terminal.leave();
    expect(state.settings).toBe(LINE_EDITOR);
    Object.assign(state, { isInFront: true, settings: SHELL });
    expect([terminal.enter(), state.settings]).toEqual([true, PROGRAM]);
    expect([terminal.enter(), state.settings]).toEqual([true, PROGRAM]);
    terminal.end();
    expect(state.settings).toBe(SHELL);
  });

  it('that the command began in the background of is put back as it came to the front', () => {
    const { state, job } = host(false);
    state.settings = LINE_EDITOR;
    const terminal = job();
    terminal.leave();
    Object.assign(state, { isInFront: true, settings: SHELL });
    expect([terminal.enter(), state.settings]).toEqual([true, SHELL]);
    state.settings = PROGRAM;
    terminal.end();
    expect(state.settings).toBe(SHELL);
  });

  it('is not touched at the end of a command in the background', () => {
    const { state, job } = host(true);
    const terminal = job();
    terminal.leave();
    Object.assign(state, { isInFront: false, settings: LINE_EDITOR });
    terminal.end();
    expect(state.settings).toBe(LINE_EDITOR);
  });
});
