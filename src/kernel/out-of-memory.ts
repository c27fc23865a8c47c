import { writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { readIfThere } from './process-family.ts';

/** The process with the highest score is killed first: pages of Chromium have 300, and ordinary processes 0. */
const WORKER = '500';

/**
 * Makes the kernel kill this worker before the process that prints the verdict, when no memory is left. The slice of the
 * worker is lost and reported, and its reports are kept. Its child processes inherit the setting.
 */
export function dieFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', WORKER);
  } catch {
    // only Linux has it; elsewhere the order is not known
  }
}

/** The memory limit of this process and its descendants together, in bytes; null if only the machine limits it. */
export function memoryLimit(limit = process.constrainedMemory()): number | null {
  return limit > 0 && limit < totalmem() ? limit : null;
}

/**
 * The number of processes that the kernel has killed because no memory was left: in the control group of this process
 * (versions 1 and 2), or on the whole machine if the process has no group. Null if the system does not report it.
 */
export function memoryKills(): number | null {
  const groups = readIfThere('/proc/self/cgroup') ?? '';
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  const first = /^\d+:memory:(.*)$/m.exec(groups)?.[1];
  const texts = [
    first === undefined ? undefined : readIfThere(join('/sys/fs/cgroup/memory', first, 'memory.oom_control')),
    second === undefined ? undefined : readIfThere(join('/sys/fs/cgroup', second, 'memory.events')),
    readIfThere('/proc/vmstat'),
  ];
  const count = texts
    .map((text) => /^oom_kill (\d+)$/m.exec(text ?? '')?.[1])
    .find((found) => found !== undefined);
  return count === undefined ? null : Number(count);
}
