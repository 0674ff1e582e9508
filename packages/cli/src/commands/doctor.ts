import { release, tmpdir } from 'node:os';
import { execPath, geteuid, versions } from 'node:process';

import { formatFinding } from '../doctor/finding.js';
import type { Finding } from '../doctor/finding.js';
import { hostView } from '../doctor/host-view.js';
import { kernelFindings } from '../doctor/kernel-findings.js';
import { baseFindings, certificatesFinding, cpusFinding } from '../doctor/node-findings.js';
import { roomFindings } from '../doctor/room-findings.js';
import { askSupervisor, supervisorFindings } from '../doctor/supervisor-findings.js';
import { terminalFinding } from '../doctor/terminal-finding.js';
import { tryProgram } from '../doctor/try-program.js';
import type { Define, Surroundings } from './command.js';

const EXAMPLES = `
Examples:
  occlum doctor
  occlum doctor --json | jq '.findings[] | select(.state != "ok")'

Everything is tried, nothing is changed. Exit status: 0 programs can run here; 1 they cannot.`;

/** Exit status where no program can run. */
const SICK = 1;

/** `occlum doctor`. */
export const defineDoctor: Define = (program, chosen) => {
  program
    .command('doctor')
    .description('say what this host offers to programs, what is missing, and what that means')
    .usage('[options]')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(({ json }: { readonly json?: true }) => {
      chosen((surroundings) => examine(surroundings, json === true ? 'json' : 'lines'));
    });
};

async function examine({ env, print }: Surroundings, form: 'json' | 'lines'): Promise<number> {
  const findings: Finding[] = [];
  const tell = (...more: readonly Finding[]): void => {
    findings.push(...more);
    if (form === 'lines') for (const finding of more) print(`${formatFinding(finding)}\n`);
  };
  const isSick = (): boolean => findings.some(({ state }) => state === 'failure');
  tell(...baseFindings(release(), versions.node));
  // Without these nothing else can be asked.
  if (!isSick()) {
    const host = hostView(env, geteuid?.() ?? 0, tmpdir());
    tell(...kernelFindings(host), cpusFinding(), ...roomFindings(host), terminalFinding());
    tell(certificatesFinding(env['OCCLUM_HOST_NODE_EXTRA_CA_CERTS'] ?? env['NODE_EXTRA_CA_CERTS'], execPath));
    tell(...supervisorFindings(await askSupervisor()));
    tell(await tryProgram([...new Set([tmpdir(), '/dev/shm', '/var/tmp'])]));
  }
  const canRun = !isSick();
  print(form === 'json' ? `${JSON.stringify({ canRun, findings })}\n` : `Programs ${canRun ? 'can' : 'cannot'} run here.\n`);
  return canRun ? 0 : SICK;
}
