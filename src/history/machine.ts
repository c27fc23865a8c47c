import { createHash } from 'node:crypto';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { HistoryRecord } from './record.ts';

export type Machine = HistoryRecord['machine'];

/** A machine as the facts of a run describe it. */
export interface DescribedMachine {
  readonly machine: {
    readonly os: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** The properties of a machine that decide its figures. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  /** The version of the operating system: it differs between two nights of CI whose figures do not differ. */
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

/** The same for a machine that another process, or another machine, described. */
export function machineOf({ machine, versions }: DescribedMachine): Machine {
  const [platform = '', release = '', arch = ''] = machine.os.split(' ');
  return describeMachine({ ...machine, platform, release, arch, nodeMajor: majorOf(versions.node ?? '') });
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

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
