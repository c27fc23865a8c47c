import { createHash } from 'node:crypto';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { HistoryRecord } from './record.ts';

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
    nodeMajor: Number(process.versions.node.split('.')[0]),
  });
}

/** The fingerprint is equal where figures may be compared: memory in whole GiB, Node.js by its major version. */
export function describeMachine(facts: MachineFacts): Machine {
  const { cpu, cores, memoryBytes, arch, nodeMajor } = facts;
  const gibibytes = Math.round(memoryBytes / 2 ** 30);
  const decisive = [cpu, cores, gibibytes, facts.platform, arch, nodeMajor];
  return {
    fingerprint: createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 12),
    os: `${facts.platform} ${facts.release} ${arch}`,
    cpu,
    cores,
    memoryBytes,
    node: `v${nodeMajor}`,
  };
}

/** One machine in the words of people: `AMD EPYC 7763, 2 cores, 8 GiB, linux x64, Node.js 20`. */
export function machineText({ cpu, cores, memoryBytes, os, node }: Machine): string {
  const [platform, , arch] = os.split(' ');
  return `${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${platform} ${arch}, Node.js ${node.slice(1)}`;
}
