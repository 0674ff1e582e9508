import { z } from 'zod';

import { flag, integer, text } from './scalars.js';

/** Fields of a signature have 16 bits. Source: Intel SDM volume 3D, table 37-21, ISVPRODID and ISVSVN. */
const U16_MAX = 2 ** 16 - 1;

/** 128 bits in two halves. */
const wideId = z.strictObject({ high: hexWord(), low: hexWord() }, { error: 'an object with "high" and "low"' });

/** `metadata`: what goes into the measurement and the signature. */
export const metadata = z.strictObject(
  {
    product_id: integer(0, U16_MAX).default(0).meta({ description: 'ISVPRODID of the signature.' }),
    version_number: integer(0, U16_MAX).default(0).meta({ description: 'ISVSVN of the signature.' }),
    debuggable: flag.default(true).meta({ description: 'False makes a release enclave: no log, no debugger, no core dumps.' }),
    disable_log: flag.optional().meta({ description: 'Whether OCCLUM_LOG_LEVEL is ignored; a release enclave ignores it in any case.' }),
    enable_kss: flag.default(false),
    family_id: wideId.optional(),
    ext_prod_id: wideId.optional(),
  },
  { error: 'an object' },
);

/** `feature`: switches of upstream for parts of the CPU. */
export const feature = z.strictObject(
  {
    amx: integer(0, 2).optional(),
    pkru: integer(0, 2).optional(),
    io_uring: integer(0, 16).optional(),
    enable_edmm: flag.optional(),
    enable_posix_shm: flag.optional(),
  },
  { error: 'an object' },
);

function hexWord() {
  return text('at most 16 hexadecimal digits after "0x"', /^0x[0-9a-fA-F]{1,16}$/);
}
