import { readFileSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

/** Chromium's pages have 300, and an ordinary process 0: the higher one is killed first. */
const WORKER = '500';

/**
 * Asks the kernel to end this process, a worker, before the process that prints the verdict when no memory is left: its
 * slice is lost and reported, and its reports are kept. Its child processes inherit the setting.
 */
export function dieFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', WORKER);
  } catch {
    // only Linux has it; elsewhere the order is not known
  }
}

/** The memory that this process and its descendants may use together, in bytes; null where only the machine limits it. */
export function memoryLimit(limit = process.constrainedMemory()): number | null {
  return limit > 0 && limit < totalmem() ? limit : null;
}

/**
 * The number of processes that the kernel has ended because no memory was left, in the control group of this process
 * (versions 1 and 2), or on the whole machine where the process has no group. Null where the system does not report it.
 */
export function memoryKills(): number | null {
  const groups = read('/proc/self/cgroup') ?? '';
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  const first = /^\d+:memory:(.*)$/m.exec(groups)?.[1];
  const texts = [
    first === undefined ? undefined : read(join('/sys/fs/cgroup/memory', first, 'memory.oom_control')),
    second === undefined ? undefined : read(join('/sys/fs/cgroup', second, 'memory.events')),
    read('/proc/vmstat'),
  ];
  const count = texts
    .map((text) => /^oom_kill (\d+)$/m.exec(text ?? '')?.[1])
    .find((found) => found !== undefined);
  return count === undefined ? null : Number(count);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // only Linux reports it in this way
  }
}
