import { LatencyHistogram } from '../timings/latency-histogram.ts';
import { percentile } from '../timings/percentile.ts';
import { browserCpuPercent } from './browser-cpu.ts';
import { generatorLimitFindings } from './generator-limits.ts';
import type { SelfCheckFinding, Spoils } from './self-check.ts';
import type { SliceReport } from './slice-report.ts';

export const bounds = {
  lateArrivalP99Ms: 100,
  /** The part of the participants' time by which a closed schedule makes less load. */
  lateStartsPercent: 5,
  startSkewMs: 100,
  openFilesPercent: 90,
  localPortsPercent: 90,
  /** Pages have the lowest priority (see CrowdBrowser), so without free processors only pages wait. */
  browserCpuPercent: 80,
  /** A service closes a connection that does not answer pings in this time: Socket.IO waits 20 s by default. */
  longestBlockMs: 1000,
  droppedArrivals: 0,
} as const;

interface Check {
  readonly check: string;
  readonly bound: number;
  readonly unit: string;
  readonly spoils: Spoils;
  readonly hint: string;
  /** The worst value of all slices; undefined if there is nothing to check. */
  value(reports: readonly SliceReport[], slicesEach: number): number | undefined;
}

const LESS_LOAD = 'Use more workers or machines, or less load.';

/** All self-checks of the generator; a new one is a row. */
const checks: readonly Check[] = [
  {
    check: 'late arrivals P99',
    bound: bounds.lateArrivalP99Ms,
    unit: 'ms',
    spoils: 'load',
    hint: LESS_LOAD,
    value: lateArrivalsMs,
  },
  {
    check: 'time lost by late starts',
    bound: bounds.lateStartsPercent,
    unit: '%',
    spoils: 'load',
    hint: LESS_LOAD,
    value: (reports) => worst(reports, lateStartsPercent),
  },
  {
    check: 'start skew',
    bound: bounds.startSkewMs,
    unit: 'ms',
    spoils: 'load',
    hint: 'The machine was busy at the start. Use fewer workers, or wait until the machine is idle.',
    value: (reports) => worst(reports, ({ health }) => health.startSkewMs),
  },
  {
    check: 'arrivals skipped at the user limit',
    bound: bounds.droppedArrivals,
    unit: 'arrivals',
    spoils: 'load',
    hint: 'The load was smaller than requested. Raise CONCURRENT_USERS, or use a lower rate.',
    value: (reports) => reports.reduce((sum, { sessions }) => sum + sessions.dropped, 0),
  },
  {
    check: 'longest event-loop block',
    bound: bounds.longestBlockMs,
    unit: 'ms',
    spoils: 'connections',
    hint: `Pings may have been answered too late. ${LESS_LOAD}`,
    value: (reports) => worst(reports, ({ health }) => health.loopDelayMaxMs),
  },
  {
    check: 'open files',
    bound: bounds.openFilesPercent,
    unit: '%',
    spoils: 'nothing',
    hint: 'Raise the limit of open files (ulimit -n), or use more workers.',
    value: (reports) => worst(reports, openFilesPercent),
  },
  {
    check: 'CPU of all browsers',
    bound: bounds.browserCpuPercent,
    unit: '%',
    spoils: 'pages',
    hint: 'Pages wait for the processors, and for each other. Use fewer BROWSER_USERS, or more machines.',
    value: (reports, slicesEach) =>
      reports.some(({ browsers }) => browsers?.processes)
        ? worstMachine(reports, slicesEach, browserCpuPercent)
        : undefined,
  },
  {
    check: 'local ports',
    bound: bounds.localPortsPercent,
    unit: '%',
    spoils: 'nothing',
    hint: 'Set SOURCE_ADDRESSES to more addresses of this machine, or use more machines.',
    value: (reports, slicesEach) =>
      reports.some(({ health }) => health.localPorts)
        ? worstMachine(reports, slicesEach, localPortsPercent)
        : undefined,
  },
];

/**
 * Runs every self-check with the worst value over all slices: was it the service or the generator?
 * @param slicesEach the number of slices on each machine, in the order of the slices
 */
export function selfCheck(reports: readonly SliceReport[], slicesEach = Infinity): SelfCheckFinding[] {
  const found = checks.flatMap(({ value: read, ...check }) => {
    const value = read(reports, slicesEach);
    return value === undefined ? [] : [{ ...check, value, ok: value <= check.bound }];
  });
  return [...found, ...generatorLimitFindings(reports)];
}

function worst(reports: readonly SliceReport[], read: (report: SliceReport) => number): number {
  return Math.max(0, ...reports.map(read));
}

/** The worst value of a machine: `read` gets all slices that were on it. */
function worstMachine(
  reports: readonly SliceReport[],
  slicesEach: number,
  read: (reports: readonly SliceReport[]) => number,
): number {
  const machineOf = ({ slice }: SliceReport) => Math.floor((slice - 1) / slicesEach);
  const beside = (one: SliceReport) => reports.filter((report) => machineOf(report) === machineOf(one));
  return worst(reports, (report) => read(beside(report)));
}

/** With fewer than 100 arrivals, the latest one replaces the percentile. */
function lateArrivalsMs(reports: readonly SliceReport[]): number {
  const lateArrivals = LatencyHistogram.empty();
  for (const { health } of reports)
    if (health.lateArrivals) lateArrivals.add(LatencyHistogram.decode(health.lateArrivals));
  const late = percentile(lateArrivals, 0.99);
  return 'valueMs' in late ? late.valueMs : lateArrivals.maxMs;
}

/**
 * The part of the participants' time in which they waited for the generator, which should have begun their next call.
 * Browser participants are not included: they have a lower priority.
 */
function lateStartsPercent({ health: { userMs = 0 }, timings: { operations } }: SliceReport): number {
  const lateMs = Object.values(operations).reduce((sum, { lateStart }) => sum + (lateStart?.sumMs ?? 0), 0);
  return userMs === 0 ? 0 : (lateMs / userMs) * 100;
}

function openFilesPercent({ health: { openFilesPeak, openFilesLimit } }: SliceReport): number {
  return openFilesPeak === null || openFilesLimit === null ? 0 : (openFilesPeak / openFilesLimit) * 100;
}

/** All slices of one machine together: they share the ports. */
function localPortsPercent(reports: readonly SliceReport[]): number {
  let [used, limit] = [0, 1];
  for (const { health } of reports) {
    used += health.localPorts?.used ?? 0;
    limit = Math.max(limit, health.localPorts?.limit ?? 0);
  }
  return (used / limit) * 100;
}
