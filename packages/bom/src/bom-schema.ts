import { z } from 'zod';

/** Each rule's `error` says what would be right, as it follows "expected". */
const path = z.string({ error: 'a path that is not empty' }).regex(/^[^\0]+$/, { error: 'a path that is not empty' });
const paths = z.array(path, { error: 'a list of paths' });
const patterns = z.array(z.string({ error: 'a pattern of names' }).min(1, { error: 'a pattern of names' }), { error: 'a list of patterns' });
const SHA256 = 'the SHA-256 of the file, 64 hexadecimal digits in quotes';

const file = z.strictObject(
  {
    name: path,
    hash: z.string({ error: SHA256 }).regex(/^[0-9A-Fa-f]{64}$/, { error: SHA256 }).optional(),
    autodep: z.boolean({ error: 'true or false' }).default(true),
    rename: path.optional(),
  },
  { error: 'the path of a file, or an object with "name"' },
);

const source = z.strictObject({ from: path.optional(), dirs: paths.optional(), files: z.array(file, { error: 'a list of files' }).optional() }, { error: 'an object with "from", "dirs" or "files"' });
const link = z.strictObject({ src: path, linkname: path }, { error: 'an object with "src" and "linkname"' });

const target = z.strictObject(
  {
    target: path,
    mkdirs: paths.default([]),
    createlinks: z.array(link, { error: 'a list of links' }).default([]),
    copy: z.array(source, { error: 'a list of what is copied' }).default([]),
  },
  { error: 'an object with "target"' },
);

/** A bill of materials. Upstream's names and types. */
export const bomSchema = z.strictObject(
  { includes: paths.default([]), excludes: patterns.default([]), targets: z.array(target, { error: 'a list of targets' }).default([]) },
  { error: 'an object with "includes", "excludes" and "targets"' },
);

/** A bill of materials once it was read, with what was left out filled in. */
export type Bom = z.output<typeof bomSchema>;

/** A place that files are copied to. */
export type BomTarget = Bom['targets'][number];
/** Where they come from. */
export type BomSource = BomTarget['copy'][number];

/** Writes what has a short form at length: a file that is only its name. A key without a value is as one that is not there. */
export function prepareBom(written: unknown): unknown {
  const value = withoutNulls(written);
  if (!isObject(value) || !Array.isArray(value['targets'])) return value;
  return { ...value, targets: value['targets'].map((one: unknown) => changed(one, 'copy', (each) => changed(each, 'files', (name) => (typeof name === 'string' ? { name } : name)))) };
}

function changed(value: unknown, key: string, change: (item: unknown) => unknown): unknown {
  if (!isObject(value) || !Array.isArray(value[key])) return value;
  return { ...value, [key]: value[key].map(change) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
