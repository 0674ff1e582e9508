import type { Directory } from '../inode.js';
import { NameTable, SyntheticAttributes, SyntheticDirectory, SyntheticFile } from '../synthetic/synthetic-inode.js';
import { hostText } from './host-text.js';

/** How the files show the loopback network of an enclave without another one, by name. Sources: proc_pid_net(5); values of Linux 6.18. */
const LOOPBACK: Readonly<Record<string, string>> = {
  dev: [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
    '',
  ].join('\n'),
  if_inet6: '00000000000000000000000000000001 01 80 10 80       lo\n',
  route: `${'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'.padEnd(127)}\n`,
};

/** Inode numbers from that of the directory to the first of its files: further than it has siblings. */
const FIRST = 64;

/**
 * `/proc/N/net`: interfaces, addresses and routes. Sockets are not listed: the host's lists name those of all its programs.
 *
 * @param place - Where the directory is, and what it is.
 * @param network - Whose it is.
 */
export function networkDirectory(
  { parent, name, attributes }: { readonly parent: Directory; readonly name: string; readonly attributes: SyntheticAttributes },
  network: 'host' | 'none',
): SyntheticDirectory {
  const { fileSystem, ino } = attributes;
  const file = (of: string, text: string, index: number): SyntheticFile =>
    new SyntheticFile(new SyntheticAttributes(fileSystem, 'file', { ino: ino + FIRST + index }), () =>
      network === 'host' ? hostText(fileSystem.binding, `/proc/self/net/${of}`) : text,
    );
  const names = new NameTable();
  for (const [index, [of, text]] of Object.entries(LOOPBACK).entries()) names.add(of, file(of, text, index));
  return new SyntheticDirectory(attributes, { parent, name }, names);
}
