/**
 * Kernel structs, flags and syscall rows, each described once.
 *
 * @packageDocumentation
 */

export { array, bytes, codecOf, latin1, quote, text } from './codec.js';
export type { Codec, FieldType, ValueOf } from './codec.js';
export type { ScalarKind, ScalarValue } from './scalar.js';
export { struct } from './struct.js';
export type { StructCodec, StructValue } from './struct.js';
export { showFlags, showName, unknownFlags } from './flags.js';
export type { FlagTable } from './flags.js';
export { AT_FDCWD, REGISTER_COUNT, decodeScalar, registers, showScalar } from './registers.js';
export type { ScalarArgument } from './registers.js';
export { flagsOf, inoutput, inoutputBuffer, input, inputBuffer, oneOf, output, outputBuffer, scalarOf } from './argument.js';
export type {
  ArgumentKind, ArgumentValue, ArgumentValues, BufferArgument, DataArgument, InputArgument, NamedScalar, OutputArgument, PathArgument, StructInput, StructOutput,
} from './argument.js';
export { direct, kernel, local, missing, partial } from './syscall.js';
export type { DirectOptions, Handler, ResultKind, RowOptions, SlowRoad, Support, SyscallRow, SyscallTable } from './syscall.js';
export { showArgument, showCall, showResult } from './trace.js';
export type { WrittenOutput } from './trace.js';
