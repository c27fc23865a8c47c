import { Attendance } from '../../crowd/attendance.ts';
import { browserSchedule } from '../../crowd/browser-schedule.ts';
import type { Schedule } from '../../crowd/schedules/index.ts';
import type { ShareReport } from '../../crowd/share-report.ts';
import { readings } from '../../participants/page/readings.ts';
import { LatencyHistogram } from '../../timings/latency-histogram.ts';
import { MergedTimings } from '../../timings/merged-timings.ts';
import { percentile } from '../../timings/percentile.ts';
import { summariseLatency } from './latency.ts';
import type { Summary } from './schema.ts';

type Browsers = NonNullable<Summary['browsers']>;

/** What pages measured of themselves in ms, beside the readings that are no times. */
const experienced = [
  'page.open',
  'page.join',
  'page.hand-visible',
  'page.reconnect',
  'page.ttfb',
  'page.lcp',
  'page.inp',
  'webrtc.rtt',
  'webrtc.jitter',
];

/** Browser participants apart from the others; null where none were asked for. */
export function summariseBrowsers(
  reports: readonly ShareReport[],
  together: MergedTimings,
  beside: Schedule,
  notJudged: Browsers['notJudged'],
): Summary['browsers'] {
  const parts = reports.flatMap(({ browsers }) => browsers ?? []);
  if (parts.length === 0) return null;
  const timings = new MergedTimings(parts.map((part) => part.timings));
  const sum = (read: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + read(part), 0);
  const troubles = mergedTroubles(parts.flatMap((part) => part.troubles));
  return {
    asked: Math.max(...parts.map(({ asked }) => asked)),
    reached: reached(reports, beside),
    without: parts.find(({ without }) => without !== null)?.without ?? null,
    sessions: {
      started: sum(({ sessions }) => sessions.started),
      completed: sum(({ sessions }) => sessions.completed),
      gaveUp: gaveUp(parts),
      cutShort: sum(({ sessions }) => sessions.cutShort),
    },
    traced: sum(({ traced }) => traced),
    crashes: troubles.reduce((total, { kind, count }) => total + (kind === 'page crash' ? count : 0), 0),
    apart: {
      protocol: partOf(new MergedTimings(reports.map((report) => report.timings))),
      browsers: partOf(timings),
    },
    experience: Object.fromEntries([...timesOf(together), ...readingsOf(parts)]),
    troubles,
    notJudged,
  };
}

/** The most at a time, over all shares. */
function reached(reports: readonly ShareReport[], beside: Schedule): number {
  const attendance = new Attendance();
  let asked = 0;
  for (const { share, browsers } of reports) {
    if (!browsers) continue;
    asked = Math.max(asked, browsers.asked);
    attendance.add(share, browsers.timings.windows);
  }
  return asked === 0 ? 0 : Math.round(attendance.reached(browserSchedule(beside, asked)));
}

function gaveUp(parts: readonly NonNullable<ShareReport['browsers']>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { sessions } of parts)
    for (const [step, count] of Object.entries(sessions.gaveUp)) sums[step] = (sums[step] ?? 0) + count;
  return sums;
}

function partOf({ actions, operations }: MergedTimings): Browsers['apart']['protocol'] {
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

function timesOf({ operations }: MergedTimings): [string, Browsers['experience'][string]][] {
  return experienced.flatMap((name) => {
    const ok = operations.get(name)?.ok;
    return ok && ok.count > 0 ? [[name, quantiles(ok, 'ms')]] : [];
  });
}

function readingsOf(parts: readonly NonNullable<ShareReport['browsers']>[]) {
  return Object.entries(readings).flatMap(([name, unit]): [string, Browsers['experience'][string]][] => {
    const merged = LatencyHistogram.empty();
    for (const part of parts) {
      const encoded = part.readings[name];
      if (encoded) merged.add(LatencyHistogram.decode(encoded));
    }
    return merged.count > 0 ? [[name, quantiles(merged, unit)]] : [];
  });
}

function quantiles(values: LatencyHistogram, unit: string): Browsers['experience'][string] {
  const at = (quantile: number) => {
    const found = percentile(values, quantile);
    return 'valueMs' in found ? found.valueMs : null;
  };
  return { unit, count: values.count, p50: at(0.5), p75: at(0.75), p95: at(0.95), max: values.maxMs };
}

function mergedTroubles(all: readonly Browsers['troubles'][number][]): Browsers['troubles'] {
  const merged = new Map<string, Browsers['troubles'][number]>();
  for (const trouble of all) {
    const known = merged.get(`${trouble.kind} ${trouble.cause}`);
    if (known) known.count += trouble.count;
    else merged.set(`${trouble.kind} ${trouble.cause}`, { ...trouble, samples: [...trouble.samples] });
  }
  return [...merged.values()].sort((one, other) => other.count - one.count);
}
