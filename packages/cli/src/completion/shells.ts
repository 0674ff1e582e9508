/** Shells that `occlum completion` knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of them. */
export type ShellName = (typeof SHELLS)[number];
