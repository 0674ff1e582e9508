import { z } from 'zod';

/** Where something stands in a configuration, as keys and indexes from its root on: `['mount', 0, 'type']`. */
type ConfigPath = readonly (string | number)[];

/** One mistake in a configuration. */
interface ConfigProblem {
    /** Name of the file as it was given to {@link readConfig}. */
    readonly file: string;
    /** From 1. */
    readonly line: number;
    /** From 1, in UTF-16 units. */
    readonly column: number;
    readonly path: ConfigPath;
    /** What would be right and what stands there, in one line without a trailing period. */
    readonly message: string;
}
/** A configuration that cannot be used. It names everything that is wrong with it, in the order of the file. */
declare class ConfigError extends Error {
    readonly name = "ConfigError";
    /** At least one. */
    readonly problems: readonly ConfigProblem[];
    constructor(problems: readonly ConfigProblem[]);
}
/** `Occlum.json:14:23 - mount[0].type: expected ...`, as compilers and editors have it. */
declare function formatProblem({ file, line, column, path, message }: ConfigProblem): string;
/** `mount[0].options.MAC`; the root is nothing. A name that is no identifier stands in brackets. */
declare function formatPath(path: ConfigPath): string;

/** The parts of JSON Schema (draft 2020-12) that the schema of a configuration has. */
interface SchemaNode {
    readonly type?: string;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly properties?: Readonly<Record<string, SchemaNode>>;
    readonly required?: readonly string[];
    readonly items?: SchemaNode;
    readonly oneOf?: readonly SchemaNode[];
}

/** A mistake, and whether the key or the value below it is one. */
interface Mistake {
    readonly path: ConfigPath;
    readonly part: 'key' | 'value';
    readonly message: string;
}

/**
 * The JSON Schema of a configuration, for editors: what `$schema` names. It is published as `@occlum/config/occlum.schema.json`.
 *
 * Source: draft 2020-12.
 */
declare function jsonSchema(): SchemaNode;

/** Occlum.json. Upstream's names and types; all may be left out. */
declare const configSchema: z.ZodObject<{
    $schema: z.ZodOptional<z.ZodString>;
    resource_limits: z.ZodPrefault<z.ZodObject<{
        max_num_of_threads: z.ZodDefault<z.ZodInt>;
        user_space_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        user_space_max_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        init_num_of_threads: z.ZodOptional<z.ZodInt>;
        kernel_space_heap_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        kernel_space_heap_max_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        kernel_space_stack_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        marshal_buffer_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
    }, z.core.$strict>>;
    process: z.ZodPrefault<z.ZodObject<{
        default_stack_size: z.ZodDefault<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        default_heap_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        default_mmap_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
    }, z.core.$strict>>;
    entry_points: z.ZodDefault<z.ZodArray<z.ZodString>>;
    env: z.ZodPrefault<z.ZodObject<{
        default: z.ZodDefault<z.ZodArray<z.ZodString>>;
        untrusted: z.ZodDefault<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>>;
    metadata: z.ZodPrefault<z.ZodObject<{
        product_id: z.ZodDefault<z.ZodInt>;
        version_number: z.ZodDefault<z.ZodInt>;
        debuggable: z.ZodDefault<z.ZodBoolean>;
        disable_log: z.ZodOptional<z.ZodBoolean>;
        enable_kss: z.ZodDefault<z.ZodBoolean>;
        family_id: z.ZodOptional<z.ZodObject<{
            high: z.ZodString;
            low: z.ZodString;
        }, z.core.$strict>>;
        ext_prod_id: z.ZodOptional<z.ZodObject<{
            high: z.ZodString;
            low: z.ZodString;
        }, z.core.$strict>>;
    }, z.core.$strict>>;
    feature: z.ZodPrefault<z.ZodObject<{
        amx: z.ZodOptional<z.ZodInt>;
        pkru: z.ZodOptional<z.ZodInt>;
        io_uring: z.ZodOptional<z.ZodInt>;
        enable_edmm: z.ZodOptional<z.ZodBoolean>;
        enable_posix_shm: z.ZodOptional<z.ZodBoolean>;
    }, z.core.$strict>>;
    mount: z.ZodDefault<z.ZodArray<z.ZodDiscriminatedUnion<[z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"unionfs">;
        options: z.ZodObject<{
            layers: z.ZodArray<z.ZodDiscriminatedUnion<[z.ZodObject<{
                target: z.ZodString;
                type: z.ZodLiteral<"sefs">;
                source: z.ZodOptional<z.ZodString>;
                options: z.ZodOptional<z.ZodObject<{
                    MAC: z.ZodOptional<z.ZodString>;
                    temporary: z.ZodOptional<z.ZodBoolean>;
                    cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
                }, z.core.$strict>>;
            }, z.core.$strict>, z.ZodObject<{
                target: z.ZodString;
                type: z.ZodLiteral<"hostfs">;
                source: z.ZodString;
                options: z.ZodOptional<z.ZodObject<{
                    MAC: z.ZodOptional<z.ZodString>;
                    temporary: z.ZodOptional<z.ZodBoolean>;
                    cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
                }, z.core.$strict>>;
            }, z.core.$strict>, z.ZodObject<{
                target: z.ZodString;
                type: z.ZodLiteral<"ramfs">;
                options: z.ZodOptional<z.ZodObject<{
                    MAC: z.ZodOptional<z.ZodString>;
                    temporary: z.ZodOptional<z.ZodBoolean>;
                    cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
                }, z.core.$strict>>;
            }, z.core.$strict>], "type">>;
        }, z.core.$strict>;
    }, z.core.$strict>, z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"sefs">;
        source: z.ZodOptional<z.ZodString>;
        options: z.ZodOptional<z.ZodObject<{
            MAC: z.ZodOptional<z.ZodString>;
            temporary: z.ZodOptional<z.ZodBoolean>;
            cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        }, z.core.$strict>>;
    }, z.core.$strict>, z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"hostfs">;
        source: z.ZodString;
        options: z.ZodOptional<z.ZodObject<{
            MAC: z.ZodOptional<z.ZodString>;
            temporary: z.ZodOptional<z.ZodBoolean>;
            cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        }, z.core.$strict>>;
    }, z.core.$strict>, z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"ramfs">;
        options: z.ZodOptional<z.ZodObject<{
            MAC: z.ZodOptional<z.ZodString>;
            temporary: z.ZodOptional<z.ZodBoolean>;
            cache_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        }, z.core.$strict>>;
    }, z.core.$strict>, z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"procfs">;
    }, z.core.$strict>, z.ZodObject<{
        target: z.ZodString;
        type: z.ZodLiteral<"devfs">;
    }, z.core.$strict>], "type">>>;
    policy: z.ZodPrefault<z.ZodObject<{
        limits: z.ZodOptional<z.ZodObject<{
            memory: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
            threads: z.ZodOptional<z.ZodInt>;
            processes: z.ZodOptional<z.ZodInt>;
            descriptors: z.ZodOptional<z.ZodInt>;
            file_size: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
            cpu_time: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
            wall_time: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
            output: z.ZodOptional<z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>>;
        }, z.core.$strict>>;
        cpus: z.ZodOptional<z.ZodNumber>;
        cpuset: z.ZodOptional<z.ZodString>;
        network: z.ZodDefault<z.ZodEnum<{
            host: "host";
            none: "none";
        }>>;
        read_only: z.ZodDefault<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>>;
}, z.core.$strict>;
/** A configuration once it was read: sizes in bytes, spans of time in milliseconds, defaults filled in. */
type Config = z.output<typeof configSchema>;

