import { createHash } from 'node:crypto';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { HistoryRecord } from './record.ts';
import type { RunFacts } from './run-facts.ts';

export type Machine = HistoryRecord['machine'];

/** What of a machine decides its figures. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  /** Of the operating system; two nights of CI differ in it, and their figures do not. */
  readonly release: string;
  readonly arch: string;
  readonly nodeMajor: number;
}

/** The machine that this process runs on. Nothing that names the machine itself. */
export function thisMachine(): Machine {
  const [first] = cpus();
  return describeMachine({
    cpu: first?.model.trim() || 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: platform(),
    release: release(),
    arch: arch(),
    nodeMajor: majorOf(process.versions.node),
  });
}

/** The fingerprint is equal where figures may be compared: memory in whole GiB, Node.js by its major version. */
export function describeMachine(facts: MachineFacts): Machine {
  const { cpu, cores, memoryBytes, arch, nodeMajor } = facts;
  const decisive = [cpu, cores, gibibytes(memoryBytes), facts.platform, arch, nodeMajor];
  return {
    fingerprint: createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 12),
    os: `${facts.platform} ${facts.release} ${arch}`,
    cpu,
    cores,
    memoryBytes,
    node: `v${nodeMajor}`,
  };
}

/** The same of a machine that was written down, by another process or by another machine. */
export function machineOf({ machine, versions }: Pick<RunFacts, 'machine' | 'versions'>): Machine {
  const [platform = '', release = '', arch = ''] = machine.os.split(' ');
  return describeMachine({ ...machine, platform, release, arch, nodeMajor: majorOf(versions.node ?? '') });
}

/** Several machines that ran one thing together: the one that all are like, or else their sum, which is like no other. */
export function machinesTogether(
  parts: readonly Pick<RunFacts, 'machine' | 'versions'>[],
): RunFacts['machine'] {
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

/** One machine in the words of people: `AMD EPYC 7763, 2 cores, 8 GiB, linux x64, Node.js 20`. */
export function machineText({ cpu, cores, memoryBytes, os, node }: Machine): string {
  const [platform, , arch] = os.split(' ');
  return `${cpu}, ${cores} cores, ${gibibytes(memoryBytes)} GiB, ${platform} ${arch}, Node.js ${node.slice(1)}`;
}

function gibibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 30);
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
