/**
 * What the worker thread runs that serves every enclave of a Node program: it hosts one LibOS an enclave, and carries
 * calls, answers and events over the thread's message port. It knows nothing else.
 */

import { parentPort } from 'node:worker_threads';

import { LibOS } from '@occlum/libos';

import { serveCalls } from './serve-calls.js';

if (parentPort !== null) serveCalls(parentPort, (listener) => new LibOS(listener));
