/** CPUs a set can name: ids from 0 to 8191. Source: `NR_CPUS` of x86-64 with `CONFIG_MAXSMP`, linux/arch/x86/Kconfig. */
export const CPU_LIMIT = 8192;

/** Takes a CPU into little-endian bits: bit `n % 8` of byte `n / 8` is CPU `n`, as in `cpu_set_t`. */
export function setBit(bits: Uint8Array, cpu: number): void {
  bits[cpu >> 3] = (bits[cpu >> 3] ?? 0) | (1 << (cpu & 7));
}

/** Number of bits that are set. */
export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
