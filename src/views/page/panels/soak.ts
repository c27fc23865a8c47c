import type { Fault, Panel, TimeGroup } from '../../../look/chart-data.ts';
import type { Unit } from '../../../look/units.ts';
import type { SoakSummary } from '../../../results/summary/soak-schema.ts';
import { metricSeries } from '../../../results/summary/soak-series.ts';
import type { MetricVerdict } from '../../../soak/evidence.ts';
import type { SoakReport } from '../../report-part.ts';
import { anchor } from '../html.ts';
import { mebibytes } from './service.ts';

/** More points are not visible. */
const MOST_POINTS = 400;
/** More charts are not read: the table has a small curve of each metric. */
const MOST_CHARTS = 12;
/** With fewer metrics that are not flat, flat ones fill the charts. */
const FEWEST_CHARTS = 6;

/** The charts of a soak: the worst metrics first, then the participants, then memory. */
export function soakGroup({ summary, evidence }: SoakReport): TimeGroup {
  const { run, blocks, plan } = summary;
  const seconds = blocks.map(({ toMs }) => seconds1(toMs));
  const ends = [
    run.durationS,
    ...seconds,
    ...(evidence.samples.at(-1) ? [evidence.samples.at(-1)!.atMs / 1000] : []),
  ];
  return {
    id: anchor('soak-time', run.name),
    startedAt: run.startedAt,
    everyS: Math.max(1, Math.round(plan.sampleEveryMs / 1000)),
    seconds,
    endS: Math.max(1, ...ends),
    faults: restsOf(summary),
    note: 'Shaded: the rests between the rounds.',
    panels: [...participantPanels(blocks, seconds), ...metricPanels(summary, evidence)],
  };
}

function seconds1(ms: number): number {
  return Number((ms / 1000).toFixed(1));
}

/** The service rests from the end of a round to the start of the next one. */
function restsOf({ rounds }: SoakSummary): Fault[] {
  return rounds.flatMap(({ fromS, workedS, restedS }) =>
    restedS === null ? [] : [{ name: '', fromS: fromS + workedS, toS: fromS + workedS + restedS }],
  );
}

const PARTICIPANTS = 'Participants';

/** The figures of each block of a round. */
function participantPanels(blocks: SoakSummary['blocks'], seconds: readonly number[]): Panel[] {
  if (blocks.length < 2) return [];
  const shape = {
    family: PARTICIPANTS,
    kind: 'lines',
    covers: 'for each block',
    isSmall: true,
    seconds,
  } as const;
  const rates = blocks.map(({ calls, fromMs, toMs }) => rate(calls, toMs - fromMs));
  const failed = blocks.map((block) => rate(block.failed, block.toMs - block.fromMs));
  return [
    {
      ...shape,
      id: 'soak-latency',
      title: 'Latency',
      unit: 'ms',
      lines: [
        { label: 'P50', colour: 'p50', values: blocks.map(({ p50Ms }) => p50Ms) },
        { label: 'P95', colour: 'p95', values: blocks.map(({ p95Ms }) => p95Ms) },
      ],
    },
    {
      ...shape,
      id: 'soak-requests',
      title: 'Requests',
      unit: '/s',
      lines: [
        { label: 'all', colour: 'c1', values: rates },
        { label: 'failed', colour: 'bad', values: failed },
      ],
    },
    {
      ...shape,
      id: 'soak-users',
      title: 'Active users',
      unit: '',
      lines: [{ label: 'users', colour: 'c1', values: blocks.map(({ users }) => Number(users.toFixed(1))) }],
    },
  ];
}

function rate(count: number, ms: number): number | null {
  return ms <= 0 ? null : Number(((count * 1000) / ms).toPrecision(4));
}

/** One chart for each of the worst metrics: a foreign service has dozens, of which most are flat. */
function metricPanels({ metrics }: SoakSummary, { samples }: SoakReport['evidence']): Panel[] {
  const read = metrics.filter(({ kind }) => kind !== 'latency');
  const open = read.filter(({ verdict }) => verdict !== 'flat').length;
  const shown = read.slice(0, Math.min(MOST_CHARTS, Math.max(FEWEST_CHARTS, open)));
  const series = metricSeries(samples, {
    metrics: shown.map(({ metric }) => metric),
    most: MOST_POINTS,
    keepsMinima: (name) => shown.find(({ metric }) => metric === name)?.kind === 'memory',
  });
  return shown.flatMap((metric, index): Panel[] => {
    const { atS, values } = series.get(metric.metric)!;
    if (values.length < 2) return [];
    return [
      {
        id: `soak-metric-${index}`,
        title: `${metric.label}: ${metric.verdict}`,
        unit: unitOf(metric),
        covers: 'read every',
        kind: 'lines',
        family: 'Metrics of the service',
        isSmall: true,
        seconds: atS,
        lines: [
          {
            label: metric.kind === 'memory' ? 'floor' : 'value',
            colour: metric.kind === 'memory' ? 'c5' : 'c1',
            values: metric.kind === 'memory' ? values.map(mebibytes) : values,
          },
        ],
      },
    ];
  });
}

function unitOf({ kind, unit }: MetricVerdict): Unit {
  if (kind === 'memory') return 'MiB';
  return unit === 'cores' || unit === '%' || unit === '/s' ? unit : '';
}
