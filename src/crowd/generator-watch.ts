import { readdirSync, readFileSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import type { GeneratorHealth, GeneratorMoment } from './share-report.ts';

const RESOLUTION_MS = 10;
const CPU_STRETCH = 5;

/** Watches the process that generates load: a generator that is out of breath measures itself. */
export class GeneratorWatch {
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  /** The same again, emptied with every sample. */
  readonly #recentLoop: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #lateArrivals = LatencyHistogram.empty();
  readonly #startSkewMs: number;
  readonly #releasedAt: number;
  readonly #openFilesLimit = openFilesLimit();
  readonly #cpu: { at: number; ms: number }[] = [];
  readonly #moments: GeneratorMoment[] = [];
  #told = 0;
  #cpuPeak = 0;
  #memoryPeakBytes = 0;
  #openFilesPeak: number | null = null;

  /** Begins at the release of the barrier, which this process noticed `startSkewMs` late. */
  constructor(now: number, startSkewMs: number) {
    this.#startSkewMs = startSkewMs;
    this.#loop.enable();
    this.#recentLoop.enable();
    this.#releasedAt = now - startSkewMs;
    this.#look(now);
  }

  arrivedLate(ms: number): void {
    this.#lateArrivals.record(Math.max(0, ms));
  }

  /** Reads CPU, memory and open files; once a second. `browserCpu`: of its browser in that second, in cores. */
  sample(now: number, browserCpu?: number): void {
    const memoryBytes = this.#look(now);
    this.#moments.push({
      atMs: now - this.#releasedAt,
      loopDelayMaxMs: beyondSampling(this.#recentLoop, this.#recentLoop.max),
      cpu: this.#cores(this.#cpu.length - 2),
      ...(browserCpu === undefined ? {} : { browserCpu }),
      memoryBytes,
    });
    this.#recentLoop.reset();
  }

  /** The samples since they were asked for last. */
  newMoments(): GeneratorMoment[] {
    const fresh = this.#moments.slice(this.#told);
    this.#told = this.#moments.length;
    return fresh;
  }

  allMoments(): GeneratorMoment[] {
    return [...this.#moments];
  }

  health(): GeneratorHealth {
    return {
      loopDelayP99Ms: beyondSampling(this.#loop, this.#loop.percentile(99)),
      loopDelayMaxMs: beyondSampling(this.#loop, this.#loop.max),
      cpuMean: this.#cores(0),
      // A run of less than 5 seconds has no such stretch.
      cpuPeak: Math.max(this.#cpuPeak, this.#cores(0)),
      memoryPeakBytes: this.#memoryPeakBytes,
      openFilesPeak: this.#openFilesPeak,
      openFilesLimit: this.#openFilesLimit,
      startSkewMs: this.#startSkewMs,
      ...(this.#lateArrivals.count > 0 ? { lateArrivals: this.#lateArrivals.encode() } : {}),
    };
  }

  stop(): void {
    this.#loop.disable();
    this.#recentLoop.disable();
  }

  /** Adds to the peaks; answers the memory in use. */
  #look(now: number): number {
    const { user, system } = process.cpuUsage();
    this.#cpu.push({ at: now, ms: (user + system) / 1000 });
    if (this.#cpu.length > CPU_STRETCH) {
      this.#cpuPeak = Math.max(this.#cpuPeak, this.#cores(this.#cpu.length - 1 - CPU_STRETCH));
    }
    const memoryBytes = process.memoryUsage.rss();
    this.#memoryPeakBytes = Math.max(this.#memoryPeakBytes, memoryBytes);
    const open = openFiles();
    if (open !== null) this.#openFilesPeak = Math.max(this.#openFilesPeak ?? 0, open);
    return memoryBytes;
  }

  /** CPU time per time since the sample at `from`, in cores. */
  #cores(from: number): number {
    const [first, last] = [this.#cpu[from]!, this.#cpu.at(-1)!];
    return last.at > first.at ? (last.ms - first.ms) / (last.at - first.at) : 0;
  }
}

/** What a histogram holds is the whole time between two samples, so their planned distance is taken off; in ms. */
function beyondSampling({ count }: IntervalHistogram, nanoseconds: number): number {
  return count === 0 ? 0 : Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null; // only Linux tells it this way
  }
}

function openFilesLimit(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}
