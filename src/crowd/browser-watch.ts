import { availableParallelism } from 'node:os';
import { familyMemory, familyTime } from '../kernel/process-family.ts';
import type { BrowserProcesses } from './slice-report.ts';

/** Samples in the window of the CPU peak; one sample per second. */
const CPU_WINDOW = 5;
/** Reading the memory costs CPU itself. */
const MEMORY_EVERY = 10;

/** Watches the processes of the browser that a slice drives: they share the processors with everything else. */
export class BrowserWatch {
  readonly #processId: () => number | undefined;
  readonly #cpu: { at: number; ms: number }[] = [];
  /** CPU time of browsers that ended, up to their last sample. */
  #endedMs = 0;
  #last: { pid: number; ms: number } | undefined;
  #peak = 0;
  #memoryPeakBytes: number | null = null;
  #samples = 0;

  /** `processId` is called for each sample, because a browser that died is started again. */
  constructor(now: number, processId: () => number | undefined) {
    this.#processId = processId;
    this.sample(now);
  }

  /**
   * Call it once a second. @returns the CPU since the sample before, in cores; undefined if the system does not report
   * it
   */
  sample(now: number): number | undefined {
    const pid = this.#processId();
    const ms = pid === undefined ? undefined : familyTime(pid, { withEnded: true });
    if (pid === undefined || ms === undefined) return undefined;
    if (this.#last && this.#last.pid !== pid) this.#endedMs += this.#last.ms;
    this.#last = { pid, ms };
    this.#cpu.push({ at: now, ms: this.#endedMs + ms });
    if (this.#cpu.length > CPU_WINDOW)
      this.#peak = Math.max(this.#peak, this.#cores(this.#cpu.length - 1 - CPU_WINDOW));
    if (this.#samples++ % MEMORY_EVERY === MEMORY_EVERY - 1) this.#readMemory(pid);
    return this.#cores(Math.max(0, this.#cpu.length - 2));
  }

  /** Null where the system does not report it. */
  report(): BrowserProcesses | null {
    if (this.#cpu.length === 0 || !this.#last) return null;
    if (this.#memoryPeakBytes === null) this.#readMemory(this.#last.pid);
    const cpuMean = this.#cores(0);
    return {
      cpuMean,
      cpuPeak: Math.max(this.#peak, cpuMean),
      cores: availableParallelism(),
      memoryPeakBytes: this.#memoryPeakBytes,
    };
  }

  #readMemory(pid: number): void {
    const bytes = familyMemory(pid);
    if (bytes !== undefined) this.#memoryPeakBytes = Math.max(this.#memoryPeakBytes ?? 0, bytes);
  }

  #cores(from: number): number {
    const [first, last] = [this.#cpu[from]!, this.#cpu.at(-1)!];
    return last.at > first.at ? (last.ms - first.ms) / (last.at - first.at) : 0;
  }
}
