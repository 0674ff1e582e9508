/** What a value of a flag is completed with. */
export type CompletedValue = 'directories' | 'files' | 'variables' | readonly string[] | 'nothing';

/** By what `--help` shows of a value: `DIR`, `FILE`, `HOST:GUEST[:ro]`, `NAME[=VALUE]`, `one|other`. */
export function completedValue(value: string): CompletedValue {
  if (/^[a-z]+(\|[a-z]+)+$/.test(value)) return value.split('|');
  if (value === 'DIR') return 'directories';
  if (value === 'FILE' || value.startsWith('HOST:')) return 'files';
  return value === 'NAME[=VALUE]' ? 'variables' : 'nothing';
}
