import { z } from 'zod';

import { absolutePath, flag, hostPath, size, text } from './scalars.js';

/** Upstream computes this itself from the image; so does `build` here. */
const mac = text('"", since build computes it', /^$/);

const options = z.strictObject({ MAC: mac.optional(), temporary: flag.optional(), cache_size: size().optional() }, { error: 'an object' });

const sefs = mount('sefs', { source: hostPath.optional(), options: options.optional() }).meta({ description: 'Files of the image, checked against what build saw; above one, a layer that can be written to.' });
const hostfs = mount('hostfs', { source: hostPath, options: options.optional() }).meta({ description: 'A directory of the host, as it is.' });
const ramfs = mount('ramfs', { options: options.optional() }).meta({ description: 'Files in memory, gone afterwards.' });
const procfs = mount('procfs', {}).meta({ description: 'Processes of the LibOS; always there at /proc.' });
const devfs = mount('devfs', {}).meta({ description: 'Devices of the LibOS; always there at /dev.' });

const layer = z.discriminatedUnion('type', [sefs, hostfs, ramfs], { error: 'a mount' });
const layers = z.array(layer, { error: 'a list of one or two mounts' }).min(1, { error: 'a list of one or two mounts' }).max(2, { error: 'a list of one or two mounts' });
const unionfs = mount('unionfs', { options: z.strictObject({ layers }, { error: 'an object with "layers"' }) }).meta({
  description: 'One mount over another: the first is only read, the second takes what is written.',
});

/** One entry of `mount`. */
export const mountEntry = z.discriminatedUnion('type', [unionfs, sefs, hostfs, ramfs, procfs, devfs], { error: 'a mount' });

/** Where `build` puts the image. */
export const BUILT_IMAGE = './build/mount/__ROOT';

/** Types of upstream that are refused, and why. */
export const REFUSED_MOUNT_TYPES: Readonly<Record<string, string>> = {
  ext2: 'an encrypted disk, which is not supported yet: what is asked to be encrypted must not be in clear',
};

/**
 * Upstream's template, but for `/host`: there it is the directory of the instance, which has the key that signs it and all that is
 * measured, for programs to read and to write.
 */
export const DEFAULT_MOUNTS = [
  {
    target: '/',
    type: 'unionfs',
    options: {
      layers: [
        { target: '/', type: 'sefs', source: BUILT_IMAGE, options: { MAC: '' } },
        { target: '/', type: 'sefs', source: './run/mount/__ROOT' },
      ],
    },
  },
  { target: '/proc', type: 'procfs' },
  { target: '/dev', type: 'devfs' },
] as const satisfies z.input<typeof mountEntry>[];

function mount<const T extends string, const S extends z.ZodRawShape>(type: T, shape: S) {
  return z.strictObject({ target: absolutePath, type: z.literal(type), ...shape });
}
