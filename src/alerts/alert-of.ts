import { runAnswer } from '../history/answer.ts';
import type { HistoryRecord, Regression } from '../history/record.ts';
import { counted, inUnit, inUnitWithin } from '../kernel/figures.ts';
import type { Alert, Degraded, Problem, Recovered } from './alert.ts';
import { type DegradedItem, degradedItems, problemsOf } from './items.ts';
import { recoveredIn, seriesBefore, streakIn } from './series.ts';

export interface AlertOptions {
  /** The records of this run, one per phase. */
  readonly records: readonly HistoryRecord[];
  /** All other records of the history, in any order. */
  readonly earlier: readonly HistoryRecord[];
  /** The location of the reports: paths, or in CI the address of the workflow run. */
  readonly reports: readonly string[];
  /** degraded: if an item is bad or has recovered; always: after each run; never. */
  readonly when: 'degraded' | 'always' | 'never';
}

/** The alert of a run, or undefined when there is nothing to report. Pure. */
export function alertOf({ records, earlier, reports, when }: AlertOptions): Alert | undefined {
  const [first] = [...records].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  if (first === undefined || when === 'never') return undefined;
  const found = records.map((record) => findingsOf(record, seriesBefore(record, earlier)));
  const degraded = found.flatMap((one) => one.degraded);
  const problems = found.flatMap((one) => one.problems);
  const recovered = found.flatMap((one) => one.recovered);
  const status = statusOf({ degraded, problems, recovered }, records);
  if (when === 'degraded' && (status === 'ok' || status === 'interrupted')) return undefined;
  return {
    schema: 'fullhouse/alert/2',
    status,
    headline: headlineOf({ degraded, problems, recovered }, records),
    ...answerOf(records),
    run: { id: first.runId, at: first.at, commit: first.commit },
    phases: records.map(({ kind, name, service, verdict }) => ({ kind, name, service, verdict })),
    degraded,
    problems,
    recovered,
    more: { degraded: 0, problems: 0, recovered: 0 },
    reports: [...reports],
  };
}

/** Records of earlier versions have no answer. */
function answerOf(records: readonly HistoryRecord[]): Pick<Alert, 'answer'> {
  const phases = records.flatMap(({ kind, name, verdict, answer }) =>
    answer === undefined ? [] : [{ kind, name, verdict, sentence: answer }],
  );
  const answer = phases.length === records.length ? runAnswer(phases) : undefined;
  return answer === undefined ? {} : { answer: answer.sentence };
}

type Findings = Pick<Alert, 'degraded' | 'problems' | 'recovered'>;

function findingsOf(record: HistoryRecord, before: readonly HistoryRecord[]): Findings {
  const phase = record.kind;
  const problems: Problem[] = problemsOf(record).map((one) => ({ phase, ...one }));
  const degraded = degradedItems(record).map((item): Degraded => {
    const streak = streakIn(before, item);
    const { kind, scope, subject } = item;
    return {
      kind,
      scope,
      subject,
      phase,
      ...figuresOf(record, item),
      runs: (streak?.runs ?? 0) + 1,
      since: streak?.since ?? record.at,
    };
  });
  const recovered = recoveredIn(record, before).map(
    ({ item: { kind, scope, subject }, streak }): Recovered => ({ kind, phase, scope, subject, ...streak }),
  );
  return { degraded, problems, recovered };
}

type Figures = Pick<
  Degraded,
  'message' | 'value' | 'earliest' | 'limit' | 'before' | 'ratio' | 'unit' | 'against'
>;

const noFigures = { value: null, limit: null, before: null, ratio: null, unit: '', against: null };

function figuresOf(record: HistoryRecord, { kind, scope, subject }: DegradedItem): Figures {
  const target = record.targets.find((one) => one.target === subject && one.state === 'missed');
  if (kind === 'target' && target) {
    const { value, limit, unit, bracket } = target;
    const ratio = value === null || limit === 0 ? null : value / limit;
    const factor = ratio === null ? '' : `, ${times(ratio)} the limit`;
    const message = value === null ? 'no data' : `${inUnitWithin(value, unit, bracket)}${factor}`;
    return {
      ...noFigures,
      message,
      value,
      ...earliestOf(bracket?.low),
      limit,
      ratio,
      unit,
      against: 'limit',
    };
  }
  // A metric may be worse than the baseline and than the series: the larger change is reported.
  const [regression] = record.regressions
    .filter(({ metric }) => metric === subject)
    .sort((one, other) => changeOf(other) - changeOf(one));
  if (kind === 'regression' && regression) {
    const { before, after, earliest, unit, ratio, against } = regression;
    const bracket = earliest === undefined ? undefined : { low: earliest };
    const was = `was ${inUnit(before, unit)} ${against === 'baseline' ? 'in the baseline' : 'in the runs before'}`;
    const message = [inUnitWithin(after, unit, bracket), was, ...(ratio === null ? [] : [times(ratio)])].join(
      ', ',
    );
    return { ...noFigures, message, value: after, ...earliestOf(earliest), before, ratio, unit, against };
  }
  const check = record.checks.find(
    (one) => one.scope === scope && one.check === subject && one.verdict === 'failed',
  );
  return { ...noFigures, message: check?.message ?? 'failed' };
}

function earliestOf(earliest: number | undefined): Pick<Degraded, 'earliest'> {
  return earliest === undefined ? {} : { earliest };
}

/** The distance of a ratio from 1, in either direction. A change from 0 has no ratio, and is the largest. */
function changeOf({ ratio }: Regression): number {
  return ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio));
}

const times = (ratio: number) => `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;

function statusOf({ degraded, problems, recovered }: Findings, records: readonly HistoryRecord[]) {
  if (degraded.length > 0) return 'degraded';
  if (problems.length > 0) return 'problem';
  if (recovered.length > 0) return 'recovered';
  return records.some(({ verdict }) => verdict === 'interrupted') ? 'interrupted' : 'ok';
}

/** One line without external text, so that it needs no escaping. */
function headlineOf({ degraded, problems, recovered }: Findings, records: readonly HistoryRecord[]): string {
  const counts = (
    [
      ['target', 'target missed', 'targets missed'],
      ['check', 'check failed', 'checks failed'],
      ['regression', 'regression', 'regressions'],
    ] as const
  ).flatMap(([kind, one, several]) => {
    const count = degraded.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [counted(count, one, several)];
  });
  const withProblems = [...new Set(problems.map(({ phase }) => phase))];
  const parts = [
    ...(counts.length > 0 ? [counts.join(', ')] : []),
    ...(withProblems.length > 0 ? [`no complete verdict on ${withProblems.join(', ')}`] : []),
    ...(recovered.length > 0 ? [`${recovered.length} recovered`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  const isWhole = records.every(({ verdict }) => verdict !== 'interrupted');
  return isWhole ? 'no problems found' : 'interrupted, no problems found until then';
}
