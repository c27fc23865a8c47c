import { metricsOf } from '../history/metrics.ts';
import type { HistoryRecord, Regression } from '../history/record.ts';
import { assertNever } from '../kernel/errors.ts';
import { subjectOf, troubleOf, unproven, wasTried } from './trouble.ts';

/** One thing that can degrade and recover, the same in every record of a series. */
export interface Item {
  /** verdict: that there is one on the service at all. */
  readonly kind: 'target' | 'check' | 'regression' | 'verdict';
  /** The crowd, the experiment, or the set of benchmarks; of a verdict, also the operation. */
  readonly of: string;
  /** The target as written, the check, or the metric. */
  readonly what: string;
  /** Of a regression: what the metric was worse than. */
  readonly against?: readonly Regression['against'][];
}

export type DegradedItem = Item & { readonly kind: 'target' | 'check' | 'regression' };

/** unknown: the record did not measure it, or proves nothing. */
type State = 'well' | 'bad' | 'unknown';

/**
 * What a record says of an item. A run that was interrupted judged nothing but the checks that it came to. What was
 * missed in trouble may be the generator's own doing, and what was met in trouble may have had less load than was
 * asked for: neither counts.
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
        record.targets.some(
          (target) => target.target === item.what && target.state === 'missed' && !unproven(record, target),
        )
      );
    case 'check':
      return checksOf(record, item).some(({ verdict }) => verdict === 'failed');
    case 'regression':
      return (
        record.verdict !== 'interrupted' && record.regressions.some(({ metric }) => metric === item.what)
      );
    case 'verdict':
      return troublesOf(record).some(({ of }) => of === item.of);
    default:
      return assertNever(item.kind);
  }
}

/** Of what is not bad. */
function isWell(record: HistoryRecord, item: Item): boolean {
  switch (item.kind) {
    case 'target': {
      const judged = record.targets.filter(({ target }) => target === item.what);
      return (
        judged.length > 0 &&
        judged.every(({ state }) => state === 'met') &&
        isJudged(record, subjectOf(record, item.what))
      );
    }
    case 'check': {
      const checks = checksOf(record, item);
      return (
        checks.length > 0 &&
        checks.every(({ verdict }) => verdict === 'passed') &&
        isConcluded(record, item.of)
      );
    }
    case 'regression':
      return (
        isJudged(record, subjectOf(record, item.what)) &&
        metricsOf(record).has(item.what) &&
        isCompared(record, item)
      );
    case 'verdict':
      return wasTried(record, item.of) && isJudged(record, item.of);
    default:
      return assertNever(item.kind);
  }
}

/** What degraded by the word of a record, each item once. */
export function degradedItems(record: HistoryRecord): DegradedItem[] {
  const { name, targets, checks, regressions } = record;
  const mentioned: DegradedItem[] = [
    ...targets.map(({ target }) => ({ kind: 'target' as const, of: name, what: target })),
    ...checks.map(({ of, check }) => ({ kind: 'check' as const, of, what: check })),
    ...regressions.map(({ metric }) => ({
      kind: 'regression' as const,
      of: name,
      what: metric,
      against: regressions.filter((one) => one.metric === metric).map(({ against }) => against),
    })),
  ];
  return unique(mentioned.filter((item) => isBad(record, item)));
}

/** The same, and the verdicts that trouble kept from being given. */
export function badItems(record: HistoryRecord): Item[] {
  const verdicts = troublesOf(record).map(({ of }) => ({ kind: 'verdict' as const, of, what: 'verdict' }));
  return unique<Item>([...degradedItems(record), ...verdicts]);
}

/** Why there is no whole verdict on the service. */
export function troublesOf(record: HistoryRecord): { of: string; says: string }[] {
  return troubleOf(
    record,
    degradedItems(record).map(({ what }) => what),
  );
}

export function unique<T extends Item>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify([item.kind, item.of, item.what]), item])).values()];
}

/** Nothing that concerns all of the record, or this part of it, kept it from being judged. */
function isJudged(record: HistoryRecord, subject: string): boolean {
  if (record.verdict === 'interrupted') return false;
  return troublesOf(record).every(({ of }) => of !== subject && of !== record.name);
}

/**
 * Whether a metric was compared with the same past once more. Without a baseline, on another machine or with a short
 * history, nothing is found to be worse, and nothing is proven.
 */
function isCompared({ compared }: HistoryRecord, { what, against = [] }: Item): boolean {
  return against.every((past) => compared?.[past].includes(what) ?? false);
}

/**
 * Whether an experiment or a question could answer all that it asks. Where one check could not, such as whether the fault
 * was real, what its other checks did not find proves nothing. It holds for a run that was interrupted later, too.
 */
function isConcluded(record: HistoryRecord, of: string): boolean {
  const own = record.checks.filter((check) => check.of === of);
  if (own.some(({ verdict }) => verdict === 'unknown')) return false;
  const failed = own.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check);
  return record.reasons
    .filter((reason) => reason.startsWith(`${of}: `))
    .every((reason) => failed.some((check) => reason.includes(check)) || record.kind === 'conduct');
}

function checksOf({ checks }: HistoryRecord, { of, what }: Item): HistoryRecord['checks'] {
  return checks.filter((check) => check.of === of && check.check === what);
}
