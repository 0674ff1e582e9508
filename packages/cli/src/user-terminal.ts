import { kernelTermios, winsize } from '@occlum/abi';
import type { HostBinding } from '@occlum/native';

/** The host calls on the user's terminal. */
export type UserTerminalBinding = Pick<HostBinding, 'isatty' | 'tcgetattr' | 'tcsetattr' | 'ioctl'>;

/** Source: linux/include/uapi/asm-generic/ioctls.h. */
const TIOCGWINSZ = 0x5413;
/** Source: linux/include/uapi/asm-generic/termbits.h. */
const TCSADRAIN = 1;
/** Indexes into `c_cc`. Source: linux/include/uapi/asm-generic/termbits.h. */
const VTIME = 5;
const VMIN = 6;
/** What cfmakeraw(3) takes off and sets. Source: linux/include/uapi/asm-generic/termbits.h. */
const INPUT_OFF = 0o1 | 0o2 | 0o10 | 0o40 | 0o100 | 0o200 | 0o400 | 0o2000; // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
const OUTPUT_OFF = 0o1; // OPOST
const CONTROL_OFF = 0o60 | 0o400; // CSIZE PARENB
const CONTROL_ON = 0o60; // CS8
const LOCAL_OFF = 0o1 | 0o2 | 0o10 | 0o100 | 0o100000; // ISIG ICANON ECHO ECHONL IEXTEN

/** The terminal that the command was started on, while a program has one of its own. */
export class UserTerminal {
  readonly #binding: UserTerminalBinding;
  /** The descriptor that keys come from; `undefined` where stdin is no terminal. */
  readonly input: number | undefined;
  readonly #shown: number | undefined;

  constructor(binding: UserTerminalBinding) {
    this.#binding = binding;
    const terminals = [0, 1, 2].filter((descriptor) => binding.isatty(descriptor) === 1);
    this.input = terminals.find((descriptor) => descriptor === 0);
    this.#shown = terminals.find((descriptor) => descriptor !== 0) ?? this.input;
  }

  /** Its size; `undefined` where there is none, or one that does not tell. */
  size(): { readonly columns: number; readonly rows: number } | undefined {
    if (this.#shown === undefined) return undefined;
    const bytes = new Uint8Array(winsize.size);
    if (this.#binding.ioctl(this.#shown, TIOCGWINSZ, bytes) < 0) return undefined;
    const { ws_col: columns, ws_row: rows } = winsize.decode(bytes);
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  }

  /** Passes every key on as it is: what keys mean, the program's own terminal says. */
  makeRaw(): void {
    if (this.input === undefined) return;
    const bytes = new Uint8Array(kernelTermios.size);
    if (this.#binding.tcgetattr(this.input, bytes) < 0) return;
    const settings = kernelTermios.decode(bytes);
    const raw = {
      ...settings,
      c_iflag: settings.c_iflag & ~INPUT_OFF,
      c_oflag: settings.c_oflag & ~OUTPUT_OFF,
      c_cflag: (settings.c_cflag & ~CONTROL_OFF) | CONTROL_ON,
      c_lflag: settings.c_lflag & ~LOCAL_OFF,
      c_cc: Uint8Array.from(settings.c_cc, (value, index) => (index === VMIN ? 1 : index === VTIME ? 0 : value)),
    };
    this.#binding.tcsetattr(this.input, TCSADRAIN, kernelTermios.encode(raw));
  }
}
