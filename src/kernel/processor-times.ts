import { cpus } from 'node:os';
import { familyTime } from './process-family.ts';

/** Numbers of cores, averaged over time. */
export interface ProcessorUse {
  /** Cores without work. */
  readonly idle: number;
  /** Cores that worked for this process and its descendants, or only for this process if the system reports no more. */
  readonly own: number;
  /** Cores that worked for other processes. */
  readonly others: number;
}

/** In cores. If fewer are idle, and other processes use at least this number, work waits for a processor. */
const FREE_CORES = 0.4;

/**
 * Why the machine may have made latencies longer: other processes left no processor free. Null if they did not. On a single
 * core, nothing can be proven.
 */
export function keptBusy({ idle, own, others }: ProcessorUse): string | null {
  const cores = idle + own + others;
  if (cores < 1.5 || idle >= FREE_CORES || others < FREE_CORES) return null;
  return `other processes kept ${others.toFixed(1)} of ${cores.toFixed(0)} cores busy, and ${idle.toFixed(1)} were free`;
}

/** Measures the use of this machine's processors from its construction on. */
export class ProcessorTimes {
  readonly #since = read();

  use(): ProcessorUse {
    const [before, now] = [this.#since, read()];
    const elapsed = (now.all - before.all) / now.cores;
    if (elapsed === 0) return { idle: now.cores, own: 0, others: 0 };
    const idle = (now.idle - before.idle) / elapsed;
    // The time of a process that has ended is missing, which must not make the result negative.
    const own = Math.max(0, now.own - before.own) / elapsed;
    return { idle, own, others: Math.max(0, now.cores - idle - own) };
  }
}

/** Times in ms since the start of the machine, over all cores. */
function read(): { all: number; idle: number; own: number; cores: number } {
  let [all, idle] = [0, 0];
  const processors = cpus();
  for (const { times } of processors) {
    all += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { all, idle, own: familyTime(process.pid) ?? ownTime(), cores: processors.length };
}

function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
