import { errnoName } from '@occlum/errno';
import { hostBinding } from '@occlum/native';

import type { Finding } from './finding.js';

/** Whether `occlum run -t` can make a terminal. */
export function terminalFinding(): Finding {
  const ends = new Int32Array(2);
  const result = hostBinding().openpty(ends);
  if (result < 0) return { name: 'terminals', state: 'warning', found: `none can be made (${errnoName(result) ?? result})`, meaning: '--tty is refused, and programs that make terminals fail', remedy: 'mount /dev/pts: mount -t devpts devpts /dev/pts' };
  for (const end of ends) hostBinding().close(end);
  return { name: 'terminals', state: 'ok', found: 'can be made' };
}
