import { assertNever } from '../kernel/errors.ts';
import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import { generatorLimitFindings } from './generator-limits.ts';
import type { ShareReport } from './share-report.ts';

/**
 * What a finding takes the force from, when it is not ok. Latencies are not among it: their brackets say what the generator
 * adds.
 * - `everything`: calls could not be made. Whatever the targets say, the run proves nothing about the service.
 * - `load`: the load was another one than was asked for, so that to meet a target proves little.
 * - `pages`: what pages show has no bracket; a target of theirs that is missed is no proof against the service.
 * - `connections`: nor is a lost connection, where pings were read too late.
 * - `nothing`: a warning.
 */
export type Spoils = 'everything' | 'load' | 'pages' | 'connections' | 'nothing';

/** One question that the generator answers about itself. */
export interface SelfCheckFinding {
  readonly check: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly ok: boolean;
  readonly spoils: Spoils;
  /** What to do when it is not ok. */
  readonly wayOut: string;
}

export const bounds = {
  lateArrivalP99Ms: 100,
  /** Of the time that participants were there: by as much, a closed schedule makes less load. */
  lateStartsPercent: 5,
  startSkewMs: 100,
  openFilesPercent: 90,
  localPortsPercent: 90,
  /** Pages give way to all else (see CrowdBrowser), so they harm themselves alone: short of processors, they wait. */
  browserCpuPercent: 80,
  /** A service gives up a connection whose pings are not answered for longer: by default, Socket.IO waits for 20 s. */
  longestBlockMs: 1000,
  droppedArrivals: 0,
} as const;

const spread = 'Spread the crowd over more workers or machines, or ask for less load.';

/**
 * "Was it the service or the tester?": every question, with the worst value over all shares. `sharesEach`: so many of
 * them, in their order, were on one machine.
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
    { wayOut = spread, spoils = 'load' as Spoils } = {},
  ) => ({ check, value, bound, unit, ok: value <= bound, spoils, wayOut });
  return [
    // Of fewer than 100 arrivals the latest one stands for the percentile.
    found(
      'late arrivals P99',
      'valueMs' in late ? late.valueMs : lateArrivals.maxMs,
      bounds.lateArrivalP99Ms,
      'ms',
    ),
    found('time lost by late starts', worst(lateStartsPercent), bounds.lateStartsPercent, '%'),
    found(
      'start skew',
      worst(({ health }) => health.startSkewMs),
      bounds.startSkewMs,
      'ms',
      {
        wayOut: 'The machine was busy at the start. Use fewer workers, or let the machine settle first.',
      },
    ),
    found(
      'arrivals that the limit of users kept out',
      reports.reduce((sum, { sessions }) => sum + sessions.dropped, 0),
      bounds.droppedArrivals,
      'arrivals',
      { wayOut: 'The load was smaller than asked for. Raise CONCURRENT_USERS, or ask for a lower rate.' },
    ),
    found(
      'longest time without a look at the sockets',
      worst(({ health }) => health.loopDelayMaxMs),
      bounds.longestBlockMs,
      'ms',
      { wayOut: `Pings may have been answered too late. ${spread}`, spoils: 'connections' },
    ),
    found(
      'open files of their limit',
      worst(({ health }) => openFilesPercent(health)),
      bounds.openFilesPercent,
      '%',
      {
        wayOut: 'Raise the limit of open files (ulimit -n), or spread the crowd over more workers.',
        spoils: 'nothing',
      },
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
              spoils: 'pages',
            },
          ),
        ]
      : []),
    ...(reports.some(({ health }) => health.localPorts)
      ? [
          found(
            'local ports of their limit',
            worst(({ share }) => localPortsPercent(reports.filter(isBeside(share, sharesEach)))),
            bounds.localPortsPercent,
            '%',
            {
              wayOut: 'Set SOURCE_ADDRESSES to more addresses of this machine, or use more machines.',
              spoils: 'nothing',
            },
          ),
        ]
      : []),
    ...generatorLimitFindings(reports),
  ];
}

/** Those findings that stand against the verdict: for any target, or for one that was missed. */
export function standing(
  findings: readonly SelfCheckFinding[],
  targets: readonly { readonly target: string; readonly state: string }[],
): SelfCheckFinding[] {
  return findings.filter(
    ({ ok, spoils }) =>
      !ok &&
      (spoils === 'everything' ||
        spoils === 'load' ||
        targets.some(({ target, state }) => state === 'missed' && isSpoilt(target, spoils))),
  );
}

/** Whether a target that was missed proves nothing against the service, by this finding. */
export function isSpoilt(target: string, spoils: Spoils): boolean {
  switch (spoils) {
    case 'pages':
      return /^(?:worst \d+ s )?page\./i.test(target);
    case 'connections':
      return /^connections lost/i.test(target);
    case 'everything':
      return true;
    case 'load':
      // With more of it, or at its right time, the target would be missed too.
      return false;
    case 'nothing':
      return false;
    default:
      return assertNever(spoils);
  }
}

/**
 * How much of the time of participants went by in waiting for the generator, which should have begun their next call.
 * Those in browsers are not in it: they give way to the others.
 */
function lateStartsPercent({ health: { userMs = 0 }, timings: { operations } }: ShareReport): number {
  const lateMs = Object.values(operations).reduce((sum, { lateStart }) => sum + (lateStart?.sumMs ?? 0), 0);
  return userMs === 0 ? 0 : (lateMs / userMs) * 100;
}

function openFilesPercent({ openFilesPeak, openFilesLimit }: ShareReport['health']): number {
  return openFilesPeak === null || openFilesLimit === null ? 0 : (openFilesPeak / openFilesLimit) * 100;
}

/** Of all shares of one machine together: they have the same ports. */
function localPortsPercent(reports: readonly ShareReport[]): number {
  let [used, limit] = [0, 1];
  for (const { health } of reports) {
    used += health.localPorts?.used ?? 0;
    limit = Math.max(limit, health.localPorts?.limit ?? 0);
  }
  return (used / limit) * 100;
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
