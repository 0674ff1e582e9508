import { kernelTermios } from '@occlum/abi';
import type { HostBinding } from '@occlum/native';

/** The host calls on terminals and descriptor flags. */
export type TerminalBinding = Pick<HostBinding, 'isatty' | 'tcgetattr' | 'tcsetattr' | 'fcntl'>;

/** Source: linux/include/uapi/asm-generic/fcntl.h. */
const F_GETFL = 3;
const F_SETFL = 4;
/** Source: linux/include/uapi/asm-generic/termbits.h. */
const TCSANOW = 0;
const STDIO = [0, 1, 2] as const;

/**
 * Remembers how the standard descriptors are set.
 *
 * A program may leave the terminal without echo, and O_NONBLOCK on a description that the shell uses too.
 *
 * @param isOurs - Whether the terminal is as this command wants it now, and may be set then: both are not so in the background.
 * @returns Sets them as they were.
 */
export function saveTerminal(binding: TerminalBinding, isOurs: () => boolean = () => true): () => void {
  const flags = STDIO.map((descriptor) => binding.fcntl(descriptor, F_GETFL, 0));
  const terminal = terminalOf(binding);
  const settings = new Uint8Array(kernelTermios.size);
  const isSaved = terminal !== undefined && isOurs() && binding.tcgetattr(terminal, settings) >= 0;
  return () => {
    for (const [descriptor, value] of flags.entries()) {
      if (value >= 0 && binding.fcntl(descriptor, F_GETFL, 0) !== value) binding.fcntl(descriptor, F_SETFL, value);
    }
    if (isSaved && isOurs()) binding.tcsetattr(terminal, TCSANOW, settings);
  };
}

/** The first of the standard descriptors that is a terminal. */
export function terminalOf(binding: TerminalBinding): (typeof STDIO)[number] | undefined {
  return STDIO.find((descriptor) => binding.isatty(descriptor) === 1);
}
