import { metricsOf } from '../history/metrics.ts';
import type { HistoryRecord, Regression } from '../history/record.ts';
import { assertNever } from '../kernel/errors.ts';
import { isUnproven, type Problem, problemsIn, scopeOf, wasTried } from './problems.ts';

/** One item that can degrade and recover, identified in the same way in every record of a series. */
export interface Item {
  /** verdict: whether the service has a verdict. */
  readonly kind: 'target' | 'check' | 'regression' | 'verdict';
  /** The crowd, the experiment, or the set of benchmarks; of a verdict, also the operation. */
  readonly scope: string;
  /** The target as written, the check, or the metric. */
  readonly subject: string;
  /** For a regression: the past of the comparison. */
  readonly against?: readonly Regression['against'][];
  /** The operation of the metric or the target, if it is a single one. */
  readonly operation?: string | undefined;
}

export type DegradedItem = Item & { readonly kind: 'target' | 'check' | 'regression' };

/** unknown: the record did not measure it, or proves nothing. */
type State = 'ok' | 'bad' | 'unknown';

/**
 * The state of an item in a record. An interrupted run judged only the checks that it reached. With problems, a missed
 * target may be caused by the load generator, and a met target may have had less load than requested: neither counts.
 */
export function stateIn(record: HistoryRecord, item: Item): State {
  if (isBad(record, item)) return 'bad';
  return isOk(record, item) ? 'ok' : 'unknown';
}

function isBad(record: HistoryRecord, item: Item): boolean {
  switch (item.kind) {
    case 'target':
      return (
        record.verdict === 'failed' &&
        record.targets.some(
          (target) =>
            target.target === item.subject && target.state === 'missed' && !isUnproven(record, target),
        )
      );
    case 'check':
      return checksOf(record, item).some(({ verdict }) => verdict === 'failed');
    case 'regression':
      return (
        record.verdict !== 'interrupted' && record.regressions.some(({ metric }) => metric === item.subject)
      );
    case 'verdict':
      return problemsOf(record).some(({ scope }) => scope === item.scope);
    default:
      return assertNever(item.kind);
  }
}

/** Whether an item that is not bad is good. */
function isOk(record: HistoryRecord, item: Item): boolean {
  switch (item.kind) {
    case 'target': {
      const judged = record.targets.filter(({ target }) => target === item.subject);
      return (
        judged.length > 0 &&
        judged.every(({ state }) => state === 'met') &&
        isJudged(record, scopeOf(record, item.operation))
      );
    }
    case 'check': {
      const checks = checksOf(record, item);
      return (
        checks.length > 0 &&
        checks.every(({ verdict }) => verdict === 'passed') &&
        isConcluded(record, item.scope)
      );
    }
    case 'regression':
      return (
        isJudged(record, scopeOf(record, item.operation)) &&
        metricsOf(record).has(item.subject) &&
        isCompared(record, item)
      );
    case 'verdict':
      return wasTried(record, item.scope) && isJudged(record, item.scope);
    default:
      return assertNever(item.kind);
  }
}

export function degradedItems(record: HistoryRecord): DegradedItem[] {
  const { name, targets, checks, regressions } = record;
  const mentioned: DegradedItem[] = [
    ...targets.map(({ target, operation }) => ({
      kind: 'target' as const,
      scope: name,
      subject: target,
      operation,
    })),
    ...checks.map(({ scope, check }) => ({ kind: 'check' as const, scope, subject: check })),
    ...regressions.map(({ metric, operation }) => ({
      kind: 'regression' as const,
      scope: name,
      subject: metric,
      operation,
      against: regressions.filter((one) => one.metric === metric).map(({ against }) => against),
    })),
  ];
  return unique(mentioned.filter((item) => isBad(record, item)));
}

/** The degraded items of a record, and the verdicts that problems prevented. */
export function badItems(record: HistoryRecord): Item[] {
  const verdicts = problemsOf(record).map(({ scope }) => ({
    kind: 'verdict' as const,
    scope,
    subject: 'verdict',
  }));
  return unique<Item>([...degradedItems(record), ...verdicts]);
}

export function problemsOf(record: HistoryRecord): Problem[] {
  return problemsIn(record, degradedItems(record));
}

export function unique<T extends Item>(items: readonly T[]): T[] {
  return [
    ...new Map(items.map((item) => [JSON.stringify([item.kind, item.scope, item.subject]), item])).values(),
  ];
}

/** Whether no problem of the whole record or of this part prevented a verdict. */
function isJudged(record: HistoryRecord, scope: string): boolean {
  if (record.verdict === 'interrupted') return false;
  return problemsOf(record).every((problem) => problem.scope !== scope && problem.scope !== record.name);
}

/**
 * Whether a metric was compared with the same past again. Without a baseline, on another machine, or with a short
 * history, nothing is found to be worse, and nothing is proven.
 */
function isCompared({ compared }: HistoryRecord, { subject, against = [] }: Item): boolean {
  return against.every((past) => compared?.[past].includes(subject) ?? false);
}

/**
 * Whether an experiment or a question answered all of its checks. Where one check has no answer, such as whether the
 * fault was real, its other checks prove nothing.
 */
function isConcluded(record: HistoryRecord, scope: string): boolean {
  const own = record.checks.filter((check) => check.scope === scope);
  if (own.some(({ verdict }) => verdict === 'inconclusive')) return false;
  return record.reasons.every((reason) => reason.scope !== scope || reason.kind === 'check failed');
}

function checksOf({ checks }: HistoryRecord, { scope, subject }: Item): HistoryRecord['checks'] {
  return checks.filter((check) => check.scope === scope && check.check === subject);
}
