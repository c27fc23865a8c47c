import { counted } from '../kernel/figures.ts';
import { type Slope, type TimedValue, theilSen } from '../statistics/theil-sen.ts';
import type { MetricVerdict } from './evidence.ts';
import { forecastText, valueText } from './forecast.ts';
import { metricOf } from './metric.ts';

const HOUR_MS = 3_600_000;

/** A value at a time, after this many sessions. */
export type Point = TimedValue & { readonly sessions: number };

type Rate = NonNullable<MetricVerdict['perHour']>;

/** The rates of a metric, from Theil–Sen lines over time and over sessions. */
export function ratesOf(points: readonly Point[]): Pick<MetricVerdict, 'perHour' | 'per1000Sessions'> {
  const overSessions = points.map(({ sessions, value }) => ({ at: sessions, value }));
  return {
    perHour: rateOf(points, HOUR_MS),
    per1000Sessions: rateOf(overSessions, 1000),
  };
}

/** Null if the points are too few for an interval. */
function rateOf(points: readonly TimedValue[], unit: number): Rate | null {
  const line = theilSen(points);
  if (!line) return null;
  const { slope, low, high } = within(line, points);
  return { value: slope * unit, low: low * unit, high: high * unit };
}

/** Few points have no interval by ranks: then the interval has all slopes from one point to the next. */
function within(line: Slope, points: readonly TimedValue[]): Slope {
  if (Number.isFinite(line.low) && Number.isFinite(line.high)) return line;
  const slopes = points.slice(1).flatMap(({ at, value }, index) => {
    const before = points[index]!;
    return at > before.at ? (value - before.value) / (at - before.at) : [];
  });
  return { ...line, low: Math.min(line.slope, ...slopes), high: Math.max(line.slope, ...slopes) };
}

type Facts = Pick<MetricVerdict, 'verdict' | 'by' | 'before' | 'after' | 'runAtLeastMs'> &
  Partial<Pick<MetricVerdict, 'perHour' | 'per1000Sessions' | 'reaches'>>;

/** The verdict about one metric; `message` is one sentence without its full stop. */
export function metricVerdict(metric: string, facts: Facts, message: string): MetricVerdict {
  const { label, kind, unit } = metricOf(metric);
  return {
    metric,
    label,
    kind,
    unit,
    perHour: null,
    per1000Sessions: null,
    reaches: null,
    ...facts,
    message,
  };
}

/** `12 MiB per hour (10–14), 1.1 MiB per 1000 sessions` */
export function rateText(
  { perHour, per1000Sessions }: Pick<MetricVerdict, 'perHour' | 'per1000Sessions'>,
  unit: string,
): string {
  const texts = [];
  if (perHour) texts.push(`${valueText(perHour.value, unit)} per hour (${rangeText(perHour, unit)})`);
  if (per1000Sessions) texts.push(`${valueText(per1000Sessions.value, unit)} per 1000 sessions`);
  return texts.join(', ');
}

function rangeText({ low, high }: Rate, unit: string): string {
  return `${valueText(low, unit)} to ${valueText(high, unit)}`;
}

export function reachesText(reaches: MetricVerdict['reaches'], unit: string): string {
  return reaches ? `; ${forecastText(reaches, unit)}` : '';
}

/** `run at least 24 min` */
export function runAtLeastText(runAtLeastMs: number): string {
  const minutes = Math.ceil(runAtLeastMs / 60_000);
  if (minutes < 120) return `run at least ${counted(minutes, 'min', 'min')}`;
  return `run at least ${Math.ceil(minutes / 60)} h`;
}
