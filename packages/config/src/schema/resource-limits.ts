import { z } from 'zod';

import { integer, size, U32_MAX } from './scalars.js';

const MEMORY_MIN = 2 ** 20;

/** `resource_limits`: what all programs of the instance have together. */
export const resourceLimits = z.strictObject(
  {
    max_num_of_threads: integer(1, U32_MAX).default(4096).meta({ description: 'Most threads at one time.' }),
    user_space_size: size(MEMORY_MIN).optional().meta({ description: 'Most memory of all programs; no limit when left out.' }),
    user_space_max_size: size(MEMORY_MIN).optional().meta({ description: 'The same where user_space_size is what upstream starts with.' }),
    init_num_of_threads: integer(1, U32_MAX).optional(),
    kernel_space_heap_size: size().optional(),
    kernel_space_heap_max_size: size().optional(),
    kernel_space_stack_size: size().optional(),
    marshal_buffer_size: size().optional(),
  },
  { error: 'an object' },
);

/** `process`: what one process starts with. */
export const processDefaults = z.strictObject(
  {
    default_stack_size: size(64 * 2 ** 10).default(8 * 2 ** 20).meta({ description: 'How far stacks of programs grow; a program can raise it (ulimit -s).' }),
    default_heap_size: size().optional(),
    default_mmap_size: size().optional(),
  },
  { error: 'an object' },
);
