import { Attendance } from '../../crowd/attendance.ts';
import { browserSchedule } from '../../crowd/browser-schedule.ts';
import { allReadings } from '../../crowd/page-readings.ts';
import type { Schedule } from '../../crowd/schedules/index.ts';
import type { SliceReport } from '../../crowd/slice-report.ts';
import { sumCounts } from '../../kernel/sum-counts.ts';
import type { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { MergedTimings } from '../../timings/merged-timings.ts';
import { pageMetrics } from '../../timings/page-metrics.ts';
import { quantilesMs } from '../../timings/percentile.ts';
import { summariseLatency } from './latency.ts';
import type { Summary } from './schema.ts';

type Browsers = NonNullable<Summary['browsers']>;

/** The browser participants; null if none were requested. */
export function summariseBrowsers(
  reports: readonly SliceReport[],
  together: MergedTimings,
  beside: Schedule,
  notJudged: Browsers['notJudged'],
): Summary['browsers'] {
  const parts = reports.flatMap(({ browsers }) => browsers ?? []);
  if (parts.length === 0) return null;
  const timings = new MergedTimings(parts.map((part) => part.timings));
  const sum = (read: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + read(part), 0);
  const problems = mergedProblems(parts.flatMap((part) => part.problems));
  return {
    requested: Math.max(...parts.map(({ requested }) => requested)),
    peak: peak(reports, beside),
    unavailableReason:
      parts.find(({ unavailableReason }) => unavailableReason !== null)?.unavailableReason ?? null,
    sessions: {
      started: sum(({ sessions }) => sessions.started),
      completed: sum(({ sessions }) => sessions.completed),
      gaveUp: sumCounts(parts.map(({ sessions }) => sessions.gaveUp)),
      cutShort: sum(({ sessions }) => sessions.cutShort),
    },
    traced: sum(({ traced }) => traced),
    crashes: problems.reduce((total, { kind, count }) => total + (kind === 'page crash' ? count : 0), 0),
    byKind: {
      protocol: partOf(new MergedTimings(reports.map((report) => report.timings))),
      browsers: partOf(timings),
    },
    experience: experienceOf(reports, together),
    problems,
    notJudged,
  };
}

/** The peak over all slices. */
function peak(reports: readonly SliceReport[], beside: Schedule): number {
  const attendance = new Attendance();
  let asked = 0;
  for (const { slice, browsers } of reports) {
    if (!browsers) continue;
    asked = Math.max(asked, browsers.requested);
    attendance.add(slice, browsers.timings.windows);
  }
  return asked === 0 ? 0 : Math.round(attendance.reached(browserSchedule(beside, asked)));
}

function partOf({ actions, operations }: MergedTimings): Browsers['byKind']['protocol'] {
  return {
    total: actions.total,
    failed: actions.total - actions.successful,
    latency: summariseLatency(actions.ok, actions.earliest),
    operations: Object.fromEntries(
      [...operations]
        .filter(([, { total }]) => total > 0)
        .map(([name, { total, successful, ok, earliest }]) => [
          name,
          { total, failed: total - successful, latency: summariseLatency(ok, earliest) },
        ]),
    ),
  };
}

/** The page metrics. */
function experienceOf(
  reports: readonly SliceReport[],
  { operations }: MergedTimings,
): Browsers['experience'] {
  const readings: ReadonlyMap<string, LatencyHistogram> = allReadings(reports);
  const measured = pageMetrics.flatMap(({ name, unit, short }) => {
    const values = readings.get(name) ?? operations.get(name)?.ok;
    return short !== undefined && values && values.count > 0 ? [[name, quantiles(values, unit)]] : [];
  });
  return Object.fromEntries(measured);
}

function quantiles(values: LatencyHistogram, unit: string): Browsers['experience'][string] {
  const [p50 = null, p75 = null, p95 = null] = quantilesMs(values, [0.5, 0.75, 0.95]);
  return { unit, count: values.count, p50, p75, p95, max: values.maxMs };
}

function mergedProblems(all: readonly Browsers['problems'][number][]): Browsers['problems'] {
  const merged = new Map<string, Browsers['problems'][number]>();
  for (const problem of all) {
    const known = merged.get(`${problem.kind} ${problem.cause}`);
    if (known) known.count += problem.count;
    else merged.set(`${problem.kind} ${problem.cause}`, { ...problem, samples: [...problem.samples] });
  }
  return [...merged.values()].sort((one, other) => other.count - one.count);
}
