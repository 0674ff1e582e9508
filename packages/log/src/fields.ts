/** The names of the fields of a line, each with what it holds. All packages use these and no others. */
export const LOG_FIELDS = {
  pkg: 'short name of the package that logs, such as net',
  pid: 'LibOS process id',
  tid: 'LibOS thread id',
  hostPid: 'process id on the host',
  syscall: 'true on the line of one syscall, whose message reads as strace prints it',
  nr: 'syscall number',
  result: 'raw result of a syscall, negative for an error',
  fd: 'descriptor number in the guest',
  path: 'path in the guest',
  file: 'path on the host',
  address: 'network address',
  signal: 'signal name',
  status: 'exit status',
  reason: 'why, as a fixed phrase',
  rule: 'the rule of the configuration that decided',
  count: 'number of elements',
  bytes: 'number of bytes',
  durationMs: 'milliseconds it took',
  err: 'an Error; its message and stack are logged',
} as const satisfies Record<string, string>;

/** Name of a field. */
export type LogField = keyof typeof LOG_FIELDS;

/** Fields of a line, or of every line of a child logger. */
export type LogFields = Readonly<Partial<Record<LogField, unknown>>>;