/** Where each key and each item of a list stands, `'12:5'` (line and column, both from 1), by its path as {@link formatPath} has it. */
type WrittenPlaces = Readonly<Record<string, string>>;

/** A configuration that can be used, and what its author should know of it. */
interface ReadConfig {
    readonly config: Config;
    /** Keys without effect here, and choices that weaken the enclave; in the order of the file. */
    readonly notices: readonly ConfigProblem[];
    readonly places: WrittenPlaces;
}
/**
 * Reads an Occlum.json (comments and trailing commas allowed) or an Occlum.yaml.
 *
 * @param text - Content of the file; a byte order mark at its start is left out.
 * @param file - Its name, as messages are to have it. One that ends in `.yaml` or `.yml` is YAML, any other JSON.
 * @throws {@link ConfigError} with every mistake: in the syntax, or else of each value, or else of values that do not fit each other.
 *
 * @example
 * ```ts
 * import { readConfig } from '@occlum/config';
 *
 * const { config } = readConfig('{ "resource_limits": { "user_space_size": "1GB" } } // all else as in the template', 'Occlum.json');
 * config.resource_limits.user_space_size; // => 1073741824
 * config.entry_points; // => ['/bin']
 * ```
 */
declare function readConfig(text: string, file: string): ReadConfig;

/** What a file of some kind has to be. */
interface DocumentRules<T> {
    /** Each rule's message says what would be right, as it follows "expected". */
    readonly schema: z.ZodType<T>;
    /** Brings what was written into the form of the schema, each value at its place. */
    readonly prepare?: (written: unknown) => unknown;
    /** Rules that speak of more than one value; asked once each value by itself is right. */
    readonly checks?: (value: T) => readonly Mistake[];
}
/** A file that keeps its rules. */
interface CheckedDocument<T> {
    readonly value: T;
    /** The value as it was written, without defaults. */
    readonly written: unknown;
    /** A mistake, or a notice, with its place in the file. */
    readonly problem: (mistake: Mistake) => ConfigProblem;
}
/**
 * Reads a file of JSON (comments and trailing commas allowed) or YAML that has a schema.
 *
 * @param text - Content of the file; a byte order mark at its start is left out.
 * @param file - Its name, as messages are to have it. One that ends in `.yaml` or `.yml` is YAML, any other JSON.
 * @throws {@link ConfigError} with every mistake: in the syntax, or else of each value, or else of values that do not fit each other.
 *
 * @example
 * ```ts
 * import { readDocument } from '@occlum/config';
 * import { z } from 'zod';
 *
 * const schema = z.strictObject({ size: z.int({ error: 'an integer' }) }, { error: 'an object' });
 * readDocument('size: 5', 'box.yaml', { schema }).value.size; // => 5
 * ```
 */
declare function readDocument<T>(text: string, file: string, { schema, prepare, checks }: DocumentRules<T>): CheckedDocument<T>;

/**
 * Bytes of a size such as `300MB`; `undefined` when it is none, or more than the largest exact integer.
 *
 * @example
 * ```ts
 * import { parseSize } from '@occlum/config';
 *
 * parseSize('300MB'); // => 314572800
 * parseSize('300'); // => undefined
 * ```
 */
declare function parseSize(text: string): number | undefined;

export { type CheckedDocument, type Config, ConfigError, type ConfigPath, type ConfigProblem, type DocumentRules, type Mistake, type ReadConfig, type WrittenPlaces, formatPath, formatProblem, jsonSchema, parseSize, readConfig, readDocument };
