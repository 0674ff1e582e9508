import type { Command, Option } from 'commander';

/** A flag, as completion needs it. */
export interface FlagNode {
  /** Without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short: string | undefined;
  /** What its value is, as help shows it; `undefined` where it has none. */
  readonly value: string | undefined;
  readonly help: string;
}

/** A command, as completion needs it. */
export interface CommandNode {
  /** The first is the one that is offered. */
  readonly names: readonly [string, ...string[]];
  readonly summary: string;
  readonly flags: readonly FlagNode[];
  /** What follows flags: a program with arguments of its own, some words, or what is not known. */
  readonly operand: 'program' | 'nothing' | readonly string[];
}

/** The commands of a command line, as it is read: completion knows no others, and misses none. */
export function commandNodes(program: Command): CommandNode[] {
  const names = program.commands.map((command) => command.name());
  return program.commands.map((command): CommandNode => ({
    names: [command.name(), ...command.aliases()],
    summary: command.description(),
    flags: command.options.map(flagOf),
    operand: command.name() === 'help' ? names : operandOf(command),
  }));
}

function flagOf({ long, short, flags, description }: Option): FlagNode {
  return { name: long?.slice(2) ?? '', short: short?.slice(1), value: /[<[](.+)[>\]]$/.exec(flags)?.[1], help: description };
}

function operandOf({ registeredArguments: [first] }: Command): CommandNode['operand'] {
  if (first === undefined) return 'nothing';
  return first.variadic ? 'program' : (first.argChoices ?? 'nothing');
}
