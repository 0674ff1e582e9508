import type { Config } from '@occlum/config';

const XML_HEAD = '<!-- Of a software enclave: what upstream gives to the signing tool of SGX. Only DisableDebug has a meaning here. -->';

/** `Enclave.xml` of a configuration. */
export function enclaveXml({ metadata, resource_limits: limits }: Config): string {
  const rows: readonly (readonly [name: string, value: number | undefined])[] = [
    ['ProdID', metadata.product_id],
    ['ISVSVN', metadata.version_number],
    ['StackMaxSize', limits.kernel_space_stack_size],
    ['StackMinSize', limits.kernel_space_stack_size],
    ['HeapInitSize', limits.kernel_space_heap_size],
    ['HeapMaxSize', limits.kernel_space_heap_max_size ?? limits.kernel_space_heap_size],
    ['HeapMinSize', limits.kernel_space_heap_size],
    ['TCSNum', limits.max_num_of_threads],
    ['TCSPolicy', 0],
    ['DisableDebug', metadata.debuggable ? 0 : 1],
    ['ReservedMemMaxSize', limits.user_space_max_size ?? limits.user_space_size],
    ['ReservedMemExecutable', 1],
    ['EnableKSS', metadata.enable_kss ? 1 : 0],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`  <${name}>${value}</${name}>`]));
  return `${['<EnclaveConfiguration>', `  ${XML_HEAD}`, ...lines, '</EnclaveConfiguration>'].join('\n')}\n`;
}
