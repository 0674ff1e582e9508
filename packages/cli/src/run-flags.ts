/** One flag of `occlum run`. Both readers of a command line, the fast one and the helpful one, go by these rows. */
export interface FlagRow {
  /** Long name, without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What its value is, as `--help` shows it; a flag that only is there or not has none. */
  readonly value?: string;
  readonly repeatable?: true;
  /** What it does, for `--help`. */
  readonly help: string;
}

/** The flags of `occlum run`, in the order of `--help`. */
export const RUN_FLAGS = [
  { name: 'rootfs', value: 'DIR', help: 'host directory that the program sees as /; it can read what you can read there, and write none of it. Without it, the instance in the current directory is run' },
  { name: 'volume', short: 'v', value: 'HOST:GUEST[:ro]', repeatable: true, help: 'host directory or file at another place; what the program writes to it is written to the host, without :ro' },
  { name: 'tmpfs', value: 'DIR', repeatable: true, help: 'empty directory of its own; hides what is there' },
  { name: 'env', short: 'e', value: 'NAME[=VALUE]', repeatable: true, help: 'variable; without a value, the one of the host' },
  { name: 'explain-env', help: 'say of each variable whether the instance passes it on, and why; without values' },
  { name: 'env-file', value: 'FILE', repeatable: true, help: 'file with a variable a line, as --env takes it; --env has the last word' },
  { name: 'workdir', short: 'w', value: 'DIR', help: 'directory it starts in; the current one, where that exists inside, else /' },
  { name: 'user', short: 'u', value: 'USER[:GROUP]', help: 'who the program is inside, by number or by a name of /etc/passwd and /etc/group there; you by default; files of yours are root\'s to anybody else' },
  { name: 'read-only', help: 'nothing below / can be written to but /tmp, /run, /dev/shm, and what --volume and --tmpfs allow' },
  { name: 'memory', short: 'm', value: 'SIZE', help: 'bytes of memory of all its processes together, such as 512m; above it all are ended' },
  { name: 'pids-limit', value: 'NUMBER', help: 'processes and threads that there may be at one time' },
  { name: 'network', value: 'host|none', help: 'host (default): the host\'s network; none: no network' },
  { name: 'hostname', value: 'NAME', help: 'what the program takes the machine\'s name for; occlum by default' },
  { name: 'cpuset-cpus', value: 'LIST', help: 'the only CPUs that the program runs on and knows of, such as 0-3,8' },
  { name: 'cpus', value: 'NUMBER', help: 'how many CPUs\' worth of time the program, and all that it starts, have together, such as 1.5' },
  { name: 'tty', short: 't', help: 'give the program a terminal of its own, which is shown on yours' },
  { name: 'interactive', short: 'i', help: 'pass stdin on, as is always done; for command lines that were written for docker' },
  { name: 'timeout', value: 'TIME', help: 'ends every process after that time, with status 124; 500ms, 5s, 2m, 1h, or seconds' },
  { name: 'stop-timeout', value: 'TIME', help: 'after SIGTERM, or at the end of --timeout, the program has that time to end; then all is killed' },
  { name: 'explain', help: 'at the end, tell on stderr what was refused by which option, how often, and what to change' },
  { name: 'result', value: 'FILE', help: 'write to FILE how the program ended, and what was refused, as one JSON object' },
  { name: 'json', help: 'write that as the last line of stderr; stdout is the program\'s' },
  { name: 'no-rewrite', help: 'leave the program\'s code as it is: every system call traps, which is slower; to debug it, or to rule rewriting out' },
  { name: 'log-file', value: 'FILE', help: 'where the log of OCCLUM_LOG_LEVEL goes; stderr by default' },
] as const satisfies readonly FlagRow[];

/** Long name of a flag. */
export type FlagName = (typeof RUN_FLAGS)[number]['name'];

/** A command line of `occlum run`, read but not yet understood. */
export interface RunWords {
  /** Values of each flag, in the order given; of one without a value, the empty text. */
  readonly flags: Readonly<Record<FlagName, readonly string[]>>;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The same command line with each byte as a letter, where something in it is no UTF-8. */
  readonly letters?: RunWords | undefined;
}
