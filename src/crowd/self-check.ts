import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import type { BrowserProcesses, ShareReport } from './share-report.ts';

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
  browserCpuPercent: 60,
  droppedArrivals: 0,
} as const;

const spread = 'Spread the crowd over more workers or machines, or ask for less load.';

/** "Was it the service or the tester?": every bound, with the worst value over all shares. */
export function selfCheck(reports: readonly ShareReport[]): SelfCheckFinding[] {
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
            reports.reduce((sum, { browsers }) => sum + browserCpuPercent(browsers?.processes), 0),
            bounds.browserCpuPercent,
            '%',
            {
              wayOut:
                'Pages take the processors from everything else. Ask for fewer BROWSER_USERS, or use more machines.',
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

/** In the busiest seconds of each. */
function browserCpuPercent(processes: BrowserProcesses | null | undefined): number {
  return processes ? (processes.cpuPeak / processes.cores) * 100 : 0;
}
