import { metricsOf } from '../history/metrics.ts';
import type { HistoryRecord } from '../history/record.ts';
import { assertNever } from '../kernel/errors.ts';

/** One thing of the service that can degrade and recover, the same in every record of a series. */
interface Measured {
  readonly kind: 'target' | 'check' | 'regression';
  /** The crowd, the experiment, or the set of benchmarks. */
  readonly of: string;
  /** The target as written, the check, or the metric. */
  readonly what: string;
}

/** That there is a verdict on the service at all. */
interface Verdict {
  readonly kind: 'verdict';
  readonly of: string;
  readonly what: 'verdict';
  /** Without which nobody can say that it is well again. */
  readonly experiments: readonly string[];
}

export type Item = Measured | Verdict;

/** unknown: the record did not measure it, or proves nothing. */
type State = 'well' | 'bad' | 'unknown';

/**
 * What a record says of an item. A run that was interrupted judged nothing but the checks that it came to. Where the
 * verdict is inconclusive, a target that was missed may be the generator's own doing, and one that was met may have
 * had less load than was asked for: neither counts.
 */
export function stateIn(record: HistoryRecord, item: Item): State {
  if (isBad(record, item)) return 'bad';
  return isWell(record, item) ? 'well' : 'unknown';
}

function isBad(record: HistoryRecord, item: Item): boolean {
  switch (item.kind) {
    case 'target':
      return (
        record.verdict === 'failed' &&
        record.targets.some(({ target, state }) => target === item.what && state === 'missed')
      );
    case 'check':
      return checksOf(record, item).some(({ verdict }) => verdict === 'failed');
    case 'regression':
      return (
        record.verdict !== 'interrupted' && record.regressions.some(({ metric }) => metric === item.what)
      );
    case 'verdict':
      return troubleOf(record).length > 0;
    default:
      return assertNever(item);
  }
}

/** Of what is not bad. */
function isWell(record: HistoryRecord, item: Item): boolean {
  switch (item.kind) {
    case 'target': {
      const judged = record.targets.filter(({ target }) => target === item.what);
      return judged.length > 0 && judged.every(({ state }) => state === 'met') && isJudgedWhole(record);
    }
    case 'check': {
      const checks = checksOf(record, item);
      return checks.length > 0 && checks.every(({ verdict }) => verdict === 'passed');
    }
    case 'regression':
      return isJudgedWhole(record) && metricsOf(record).has(item.what);
    case 'verdict': {
      const tried = experimentsOf(record);
      return item.experiments.every((experiment) => tried.includes(experiment)) && isJudgedWhole(record);
    }
    default:
      return assertNever(item);
  }
}

/** What degraded by the word of a record, each item once. */
export function degradedItems(record: HistoryRecord): Measured[] {
  const { name, targets, checks, regressions } = record;
  const mentioned: Measured[] = [
    ...targets.map(({ target }) => ({ kind: 'target' as const, of: name, what: target })),
    ...checks.map(({ of, check }) => ({ kind: 'check' as const, of, what: check })),
    ...regressions.map(({ metric }) => ({ kind: 'regression' as const, of: name, what: metric })),
  ];
  const bad = mentioned.filter((item) => isBad(record, item));
  return [...new Map(bad.map((item) => [keyOf(item), item])).values()];
}

/** The same, and the verdict where there was trouble. */
export function badItems(record: HistoryRecord): Item[] {
  if (troubleOf(record).length === 0) return degradedItems(record);
  const verdict = { kind: 'verdict', of: record.name, what: 'verdict' } as const;
  return [...degradedItems(record), { ...verdict, experiments: experimentsOf(record) }];
}

export function keyOf(item: Item): string {
  return JSON.stringify([item.kind, item.of, item.what, item.kind === 'verdict' ? item.experiments : []]);
}

/**
 * Why there is no whole verdict on the service: the reasons of a record that are no mere echo of what degraded, and
 * the checks that could not answer. Nothing for a run that was interrupted: somebody wanted that.
 */
export function troubleOf(record: HistoryRecord): { of: string; says: string }[] {
  const { verdict, name, reasons } = record;
  if (verdict === 'passed' || verdict === 'interrupted') return [];
  const degraded = degradedItems(record);
  const unknown = record.checks.filter((check) => check.verdict === 'unknown');
  const told = [
    ...degraded.map(({ what }) => what),
    ...unknown.map(({ check }) => check),
    ...degraded.filter(({ kind }) => kind === 'check').map(({ of }) => of),
    ...unknown.map(({ of }) => of),
  ];
  const trouble = [
    ...reasons
      .filter((reason) => !told.some((words) => reason.includes(words)))
      .map((reason) => ({ of: name, says: reason })),
    ...unknown.map(({ of, check, says }) => ({ of, says: `${check}: ${says}` })),
  ];
  if (trouble.length > 0 || degraded.length > 0) return trouble;
  return [{ of: name, says: `${verdict}, and no reason is recorded` }];
}

function isJudgedWhole(record: HistoryRecord): boolean {
  return record.verdict === 'passed' || (record.verdict === 'failed' && troubleOf(record).length === 0);
}

function checksOf({ checks }: HistoryRecord, { of, what }: Measured): HistoryRecord['checks'] {
  return checks.filter((check) => check.of === of && check.check === what);
}

function experimentsOf({ checks }: HistoryRecord): string[] {
  return [...new Set(checks.map(({ of }) => of))].sort();
}
