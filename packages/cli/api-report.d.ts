import { DenialSummary, EnclaveOptions, InstanceOptions, LimitName, ExitStatus } from '@occlum/pal';

/** What a command takes from the process it runs in. */
interface Surroundings {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Version of this command. */
    readonly version: string;
    /** Whether stderr is a terminal, on which a line can be written over. */
    readonly isOnTerminal: boolean;
    /** Writes text to stdout. */
    readonly print: (text: string) => void;
    /** Writes text to stderr. */
    readonly tell: (text: string) => void;
}
/** Does what was asked for; gives the exit status. */
type Perform = (surroundings: Surroundings) => Promise<number>;

/** One flag of `occlum run`. Both readers of a command line, the fast one and the helpful one, go by these rows. */
interface FlagRow {
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
declare const RUN_FLAGS: readonly [{
    readonly name: "rootfs";
    readonly value: "DIR";
    readonly help: "host directory that the program sees as /; it can read what you can read there, and write none of it. Without it, the instance in the current directory is run";
}, {
    readonly name: "volume";
    readonly short: "v";
    readonly value: "HOST:GUEST[:ro]";
    readonly repeatable: true;
    readonly help: "host directory or file at another place; what the program writes to it is written to the host, without :ro";
}, {
    readonly name: "tmpfs";
    readonly value: "DIR";
    readonly repeatable: true;
    readonly help: "empty directory of its own; hides what is there";
}, {
    readonly name: "env";
    readonly short: "e";
    readonly value: "NAME[=VALUE]";
    readonly repeatable: true;
    readonly help: "variable; without a value, the one of the host";
}, {
    readonly name: "explain-env";
    readonly help: "say of each variable whether the instance passes it on, and why; without values";
}, {
    readonly name: "env-file";
    readonly value: "FILE";
    readonly repeatable: true;
    readonly help: "file with a variable a line, as --env takes it; --env has the last word";
}, {
    readonly name: "workdir";
    readonly short: "w";
    readonly value: "DIR";
    readonly help: "directory it starts in; the current one, where that exists inside, else /";
}, {
    readonly name: "user";
    readonly short: "u";
    readonly value: "USER[:GROUP]";
    readonly help: "who the program is inside, by number or by a name of /etc/passwd and /etc/group there; you by default; files of yours are root's to anybody else";
}, {
    readonly name: "read-only";
    readonly help: "nothing below / can be written to but /tmp, /run, /dev/shm, and what --volume and --tmpfs allow";
}, {
    readonly name: "memory";
    readonly short: "m";
    readonly value: "SIZE";
    readonly help: "bytes of memory of all its processes together, such as 512m; above it all are ended";
}, {
    readonly name: "pids-limit";
    readonly value: "NUMBER";
    readonly help: "processes and threads that there may be at one time";
}, {
    readonly name: "network";
    readonly value: "host|none";
    readonly help: "host (default): the host's network; none: no network";
}, {
    readonly name: "hostname";
    readonly value: "NAME";
    readonly help: "what the program takes the machine's name for; occlum by default";
}, {
    readonly name: "cpuset-cpus";
    readonly value: "LIST";
    readonly help: "the only CPUs that the program runs on and knows of, such as 0-3,8";
}, {
    readonly name: "cpus";
    readonly value: "NUMBER";
    readonly help: "how many CPUs' worth of time the program, and all that it starts, have together, such as 1.5";
}, {
    readonly name: "tty";
    readonly short: "t";
    readonly help: "give the program a terminal of its own, which is shown on yours";
}, {
    readonly name: "interactive";
    readonly short: "i";
    readonly help: "pass stdin on, as is always done; for command lines that were written for docker";
}, {
    readonly name: "timeout";
    readonly value: "TIME";
    readonly help: "ends every process after that time, with status 124; 500ms, 5s, 2m, 1h, or seconds";
}, {
    readonly name: "stop-timeout";
    readonly value: "TIME";
    readonly help: "after SIGTERM, or at the end of --timeout, the program has that time to end; then all is killed";
}, {
    readonly name: "explain";
    readonly help: "at the end, tell on stderr what was refused by which option, how often, and what to change";
}, {
    readonly name: "result";
    readonly value: "FILE";
    readonly help: "write to FILE how the program ended, and what was refused, as one JSON object";
}, {
    readonly name: "json";
    readonly help: "write that as the last line of stderr; stdout is the program's";
}, {
    readonly name: "no-rewrite";
    readonly help: "leave the program's code as it is: every system call traps, which is slower; to debug it, or to rule rewriting out";
}, {
    readonly name: "log-file";
    readonly value: "FILE";
    readonly help: "where the log of OCCLUM_LOG_LEVEL goes; stderr by default";
}];
/** Long name of a flag. */
type FlagName = (typeof RUN_FLAGS)[number]['name'];
/** A command line of `occlum run`, read but not yet understood. */
interface RunWords {
    /** Values of each flag, in the order given; of one without a value, the empty text. */
    readonly flags: Readonly<Record<FlagName, readonly string[]>>;
    /** The program and its arguments. */
    readonly command: readonly string[];
    /** The same command line with each byte as a letter, where something in it is no UTF-8. */
    readonly letters?: RunWords | undefined;
}

/** What a command line asks for: to run something, something else, or a text for stdout. */
type Parsed = {
    readonly run: RunWords;
} | {
    readonly perform: Perform;
} | {
    readonly text: string;
};
/**
 * Reads a whole command line with commander.
 *
 * @param args - The words after `occlum`.
 * @throws UsageError when it is wrong; one line that says how.
 */
declare function readCommandLine(args: readonly string[], version: string): Parsed;

/**
 * Reads a length of time such as `5s`, `1.5m` or `500ms`; a number alone is seconds, as for coreutils' timeout.
 *
 * @returns Milliseconds, 1 or more.
 * @throws UsageError when it is none.
 */
declare function parseDuration(flag: string, text: string): number;

/** What a command line of `occlum run` has to do with denials. */
interface Explained {
    /** Each `--volume` as it was typed, in the order of the enclave's mounts. */
    readonly volumes: readonly {
        readonly text: string;
    }[];
    /** Variables that were asked for by name and that the host does not have. */
    readonly unset: readonly string[];
}
/**
 * What `--explain` tells at the end of a run: what options refused, how often, by which of them, and what to change; and how much
 * Linux's own permissions refused, which no option does.
 *
 * @returns Lines for people, without control characters that a program may have put into a name.
 */
declare function explain({ denials, untold, permissionErrors }: DenialSummary, asked: Explained): string[];

/**
 * Reads the words after `occlum run`, if they are plain: known flags, each in its own word, then a program. It is there because
 * commander takes 8 ms to load, a quarter of a start; whatever is not plain, commander reads and explains.
 *
 * @returns `undefined` when it is not plain.
 */
declare function readRun(words: readonly string[]): RunWords | undefined;

/** What `occlum run` takes from the process it runs in. */
interface HostContext {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** The same as bytes, `NAME=VALUE` each; those of this process when left out. */
    readonly entries?: () => readonly Uint8Array[];
}
/** What to boot, and what to run in it. */
interface RunRequest extends CommonRequest {
    readonly place: {
        readonly enclave: EnclaveOptions;
    } | {
        readonly instance: string;
        readonly options: InstanceOptions;
    };
    /** What the program takes its own name for; the one given when left out. */
    readonly argv0?: string | Uint8Array;
    /** Each `--volume` as it was typed, with the host path that it names. */
    readonly volumes: readonly {
        readonly text: string;
        readonly source: string;
    }[];
    /** Where it starts, and whether that was asked for by name: else `/` will do where it does not exist. */
    readonly cwd: {
        readonly path: string;
        readonly isAsked: boolean;
    };
    /** Variables that were asked for by name and that the host does not have. */
    readonly unset: readonly string[];
    /** Why the program may not be started, where it is known. */
    readonly whyNot?: () => string | undefined;
    /** Where a limit that ended something was set, if that is known. */
    readonly limitedBy?: (limit: LimitName) => string | undefined;
}
/** A file of the host, as it was typed and by its absolute path; or standard error. */
type ResultPlace = {
    readonly text: string;
    readonly path: string;
} | 'stderr';
/** What is asked for wherever the program runs. */
interface CommonRequest {
    /** As people are told of it. */
    readonly program: string;
    /** What is to be started; bytes where that is no UTF-8. */
    readonly path: string | Uint8Array;
    /** Those that are no UTF-8 as bytes. */
    readonly args: readonly (string | Uint8Array)[];
    /** Where it was asked to start. */
    readonly workdir: string | undefined;
    readonly timeoutMs: number | undefined;
    /** How long a program may take to end by SIGTERM. */
    readonly stopTimeoutMs: number | undefined;
    /** Whether the program gets a terminal of its own. */
    readonly tty: boolean;
    /** Whether to tell at the end what was refused. */
    readonly explain: boolean;
    /** Where the result of the run is written: a path of the host, or standard error. */
    readonly results: readonly ResultPlace[];
}
/**
 * Understands a command line of `occlum run`.
 *
 * @throws UsageError when something in it is wrong, with the flag, its value and what would be right.
 */
declare function toRunRequest(words: RunWords, host: HostContext): RunRequest;

/** How a run ended, whatever it ended by. */
interface Ending {
    /** Exit status of the command. */
    readonly status: number;
    /** How the program ended; left out where it was not started, or where its user would not wait for its end. */
    readonly ended?: ExitStatus;
    /** Why it was not started. */
    readonly error?: string;
    /** The line of the configuration that set the limit which ended it. */
    readonly limitPlace?: string | undefined;
}
/** What `--json` and `--result` write: every key is always there. */
interface RunResult {
    readonly program: string;
    /** Exit status of the command. */
    readonly status: number;
    /** What ended it; `interrupted` where its user would not wait any longer, `error` where it was not started. */
    readonly reason: 'exit' | 'signal' | 'limit' | 'timeout' | 'aborted' | 'destroyed' | 'interrupted' | 'error';
    /** What the program gave to `exit(2)`. */
    readonly code: number | null;
    readonly signal: string | null;
    /** The limit that ended it, or that sent the signal. */
    readonly limit: LimitName | null;
    /** Where that was set, if it is known: a place in Occlum.json. */
    readonly limitPlace: string | null;
    /** The same for people, where neither code nor signal says it. */
    readonly detail: string | null;
    /** From the start of the command's work to its end. */
    readonly durationMs: number;
    /** What options refused, each kind once; of a release enclave without the names that its programs used. */
    readonly denials: readonly object[];
    /** Kinds of refusals that are not listed. */
    readonly untold: number;
    /** Calls that permissions of Linux refused (EACCES, EPERM). */
    readonly permissionErrors: number;
}
/**
 * Puts together the result of a run.
 *
 * @param summary - What was refused; `undefined` where no enclave was there.
 */
declare function toResult(program: string, ending: Ending, summary: DenialSummary | undefined, durationMs: number): RunResult;

/** A command line that cannot be carried out; its message is for the person who wrote it. */
declare class UsageError extends Error {
    readonly name = "UsageError";
}

export { type Ending, type Explained, type FlagName, type FlagRow, type HostContext, type Parsed, type Perform, RUN_FLAGS, type ResultPlace, type RunRequest, type RunResult, type RunWords, type Surroundings, UsageError, explain, parseDuration, readCommandLine, readRun, toResult, toRunRequest };
