import { ErrnoName } from '@occlum/errno';

/** Scalars a kernel struct is made of: bytes, and how to read and write one. Little-endian but for `be16` and `be32`, which are in network order. */
declare const scalars: {
    readonly u8: {
        readonly size: 1;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly i8: {
        readonly size: 1;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly u16: {
        readonly size: 2;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly i16: {
        readonly size: 2;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly be16: {
        readonly size: 2;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly i32: {
        readonly size: 4;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly u32: {
        readonly size: 4;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly be32: {
        readonly size: 4;
        readonly get: (v: DataView, at: number) => number;
        readonly set: (v: DataView, at: number, x: number) => void;
    };
    readonly i64: {
        readonly size: 8;
        readonly get: (v: DataView, at: number) => bigint;
        readonly set: (v: DataView, at: number, x: bigint) => void;
    };
    readonly u64: {
        readonly size: 8;
        readonly get: (v: DataView, at: number) => bigint;
        readonly set: (v: DataView, at: number, x: bigint) => void;
    };
};
/** Name of a scalar in a struct description. */
type ScalarKind = keyof typeof scalars;
/** JavaScript value of a scalar: 64-bit fields are `bigint`, the rest `number`. */
type ScalarValue<Kind extends ScalarKind> = Kind extends 'i64' | 'u64' ? bigint : number;

/** Reads and writes one value of a fixed size in memory. */
interface Codec<Value> {
    /** Size in bytes. */
    readonly size: number;
    /** Alignment in bytes. */
    readonly alignment: number;
    /**
     * Reads one value.
     *
     * @param view - Memory to read from.
     * @param at - Byte offset of the value in `view`.
     * @throws RangeError when the value does not fit in `view`.
     */
    read(view: DataView, at?: number): Value;
    /**
     * Writes one value. Padding bytes keep their value.
     *
     * @param view - Memory to write to.
     * @param value - What to write.
     * @param at - Byte offset of the value in `view`.
     * @throws RangeError when the value does not fit in `view`.
     */
    write(view: DataView, value: Value, at?: number): void;
    /** The value as a trace shows it. */
    show(value: Value): string;
}
/** What a field of a struct may be: a scalar by name, or a codec for anything longer. */
type FieldType = ScalarKind | Codec<unknown>;
/** JavaScript value of a field. */
type ValueOf<Field> = Field extends ScalarKind ? ScalarValue<Field> : Field extends Codec<infer Value> ? Value : never;
/**
 * The codec of a field type.
 *
 * @param type - A scalar's name, or a codec, which comes back as it is.
 */
declare function codecOf<Type extends FieldType>(type: Type): Codec<ValueOf<Type>>;
/**
 * Describes a field of raw bytes, for example padding or a union that its user decodes.
 *
 * @param size - Bytes.
 */
declare function bytes(size: number): Codec<Uint8Array>;
/**
 * Describes a `char[]` field that holds text: NUL-padded, and cut so that a NUL always ends it.
 *
 * @param size - Bytes, the last NUL included.
 */
declare function text(size: number): Codec<string>;
/**
 * Describes a field that repeats.
 *
 * @param type - What one element is.
 * @param length - Elements; a value to write may have fewer, the rest then keep theirs.
 */
declare function array<const Type extends FieldType>(type: Type, length: number): Codec<ValueOf<Type>[]>;
/** Bytes as a byte string: one character of 0 to 255 a byte. */
declare function latin1(value: Uint8Array): string;
/** A byte string in quotes, as strace prints one. */
declare function quote(value: string): string;

/** JavaScript value of a whole struct. */
type StructValue<Fields extends Record<string, FieldType>> = {
    -readonly [Name in keyof Fields]: ValueOf<Fields[Name]>;
};
/** Everything derived from one struct description. */
interface StructCodec<Fields extends Record<string, FieldType>> extends Codec<StructValue<Fields>> {
    /** C type, for example `'struct timespec'`. */
    readonly name: string;
    /** Size in bytes, tail padding included. */
    readonly size: number;
    /** Byte offset of each field. */
    readonly offsets: {
        readonly [Name in keyof Fields]: number;
    };
    /**
     * Reads one struct from bytes.
     *
     * @param source - At least `size` bytes, for example of an {@link InputArgument}.
     * @throws RangeError when there are fewer.
     */
    decode(source: Uint8Array): StructValue<Fields>;
    /** A fresh array of `size` bytes with the struct; padding is zero. */
    encode(value: StructValue<Fields>): Uint8Array;
    /** C lines that fail to compile where the layout differs from the system header's. */
    cAsserts(): string;
}
/**
 * Describes a kernel struct once. Layout, reader, writer, TypeScript type and
 * the C check of the layout all come from this one description.
 *
 * @param name - C tag, or a whole C type such as `'siginfo_t'`.
 * @param fields - Fields in C order; each is aligned to its own alignment.
 *
 * @example
 * ```ts
 * import { array, struct } from '@occlum/abi';
 *
 * const timespec = struct('timespec', { tv_sec: 'i64', tv_nsec: 'i64' });
 * timespec.size; // => 16
 * timespec.decode(timespec.encode({ tv_sec: 1n, tv_nsec: 500n })); // => { tv_sec: 1n, tv_nsec: 500n }
 *
 * const pair = struct('pair', { count: 'i32', times: array(timespec, 2) });
 * pair.offsets; // => { count: 0, times: 8 }
 * ```
 */
declare function struct<const Fields extends Record<string, FieldType>>(name: string, fields: Fields): StructCodec<Fields>;

/** Bits of a flags argument by their Linux names. A name may stand for several bits. */
type FlagTable = Readonly<Record<string, number>>;
/**
 * Bits of a value that no name of a table has; a call that knows all its flags answers `EINVAL` to them.
 *
 * @param value - Flags as the caller gave them.
 * @param table - Names that are known.
 *
 * @example
 * ```ts
 * import { unknownFlags } from '@occlum/abi';
 *
 * unknownFlags(0b101, { FIRST: 1, SECOND: 2 }); // => 4
 * ```
 */
declare function unknownFlags(value: number, table: FlagTable): number;
/**
 * Flags as strace prints them: names joined by `|`, what has no name in hexadecimal.
 *
 * @param value - Flags.
 * @param table - Their names.
 * @param field - Bits that are one number and not a set, such as `O_ACCMODE`: exactly one name is printed for them, also for 0.
 *
 * @example
 * ```ts
 * import { showFlags } from '@occlum/abi';
 *
 * showFlags(0x80001, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3); // => 'WRONLY|CLOEXEC'
 * showFlags(0x80000, { RDONLY: 0, WRONLY: 1, CLOEXEC: 0x80000 }, 3); // => 'RDONLY|CLOEXEC'
 * ```
 */
declare function showFlags(value: number, table: FlagTable, field?: number): string;
/**
 * A number as the name a table has for it, else in decimal.
 *
 * @param value - Number.
 * @param table - Names of numbers.
 */
declare function showName(value: number, table: FlagTable): string;

/**
 * How a 64-bit argument register is understood, by the handler and in traces.
 *
 * | kind | C type | what the handler gets |
 * | --- | --- | --- |
 * | `int`, `pid`, `fd` | `int` | low half, signed: -1 arrives as -1 |
 * | `uint`, `flags`, `mode` | `unsigned int` | low half, unsigned |
 * | `size`, `address` | `size_t`, pointer | both halves, exact below 2^53, else `Infinity` |
 * | `offset` | `off_t`, `long` | both halves, signed, exact within 2^53, else `Infinity` or `-Infinity` |
 *
 * The upper half of a 32-bit argument is ignored, as the kernel ignores it.
 * No memory has a byte at `Infinity`, so an access there is `EFAULT`; a size
 * that is compared with a limit is over it, so it gives that limit's error.
 *
 * Source: System V ABI for x86-64, section 3.2.3; linux/include/linux/syscalls.h, `__SC_CAST`.
 */
type ScalarArgument = 'int' | 'pid' | 'fd' | 'uint' | 'flags' | 'mode' | 'size' | 'offset' | 'address';
/** Argument registers of a call: rdi, rsi, rdx, r10, r8, r9. */
declare const REGISTER_COUNT = 6;
/** The current directory where a call wants a directory's descriptor. Source: linux/include/uapi/linux/fcntl.h. */
declare const AT_FDCWD = -100;
/**
 * One register as its kind understands it.
 *
 * @param kind - How to read it.
 * @param low - Low half.
 * @param high - High half.
 */
declare function decodeScalar(kind: ScalarArgument, low: number, high: number): number;
/** A scalar as a trace shows it, for example `0x1000` for an address. */
declare function showScalar(kind: ScalarArgument, value: number): string;
/**
 * Packs values as the enclave runtime hands over a call's registers; for tests and tools.
 *
 * @param values - At most 6, each an integer; negative ones in two's complement, the rest 0.
 * @returns 12 words, the low half of each register before its high half.
 * @throws RangeError when there are more than 6 values or one is no integer.
 *
 * @example
 * ```ts
 * import { registers } from '@occlum/abi';
 *
 * registers(-1, 8).subarray(0, 4); // => Uint32Array.of(0xffffffff, 0xffffffff, 8, 0)
 * ```
 */
declare function registers(...values: readonly (number | bigint)[]): Uint32Array;

/** A NUL-terminated string behind a pointer, copied in at most once. */
interface PathArgument {
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
interface InputArgument {
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
interface OutputArgument {
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
interface StructInput<Value> extends InputArgument {
    /** The struct; `undefined` where the guest's memory was not readable (`EFAULT`), also for NULL. */
    value(): Value | undefined;
}
/** Room for a struct behind a pointer. */
interface StructOutput<Value> extends OutputArgument {
    /** Writes the struct; `false` for NULL (`EFAULT`). */
    put(value: Value): boolean;
}
/** A flags or number argument that traces show by name. */
interface NamedScalar {
    readonly kind: 'flags' | 'int' | 'uint';
    readonly names: FlagTable;
    /** `undefined`: the value is one number with one name. Else bits that are a number within a set. */
    readonly field: number | undefined;
}
/** A struct or raw bytes of a fixed size behind a pointer. */
interface DataArgument<Way extends 'input' | 'output' | 'inoutput', Value> {
    readonly kind: Way;
    readonly size: number;
    readonly codec: Codec<Value> | undefined;
}
/** Bytes behind a pointer whose number another argument says. */
interface BufferArgument<Way extends 'inputBuffer' | 'outputBuffer'> {
    readonly kind: Way;
    /** Index of the argument that is the length. */
    readonly length: number;
    /** Bytes of one of what the length counts. */
    readonly unit: number;
    /** Most bytes that cross; the runtime cuts there. */
    readonly max: number;
}
/** What one argument of a syscall is: how the runtime hands it over and what the handler gets. */
type ArgumentKind = ScalarArgument | 'path' | NamedScalar | DataArgument<'input' | 'output' | 'inoutput', unknown> | BufferArgument<'inputBuffer' | 'outputBuffer'>;
/** What a handler gets for an argument of a kind. */
type ArgumentValue<Kind> = Kind extends ScalarArgument | NamedScalar ? number : Kind extends 'path' ? PathArgument : Kind extends DataArgument<infer Way, infer Value> ? DataValue<Way, Value> : Kind extends BufferArgument<infer Way> ? BufferValue<Way> : never;
type DataValue<Way, Value> = Way extends 'input' ? StructInput<Value> : Way extends 'output' ? StructOutput<Value> : StructInput<Value> & StructOutput<Value>;
type BufferValue<Way> = Way extends 'inputBuffer' ? InputArgument : OutputArgument;
/** What a handler gets for all arguments of a row. */
type ArgumentValues<Kinds extends readonly ArgumentKind[]> = {
    [Index in keyof Kinds]: ArgumentValue<Kinds[Index]>;
};
/**
 * A flags argument shown by names.
 *
 * @param names - Names of bits.
 * @param field - Bits that are one number and not a set, for example `O_ACCMODE`.
 */
declare function flagsOf(names: FlagTable, field?: number): NamedScalar;
/**
 * A number argument shown by its name, for example a signal.
 *
 * @param names - Names of numbers.
 */
declare function oneOf(names: FlagTable): NamedScalar;
/**
 * A pointer to a struct or to bytes that the call reads.
 *
 * @param what - The struct, or the number of bytes.
 */
declare function input(what: number): DataArgument<'input', Uint8Array>;
declare function input<Value>(what: Codec<Value>): DataArgument<'input', Value>;
/**
 * A pointer to a struct or to bytes that the call writes.
 *
 * @param what - The struct, or the number of bytes.
 */
declare function output(what: number): DataArgument<'output', Uint8Array>;
declare function output<Value>(what: Codec<Value>): DataArgument<'output', Value>;
/**
 * A pointer to a struct or to bytes that the call reads and writes.
 *
 * @param what - The struct, or the number of bytes.
 */
declare function inoutput(what: number): DataArgument<'inoutput', Uint8Array>;
declare function inoutput<Value>(what: Codec<Value>): DataArgument<'inoutput', Value>;
/**
 * A pointer to bytes that the call reads.
 *
 * @param length - Index of the argument that says how many.
 * @param max - Most bytes that cross.
 * @param unit - Bytes of one of what that argument counts.
 */
declare function inputBuffer(length: number, max: number, unit?: number): BufferArgument<'inputBuffer'>;
/**
 * A pointer to room that the call fills.
 *
 * @param length - Index of the argument that says how many bytes there are.
 * @param max - Most bytes that cross.
 * @param unit - Bytes of one of what that argument counts.
 */
declare function outputBuffer(length: number, max: number, unit?: number): BufferArgument<'outputBuffer'>;
/** The scalar that a kind is in the register: a pointer kind is its address. */
declare function scalarOf(kind: ArgumentKind): ScalarArgument;

/**
 * Implementation of one call: a result of 0 or more, or a negative error
 * number. It never throws for a guest's mistake. A promise is for a call that
 * waits; one that does not wait returns the number itself.
 *
 * `Context` is whatever the kernel says about a caller; `@occlum/libos` names it `SyscallContext`.
 */
type Handler<Context, Kinds extends readonly ArgumentKind[]> = (context: Context, ...values: ArgumentValues<Kinds>) => number | Promise<number>;
/** How much of the call's man page works. */
type Support = 'full' | 'partial' | 'missing';
/** How the result is to be shown. */
type ResultKind = 'number' | 'address' | 'none';
/** What a row may say beside its arguments. */
interface RowOptions {
    /** How traces show the result; a number unless said otherwise. */
    readonly result?: ResultKind;
    /**
     * The first argument is a descriptor that the handler works on, where the kernel knows no file behind it (a pipe, a
     * socket): the runtime sends it with the call, instead of being asked for it.
     */
    readonly sendsFd?: boolean;
}
/** What the row of a direct call may say. */
interface DirectOptions<Context, Kinds extends readonly ArgumentKind[]> extends RowOptions {
    /** The host call may sleep: it goes through the gate that an interrupt can abort. */
    readonly blocks?: boolean;
    /** The runtime has its own function `direct_<name>` for it. */
    readonly custom?: boolean;
    /**
     * What a descriptor of a directory answers. Left out: `EBADF`, or where there is `kernel` that answers. A descriptor made
     * with `O_PATH` is always `EBADF`, one whose file is implemented in TypeScript always a kernel call.
     */
    readonly directory?: ErrnoName;
    /** What the TypeScript kernel does when the runtime passes the call on. */
    readonly kernel?: Handler<Context, Kinds>;
}
/** What every row says. */
interface SyscallRow<Context> {
    /** Which side answers: the runtime from its own pages, the runtime by a call of the host, or the TypeScript kernel. */
    readonly class: 'local' | 'direct' | 'kernel';
    /** x86-64 number. Source: linux/arch/x86/entry/syscalls/syscall_64.tbl. */
    readonly nr: number;
    readonly args: readonly ArgumentKind[];
    readonly support: Support;
    /** What is not supported, one sentence; shown in the generated compatibility page. */
    readonly note: string | undefined;
    readonly result: ResultKind;
    readonly blocks: boolean;
    readonly custom: boolean;
    /** The runtime sends the first argument's descriptor with the call, where the kernel knows no file behind it. */
    readonly sendsFd: boolean;
    /** What a direct call answers for a directory; `undefined` is a kernel call. */
    readonly directory: ErrnoName | undefined;
    /** Implementation in TypeScript; a local or direct row has one only where the runtime passes calls on. */
    readonly run: ((context: Context, ...values: never[]) => number | Promise<number>) | undefined;
}
/** Rows by syscall name. Each subsystem exports one; the kernel package joins them. */
type SyscallTable<Context> = Readonly<Record<string, SyscallRow<Context>>>;
/**
 * Row of a call that the runtime answers from its own pages.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param options - What differs from the usual.
 */
declare function local<const Kinds extends readonly ArgumentKind[], Context = unknown>(nr: number, args: Kinds, options?: RowOptions & {
    readonly kernel?: Handler<Context, Kinds>;
}): SyscallRow<Context>;
/**
 * Row of a call that the runtime makes on the host, on a descriptor or memory that the process already holds.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param options - What differs from passing the registers on as they are.
 */
declare function direct<const Kinds extends readonly ArgumentKind[], Context = unknown>(nr: number, args: Kinds, options?: DirectOptions<Context, Kinds>): SyscallRow<Context>;
/**
 * Row of a call that the TypeScript kernel answers.
 *
 * @param nr - x86-64 number.
 * @param args - Kinds of the arguments, in order.
 * @param run - Implementation; the compiler checks that it takes such arguments.
 * @param options - What differs from the usual.
 */
declare function kernel<const Kinds extends readonly ArgumentKind[], Context>(nr: number, args: Kinds, run: Handler<Context, Kinds>, options?: RowOptions): SyscallRow<Context>;
/**
 * The same row for a call that does part of its man page.
 *
 * @param made - Row made by {@link local}, {@link direct} or {@link kernel}. What it does not support gives an error, never a false success.
 * @param note - What is not supported.
 */
declare function partial<Context>(made: SyscallRow<Context>, note: string): SyscallRow<Context>;
/**
 * Row of a call that is known and not there: the kernel answers `-ENOSYS`.
 *
 * @param nr - x86-64 number.
 * @param note - Why, where that is worth saying.
 */
declare function missing(nr: number, note?: string): SyscallRow<unknown>;

/** What a trace can look at of an output argument after the call. */
interface WrittenOutput {
    /** Bytes that the handler wrote. */
    written(): Uint8Array;
}
/**
 * One call in the form of strace(1): `openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3`.
 *
 * @param name - Name of the call.
 * @param kinds - Kinds of its arguments.
 * @param values - What the handler got. Reading them here reads no guest memory: they keep their copy.
 * @param result - Raw result.
 * @param resultKind - How to show it.
 */
declare function showCall(name: string, kinds: readonly ArgumentKind[], values: readonly unknown[], result: number, resultKind?: ResultKind): string;
/**
 * A raw result: a number, or `-1 ENOENT (No such file or directory)`.
 *
 * @param result - Raw result.
 * @param kind - How to show one that is no error.
 */
declare function showResult(result: number, kind?: ResultKind): string;
/**
 * One argument as a trace shows it.
 *
 * @param kind - Its kind.
 * @param value - What the handler got.
 * @param result - Result of the call: what an output argument holds is shown only where it is no error.
 */
declare function showArgument(kind: ArgumentKind, value: unknown, result: number): string;

/**
 * Flags of `open(2)`; `O_ACCMODE` is the field of the access mode.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
declare const OpenFlags: {
    readonly O_RDONLY: 0;
    readonly O_WRONLY: 1;
    readonly O_RDWR: 2;
    readonly O_CREAT: 64;
    readonly O_EXCL: 128;
    readonly O_NOCTTY: 256;
    readonly O_TRUNC: 512;
    readonly O_APPEND: 1024;
    readonly O_NONBLOCK: 2048;
    readonly O_DSYNC: 4096;
    readonly O_ASYNC: 8192;
    readonly O_DIRECT: 16384;
    readonly O_DIRECTORY: 65536;
    readonly O_LARGEFILE: 32768;
    readonly O_NOFOLLOW: 131072;
    readonly O_NOATIME: 262144;
    readonly O_CLOEXEC: 524288;
    readonly O_SYNC: 1052672;
    readonly O_PATH: 2097152;
    readonly O_TMPFILE: 4259840;
};
/**
 * Flags of the `*at(2)` calls.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
declare const AtFlags: {
    readonly AT_SYMLINK_NOFOLLOW: 256;
    readonly AT_REMOVEDIR: 512;
    readonly AT_SYMLINK_FOLLOW: 1024;
    readonly AT_NO_AUTOMOUNT: 2048;
    readonly AT_EMPTY_PATH: 4096;
    readonly AT_STATX_FORCE_SYNC: 8192;
    readonly AT_STATX_DONT_SYNC: 16384;
    readonly AT_RECURSIVE: 32768;
};
/**
 * Flags of `faccessat2(2)`; one bit has another name there.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
declare const EaccessFlags: {
    readonly AT_EACCESS: 512;
    readonly AT_SYMLINK_NOFOLLOW: 256;
    readonly AT_EMPTY_PATH: 4096;
};
/**
 * Mode of `access(2)`.
 *
 * Source: access(2).
 */
declare const AccessMode: {
    readonly F_OK: 0;
    readonly X_OK: 1;
    readonly W_OK: 2;
    readonly R_OK: 4;
};
/**
 * Type and permission bits of `st_mode`.
 *
 * Source: linux/include/uapi/linux/stat.h.
 */
declare const FileMode: {
    readonly S_IFMT: 61440;
    readonly S_IFSOCK: 49152;
    readonly S_IFLNK: 40960;
    readonly S_IFREG: 32768;
    readonly S_IFBLK: 24576;
    readonly S_IFDIR: 16384;
    readonly S_IFCHR: 8192;
    readonly S_IFIFO: 4096;
    readonly S_ISUID: 2048;
    readonly S_ISGID: 1024;
    readonly S_ISVTX: 512;
    readonly S_IRWXU: 448;
    readonly S_IRUSR: 256;
    readonly S_IWUSR: 128;
    readonly S_IXUSR: 64;
    readonly S_IRWXG: 56;
    readonly S_IRGRP: 32;
    readonly S_IWGRP: 16;
    readonly S_IXGRP: 8;
    readonly S_IRWXO: 7;
    readonly S_IROTH: 4;
    readonly S_IWOTH: 2;
    readonly S_IXOTH: 1;
};
/**
 * `d_type` of a directory entry.
 *
 * Source: linux/include/linux/fs_types.h.
 */
declare const DirectoryEntryType: {
    readonly DT_UNKNOWN: 0;
    readonly DT_FIFO: 1;
    readonly DT_CHR: 2;
    readonly DT_DIR: 4;
    readonly DT_BLK: 6;
    readonly DT_REG: 8;
    readonly DT_LNK: 10;
    readonly DT_SOCK: 12;
    readonly DT_WHT: 14;
};
/**
 * Third argument of `lseek(2)`.
 *
 * Source: linux/include/uapi/linux/fs.h.
 */
declare const SeekWhence: {
    readonly SEEK_SET: 0;
    readonly SEEK_CUR: 1;
    readonly SEEK_END: 2;
    readonly SEEK_DATA: 3;
    readonly SEEK_HOLE: 4;
};
/**
 * Flags of `renameat2(2)`.
 *
 * Source: linux/include/uapi/linux/fs.h.
 */
declare const RenameFlags: {
    readonly RENAME_NOREPLACE: 1;
    readonly RENAME_EXCHANGE: 2;
    readonly RENAME_WHITEOUT: 4;
};
/**
 * Flags of `setxattr(2)`.
 *
 * Source: linux/include/uapi/linux/xattr.h.
 */
declare const XattrFlags: {
    readonly XATTR_CREATE: 1;
    readonly XATTR_REPLACE: 2;
};
/**
 * Commands of `fcntl(2)`.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
declare const FcntlCommand: {
    readonly F_DUPFD: 0;
    readonly F_GETFD: 1;
    readonly F_SETFD: 2;
    readonly F_GETFL: 3;
    readonly F_SETFL: 4;
    readonly F_GETLK: 5;
    readonly F_SETLK: 6;
    readonly F_SETLKW: 7;
    readonly F_SETOWN: 8;
    readonly F_GETOWN: 9;
    readonly F_SETSIG: 10;
    readonly F_GETSIG: 11;
    readonly F_SETOWN_EX: 15;
    readonly F_GETOWN_EX: 16;
    readonly F_OFD_GETLK: 36;
    readonly F_OFD_SETLK: 37;
    readonly F_OFD_SETLKW: 38;
    readonly F_SETLEASE: 1024;
    readonly F_GETLEASE: 1025;
    readonly F_NOTIFY: 1026;
    readonly F_DUPFD_CLOEXEC: 1030;
    readonly F_SETPIPE_SZ: 1031;
    readonly F_GETPIPE_SZ: 1032;
    readonly F_ADD_SEALS: 1033;
    readonly F_GET_SEALS: 1034;
};
/**
 * `l_type` of a record lock.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
declare const LockType: {
    readonly F_RDLCK: 0;
    readonly F_WRLCK: 1;
    readonly F_UNLCK: 2;
};
/**
 * Operation of `flock(2)`.
 *
 * Source: linux/include/uapi/asm-generic/fcntl.h.
 */
declare const FlockOperation: {
    readonly LOCK_SH: 1;
    readonly LOCK_EX: 2;
    readonly LOCK_NB: 4;
    readonly LOCK_UN: 8;
};
/**
 * Flags of `memfd_create(2)`.
 *
 * Source: linux/include/uapi/linux/memfd.h.
 */
declare const MemfdFlags: {
    readonly MFD_CLOEXEC: 1;
    readonly MFD_ALLOW_SEALING: 2;
    readonly MFD_HUGETLB: 4;
    readonly MFD_NOEXEC_SEAL: 8;
    readonly MFD_EXEC: 16;
};
/**
 * Seals of `fcntl(F_ADD_SEALS)`.
 *
 * Source: linux/include/uapi/linux/fcntl.h.
 */
declare const SealFlags: {
    readonly F_SEAL_SEAL: 1;
    readonly F_SEAL_SHRINK: 2;
    readonly F_SEAL_GROW: 4;
    readonly F_SEAL_WRITE: 8;
    readonly F_SEAL_FUTURE_WRITE: 16;
};
/**
 * Mode of `fallocate(2)`.
 *
 * Source: linux/include/uapi/linux/falloc.h.
 */
declare const FallocateMode: {
    readonly FALLOC_FL_KEEP_SIZE: 1;
    readonly FALLOC_FL_PUNCH_HOLE: 2;
    readonly FALLOC_FL_COLLAPSE_RANGE: 8;
    readonly FALLOC_FL_ZERO_RANGE: 16;
    readonly FALLOC_FL_INSERT_RANGE: 32;
    readonly FALLOC_FL_UNSHARE_RANGE: 64;
};
/**
 * Flags of `mount(2)` and of `f_flags`.
 *
 * Source: linux/include/uapi/linux/mount.h.
 */
declare const MountFlags: {
    readonly MS_RDONLY: 1;
    readonly MS_NOSUID: 2;
    readonly MS_NODEV: 4;
    readonly MS_NOEXEC: 8;
    readonly MS_SYNCHRONOUS: 16;
    readonly MS_REMOUNT: 32;
    readonly MS_MANDLOCK: 64;
    readonly MS_DIRSYNC: 128;
    readonly MS_NOATIME: 1024;
    readonly MS_NODIRATIME: 2048;
    readonly MS_BIND: 4096;
    readonly MS_MOVE: 8192;
    readonly MS_REC: 16384;
    readonly MS_SILENT: 32768;
    readonly MS_PRIVATE: 262144;
    readonly MS_SLAVE: 524288;
    readonly MS_SHARED: 1048576;
    readonly MS_RELATIME: 2097152;
    readonly MS_STRICTATIME: 16777216;
    readonly MS_LAZYTIME: 33554432;
};
/**
 * Flags of `umount2(2)`.
 *
 * Source: linux/include/linux/fs.h.
 */
declare const UmountFlags: {
    readonly MNT_FORCE: 1;
    readonly MNT_DETACH: 2;
    readonly MNT_EXPIRE: 4;
    readonly UMOUNT_NOFOLLOW: 8;
};
/**
 * Mask of `statx(2)`.
 *
 * Source: linux/include/uapi/linux/stat.h.
 */
declare const StatxMask: {
    readonly STATX_TYPE: 1;
    readonly STATX_MODE: 2;
    readonly STATX_NLINK: 4;
    readonly STATX_UID: 8;
    readonly STATX_GID: 16;
    readonly STATX_ATIME: 32;
    readonly STATX_MTIME: 64;
    readonly STATX_CTIME: 128;
    readonly STATX_INO: 256;
    readonly STATX_SIZE: 512;
    readonly STATX_BLOCKS: 1024;
    readonly STATX_BASIC_STATS: 2047;
    readonly STATX_BTIME: 2048;
};
/**
 * Events and flags of `inotify_add_watch(2)`.
 *
 * Source: linux/include/uapi/linux/inotify.h.
 */
declare const InotifyMask: {
    readonly IN_ACCESS: 1;
    readonly IN_MODIFY: 2;
    readonly IN_ATTRIB: 4;
    readonly IN_CLOSE_WRITE: 8;
    readonly IN_CLOSE_NOWRITE: 16;
    readonly IN_OPEN: 32;
    readonly IN_MOVED_FROM: 64;
    readonly IN_MOVED_TO: 128;
    readonly IN_CREATE: 256;
    readonly IN_DELETE: 512;
    readonly IN_DELETE_SELF: 1024;
    readonly IN_MOVE_SELF: 2048;
    readonly IN_UNMOUNT: 8192;
    readonly IN_Q_OVERFLOW: 16384;
    readonly IN_IGNORED: 32768;
    readonly IN_ONLYDIR: 16777216;
    readonly IN_DONT_FOLLOW: 33554432;
    readonly IN_EXCL_UNLINK: 67108864;
    readonly IN_MASK_CREATE: 268435456;
    readonly IN_MASK_ADD: 536870912;
    readonly IN_ISDIR: 1073741824;
    readonly IN_ONESHOT: 2147483648;
};
/** The bits of `open(2)` flags that are one number: `O_RDONLY`, `O_WRONLY` or `O_RDWR`. Source: as above. */
declare const O_ACCMODE = 3;
/** Longest path with its NUL. Source: linux/include/uapi/linux/limits.h. */
declare const PATH_MAX = 4096;
/** Longest name of a directory entry. Source: linux/include/uapi/linux/limits.h. */
declare const NAME_MAX = 255;

/**
 * Flags of `clone(2)`; `CSIGNAL`, the low byte, is the field of the exit signal.
 *
 * Source: linux/include/uapi/linux/sched.h.
 */
declare const CloneFlags: {
    readonly CLONE_VM: 256;
    readonly CLONE_FS: 512;
    readonly CLONE_FILES: 1024;
    readonly CLONE_SIGHAND: 2048;
    readonly CLONE_PIDFD: 4096;
    readonly CLONE_PTRACE: 8192;
    readonly CLONE_VFORK: 16384;
    readonly CLONE_PARENT: 32768;
    readonly CLONE_THREAD: 65536;
    readonly CLONE_NEWNS: 131072;
    readonly CLONE_SYSVSEM: 262144;
    readonly CLONE_SETTLS: 524288;
    readonly CLONE_PARENT_SETTID: 1048576;
    readonly CLONE_CHILD_CLEARTID: 2097152;
    readonly CLONE_DETACHED: 4194304;
    readonly CLONE_UNTRACED: 8388608;
    readonly CLONE_CHILD_SETTID: 16777216;
    readonly CLONE_NEWCGROUP: 33554432;
    readonly CLONE_NEWUTS: 67108864;
    readonly CLONE_NEWIPC: 134217728;
    readonly CLONE_NEWUSER: 268435456;
    readonly CLONE_NEWPID: 536870912;
    readonly CLONE_NEWNET: 1073741824;
    readonly CLONE_IO: 2147483648;
};
/**
 * Options of `wait4(2)` and `waitid(2)`.
 *
 * Source: linux/include/uapi/linux/wait.h.
 */
declare const WaitOptions: {
    readonly WNOHANG: 1;
    readonly WUNTRACED: 2;
    readonly WSTOPPED: 2;
    readonly WEXITED: 4;
    readonly WCONTINUED: 8;
    readonly WNOWAIT: 16777216;
    readonly __WNOTHREAD: 536870912;
    readonly __WALL: 1073741824;
    readonly __WCLONE: 2147483648;
};
/**
 * Flags of `pidfd_open(2)`.
 *
 * Source: linux/include/uapi/linux/pidfd.h.
 */
declare const PidfdFlags: {
    readonly PIDFD_NONBLOCK: 2048;
};
/**
 * First argument of `waitid(2)`.
 *
 * Source: linux/include/uapi/linux/wait.h.
 */
declare const WaitIdType: {
    readonly P_ALL: 0;
    readonly P_PID: 1;
    readonly P_PGID: 2;
    readonly P_PIDFD: 3;
};
/**
 * Resources of `prlimit(2)`.
 *
 * Source: linux/include/uapi/asm-generic/resource.h.
 */
declare const ResourceLimit: {
    readonly RLIMIT_CPU: 0;
    readonly RLIMIT_FSIZE: 1;
    readonly RLIMIT_DATA: 2;
    readonly RLIMIT_STACK: 3;
    readonly RLIMIT_CORE: 4;
    readonly RLIMIT_RSS: 5;
    readonly RLIMIT_NPROC: 6;
    readonly RLIMIT_NOFILE: 7;
    readonly RLIMIT_MEMLOCK: 8;
    readonly RLIMIT_AS: 9;
    readonly RLIMIT_LOCKS: 10;
    readonly RLIMIT_SIGPENDING: 11;
    readonly RLIMIT_MSGQUEUE: 12;
    readonly RLIMIT_NICE: 13;
    readonly RLIMIT_RTPRIO: 14;
    readonly RLIMIT_RTTIME: 15;
};
/**
 * First argument of `getrusage(2)`.
 *
 * Source: linux/include/uapi/linux/resource.h.
 */
declare const RusageWho: {
    readonly RUSAGE_SELF: 0;
    readonly RUSAGE_CHILDREN: -1;
    readonly RUSAGE_THREAD: 1;
};
/**
 * Options of `prctl(2)`.
 *
 * Source: linux/include/uapi/linux/prctl.h.
 */
declare const PrctlOption: {
    readonly PR_SET_PDEATHSIG: 1;
    readonly PR_GET_PDEATHSIG: 2;
    readonly PR_GET_DUMPABLE: 3;
    readonly PR_SET_DUMPABLE: 4;
    readonly PR_GET_UNALIGN: 5;
    readonly PR_SET_UNALIGN: 6;
    readonly PR_GET_KEEPCAPS: 7;
    readonly PR_SET_KEEPCAPS: 8;
    readonly PR_GET_TIMING: 13;
    readonly PR_SET_TIMING: 14;
    readonly PR_SET_NAME: 15;
    readonly PR_GET_NAME: 16;
    readonly PR_GET_SECCOMP: 21;
    readonly PR_SET_SECCOMP: 22;
    readonly PR_CAPBSET_READ: 23;
    readonly PR_CAPBSET_DROP: 24;
    readonly PR_GET_TSC: 25;
    readonly PR_SET_TSC: 26;
    readonly PR_GET_SECUREBITS: 27;
    readonly PR_SET_SECUREBITS: 28;
    readonly PR_SET_TIMERSLACK: 29;
    readonly PR_GET_TIMERSLACK: 30;
    readonly PR_SET_MM: 35;
    readonly PR_SET_CHILD_SUBREAPER: 36;
    readonly PR_GET_CHILD_SUBREAPER: 37;
    readonly PR_SET_NO_NEW_PRIVS: 38;
    readonly PR_GET_NO_NEW_PRIVS: 39;
    readonly PR_GET_TID_ADDRESS: 40;
    readonly PR_SET_THP_DISABLE: 41;
    readonly PR_GET_THP_DISABLE: 42;
    readonly PR_CAP_AMBIENT: 47;
    readonly PR_SET_VMA: 1398164801;
};
/**
 * Capabilities of `capabilities(7)`.
 *
 * Source: linux/include/uapi/linux/capability.h.
 */
declare const Capability: {
    readonly CAP_CHOWN: 0;
    readonly CAP_DAC_OVERRIDE: 1;
    readonly CAP_DAC_READ_SEARCH: 2;
    readonly CAP_FOWNER: 3;
    readonly CAP_FSETID: 4;
    readonly CAP_KILL: 5;
    readonly CAP_SETGID: 6;
    readonly CAP_SETUID: 7;
    readonly CAP_SETPCAP: 8;
    readonly CAP_LINUX_IMMUTABLE: 9;
    readonly CAP_NET_BIND_SERVICE: 10;
    readonly CAP_NET_BROADCAST: 11;
    readonly CAP_NET_ADMIN: 12;
    readonly CAP_NET_RAW: 13;
    readonly CAP_IPC_LOCK: 14;
    readonly CAP_IPC_OWNER: 15;
    readonly CAP_SYS_MODULE: 16;
    readonly CAP_SYS_RAWIO: 17;
    readonly CAP_SYS_CHROOT: 18;
    readonly CAP_SYS_PTRACE: 19;
    readonly CAP_SYS_PACCT: 20;
    readonly CAP_SYS_ADMIN: 21;
    readonly CAP_SYS_BOOT: 22;
    readonly CAP_SYS_NICE: 23;
    readonly CAP_SYS_RESOURCE: 24;
    readonly CAP_SYS_TIME: 25;
    readonly CAP_SYS_TTY_CONFIG: 26;
    readonly CAP_MKNOD: 27;
    readonly CAP_LEASE: 28;
    readonly CAP_AUDIT_WRITE: 29;
    readonly CAP_AUDIT_CONTROL: 30;
    readonly CAP_SETFCAP: 31;
    readonly CAP_MAC_OVERRIDE: 32;
    readonly CAP_MAC_ADMIN: 33;
    readonly CAP_SYSLOG: 34;
    readonly CAP_WAKE_ALARM: 35;
    readonly CAP_BLOCK_SUSPEND: 36;
    readonly CAP_AUDIT_READ: 37;
    readonly CAP_PERFMON: 38;
    readonly CAP_BPF: 39;
    readonly CAP_CHECKPOINT_RESTORE: 40;
};
/** The low byte of clone flags: the signal the parent gets at the end. Source: linux/include/uapi/linux/sched.h. */
declare const CSIGNAL = 255;
/** A limit that is none. Source: linux/include/uapi/asm-generic/resource.h. */
declare const RLIM_INFINITY: bigint;

/**
 * Protection of `mmap(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
declare const ProtectionFlags: {
    readonly PROT_NONE: 0;
    readonly PROT_READ: 1;
    readonly PROT_WRITE: 2;
    readonly PROT_EXEC: 4;
    readonly PROT_GROWSDOWN: 16777216;
    readonly PROT_GROWSUP: 33554432;
};
/**
 * Flags of `mmap(2)`; `MAP_TYPE`, the low 4 bits, is the field of the sharing.
 *
 * Source: linux/include/uapi/asm-generic/mman.h.
 */
declare const MapFlags: {
    readonly MAP_SHARED: 1;
    readonly MAP_PRIVATE: 2;
    readonly MAP_SHARED_VALIDATE: 3;
    readonly MAP_FIXED: 16;
    readonly MAP_ANONYMOUS: 32;
    readonly MAP_32BIT: 64;
    readonly MAP_GROWSDOWN: 256;
    readonly MAP_DENYWRITE: 2048;
    readonly MAP_EXECUTABLE: 4096;
    readonly MAP_LOCKED: 8192;
    readonly MAP_NORESERVE: 16384;
    readonly MAP_POPULATE: 32768;
    readonly MAP_NONBLOCK: 65536;
    readonly MAP_STACK: 131072;
    readonly MAP_HUGETLB: 262144;
    readonly MAP_SYNC: 524288;
    readonly MAP_FIXED_NOREPLACE: 1048576;
};
/**
 * Flags of `mremap(2)`.
 *
 * Source: linux/include/uapi/linux/mman.h.
 */
declare const RemapFlags: {
    readonly MREMAP_MAYMOVE: 1;
    readonly MREMAP_FIXED: 2;
    readonly MREMAP_DONTUNMAP: 4;
};
/**
 * Flags of `msync(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
declare const SyncFlags: {
    readonly MS_ASYNC: 1;
    readonly MS_INVALIDATE: 2;
    readonly MS_SYNC: 4;
};
/**
 * Advice of `madvise(2)`.
 *
 * Source: linux/include/uapi/asm-generic/mman-common.h.
 */
declare const Advice: {
    readonly MADV_NORMAL: 0;
    readonly MADV_RANDOM: 1;
    readonly MADV_SEQUENTIAL: 2;
    readonly MADV_WILLNEED: 3;
    readonly MADV_DONTNEED: 4;
    readonly MADV_FREE: 8;
    readonly MADV_REMOVE: 9;
    readonly MADV_DONTFORK: 10;
    readonly MADV_DOFORK: 11;
    readonly MADV_MERGEABLE: 12;
    readonly MADV_UNMERGEABLE: 13;
    readonly MADV_HUGEPAGE: 14;
    readonly MADV_NOHUGEPAGE: 15;
    readonly MADV_DONTDUMP: 16;
    readonly MADV_DODUMP: 17;
    readonly MADV_WIPEONFORK: 18;
    readonly MADV_KEEPONFORK: 19;
    readonly MADV_COLD: 20;
    readonly MADV_PAGEOUT: 21;
    readonly MADV_POPULATE_READ: 22;
    readonly MADV_POPULATE_WRITE: 23;
};
/**
 * Operations of `futex(2)`.
 *
 * Source: linux/include/uapi/linux/futex.h.
 */
declare const FutexOperation: {
    readonly FUTEX_WAIT: 0;
    readonly FUTEX_WAKE: 1;
    readonly FUTEX_FD: 2;
    readonly FUTEX_REQUEUE: 3;
    readonly FUTEX_CMP_REQUEUE: 4;
    readonly FUTEX_WAKE_OP: 5;
    readonly FUTEX_LOCK_PI: 6;
    readonly FUTEX_UNLOCK_PI: 7;
    readonly FUTEX_TRYLOCK_PI: 8;
    readonly FUTEX_WAIT_BITSET: 9;
    readonly FUTEX_WAKE_BITSET: 10;
    readonly FUTEX_WAIT_REQUEUE_PI: 11;
    readonly FUTEX_CMP_REQUEUE_PI: 12;
    readonly FUTEX_PRIVATE_FLAG: 128;
    readonly FUTEX_CLOCK_REALTIME: 256;
};
/** The bits of mmap flags that are one number. Source: linux/include/uapi/linux/mman.h. */
declare const MAP_TYPE = 15;
/** Bytes of a page on x86-64. */
declare const PAGE_SIZE = 4096;

/**
 * Flags of `shmget(2)`, `semget(2)` and `msgget(2)`; the low 9 bits are a mode.
 *
 * Source: linux/include/uapi/linux/ipc.h.
 */
declare const IpcFlags: {
    readonly IPC_CREAT: 512;
    readonly IPC_EXCL: 1024;
    readonly IPC_NOWAIT: 2048;
};
/** The key of what has none. Source: linux/include/uapi/linux/ipc.h. */
declare const IPC_PRIVATE = 0;
/**
 * Commands that `shmctl(2)`, `semctl(2)` and `msgctl(2)` have in common.
 *
 * Source: linux/include/uapi/linux/ipc.h.
 */
declare const IpcCommand: {
    readonly IPC_RMID: 0;
    readonly IPC_SET: 1;
    readonly IPC_STAT: 2;
    readonly IPC_INFO: 3;
};
/**
 * Flags of `shmat(2)`.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
declare const ShmFlags: {
    readonly SHM_RDONLY: 4096;
    readonly SHM_RND: 8192;
    readonly SHM_REMAP: 16384;
    readonly SHM_EXEC: 32768;
};
/**
 * Flags of `shmget(2)` beside those of {@link IpcFlags}.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
declare const ShmGetFlags: {
    readonly SHM_HUGETLB: 2048;
    readonly SHM_NORESERVE: 4096;
};
/**
 * Commands of `shmctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/shm.h.
 */
declare const ShmCommand: {
    readonly SHM_LOCK: 11;
    readonly SHM_UNLOCK: 12;
    readonly SHM_STAT: 13;
    readonly SHM_INFO: 14;
    readonly SHM_STAT_ANY: 15;
};
/** Bits of a segment's mode above the permissions. Source: linux/include/linux/shm.h. */
declare const ShmMode: {
    readonly SHM_DEST: 512;
};
/**
 * Flags of an operation of `semop(2)` beside `IPC_NOWAIT`.
 *
 * Source: linux/include/uapi/linux/sem.h.
 */
declare const SemFlags: {
    readonly SEM_UNDO: 4096;
};
/**
 * Commands of `semctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/sem.h.
 */
declare const SemCommand: {
    readonly GETPID: 11;
    readonly GETVAL: 12;
    readonly GETALL: 13;
    readonly GETNCNT: 14;
    readonly GETZCNT: 15;
    readonly SETVAL: 16;
    readonly SETALL: 17;
    readonly SEM_STAT: 18;
    readonly SEM_INFO: 19;
    readonly SEM_STAT_ANY: 20;
};
/**
 * Flags of `msgrcv(2)` beside `IPC_NOWAIT`.
 *
 * Source: linux/include/uapi/linux/msg.h.
 */
declare const MsgFlags: {
    readonly MSG_NOERROR: 4096;
    readonly MSG_EXCEPT: 8192;
    readonly MSG_COPY: 16384;
};
/**
 * Commands of `msgctl(2)` beside those of {@link IpcCommand}.
 *
 * Source: linux/include/uapi/linux/msg.h.
 */
declare const MsgCommand: {
    readonly MSG_STAT: 11;
    readonly MSG_INFO: 12;
    readonly MSG_STAT_ANY: 13;
};

/**
 * Signal numbers; real-time ones run from `SIGRTMIN` to 64.
 *
 * Source: linux/arch/x86/include/uapi/asm/signal.h.
 */
declare const Signal: {
    readonly SIGHUP: 1;
    readonly SIGINT: 2;
    readonly SIGQUIT: 3;
    readonly SIGILL: 4;
    readonly SIGTRAP: 5;
    readonly SIGABRT: 6;
    readonly SIGBUS: 7;
    readonly SIGFPE: 8;
    readonly SIGKILL: 9;
    readonly SIGUSR1: 10;
    readonly SIGSEGV: 11;
    readonly SIGUSR2: 12;
    readonly SIGPIPE: 13;
    readonly SIGALRM: 14;
    readonly SIGTERM: 15;
    readonly SIGSTKFLT: 16;
    readonly SIGCHLD: 17;
    readonly SIGCONT: 18;
    readonly SIGSTOP: 19;
    readonly SIGTSTP: 20;
    readonly SIGTTIN: 21;
    readonly SIGTTOU: 22;
    readonly SIGURG: 23;
    readonly SIGXCPU: 24;
    readonly SIGXFSZ: 25;
    readonly SIGVTALRM: 26;
    readonly SIGPROF: 27;
    readonly SIGWINCH: 28;
    readonly SIGIO: 29;
    readonly SIGPWR: 30;
    readonly SIGSYS: 31;
};
/**
 * Flags of `sigaction(2)`.
 *
 * Source: linux/include/uapi/asm-generic/signal-defs.h.
 */
declare const SignalActionFlags: {
    readonly SA_NOCLDSTOP: 1;
    readonly SA_NOCLDWAIT: 2;
    readonly SA_SIGINFO: 4;
    readonly SA_ONSTACK: 134217728;
    readonly SA_RESTART: 268435456;
    readonly SA_NODEFER: 1073741824;
    readonly SA_RESETHAND: 2147483648;
};
/**
 * First argument of `sigprocmask(2)`.
 *
 * Source: linux/include/uapi/asm-generic/signal-defs.h.
 */
declare const MaskChange: {
    readonly SIG_BLOCK: 0;
    readonly SIG_UNBLOCK: 1;
    readonly SIG_SETMASK: 2;
};
/**
 * `si_code` values that do not depend on the signal.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
declare const SignalCode: {
    readonly SI_USER: 0;
    readonly SI_KERNEL: 128;
    readonly SI_QUEUE: -1;
    readonly SI_TIMER: -2;
    readonly SI_MESGQ: -3;
    readonly SI_ASYNCIO: -4;
    readonly SI_SIGIO: -5;
    readonly SI_TKILL: -6;
};
/**
 * `si_code` values of `SIGCHLD`.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
declare const ChildCode: {
    readonly CLD_EXITED: 1;
    readonly CLD_KILLED: 2;
    readonly CLD_DUMPED: 3;
    readonly CLD_TRAPPED: 4;
    readonly CLD_STOPPED: 5;
    readonly CLD_CONTINUED: 6;
};
/**
 * `si_code` values of `SIGIO`.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
declare const PollCode: {
    readonly POLL_IN: 1;
    readonly POLL_OUT: 2;
    readonly POLL_MSG: 3;
    readonly POLL_ERR: 4;
    readonly POLL_PRI: 5;
    readonly POLL_HUP: 6;
};
/**
 * First argument of `setitimer(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
declare const IntervalTimer: {
    readonly ITIMER_REAL: 0;
    readonly ITIMER_VIRTUAL: 1;
    readonly ITIMER_PROF: 2;
};
/** First real-time signal of the kernel; libc keeps the lowest for itself. Source: linux/arch/x86/include/uapi/asm/signal.h. */
declare const SIGRTMIN = 32;
/** Highest signal. Source: `_NSIG` of the same file. */
declare const SIGNAL_MAX = 64;

/**
 * Socket domains.
 *
 * Source: linux/include/linux/socket.h.
 */
declare const AddressFamily: {
    readonly AF_UNSPEC: 0;
    readonly AF_UNIX: 1;
    readonly AF_INET: 2;
    readonly AF_INET6: 10;
    readonly AF_NETLINK: 16;
    readonly AF_PACKET: 17;
    readonly AF_VSOCK: 40;
};
/**
 * Types and flags of `socket(2)`; the low 4 bits are the field of the type.
 *
 * Source: linux/include/linux/net.h.
 */
declare const SocketType: {
    readonly SOCK_STREAM: 1;
    readonly SOCK_DGRAM: 2;
    readonly SOCK_RAW: 3;
    readonly SOCK_RDM: 4;
    readonly SOCK_SEQPACKET: 5;
    readonly SOCK_NONBLOCK: 2048;
    readonly SOCK_CLOEXEC: 524288;
};
/**
 * Flags of `sendmsg(2)` and `recvmsg(2)`.
 *
 * Source: linux/include/linux/socket.h.
 */
declare const MessageFlags: {
    readonly MSG_OOB: 1;
    readonly MSG_PEEK: 2;
    readonly MSG_DONTROUTE: 4;
    readonly MSG_CTRUNC: 8;
    readonly MSG_PROXY: 16;
    readonly MSG_TRUNC: 32;
    readonly MSG_DONTWAIT: 64;
    readonly MSG_EOR: 128;
    readonly MSG_WAITALL: 256;
    readonly MSG_FIN: 512;
    readonly MSG_SYN: 1024;
    readonly MSG_CONFIRM: 2048;
    readonly MSG_RST: 4096;
    readonly MSG_ERRQUEUE: 8192;
    readonly MSG_NOSIGNAL: 16384;
    readonly MSG_MORE: 32768;
    readonly MSG_WAITFORONE: 65536;
    readonly MSG_BATCH: 262144;
    readonly MSG_ZEROCOPY: 67108864;
    readonly MSG_FASTOPEN: 536870912;
    readonly MSG_CMSG_CLOEXEC: 1073741824;
};
/**
 * Levels of `setsockopt(2)`.
 *
 * Source: linux/include/linux/socket.h.
 */
declare const SocketLevel: {
    readonly SOL_IP: 0;
    readonly SOL_SOCKET: 1;
    readonly SOL_IPV6: 41;
};
/**
 * Options of `SOL_SOCKET`.
 *
 * Source: linux/include/uapi/asm-generic/socket.h.
 */
declare const SocketOption: {
    readonly SO_DEBUG: 1;
    readonly SO_REUSEADDR: 2;
    readonly SO_TYPE: 3;
    readonly SO_ERROR: 4;
    readonly SO_DONTROUTE: 5;
    readonly SO_BROADCAST: 6;
    readonly SO_SNDBUF: 7;
    readonly SO_RCVBUF: 8;
    readonly SO_KEEPALIVE: 9;
    readonly SO_OOBINLINE: 10;
    readonly SO_PRIORITY: 12;
    readonly SO_LINGER: 13;
    readonly SO_REUSEPORT: 15;
    readonly SO_PASSCRED: 16;
    readonly SO_PEERCRED: 17;
    readonly SO_RCVLOWAT: 18;
    readonly SO_SNDLOWAT: 19;
    readonly SO_RCVTIMEO: 20;
    readonly SO_SNDTIMEO: 21;
    readonly SO_BINDTODEVICE: 25;
    readonly SO_TIMESTAMP: 29;
    readonly SO_ACCEPTCONN: 30;
    readonly SO_PEERSEC: 31;
    readonly SO_SNDBUFFORCE: 32;
    readonly SO_RCVBUFFORCE: 33;
    readonly SO_PASSSEC: 34;
    readonly SO_TIMESTAMPNS: 35;
    readonly SO_MARK: 36;
    readonly SO_TIMESTAMPING: 37;
    readonly SO_PROTOCOL: 38;
    readonly SO_DOMAIN: 39;
    readonly SO_PEEK_OFF: 42;
    readonly SO_NOFCS: 43;
    readonly SO_LOCK_FILTER: 44;
    readonly SO_BUSY_POLL: 46;
    readonly SO_INCOMING_CPU: 49;
    readonly SO_COOKIE: 57;
    readonly SO_PEERGROUPS: 59;
    readonly SO_ZEROCOPY: 60;
};
/**
 * Types of `SOL_SOCKET` control messages.
 *
 * Source: linux/include/linux/socket.h.
 */
declare const ControlType: {
    readonly SCM_RIGHTS: 1;
    readonly SCM_CREDENTIALS: 2;
};
/**
 * Second argument of `shutdown(2)`.
 *
 * Source: linux/include/linux/net.h.
 */
declare const ShutdownHow: {
    readonly SHUT_RD: 0;
    readonly SHUT_WR: 1;
    readonly SHUT_RDWR: 2;
};
/** The bits of a socket type that are one number. Source: linux/include/linux/net.h. */
declare const SOCK_TYPE_MASK = 15;

/**
 * Events of `poll(2)`.
 *
 * Source: linux/include/uapi/asm-generic/poll.h.
 */
declare const PollEvents: {
    readonly POLLIN: 1;
    readonly POLLPRI: 2;
    readonly POLLOUT: 4;
    readonly POLLERR: 8;
    readonly POLLHUP: 16;
    readonly POLLNVAL: 32;
    readonly POLLRDNORM: 64;
    readonly POLLRDBAND: 128;
    readonly POLLWRNORM: 256;
    readonly POLLWRBAND: 512;
    readonly POLLMSG: 1024;
    readonly POLLRDHUP: 8192;
};
/**
 * Events of `epoll_ctl(2)`.
 *
 * Source: linux/include/uapi/linux/eventpoll.h.
 */
declare const EpollEvents: {
    readonly EPOLLIN: 1;
    readonly EPOLLPRI: 2;
    readonly EPOLLOUT: 4;
    readonly EPOLLERR: 8;
    readonly EPOLLHUP: 16;
    readonly EPOLLRDNORM: 64;
    readonly EPOLLRDBAND: 128;
    readonly EPOLLWRNORM: 256;
    readonly EPOLLWRBAND: 512;
    readonly EPOLLMSG: 1024;
    readonly EPOLLRDHUP: 8192;
    readonly EPOLLEXCLUSIVE: 268435456;
    readonly EPOLLWAKEUP: 536870912;
    readonly EPOLLONESHOT: 1073741824;
    readonly EPOLLET: 2147483648;
};
/**
 * Second argument of `epoll_ctl(2)`.
 *
 * Source: linux/include/uapi/linux/eventpoll.h.
 */
declare const EpollOperation: {
    readonly EPOLL_CTL_ADD: 1;
    readonly EPOLL_CTL_DEL: 2;
    readonly EPOLL_CTL_MOD: 3;
};
/**
 * Flags of `eventfd2(2)`.
 *
 * Source: linux/include/linux/eventfd.h.
 */
declare const EventfdFlags: {
    readonly EFD_SEMAPHORE: 1;
    readonly EFD_NONBLOCK: 2048;
    readonly EFD_CLOEXEC: 524288;
};

/**
 * Scheduling policies.
 *
 * Source: linux/include/uapi/linux/sched.h.
 */
declare const SchedPolicy: {
    readonly SCHED_OTHER: 0;
    readonly SCHED_FIFO: 1;
    readonly SCHED_RR: 2;
    readonly SCHED_BATCH: 3;
    readonly SCHED_IDLE: 5;
    readonly SCHED_DEADLINE: 6;
};
/** Bit that `sched_setscheduler(2)` takes beside a policy. Source: linux/include/uapi/linux/sched.h. */
declare const SCHED_RESET_ON_FORK = 1073741824;
/**
 * Flags of `struct sched_attr`.
 *
 * Source: linux/include/uapi/linux/sched.h.
 */
declare const SchedFlags: {
    readonly SCHED_FLAG_RESET_ON_FORK: 1;
    readonly SCHED_FLAG_RECLAIM: 2;
    readonly SCHED_FLAG_DL_OVERRUN: 4;
    readonly SCHED_FLAG_KEEP_POLICY: 8;
    readonly SCHED_FLAG_KEEP_PARAMS: 16;
    readonly SCHED_FLAG_UTIL_CLAMP_MIN: 32;
    readonly SCHED_FLAG_UTIL_CLAMP_MAX: 64;
};
/**
 * Whose nice value `getpriority(2)` means.
 *
 * Source: linux/include/uapi/linux/resource.h.
 */
declare const PriorityWho: {
    readonly PRIO_PROCESS: 0;
    readonly PRIO_PGRP: 1;
    readonly PRIO_USER: 2;
};
/**
 * Whose I/O priority `ioprio_get(2)` means.
 *
 * Source: linux/include/uapi/linux/ioprio.h.
 */
declare const IoPriorityWho: {
    readonly IOPRIO_WHO_PROCESS: 1;
    readonly IOPRIO_WHO_PGRP: 2;
    readonly IOPRIO_WHO_USER: 3;
};
/**
 * Classes of I/O priorities, which are above the low 13 bits.
 *
 * Source: linux/include/uapi/linux/ioprio.h.
 */
declare const IoPriorityClass: {
    readonly IOPRIO_CLASS_NONE: 0;
    readonly IOPRIO_CLASS_RT: 1;
    readonly IOPRIO_CLASS_BE: 2;
    readonly IOPRIO_CLASS_IDLE: 3;
};

/**
 * Clocks of `clock_gettime(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
declare const ClockId: {
    readonly CLOCK_REALTIME: 0;
    readonly CLOCK_MONOTONIC: 1;
    readonly CLOCK_PROCESS_CPUTIME_ID: 2;
    readonly CLOCK_THREAD_CPUTIME_ID: 3;
    readonly CLOCK_MONOTONIC_RAW: 4;
    readonly CLOCK_REALTIME_COARSE: 5;
    readonly CLOCK_MONOTONIC_COARSE: 6;
    readonly CLOCK_BOOTTIME: 7;
    readonly CLOCK_REALTIME_ALARM: 8;
    readonly CLOCK_BOOTTIME_ALARM: 9;
    readonly CLOCK_TAI: 11;
};
/**
 * Flags of `timer_settime(2)` and `clock_nanosleep(2)`.
 *
 * Source: linux/include/uapi/linux/time.h.
 */
declare const TimerFlags: {
    readonly TIMER_ABSTIME: 1;
};
/**
 * Flags of `timerfd_create(2)` and `timerfd_settime(2)`.
 *
 * Source: linux/include/uapi/linux/timerfd.h.
 */
declare const TimerfdFlags: {
    readonly TFD_TIMER_ABSTIME: 1;
    readonly TFD_TIMER_CANCEL_ON_SET: 2;
    readonly TFD_NONBLOCK: 2048;
    readonly TFD_CLOEXEC: 524288;
};
/**
 * `sigev_notify` of a timer.
 *
 * Source: linux/include/uapi/asm-generic/siginfo.h.
 */
declare const SigevNotify: {
    readonly SIGEV_SIGNAL: 0;
    readonly SIGEV_NONE: 1;
    readonly SIGEV_THREAD: 2;
    readonly SIGEV_THREAD_ID: 4;
};

/**
 * Requests of `ioctl(2)` on terminals, pipes, sockets and files.
 *
 * Source: linux/include/uapi/asm-generic/ioctls.h.
 */
declare const IoctlRequest: {
    readonly TCGETS: 21505;
    readonly TCSETS: 21506;
    readonly TCSETSW: 21507;
    readonly TCSETSF: 21508;
    readonly TCSBRK: 21513;
    readonly TCXONC: 21514;
    readonly TCFLSH: 21515;
    readonly TIOCEXCL: 21516;
    readonly TIOCNXCL: 21517;
    readonly TIOCSCTTY: 21518;
    readonly TIOCGPGRP: 21519;
    readonly TIOCSPGRP: 21520;
    readonly TIOCOUTQ: 21521;
    readonly TIOCSTI: 21522;
    readonly TIOCGWINSZ: 21523;
    readonly TIOCSWINSZ: 21524;
    readonly TIOCMGET: 21525;
    readonly TIOCNOTTY: 21538;
    readonly TIOCGSID: 21545;
    readonly FIONREAD: 21531;
    readonly TIOCLINUX: 21532;
    readonly TIOCCONS: 21533;
    readonly TIOCPKT: 21536;
    readonly FIONBIO: 21537;
    readonly TCSBRKP: 21541;
    readonly TIOCGPTN: 2147767344;
    readonly TIOCSPTLCK: 1074025521;
    readonly FIONCLEX: 21584;
    readonly FIOCLEX: 21585;
    readonly FIOASYNC: 21586;
    readonly TIOCSIG: 1074025526;
    readonly FIOQSIZE: 21600;
    readonly FICLONE: 1074041865;
    readonly FICLONERANGE: 1075876877;
    readonly BLKGETSIZE64: 2148012658;
    readonly FIOSETOWN: 35073;
    readonly SIOCSPGRP: 35074;
    readonly FIOGETOWN: 35075;
    readonly SIOCGPGRP: 35076;
    readonly SIOCGIFCONF: 35090;
    readonly SIOCGIFFLAGS: 35091;
    readonly SIOCGIFADDR: 35093;
    readonly SIOCGIFNETMASK: 35099;
    readonly SIOCGIFMTU: 35105;
    readonly SIOCGIFHWADDR: 35111;
    readonly SIOCGIFINDEX: 35123;
    readonly SIOCGIFNAME: 35088;
};
/**
 * `c_lflag` of `struct termios`.
 *
 * Source: linux/include/uapi/asm-generic/termbits.h.
 */
declare const TerminalLocalFlags: {
    readonly ISIG: 1;
    readonly ICANON: 2;
    readonly ECHO: 8;
    readonly ECHOE: 16;
    readonly ECHOK: 32;
    readonly ECHONL: 64;
    readonly NOFLSH: 128;
    readonly TOSTOP: 256;
    readonly IEXTEN: 32768;
};
/**
 * Indexes into `c_cc` of `struct termios`.
 *
 * Source: linux/include/uapi/asm-generic/termbits.h.
 */
declare const ControlCharacter: {
    readonly VINTR: 0;
    readonly VQUIT: 1;
    readonly VERASE: 2;
    readonly VKILL: 3;
    readonly VEOF: 4;
    readonly VTIME: 5;
    readonly VMIN: 6;
    readonly VSTART: 8;
    readonly VSTOP: 9;
    readonly VSUSP: 10;
    readonly VEOL: 11;
};

/** Static priority of `sched_setparam(2)`. Source: linux/include/uapi/linux/sched/types.h. */
declare const schedParam: StructCodec<{
    readonly sched_priority: "i32";
}>;
/** Attributes of `sched_setattr(2)`, in the second version of the struct. Source: linux/include/uapi/linux/sched/types.h. */
declare const schedAttr: StructCodec<{
    readonly size: "u32";
    readonly sched_policy: "u32";
    readonly sched_flags: "u64";
    readonly sched_nice: "i32";
    readonly sched_priority: "u32";
    readonly sched_runtime: "u64";
    readonly sched_deadline: "u64";
    readonly sched_period: "u64";
    readonly sched_util_min: "u32";
    readonly sched_util_max: "u32";
}>;

/** Seconds and nanoseconds. Source: linux/include/uapi/linux/time.h. */
declare const timespec: StructCodec<{
    readonly tv_sec: "i64";
    readonly tv_nsec: "i64";
}>;
/** Seconds and microseconds. Source: linux/include/uapi/linux/time.h. */
declare const timeval: StructCodec<{
    readonly tv_sec: "i64";
    readonly tv_usec: "i64";
}>;
/** Time zone of `gettimeofday(2)`. Source: linux/include/uapi/linux/time.h. */
declare const timezone: StructCodec<{
    readonly tz_minuteswest: "i32";
    readonly tz_dsttime: "i32";
}>;
/** Period and first expiry of a timer. Source: linux/include/uapi/linux/time.h. */
declare const itimerspec: StructCodec<{
    readonly it_interval: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "i64";
    }>;
    readonly it_value: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "i64";
    }>;
}>;
/** Period and first expiry of `setitimer(2)`. Source: linux/include/uapi/linux/time.h. */
declare const itimerval: StructCodec<{
    readonly it_interval: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_usec: "i64";
    }>;
    readonly it_value: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_usec: "i64";
    }>;
}>;
/** CPU times of `times(2)`, in clock ticks. Source: linux/include/uapi/linux/times.h. */
declare const tms: StructCodec<{
    readonly tms_utime: "i64";
    readonly tms_stime: "i64";
    readonly tms_cutime: "i64";
    readonly tms_cstime: "i64";
}>;
/** Times of `utime(2)`. Source: linux/include/uapi/linux/utime.h. */
declare const utimbuf: StructCodec<{
    readonly actime: "i64";
    readonly modtime: "i64";
}>;

/** What `stat(2)` tells. Source: linux/arch/x86/include/uapi/asm/stat.h. */
declare const stat: StructCodec<{
    readonly st_dev: "u64";
    readonly st_ino: "u64";
    readonly st_nlink: "u64";
    readonly st_mode: "u32";
    readonly st_uid: "u32";
    readonly st_gid: "u32";
    readonly __pad0: "u32";
    readonly st_rdev: "u64";
    readonly st_size: "i64";
    readonly st_blksize: "i64";
    readonly st_blocks: "i64";
    readonly st_atim: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "i64";
    }>;
    readonly st_mtim: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "i64";
    }>;
    readonly st_ctim: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "i64";
    }>;
    readonly __glibc_reserved: Codec<bigint[]>;
}>;
/** A time of `statx(2)`. Source: linux/include/uapi/linux/stat.h. */
declare const statxTimestamp: StructCodec<{
    readonly tv_sec: "i64";
    readonly tv_nsec: "u32";
    readonly __reserved: "i32";
}>;
/** What `statx(2)` tells. Source: linux/include/uapi/linux/stat.h. */
declare const statx: StructCodec<{
    readonly stx_mask: "u32";
    readonly stx_blksize: "u32";
    readonly stx_attributes: "u64";
    readonly stx_nlink: "u32";
    readonly stx_uid: "u32";
    readonly stx_gid: "u32";
    readonly stx_mode: "u16";
    readonly __statx_pad1: Codec<number[]>;
    readonly stx_ino: "u64";
    readonly stx_size: "u64";
    readonly stx_blocks: "u64";
    readonly stx_attributes_mask: "u64";
    readonly stx_atime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "u32";
        readonly __reserved: "i32";
    }>;
    readonly stx_btime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "u32";
        readonly __reserved: "i32";
    }>;
    readonly stx_ctime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "u32";
        readonly __reserved: "i32";
    }>;
    readonly stx_mtime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_nsec: "u32";
        readonly __reserved: "i32";
    }>;
    readonly stx_rdev_major: "u32";
    readonly stx_rdev_minor: "u32";
    readonly stx_dev_major: "u32";
    readonly stx_dev_minor: "u32";
    readonly __statx_pad2: Codec<bigint[]>;
}>;
/** What `statfs(2)` tells. Source: linux/include/uapi/asm-generic/statfs.h. */
declare const statfs: StructCodec<{
    readonly f_type: "i64";
    readonly f_bsize: "i64";
    readonly f_blocks: "u64";
    readonly f_bfree: "u64";
    readonly f_bavail: "u64";
    readonly f_files: "u64";
    readonly f_ffree: "u64";
    readonly f_fsid: Codec<number[]>;
    readonly f_namelen: "i64";
    readonly f_frsize: "i64";
    readonly f_flags: "i64";
    readonly f_spare: Codec<bigint[]>;
}>;
/** Head of a record of `getdents64(2)`; the name follows, NUL-terminated. Source: linux/include/linux/dirent.h. */
declare const dirent64: StructCodec<{
    readonly d_ino: "u64";
    readonly d_off: "i64";
    readonly d_reclen: "u16";
    readonly d_type: "u8";
    readonly d_name: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** Bytes of a {@link dirent64} before its name. */
declare const DIRENT64_NAME: number;

/** A record lock of `fcntl(2)`. Source: linux/include/uapi/asm-generic/fcntl.h. */
declare const flock: StructCodec<{
    readonly l_type: "i16";
    readonly l_whence: "i16";
    readonly l_start: "i64";
    readonly l_len: "i64";
    readonly l_pid: "i32";
}>;
/** One piece of memory of `readv(2)`. Source: linux/include/uapi/linux/uio.h. */
declare const iovec: StructCodec<{
    readonly iov_base: "u64";
    readonly iov_len: "u64";
}>;
/** One descriptor of `poll(2)`. Source: linux/include/uapi/asm-generic/poll.h. */
declare const pollfd: StructCodec<{
    readonly fd: "i32";
    readonly events: "i16";
    readonly revents: "i16";
}>;
/** Head of an event of inotify(7); the name follows. Source: linux/include/uapi/linux/inotify.h. */
declare const inotifyEvent: StructCodec<{
    readonly wd: "i32";
    readonly mask: "u32";
    readonly cookie: "u32";
    readonly len: "u32";
}>;
/** How `openat2(2)` opens. Source: linux/include/uapi/linux/openat2.h. */
declare const openHow: StructCodec<{
    readonly flags: "u64";
    readonly mode: "u64";
    readonly resolve: "u64";
}>;
/** What `signalfd(2)` reads. Source: linux/include/uapi/linux/signalfd.h. */
declare const signalfdSiginfo: StructCodec<{
    readonly ssi_signo: "u32";
    readonly ssi_errno: "i32";
    readonly ssi_code: "i32";
    readonly ssi_pid: "u32";
    readonly ssi_uid: "u32";
    readonly ssi_fd: "i32";
    readonly ssi_tid: "u32";
    readonly ssi_band: "u32";
    readonly ssi_overrun: "u32";
    readonly ssi_trapno: "u32";
    readonly ssi_status: "i32";
    readonly ssi_int: "i32";
    readonly ssi_ptr: "u64";
    readonly ssi_utime: "u64";
    readonly ssi_stime: "u64";
    readonly ssi_addr: "u64";
    readonly ssi_addr_lsb: "u16";
    readonly __pad2: "u16";
    readonly ssi_syscall: "i32";
    readonly ssi_call_addr: "u64";
    readonly ssi_arch: "u32";
    readonly __pad: Codec<Uint8Array<ArrayBufferLike>>;
}>;

/** Resources used, of `getrusage(2)`. Source: linux/include/uapi/linux/resource.h. */
declare const rusage: StructCodec<{
    readonly ru_utime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_usec: "i64";
    }>;
    readonly ru_stime: StructCodec<{
        readonly tv_sec: "i64";
        readonly tv_usec: "i64";
    }>;
    readonly ru_maxrss: "i64";
    readonly ru_ixrss: "i64";
    readonly ru_idrss: "i64";
    readonly ru_isrss: "i64";
    readonly ru_minflt: "i64";
    readonly ru_majflt: "i64";
    readonly ru_nswap: "i64";
    readonly ru_inblock: "i64";
    readonly ru_oublock: "i64";
    readonly ru_msgsnd: "i64";
    readonly ru_msgrcv: "i64";
    readonly ru_nsignals: "i64";
    readonly ru_nvcsw: "i64";
    readonly ru_nivcsw: "i64";
}>;
/** A limit of `prlimit(2)`; all bits set is none. Source: linux/include/uapi/linux/resource.h. */
declare const rlimit: StructCodec<{
    readonly rlim_cur: "u64";
    readonly rlim_max: "u64";
}>;
/** Names of the system, of `uname(2)`. Source: linux/include/uapi/linux/utsname.h. */
declare const utsname: StructCodec<{
    readonly sysname: Codec<string>;
    readonly nodename: Codec<string>;
    readonly release: Codec<string>;
    readonly version: Codec<string>;
    readonly machine: Codec<string>;
    readonly domainname: Codec<string>;
}>;
/** What `sysinfo(2)` tells. Source: linux/include/uapi/linux/sysinfo.h. */
declare const sysinfo: StructCodec<{
    readonly uptime: "i64";
    readonly loads: Codec<bigint[]>;
    readonly totalram: "u64";
    readonly freeram: "u64";
    readonly sharedram: "u64";
    readonly bufferram: "u64";
    readonly totalswap: "u64";
    readonly freeswap: "u64";
    readonly procs: "u16";
    readonly pad: "u16";
    readonly totalhigh: "u64";
    readonly freehigh: "u64";
    readonly mem_unit: "u32";
    readonly _f: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** Who is meant, of `capget(2)`. Source: linux/include/uapi/linux/capability.h. */
declare const capabilityHeader: StructCodec<{
    readonly version: "u32";
    readonly pid: "i32";
}>;
/** 32 capabilities; version 3 has two of these. Source: linux/include/uapi/linux/capability.h. */
declare const capabilityData: StructCodec<{
    readonly effective: "u32";
    readonly permitted: "u32";
    readonly inheritable: "u32";
}>;

/**
 * What is known of a signal; the union after the first three fields is `fields`, see the structs below. `fields` begins
 * with padding to 8 bytes. Source: linux/include/uapi/asm-generic/siginfo.h.
 */
declare const siginfo: StructCodec<{
    readonly si_signo: "i32";
    readonly si_errno: "i32";
    readonly si_code: "i32";
    readonly __pad0: "i32";
    readonly _sifields: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** The union of {@link siginfo} for `kill(2)`, `sigqueue(3)`. */
declare const siginfoSender: StructCodec<{
    readonly si_pid: "i32";
    readonly si_uid: "u32";
    readonly si_value: "u64";
}>;
/** The union of {@link siginfo} for `SIGCHLD`. */
declare const siginfoChild: StructCodec<{
    readonly si_pid: "i32";
    readonly si_uid: "u32";
    readonly si_status: "i32";
    readonly si_utime: "i64";
    readonly si_stime: "i64";
}>;
/** The union of {@link siginfo} for timers of `timer_create(2)`. */
declare const siginfoTimer: StructCodec<{
    readonly si_timerid: "i32";
    readonly si_overrun: "i32";
    readonly si_value: "u64";
}>;
/** The union of {@link siginfo} for `SIGIO`. */
declare const siginfoPoll: StructCodec<{
    readonly si_band: "i64";
    readonly si_fd: "i32";
}>;
/** The union of {@link siginfo} for faults. */
declare const siginfoFault: StructCodec<{
    readonly si_addr: "u64";
}>;
/** A signal's action as the syscall takes it. Source: linux/arch/x86/include/uapi/asm/signal.h, `struct sigaction` of the kernel. */
declare const kernelSigaction: StructCodec<{
    readonly handler: "u64";
    readonly flags: "u64";
    readonly restorer: "u64";
    readonly mask: "u64";
}>;
/** Alternate signal stack. Source: linux/include/uapi/asm-generic/signal-defs.h. */
declare const stackT: StructCodec<{
    readonly ss_sp: "u64";
    readonly ss_flags: "i32";
    readonly ss_size: "u64";
}>;
/** How a timer tells, of `timer_create(2)`. Source: linux/include/uapi/asm-generic/siginfo.h. */
declare const sigevent: StructCodec<{
    readonly sigev_value: "u64";
    readonly sigev_signo: "i32";
    readonly sigev_notify: "i32";
    readonly _sigev_un: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** A set of signals: bit N-1 is signal N. */
declare const sigset: StructCodec<{
    readonly bits: "u64";
}>;

/** Any address. Source: linux/include/linux/socket.h. */
declare const sockaddr: StructCodec<{
    readonly sa_family: "u16";
    readonly sa_data: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** An address of AF_UNIX; abstract names begin with a NUL. Source: linux/include/uapi/linux/un.h. */
declare const sockaddrUn: StructCodec<{
    readonly sun_family: "u16";
    readonly sun_path: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** An address of AF_INET. Source: linux/include/uapi/linux/in.h. */
declare const sockaddrIn: StructCodec<{
    readonly sin_family: "u16";
    readonly sin_port: "be16";
    readonly sin_addr: "be32";
    readonly sin_zero: Codec<Uint8Array<ArrayBufferLike>>;
}>;
/** An address of AF_INET6. Source: linux/include/uapi/linux/in6.h. */
declare const sockaddrIn6: StructCodec<{
    readonly sin6_family: "u16";
    readonly sin6_port: "be16";
    readonly sin6_flowinfo: "be32";
    readonly sin6_addr: Codec<Uint8Array<ArrayBufferLike>>;
    readonly sin6_scope_id: "u32";
}>;
/** An address of AF_NETLINK. Source: linux/include/uapi/linux/netlink.h. */
declare const sockaddrNl: StructCodec<{
    readonly nl_family: "u16";
    readonly nl_pad: "u16";
    readonly nl_pid: "u32";
    readonly nl_groups: "u32";
}>;
/** Bytes of `struct sockaddr_storage`, the longest address. */
declare const SOCKADDR_MAX = 128;
/** A message of `sendmsg(2)`. Source: linux/include/linux/socket.h, `struct user_msghdr`. */
declare const msghdr: StructCodec<{
    readonly msg_name: "u64";
    readonly msg_namelen: "u32";
    readonly msg_iov: "u64";
    readonly msg_iovlen: "u64";
    readonly msg_control: "u64";
    readonly msg_controllen: "u64";
    readonly msg_flags: "i32";
}>;
/** Head of a control message. Source: linux/include/linux/socket.h. */
declare const cmsghdr: StructCodec<{
    readonly cmsg_len: "u64";
    readonly cmsg_level: "i32";
    readonly cmsg_type: "i32";
}>;
/** Who is at the other end of AF_UNIX. Source: linux/include/linux/socket.h. */
declare const ucred: StructCodec<{
    readonly pid: "i32";
    readonly uid: "u32";
    readonly gid: "u32";
}>;
/** `SO_LINGER`. Source: linux/include/linux/socket.h. */
declare const linger: StructCodec<{
    readonly l_onoff: "i32";
    readonly l_linger: "i32";
}>;
/** A name and a value of a network interface. Source: linux/include/uapi/linux/if.h. */
declare const ifreq: StructCodec<{
    readonly ifr_name: Codec<string>;
    readonly ifr_ifru: Codec<Uint8Array<ArrayBufferLike>>;
}>;

/** Owner and permissions of an object of System V IPC. Source: linux/include/uapi/asm-generic/ipcbuf.h. */
declare const ipc64Perm: StructCodec<{
    readonly key: "i32";
    readonly uid: "u32";
    readonly gid: "u32";
    readonly cuid: "u32";
    readonly cgid: "u32";
    readonly mode: "u32";
    readonly seq: "u16";
    readonly __pad2: "u16";
    readonly __unused1: "u64";
    readonly __unused2: "u64";
}>;
/** What `shmctl(IPC_STAT)` tells. Source: linux/include/uapi/asm-generic/shmbuf.h. */
declare const shmid64Ds: StructCodec<{
    readonly shm_perm: StructCodec<{
        readonly key: "i32";
        readonly uid: "u32";
        readonly gid: "u32";
        readonly cuid: "u32";
        readonly cgid: "u32";
        readonly mode: "u32";
        readonly seq: "u16";
        readonly __pad2: "u16";
        readonly __unused1: "u64";
        readonly __unused2: "u64";
    }>;
    readonly shm_segsz: "u64";
    readonly shm_atime: "i64";
    readonly shm_dtime: "i64";
    readonly shm_ctime: "i64";
    readonly shm_cpid: "i32";
    readonly shm_lpid: "i32";
    readonly shm_nattch: "u64";
    readonly __unused4: "u64";
    readonly __unused5: "u64";
}>;
/** What `shmctl(IPC_INFO)` tells. Source: linux/include/uapi/asm-generic/shmbuf.h. */
declare const shminfo64: StructCodec<{
    readonly shmmax: "u64";
    readonly shmmin: "u64";
    readonly shmmni: "u64";
    readonly shmseg: "u64";
    readonly shmall: "u64";
    readonly __unused: Codec<bigint[]>;
}>;
/** What `shmctl(SHM_INFO)` tells. Source: linux/include/uapi/linux/shm.h. */
declare const shmInfo: StructCodec<{
    readonly used_ids: "i32";
    readonly shm_tot: "u64";
    readonly shm_rss: "u64";
    readonly shm_swp: "u64";
    readonly swap_attempts: "u64";
    readonly swap_successes: "u64";
}>;
/** What `semctl(IPC_STAT)` tells. Source: linux/arch/x86/include/uapi/asm/sembuf.h. */
declare const semid64Ds: StructCodec<{
    readonly sem_perm: StructCodec<{
        readonly key: "i32";
        readonly uid: "u32";
        readonly gid: "u32";
        readonly cuid: "u32";
        readonly cgid: "u32";
        readonly mode: "u32";
        readonly seq: "u16";
        readonly __pad2: "u16";
        readonly __unused1: "u64";
        readonly __unused2: "u64";
    }>;
    readonly sem_otime: "i64";
    readonly __unused1: "u64";
    readonly sem_ctime: "i64";
    readonly __unused2: "u64";
    readonly sem_nsems: "u64";
    readonly __unused3: "u64";
    readonly __unused4: "u64";
}>;
/** An operation of `semop(2)`. Source: linux/include/uapi/linux/sem.h. */
declare const sembuf: StructCodec<{
    readonly sem_num: "u16";
    readonly sem_op: "i16";
    readonly sem_flg: "i16";
}>;
/** What `semctl(IPC_INFO)` and `semctl(SEM_INFO)` tell. Source: linux/include/uapi/linux/sem.h. */
declare const seminfo: StructCodec<{
    readonly semmap: "i32";
    readonly semmni: "i32";
    readonly semmns: "i32";
    readonly semmnu: "i32";
    readonly semmsl: "i32";
    readonly semopm: "i32";
    readonly semume: "i32";
    readonly semusz: "i32";
    readonly semvmx: "i32";
    readonly semaem: "i32";
}>;
/** What `msgctl(IPC_STAT)` tells. Source: linux/include/uapi/asm-generic/msgbuf.h. */
declare const msqid64Ds: StructCodec<{
    readonly msg_perm: StructCodec<{
        readonly key: "i32";
        readonly uid: "u32";
        readonly gid: "u32";
        readonly cuid: "u32";
        readonly cgid: "u32";
        readonly mode: "u32";
        readonly seq: "u16";
        readonly __pad2: "u16";
        readonly __unused1: "u64";
        readonly __unused2: "u64";
    }>;
    readonly msg_stime: "i64";
    readonly msg_rtime: "i64";
    readonly msg_ctime: "i64";
    readonly msg_cbytes: "u64";
    readonly msg_qnum: "u64";
    readonly msg_qbytes: "u64";
    readonly msg_lspid: "i32";
    readonly msg_lrpid: "i32";
    readonly __unused4: "u64";
    readonly __unused5: "u64";
}>;
/** What `msgctl(IPC_INFO)` and `msgctl(MSG_INFO)` tell. Source: linux/include/uapi/linux/msg.h. */
declare const msginfo: StructCodec<{
    readonly msgpool: "i32";
    readonly msgmap: "i32";
    readonly msgmax: "i32";
    readonly msgmnb: "i32";
    readonly msgmni: "i32";
    readonly msgssz: "i32";
    readonly msgtql: "i32";
    readonly msgseg: "u16";
}>;

/** Size of a terminal. Source: linux/include/uapi/asm-generic/termios.h. */
declare const winsize: StructCodec<{
    readonly ws_row: "u16";
    readonly ws_col: "u16";
    readonly ws_xpixel: "u16";
    readonly ws_ypixel: "u16";
}>;
/** Modes of a terminal as `ioctl(TCGETS)` has them. Source: linux/include/uapi/asm-generic/termbits.h, `struct termios`. */
declare const kernelTermios: StructCodec<{
    readonly c_iflag: "u32";
    readonly c_oflag: "u32";
    readonly c_cflag: "u32";
    readonly c_lflag: "u32";
    readonly c_line: "u8";
    readonly c_cc: Codec<Uint8Array<ArrayBufferLike>>;
}>;

/** Head of an ELF file of 64 bits. Source: linux/include/uapi/linux/elf.h, elf(5). */
declare const elfHeader: StructCodec<{
    readonly e_ident: Codec<Uint8Array<ArrayBufferLike>>;
    readonly e_type: "u16";
    readonly e_machine: "u16";
    readonly e_version: "u32";
    readonly e_entry: "u64";
    readonly e_phoff: "u64";
    readonly e_shoff: "u64";
    readonly e_flags: "u32";
    readonly e_ehsize: "u16";
    readonly e_phentsize: "u16";
    readonly e_phnum: "u16";
    readonly e_shentsize: "u16";
    readonly e_shnum: "u16";
    readonly e_shstrndx: "u16";
}>;
/** One segment of an ELF file. Source: linux/include/uapi/linux/elf.h, elf(5). */
declare const programHeader: StructCodec<{
    readonly p_type: "u32";
    readonly p_flags: "u32";
    readonly p_offset: "u64";
    readonly p_vaddr: "u64";
    readonly p_paddr: "u64";
    readonly p_filesz: "u64";
    readonly p_memsz: "u64";
    readonly p_align: "u64";
}>;
/** One entry of an ELF file's section for the loader. Source: elf(5). */
declare const dynamicEntry: StructCodec<{
    readonly d_tag: "i64";
    readonly d_un: "u64";
}>;

export { AT_FDCWD, AccessMode, AddressFamily, Advice, type ArgumentKind, type ArgumentValue, type ArgumentValues, AtFlags, type BufferArgument, CSIGNAL, Capability, ChildCode, ClockId, CloneFlags, type Codec, ControlCharacter, ControlType, DIRENT64_NAME, type DataArgument, type DirectOptions, DirectoryEntryType, EaccessFlags, EpollEvents, EpollOperation, EventfdFlags, FallocateMode, FcntlCommand, type FieldType, FileMode, type FlagTable, FlockOperation, FutexOperation, type Handler, IPC_PRIVATE, InotifyMask, type InputArgument, IntervalTimer, IoPriorityClass, IoPriorityWho, IoctlRequest, IpcCommand, IpcFlags, LockType, MAP_TYPE, MapFlags, MaskChange, MemfdFlags, MessageFlags, MountFlags, MsgCommand, MsgFlags, NAME_MAX, type NamedScalar, O_ACCMODE, OpenFlags, type OutputArgument, PAGE_SIZE, PATH_MAX, type PathArgument, PidfdFlags, PollCode, PollEvents, PrctlOption, PriorityWho, ProtectionFlags, REGISTER_COUNT, RLIM_INFINITY, RemapFlags, RenameFlags, ResourceLimit, type ResultKind, type RowOptions, RusageWho, SCHED_RESET_ON_FORK, SIGNAL_MAX, SIGRTMIN, SOCKADDR_MAX, SOCK_TYPE_MASK, type ScalarArgument, type ScalarKind, type ScalarValue, SchedFlags, SchedPolicy, SealFlags, SeekWhence, SemCommand, SemFlags, ShmCommand, ShmFlags, ShmGetFlags, ShmMode, ShutdownHow, SigevNotify, Signal, SignalActionFlags, SignalCode, SocketLevel, SocketOption, SocketType, StatxMask, type StructCodec, type StructInput, type StructOutput, type StructValue, type Support, SyncFlags, type SyscallRow, type SyscallTable, TerminalLocalFlags, TimerFlags, TimerfdFlags, UmountFlags, type ValueOf, WaitIdType, WaitOptions, type WrittenOutput, XattrFlags, array, bytes, capabilityData, capabilityHeader, cmsghdr, codecOf, decodeScalar, direct, dirent64, dynamicEntry, elfHeader, flagsOf, flock, ifreq, inotifyEvent, inoutput, input, inputBuffer, iovec, ipc64Perm, itimerspec, itimerval, kernel, kernelSigaction, kernelTermios, latin1, linger, local, missing, msghdr, msginfo, msqid64Ds, oneOf, openHow, output, outputBuffer, partial, pollfd, programHeader, quote, registers, rlimit, rusage, scalarOf, schedAttr, schedParam, sembuf, semid64Ds, seminfo, shmInfo, shmid64Ds, shminfo64, showArgument, showCall, showFlags, showName, showResult, showScalar, sigevent, siginfo, siginfoChild, siginfoFault, siginfoPoll, siginfoSender, siginfoTimer, signalfdSiginfo, sigset, sockaddr, sockaddrIn, sockaddrIn6, sockaddrNl, sockaddrUn, stackT, stat, statfs, statx, statxTimestamp, struct, sysinfo, text, timespec, timeval, timezone, tms, ucred, unknownFlags, utimbuf, utsname, winsize };
