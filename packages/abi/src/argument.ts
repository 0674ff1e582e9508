import type { Codec } from './codec.js';
import type { FlagTable } from './flags.js';
import type { ScalarArgument } from './registers.js';

/** A NUL-terminated string behind a pointer, copied in at most once. */
export interface PathArgument {
  /** Whether the pointer was NULL. Reading it is then `EFAULT` as well. */
  readonly isNull: boolean;
  /**
   * The string, as a byte string without its NUL.
   *
   * @returns `-EFAULT` where the guest's memory was not readable; `-ENAMETOOLONG` where no NUL came within 4096 bytes.
   */
  read(): string | number;
}

/** Bytes behind a pointer, copied in at most once. */
export interface InputArgument {
  readonly isNull: boolean;
  /** The register itself, for calls where it may be a number. */
  readonly address: number;
  /**
   * A private copy of the bytes; of a buffer, as many as its length argument says, cut at the row's maximum.
   *
   * @returns `undefined` where the guest's memory was not readable (`EFAULT`), also for NULL.
   */
  read(): Uint8Array | undefined;
}

/** Room behind a pointer. */
export interface OutputArgument {
  readonly isNull: boolean;
  readonly address: number;
  /** Bytes of room: the row's size; of a buffer, what its length argument says, cut at the row's maximum. */
  readonly room: number;
  /**
   * Puts bytes there when the call ends; what does not fit in the room is cut.
   *
   * @param bytes - Copied at once.
   * @param at - Byte offset in the room; what lies before it must be written too.
   * @returns `false` for NULL (`EFAULT`). A fault in the guest's memory comes later and makes the result `EFAULT`.
   */
  write(bytes: Uint8Array, at?: number): boolean;
}

/** A struct behind a pointer. */
export interface StructInput<Value> extends InputArgument {
  /** The struct; `undefined` where the guest's memory was not readable (`EFAULT`), also for NULL. */
  value(): Value | undefined;
}

/** Room for a struct behind a pointer. */
export interface StructOutput<Value> extends OutputArgument {
  /** Writes the struct; `false` for NULL (`EFAULT`). */
  put(value: Value): boolean;
}

/** A flags or number argument that traces show by name. */
export interface NamedScalar {
  readonly kind: 'flags' | 'int' | 'uint';
  readonly names: FlagTable;
  /** `undefined`: the value is one number with one name. Else bits that are a number within a set. */
  readonly field: number | undefined;
}

/** A struct or raw bytes of a fixed size behind a pointer. */
export interface DataArgument<Way extends 'input' | 'output' | 'inoutput', Value> {
  readonly kind: Way;
  readonly size: number;
  readonly codec: Codec<Value> | undefined;
}

/** Bytes behind a pointer whose number another argument says. */
export interface BufferArgument<Way extends 'inputBuffer' | 'outputBuffer'> {
  readonly kind: Way;
  /** Index of the argument that is the length. */
  readonly length: number;
  /** Bytes of one of what the length counts. */
  readonly unit: number;
  /** Most bytes that cross; the runtime cuts there. */
  readonly max: number;
}

/** What one argument of a syscall is: how the runtime hands it over and what the handler gets. */
export type ArgumentKind =
  | ScalarArgument
  | 'path'
  | NamedScalar
  | DataArgument<'input' | 'output' | 'inoutput', unknown>
  | BufferArgument<'inputBuffer' | 'outputBuffer'>;

/** What a handler gets for an argument of a kind. */
export type ArgumentValue<Kind> = Kind extends ScalarArgument | NamedScalar
  ? number
  : Kind extends 'path'
    ? PathArgument
    : Kind extends DataArgument<infer Way, infer Value>
      ? DataValue<Way, Value>
      : Kind extends BufferArgument<infer Way>
        ? BufferValue<Way>
        : never;

type DataValue<Way, Value> = Way extends 'input'
  ? StructInput<Value>
  : Way extends 'output'
    ? StructOutput<Value>
    : StructInput<Value> & StructOutput<Value>;

type BufferValue<Way> = Way extends 'inputBuffer' ? InputArgument : OutputArgument;

/** What a handler gets for all arguments of a row. */
export type ArgumentValues<Kinds extends readonly ArgumentKind[]> = { [Index in keyof Kinds]: ArgumentValue<Kinds[Index]> };

/**
 * A flags argument shown by names.
 *
 * @param names - Names of bits.
 * @param field - Bits that are one number and not a set, for example `O_ACCMODE`.
 */
export function flagsOf(names: FlagTable, field = 0): NamedScalar {
  return { kind: 'flags', names, field };
}

/**
 * A number argument shown by its name, for example a signal.
 *
 * @param names - Names of numbers.
 */
export function oneOf(names: FlagTable): NamedScalar {
  return { kind: 'int', names, field: undefined };
}

/**
 * A pointer to a struct or to bytes that the call reads.
 *
 * @param what - The struct, or the number of bytes.
 */
export function input(what: number): DataArgument<'input', Uint8Array>;
export function input<Value>(what: Codec<Value>): DataArgument<'input', Value>;
export function input(what: number | Codec<unknown>): DataArgument<'input', unknown> {
  return data('input', what);
}

/**
 * A pointer to a struct or to bytes that the call writes.
 *
 * @param what - The struct, or the number of bytes.
 */
export function output(what: number): DataArgument<'output', Uint8Array>;
export function output<Value>(what: Codec<Value>): DataArgument<'output', Value>;
export function output(what: number | Codec<unknown>): DataArgument<'output', unknown> {
  return data('output', what);
}

/**
 * A pointer to a struct or to bytes that the call reads and writes.
 *
 * @param what - The struct, or the number of bytes.
 */
export function inoutput(what: number): DataArgument<'inoutput', Uint8Array>;
export function inoutput<Value>(what: Codec<Value>): DataArgument<'inoutput', Value>;
export function inoutput(what: number | Codec<unknown>): DataArgument<'inoutput', unknown> {
  return data('inoutput', what);
}

/**
 * A pointer to bytes that the call reads.
 *
 * @param length - Index of the argument that says how many.
 * @param max - Most bytes that cross.
 * @param unit - Bytes of one of what that argument counts.
 */
export function inputBuffer(length: number, max: number, unit = 1): BufferArgument<'inputBuffer'> {
  return { kind: 'inputBuffer', length, unit, max };
}

/**
 * A pointer to room that the call fills.
 *
 * @param length - Index of the argument that says how many bytes there are.
 * @param max - Most bytes that cross.
 * @param unit - Bytes of one of what that argument counts.
 */
export function outputBuffer(length: number, max: number, unit = 1): BufferArgument<'outputBuffer'> {
  return { kind: 'outputBuffer', length, unit, max };
}

/** The scalar that a kind is in the register: a pointer kind is its address. */
export function scalarOf(kind: ArgumentKind): ScalarArgument {
  if (typeof kind === 'string') return kind === 'path' ? 'address' : kind;
  return 'names' in kind ? kind.kind : 'address';
}

function data<Way extends 'input' | 'output' | 'inoutput'>(kind: Way, what: number | Codec<unknown>): DataArgument<Way, unknown> {
  return typeof what === 'number' ? { kind, size: what, codec: undefined } : { kind, size: what.size, codec: what };
}
