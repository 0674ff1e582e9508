import { z } from 'zod';

import { absolutePath, duration, integer, size, text, U32_MAX } from './scalars.js';

const CPUS = 'a number from 0.001 to 8192, such as 1.5';
/** Whether a host has them shows where the enclave is started. */
const CPU_LIST = /^\d+(-\d+(:\d+\/\d+)?)?(,\d+(-\d+(:\d+\/\d+)?)?)*$/;

const limits = z.strictObject(
  {
    memory: size(2 ** 20).optional().meta({ description: 'Most memory of all programs; above resource_limits.user_space_size it has no effect.' }),
    threads: integer(1, U32_MAX).optional().meta({ description: 'Most threads at one time.' }),
    processes: integer(1, U32_MAX).optional().meta({ description: 'Most processes at one time.' }),
    descriptors: integer(3, 2 ** 20).optional().meta({ description: 'Most descriptors of one process.' }),
    file_size: size().optional().meta({ description: 'Largest file that can be written.' }),
    cpu_time: duration().optional().meta({ description: 'CPU time of all programs.' }),
    wall_time: duration().optional().meta({ description: 'Time from the first program on.' }),
    output: size().optional().meta({ description: 'Bytes on stdout and stderr together.' }),
  },
  { error: 'an object' },
);

/** `policy`: what this project adds to Occlum.json. */
export const policy = z.strictObject(
  {
    limits: limits.optional(),
    cpus: z.number({ error: CPUS }).min(0.001, { error: CPUS }).max(8192, { error: CPUS }).optional().meta({ description: "CPUs' worth of time that all programs have together." }),
    cpuset: text('a list of CPUs, such as "0-3,8"', CPU_LIST).optional().meta({ description: 'The only CPUs that programs run on and know of.' }),
    network: z.enum(['host', 'none'], { error: '"host" or "none"' }).default('host').meta({ description: 'Which network programs see.' }),
    read_only: z.array(absolutePath, { error: 'a list of mount targets' }).default([]).meta({ description: 'Targets of mounts that cannot be written to.' }),
  },
  { error: 'an object' },
);
