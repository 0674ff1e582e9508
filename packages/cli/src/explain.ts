import type { Denial, DenialSummary } from '@occlum/pal';

/** What a command line of `occlum run` has to do with denials. */
export interface Explained {
  /** Each `--volume` as it was typed, in the order of the enclave's mounts. */
  readonly volumes: readonly { readonly text: string }[];
  /** Variables that were asked for by name and that the host does not have. */
  readonly unset: readonly string[];
}

/** What to change about what decided, by its place among the enclave's options. */
const REMEDIES: Readonly<Record<string, readonly [flag: string, change?: string]>> = {
  readOnly: ['--read-only', 'leave it out, or allow a place by --volume HOST:PLACE or --tmpfs PLACE'],
  network: ['--network none'],
  'limits.memory': ['--memory'],
  'limits.threads': ['--pids-limit'],
};

/**
 * What `--explain` tells at the end of a run: what options refused, how often, by which of them, and what to change; and how much
 * Linux's own permissions refused, which no option does.
 *
 * @returns Lines for people, without control characters that a program may have put into a name.
 */
export function explain({ denials, untold, permissionErrors }: DenialSummary, asked: Explained): string[] {
  const lines = denials.map(({ denial, count }) => shownDenial(denial, count, asked));
  return [
    ...asked.unset.map((name) => `variable ${printable(name)} was not given: --env ${printable(name)} takes it from the host, which has none; write --env ${printable(name)}=VALUE`),
    ...lines,
    ...(untold > 0 ? [`${untold} more were refused`] : []),
    ...(lines.length + asked.unset.length === 0 ? ['no option has refused anything'] : []),
    ...(permissionErrors > 0 ? [`permissions inside have refused ${permissionErrors} calls (EACCES, EPERM): no option does that, but who the program is (--user) and the modes of files`] : []),
  ];
}

function shownDenial({ operation, object, rule, place, error, hint }: Denial, count: number, asked: Explained): string {
  const [flag, change] = remedyOf(place, asked);
  const decided = flag ?? place;
  const by = decided === undefined ? [] : [`by ${decided}`];
  const what = [rule === 'missing' ? printable(operation) : `${printable(operation)} ${printable(object)}`, ...(error === undefined ? [] : [`got ${error}`]), times(count), ...by].join(', ');
  return `${what}: ${printable(hint)}${change === undefined ? '' : `; ${change}`}`;
}

function remedyOf(place: string | undefined, { volumes }: Explained): readonly [flag?: string, change?: string] {
  if (place === undefined) return [];
  const [, index] = /^mounts\[(\d+)\]\.readOnly$/.exec(place) ?? [];
  const volume = index === undefined ? undefined : volumes[Number(index)];
  if (volume !== undefined) return [`--volume ${printable(volume.text)}`, 'leave out :ro if the program is to write there'];
  return REMEDIES[place] ?? [];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Programs choose names: what would steer a terminal is shown as an escape. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
