import type { HistoryRecord, Regression } from '../history/record.ts';
import { counted, inUnit, inUnitWithin } from '../kernel/figures.ts';
import type { Alert, Degraded, Recovered, Trouble } from './alert.ts';
import { type DegradedItem, degradedItems, troublesOf } from './items.ts';
import { recoveredIn, seriesBefore, streakIn } from './series.ts';

export interface AlertOptions {
  /** Those of this run, one per phase. */
  readonly records: readonly HistoryRecord[];
  /** All others of the history, in any order. */
  readonly earlier: readonly HistoryRecord[];
  /** Where the reports lie: paths, or in CI the address of the workflow run. */
  readonly reports: readonly string[];
  /** degraded: when something is not well, or is well again; always: after each run; never. */
  readonly when: 'degraded' | 'always' | 'never';
}

/** The one message of a run, or undefined when there is nothing to tell. Pure. */
export function alertOf({ records, earlier, reports, when }: AlertOptions): Alert | undefined {
  const [first] = [...records].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  if (first === undefined || when === 'never') return undefined;
  const found = records.map((record) => findingsOf(record, seriesBefore(record, earlier)));
  const degraded = found.flatMap((one) => one.degraded);
  const trouble = found.flatMap((one) => one.trouble);
  const recovered = found.flatMap((one) => one.recovered);
  const status = statusOf({ degraded, trouble, recovered }, records);
  if (when === 'degraded' && (status === 'well' || status === 'interrupted')) return undefined;
  return {
    schema: 'fullhouse/alert/1',
    status,
    headline: headlineOf({ degraded, trouble, recovered }, records),
    run: { id: first.runId, at: first.at, commit: first.commit },
    phases: records.map(({ kind, name, service, verdict }) => ({ kind, name, service, verdict })),
    degraded,
    trouble,
    recovered,
    more: { degraded: 0, trouble: 0, recovered: 0 },
    reports: [...reports],
  };
}

type Findings = Pick<Alert, 'degraded' | 'trouble' | 'recovered'>;

function findingsOf(record: HistoryRecord, before: readonly HistoryRecord[]): Findings {
  const phase = record.kind;
  const trouble: Trouble[] = troublesOf(record).map((one) => ({ phase, ...one }));
  const degraded = degradedItems(record).map((item): Degraded => {
    const streak = streakIn(before, item);
    return {
      ...item,
      phase,
      ...figuresOf(record, item),
      runs: (streak?.runs ?? 0) + 1,
      since: streak?.since ?? record.at,
    };
  });
  const recovered = recoveredIn(record, before).map(
    ({ item: { kind, of, what }, streak }): Recovered => ({ kind, phase, of, what, ...streak }),
  );
  return { degraded, trouble, recovered };
}

type Figures = Pick<
  Degraded,
  'says' | 'value' | 'earliest' | 'limit' | 'before' | 'ratio' | 'unit' | 'against'
>;

const noFigures = { value: null, limit: null, before: null, ratio: null, unit: '', against: null };

/** By how much it degraded, and against what. */
function figuresOf(record: HistoryRecord, { kind, of, what }: DegradedItem): Figures {
  const target = record.targets.find((one) => one.target === what && one.state === 'missed');
  if (kind === 'target' && target) {
    const { value, limit, unit, bracket } = target;
    const ratio = value === null || limit === 0 ? null : value / limit;
    const factor = ratio === null ? '' : `, ${times(ratio)} the limit`;
    const says = value === null ? 'no data' : `${inUnitWithin(value, unit, bracket)}${factor}`;
    return { says, value, ...earliestOf(bracket?.low), limit, before: null, ratio, unit, against: 'limit' };
  }
  // Of one against the baseline and one against the series, the larger change.
  const [regression] = record.regressions
    .filter(({ metric }) => metric === what)
    .sort((one, other) => changeOf(other) - changeOf(one));
  if (kind === 'regression' && regression) {
    const { before, after, earliest, unit, ratio, against } = regression;
    const bracket = earliest === undefined ? undefined : { low: earliest };
    const was = `was ${inUnit(before, unit)} ${against === 'baseline' ? 'in the baseline' : 'in the runs before'}`;
    const says = [inUnitWithin(after, unit, bracket), was, ...(ratio === null ? [] : [times(ratio)])].join(
      ', ',
    );
    return { says, value: after, ...earliestOf(earliest), limit: null, before, ratio, unit, against };
  }
  const check = record.checks.find((one) => one.of === of && one.check === what && one.verdict === 'failed');
  return { ...noFigures, says: check?.says ?? 'failed' };
}

function earliestOf(earliest: number | undefined): Pick<Degraded, 'earliest'> {
  return earliest === undefined ? {} : { earliest };
}

/** How far from 1 a ratio is, in either direction; from nothing to something is farthest. */
function changeOf({ ratio }: Regression): number {
  return ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio));
}

const times = (ratio: number) => `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`;

function statusOf({ degraded, trouble, recovered }: Findings, records: readonly HistoryRecord[]) {
  if (degraded.length > 0) return 'degraded';
  if (trouble.length > 0) return 'trouble';
  if (recovered.length > 0) return 'recovered';
  return records.some(({ verdict }) => verdict === 'interrupted') ? 'interrupted' : 'well';
}

/** One line of our own words alone, so that it is safe wherever it is shown. */
function headlineOf({ degraded, trouble, recovered }: Findings, records: readonly HistoryRecord[]): string {
  const told = (
    [
      ['target', 'target missed', 'targets missed'],
      ['check', 'check failed', 'checks failed'],
      ['regression', 'regression', 'regressions'],
    ] as const
  ).flatMap(([kind, one, several]) => {
    const count = degraded.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [counted(count, one, several)];
  });
  const inTrouble = [...new Set(trouble.map(({ phase }) => phase))];
  const parts = [
    ...(told.length > 0 ? [told.join(', ')] : []),
    ...(inTrouble.length > 0 ? [`no whole verdict on ${inTrouble.join(', ')}`] : []),
    ...(recovered.length > 0 ? [`${recovered.length} well again`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  const isWhole = records.every(({ verdict }) => verdict !== 'interrupted');
  return isWhole ? 'all is well' : 'interrupted, nothing found until then';
}
