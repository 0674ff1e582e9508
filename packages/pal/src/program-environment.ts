import type { EnvironmentPolicy, HostEnvironment } from '@occlum/env';

import type { Variables } from './option-checks.js';

/** Variables of a program, and where names of programs are looked for by them. */
export interface ProgramEnvironment {
  /** `NAME=value` each. */
  readonly entries: readonly (string | Uint8Array)[];
  /** Its PATH; `undefined` where it has none. */
  readonly searchPath: string | Uint8Array | undefined;
}

/** What an enclave makes of the variables that are asked for when a program is started; `undefined` takes one out. */
export type Environment = (asked: Variables) => ProgramEnvironment;

/** Whatever is asked for, over some variables. */
export function freeEnvironment(base: Variables): Environment {
  return (asked) => {
    const variables = { ...base, ...asked };
    return { entries: entriesOf(variables), searchPath: variables['PATH'] };
  };
}

/** What an instance's policy lets in of the host's variables; those that are asked for are the host's too. */
export function measuredEnvironment(policy: EnvironmentPolicy, host: HostEnvironment): Environment {
  const given = Symbol.iterator in host ? [...host] : entriesOf(host);
  return (asked) => {
    const kept = given.filter((entry) => !Object.hasOwn(asked, nameOf(entry)));
    const merged = policy.merge([...kept, ...entriesOf(asked)]);
    return { entries: merged.entries(), searchPath: merged.toObject()['PATH'] };
  };
}

function entriesOf(variables: Variables): (string | Uint8Array)[] {
  return Object.entries(variables).flatMap(([name, value]): (string | Uint8Array)[] => {
    if (value === undefined) return [];
    return typeof value === 'string' ? [`${name}=${value}`] : [Buffer.concat([Buffer.from(`${name}=`), value])];
  });
}

function nameOf(entry: string | Uint8Array): string {
  const text = typeof entry === 'string' ? entry : Buffer.from(entry).toString();
  const equals = text.indexOf('=');
  return equals < 0 ? text : text.slice(0, equals);
}
