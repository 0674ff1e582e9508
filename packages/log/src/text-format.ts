import type { LineLevel } from './level.js';

/** A line as pino hands it over, parsed: its own keys, and the fields in the order they were given. */
interface PinoLine extends Readonly<Record<string, unknown>> {
  readonly level: LineLevel;
  readonly msg: string;
}

/** An error as pino's serializer leaves it. */
interface PinoError {
  readonly message: string;
  readonly stack: string;
}

/** Everything that ends a line or moves a terminal's cursor: C0, DEL and C1. A guest chooses some of the text. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text that needs no quotes as a value. */
const PLAIN = /^[\w./:@%+,-]+$/;

/**
 * Turns a line of pino into one for people: `LEVEL pkg: message key=value`, and for a syscall what strace prints,
 * `[pid 3] close(4) = 0`, with the thread's id, as strace has it. The stack of an error follows, indented.
 *
 * @param json - One line of pino, its level a name.
 */
export function formatText(json: string): string {
  const { level, msg, pkg, syscall, err, ...fields } = JSON.parse(json) as PinoLine;
  const message = escapeControl(msg);
  if (syscall === true) {
    const thread = fields['tid'] ?? fields['pid'];
    return thread === undefined ? `${message}\n` : `[pid ${showValue(thread)}] ${message}\n`;
  }

  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${showValue(value)}`);
  const from = pkg === undefined ? '' : ` ${showValue(pkg)}:`;
  return `${level.toUpperCase()}${from} ${message}${shown.join('')}\n${err === undefined ? '' : showError(err)}`;
}

function showValue(value: unknown): string {
  const bare = typeof value === 'string' && PLAIN.test(value);
  return bare ? value : escapeControl(JSON.stringify(value));
}

function showError(err: unknown): string {
  const { stack, message } = err as PinoError;
  return (stack || message || showValue(err)).split('\n').map((line) => `    ${escapeControl(line.trim())}\n`).join('');
}

function escapeControl(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
