import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import type { ShareReport } from './share-report.ts';

/** One question that the generator answers about itself. */
export interface SelfCheckFinding {
  readonly check: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly ok: boolean;
  /** Whether it can make latencies longer than the service's. */
  readonly slows: boolean;
  /** What to do when it is not ok. */
  readonly wayOut: string;
}

/** Above these, what was measured may be the generator's own slowness. */
export const bounds = {
  loopDelayP99Ms: 50,
  cpuPeakCores: 0.95,
  lateArrivalP99Ms: 100,
  startSkewMs: 100,
  openFilesPercent: 90,
  /** Pages give way to all else (see CrowdBrowser), so they harm themselves alone: short of processors, they wait. */
  browserCpuPercent: 80,
  droppedArrivals: 0,
} as const;

const spread = 'Spread the crowd over more workers or machines, or ask for less load.';

/**
 * "Was it the service or the tester?": every bound, with the worst value over all shares. `sharesEach`: so many of them,
 * in their order, were on one machine.
 */
export function selfCheck(reports: readonly ShareReport[], sharesEach = Infinity): SelfCheckFinding[] {
  const worst = (read: (report: ShareReport) => number) => Math.max(0, ...reports.map(read));
  const lateArrivals = LatencyHistogram.empty();
  for (const { health } of reports) {
    if (health.lateArrivals) lateArrivals.add(LatencyHistogram.decode(health.lateArrivals));
  }
  const late = percentile(lateArrivals, 0.99);
  const found = (
    check: string,
    value: number,
    bound: number,
    unit: string,
    { wayOut = spread, slows = true } = {},
  ) => ({ check, value, bound, unit, ok: value <= bound, slows, wayOut });
  return [
    found(
      'event-loop delay P99',
      worst(({ health }) => health.loopDelayP99Ms),
      bounds.loopDelayP99Ms,
      'ms',
    ),
    found(
      'CPU of the busiest worker',
      worst(({ health }) => health.cpuPeak),
      bounds.cpuPeakCores,
      'cores',
    ),
    ...(reports.some(({ browsers }) => browsers?.processes)
      ? [
          found(
            'CPU of all browsers of the machine’s',
            worst(({ share }) => browserCpuPercent(reports.filter(isBeside(share, sharesEach)))),
            bounds.browserCpuPercent,
            '%',
            {
              wayOut:
                'Pages wait for the processors, and for each other. Ask for fewer BROWSER_USERS, or use more machines.',
            },
          ),
        ]
      : []),
    // Of fewer than 100 arrivals the latest one stands for the percentile.
    found(
      'late arrivals P99',
      'valueMs' in late ? late.valueMs : lateArrivals.maxMs,
      bounds.lateArrivalP99Ms,
      'ms',
    ),
    found(
      'barrier skew',
      worst(({ health }) => health.startSkewMs),
      bounds.startSkewMs,
      'ms',
      {
        wayOut: 'The machine was busy at the start. Use fewer workers, or let the machine settle first.',
      },
    ),
    found(
      'open files of their limit',
      worst(({ health }) => openFilesPercent(health)),
      bounds.openFilesPercent,
      '%',
      { wayOut: 'Raise the limit of open files (ulimit -n), or spread the crowd over more workers.' },
    ),
    found(
      'arrivals that the limit of users kept out',
      reports.reduce((sum, { sessions }) => sum + sessions.dropped, 0),
      bounds.droppedArrivals,
      'arrivals',
      {
        wayOut: 'The load was smaller than asked for. Raise CONCURRENT_USERS, or ask for a lower rate.',
        // Less load than asked for makes no latency longer.
        slows: false,
      },
    ),
  ];
}

function openFilesPercent({ openFilesPeak, openFilesLimit }: ShareReport['health']): number {
  return openFilesPeak === null || openFilesLimit === null ? 0 : (openFilesPeak / openFilesLimit) * 100;
}

/** Whether a share was on the machine of that one. */
function isBeside(share: number, sharesEach: number): (report: ShareReport) => boolean {
  const machineOf = (one: number) => Math.floor((one - 1) / sharesEach);
  return (report) => machineOf(report.share) === machineOf(share);
}

const STRETCH_S = 5;

/** What all browsers of one machine took together in their busiest 5 seconds, of all its processors. */
function browserCpuPercent(reports: readonly ShareReport[]): number {
  const cores = Math.max(1, ...reports.map(({ browsers }) => browsers?.processes?.cores ?? 0));
  const msBySecond: number[] = [];
  for (const { moments } of reports) {
    let since = 0;
    for (const { atMs, browserCpu = 0 } of moments) {
      const second = Math.max(0, Math.ceil(atMs / 1000) - 1);
      msBySecond[second] = (msBySecond[second] ?? 0) + browserCpu * (atMs - since);
      since = atMs;
    }
  }
  let busiestMs = 0;
  const lasted = msBySecond.length;
  // A run of less than 5 seconds is a stretch itself.
  for (let end = Math.max(1, Math.min(STRETCH_S, lasted)); end <= lasted; end++) {
    const stretch = msBySecond.slice(Math.max(0, end - STRETCH_S), end);
    busiestMs = Math.max(busiestMs, stretch.reduce((sum, ms) => sum + ms, 0) / stretch.length);
  }
  return (busiestMs / 1000 / cores) * 100;
}
