import { readdirSync, readFileSync, statSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { arrivals, processorWaitMs } from '../kernel/arrivals.ts';
import { loopBlocks } from '../request-context/own-timeout.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { LoopDelay } from './loop-delay.ts';
import type { GeneratorHealth, GeneratorSample } from './slice-report.ts';

const CPU_WINDOW = 5;

/**
 * Watches the process that generates load and turns on the time stamps of arrivals. At most one per process.
 */
export class GeneratorWatch {
  readonly #loop = new LoopDelay();
  readonly #watchedFrom = performance.now();
  #watchedUntil: number | undefined;
  readonly #unwatch: () => void;
  /** The longest block since the last sample. */
  #longestLatelyMs = 0;
  readonly #waitedBeforeMs = processorWaitMs();
  #sampled: { readonly at: number; readonly users: number; readonly waitedMs: number | undefined };
  #waitedAtEndMs: number | undefined;
  #userMs = 0;
  readonly #lateArrivals = LatencyHistogram.empty();
  /** The latest arrival since the last sample. */
  #latestArrivalMs: number | undefined;
  readonly #startSkewMs: number;
  readonly #releasedAt: number;
  readonly #endBlocks: () => void;
  readonly #openFilesLimit = openFilesLimit();
  readonly #cpu: { at: number; ms: number }[] = [];
  readonly #samples: GeneratorSample[] = [];
  #reported = 0;
  #cpuPeak = 0;
  #memoryPeakBytes = 0;
  #heapPeakBytes = 0;
  #openFilesPeak: number | null = null;

  /** Create it at the release of the barrier, which this process noticed `startSkewMs` late. */
  constructor(now: number, startSkewMs: number) {
    this.#startSkewMs = startSkewMs;
    this.#releasedAt = now - startSkewMs;
    this.#endBlocks = loopBlocks.watch();
    this.#sampled = { at: now, users: 0, waitedMs: this.#waitedBeforeMs };
    this.#unwatch = arrivals.watch();
    arrivals.onBlock = this.#blocked;
    this.#look(now);
  }

  arrivedLate(ms: number): void {
    this.#lateArrivals.record(Math.max(0, ms));
    this.#latestArrivalMs = Math.max(this.#latestArrivalMs ?? 0, ms);
  }

  /**
   * Reads CPU, memory and open files; call it once a second. `browserCpu`: the CPU of this slice's browser in that
   * second, in cores. `users`: the active participants without a browser.
   */
  sample(now: number, browserCpu?: number, users = 0): void {
    const memoryBytes = this.#look(now);
    const [before, waitedMs] = [this.#sampled, processorWaitMs()];
    this.#sampled = { at: now, users, waitedMs };
    this.#userMs += ((before.users + users) / 2) * (now - before.at);
    this.#samples.push({
      atMs: now - this.#releasedAt,
      loopDelayMaxMs: this.#longestLatelyMs,
      cpu: this.#cores(this.#cpu.length - 2),
      processorWaitPercent: processorWaitPercent(before.waitedMs, waitedMs, now - before.at),
      browserCpu,
      ...(this.#latestArrivalMs === undefined ? {} : { arrivalLateMs: this.#latestArrivalMs }),
      memoryBytes,
    });
    this.#longestLatelyMs = 0;
    this.#latestArrivalMs = undefined;
  }

  /** The samples since the last call. */
  newSamples(): GeneratorSample[] {
    const fresh = this.#samples.slice(this.#reported);
    this.#reported = this.#samples.length;
    return fresh;
  }

  allSamples(): GeneratorSample[] {
    return [...this.#samples];
  }

  health(): GeneratorHealth {
    const lastedMs = (this.#watchedUntil ?? performance.now()) - this.#watchedFrom;
    return {
      loopDelayP99Ms: this.#loop.percentileMs(0.99, lastedMs),
      loopDelayMaxMs: this.#loop.longestMs,
      processorWaitPercent: processorWaitPercent(
        this.#waitedBeforeMs,
        this.#waitedAtEndMs ?? processorWaitMs(),
        lastedMs,
      ),
      cpuMean: this.#cores(0),
      // A run shorter than 5 seconds has no such window.
      cpuPeak: Math.max(this.#cpuPeak, this.#cores(0)),
      memoryPeakBytes: this.#memoryPeakBytes,
      heap: { peakBytes: this.#heapPeakBytes, limitBytes: getHeapStatistics().heap_size_limit },
      openFilesPeak: this.#openFilesPeak,
      openFilesLimit: this.#openFilesLimit,
      startSkewMs: this.#startSkewMs,
      userMs: this.#userMs,
      ...(this.#lateArrivals.count > 0 ? { lateArrivals: this.#lateArrivals.encode() } : {}),
    };
  }

  stop(): void {
    if (this.#watchedUntil !== undefined) return;
    this.#watchedUntil = performance.now();
    this.#waitedAtEndMs = processorWaitMs();
    if (arrivals.onBlock === this.#blocked) arrivals.onBlock = undefined;
    this.#unwatch();
    this.#endBlocks();
  }

  readonly #blocked = (ms: number): void => {
    this.#loop.blocked(ms);
    if (ms > this.#longestLatelyMs) this.#longestLatelyMs = ms;
  };

  /** Updates the peaks; returns the memory in use. */
  #look(now: number): number {
    const { user, system } = process.cpuUsage();
    this.#cpu.push({ at: now, ms: (user + system) / 1000 });
    if (this.#cpu.length > CPU_WINDOW) {
      this.#cpuPeak = Math.max(this.#cpuPeak, this.#cores(this.#cpu.length - 1 - CPU_WINDOW));
    }
    const memoryBytes = residentBytes() ?? this.#memoryPeakBytes;
    this.#memoryPeakBytes = Math.max(this.#memoryPeakBytes, memoryBytes);
    this.#heapPeakBytes = Math.max(this.#heapPeakBytes, getHeapStatistics().total_heap_size);
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

/** The part of the time in which this thread was ready to run and had no processor; undefined if not reported. */
function processorWaitPercent(
  fromMs: number | undefined,
  toMs: number | undefined,
  lastedMs: number,
): number | undefined {
  if (fromMs === undefined || toMs === undefined || lastedMs <= 0) return undefined;
  return ((toMs - fromMs) / lastedMs) * 100;
}

/** Undefined if no file descriptor is left to read it. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

function openFiles(): number | null {
  try {
    // Since Linux 6.2, the size of the folder is the number of open files. Listing 20,000 files each second costs CPU.
    const { size } = statSync('/proc/self/fd');
    return size > 0 ? size : readdirSync('/proc/self/fd').length;
  } catch {
    return null; // only Linux reports it this way
  }
}

/** For this process and its children; null where the system does not report it. */
export function openFilesLimit(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}
