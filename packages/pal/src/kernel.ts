import type { LibOS } from '@occlum/libos';

/** The way into one enclave: the ECalls of native/Enclave.edl, and its end. This package uses nothing else of a LibOS. */
export type EnclaveCalls = Pick<LibOS, 'init' | 'newProcess' | 'execThread' | 'kill' | 'stopOf' | 'takes' | 'broadcastInterrupts' | 'destroy'>;
