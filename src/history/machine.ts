import { createHash } from 'node:crypto';
import type { HistoryRecord } from './record.ts';
import type { RunFacts } from './run-facts.ts';

export type Machine = HistoryRecord['machine'];

type DescribedMachine = Pick<RunFacts, 'machine' | 'versions'>;

/**
 * Machines with equal fingerprints are comparable. A fingerprint contains the memory in whole GiB and the major
 * version of Node.js. It omits the version of the operating system, which CI changes without an effect on figures.
 */
export function machineOf({ machine, versions }: DescribedMachine): Machine {
  const { os, cpu, cores, memoryBytes } = machine;
  const [platform = '', , arch = ''] = os.split(' ');
  const nodeMajor = Number(versions.node?.split('.')[0]);
  const decisive = [cpu, cores, gibibytes(memoryBytes), platform, arch, nodeMajor];
  const fingerprint = createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 12);
  return { fingerprint, os, cpu, cores, memoryBytes, node: `v${nodeMajor}` };
}

/** Several machines that ran one crowd together: one of them if all are equal, otherwise their sum. */
export function machinesTogether(parts: readonly DescribedMachine[]): DescribedMachine['machine'] {
  const [first] = parts as [(typeof parts)[number]];
  if (new Set(parts.map((part) => machineOf(part).fingerprint)).size === 1) return first.machine;
  const sum = (figure: 'cores' | 'memoryBytes') =>
    parts.reduce((total, { machine }) => total + machine[figure], 0);
  const cpus = [...new Set(parts.map(({ machine }) => machine.cpu))].sort();
  return {
    os: first.machine.os,
    cpu: cpus.join(' + '),
    cores: sum('cores'),
    memoryBytes: sum('memoryBytes'),
  };
}

/** One machine as text: `AMD EPYC 7763, 2 cores, 8 GiB, linux x64, Node.js 20`. */
export function machineText({ cpu, cores, memoryBytes, os, node }: Machine): string {
  const [platform, , arch] = os.split(' ');
  return `${cpu}, ${cores} cores, ${gibibytes(memoryBytes)} GiB, ${platform} ${arch}, Node.js ${node.slice(1)}`;
}

function gibibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 30);
}
