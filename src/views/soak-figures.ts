import { clock, counted, inUnit, ms, number, percent, perSecond } from '../kernel/figures.ts';
import type { SoakSummary } from '../results/summary/soak-schema.ts';
import type { MetricVerdict } from '../soak/evidence.ts';

type Interval = NonNullable<MetricVerdict['perHour']>;

/** A value of a metric in words: bytes as MiB. */
export function metricValue(
  value: number | null,
  { kind, unit }: Pick<MetricVerdict, 'kind' | 'unit'>,
): string {
  if (value === null) return '–';
  return kind === 'memory' ? `${mebibytes(value)} MiB` : inUnit(value, unit);
}

/** `12.3` MiB, with three significant digits. */
function mebibytes(bytes: number): string {
  return number(Number((bytes / 2 ** 20).toPrecision(3)));
}

/** `12.1 (10.4–13.9) MiB`, with a sign where it is not zero. */
export function growthText(
  interval: Interval | null,
  { kind, unit }: Pick<MetricVerdict, 'kind' | 'unit'>,
): string {
  if (interval === null) return '–';
  const shown = (value: number) =>
    kind === 'memory' ? mebibytes(value) : number(Number(value.toPrecision(3)));
  const named = kind === 'memory' ? ' MiB' : unit === '' ? '' : ` ${unit}`;
  const { value, low, high } = interval;
  return `${value > 0 ? '+' : ''}${shown(value)} (${shown(low)} to ${shown(high)})${named}`.replaceAll(
    '-',
    '−',
  );
}

/** `512 MiB in 9 h (6–15 h)` */
export function forecastText({ reaches, ...metric }: MetricVerdict): string {
  if (reaches === null) return '–';
  if (reaches.inHours === 0) return `${metricValue(reaches.limit, metric)}: reached`;
  const hours = (value: number) => number(Number(value.toPrecision(2)));
  const range =
    reaches.high === null
      ? `at least ${hours(reaches.low)} h`
      : `${hours(reaches.low)}–${hours(reaches.high)} h`;
  return `${metricValue(reaches.limit, metric)} in ${hours(reaches.inHours)} h (${range})`;
}

/** `process_open_fds`, if the label does not say it. */
export function nameText({ label, metric, kind }: Pick<MetricVerdict, 'label' | 'metric' | 'kind'>): string {
  return label === metric || kind === 'latency' ? '' : metric;
}

/** One row for each metric, what names the cause first, below a heading. */
export function metricRows({ metrics }: Pick<SoakSummary, 'metrics'>, isWhole: boolean): string[][] {
  const heading = ['metric', 'verdict', 'before', 'after', 'per hour'];
  const more = ['per 1000 sessions', 'forecast', 'found'];
  return [
    [...heading, ...(isWhole ? more : [])],
    ...metrics.map((metric) => [
      metric.label,
      metric.verdict,
      metricValue(metric.before, metric),
      metricValue(metric.after, metric),
      isWhole ? growthText(metric.perHour, metric) : shortGrowth(metric),
      ...(isWhole ? [growthText(metric.per1000Sessions, metric), forecastText(metric), metric.message] : []),
    ]),
  ];
}

function shortGrowth(metric: MetricVerdict): string {
  const { perHour } = metric;
  if (perHour === null || metric.verdict === 'flat') return '–';
  return growthText(perHour, metric).replace(/ \(.*\)/, '');
}

/** One row for each round. */
export function roundRows({ rounds }: Pick<SoakSummary, 'rounds'>): string[][] {
  const optional = (value: number | null) => (value === null ? '–' : ms(value));
  return [
    ['round', 'from', 'worked', 'rested', 'sessions', 'calls', 'failed', 'P50', 'P95'],
    ...rounds.map((round) => [
      `${round.number}${round.isWhole ? '' : ' (not whole)'}`,
      clock(round.fromS),
      clock(round.workedS),
      round.restedS === null ? '–' : `${number(Math.round(round.restedS))} s`,
      number(round.sessions.completed),
      number(round.calls),
      number(round.failed),
      optional(round.p50Ms),
      optional(round.p95Ms),
    ]),
  ];
}

/** The figures over all rounds, with their names. */
export function soakFigures({ run, plan, rounds, sessions, totals }: SoakSummary): [string, string][] {
  return [
    ['Duration', `${clock(run.durationS)} of ${clock(run.plannedS)} planned`],
    ['Rounds', `${number(rounds.length)} of ${number(plan.rounds)}`],
    ['Sessions', `${counted(sessions.completed, 'session')} completed of ${number(sessions.started)}`],
    [
      'Requests',
      `${number(totals.total)}, ${number(totals.failed)} failed (${percent(totals.errorRatePercent)})`,
    ],
    ['Throughput', `${perSecond(totals.perSecond)} while participants were active`],
  ];
}
