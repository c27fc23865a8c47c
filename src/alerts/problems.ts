import type { Reason } from '../history/reason.ts';
import type { HistoryRecord } from '../history/record.ts';
import { assertNever } from '../kernel/errors.ts';

/** Why there is no complete verdict on the service, or on a part of it. */
export interface Problem {
  /** The operation of a benchmark, the experiment, the question, or the name of the record. */
  readonly scope: string;
  readonly message: string;
}

/** The part of a record that is measured separately: an operation in benchmarks; otherwise the whole record. */
export function scopeOf({ kind, name }: HistoryRecord, operation: string | undefined): string {
  return kind === 'bench' && operation !== undefined ? operation : name;
}

/** Whether the run reached this part of the record. */
export function wasTried(record: HistoryRecord, scope: string): boolean {
  return scope === record.name || scopesIn(record).includes(scope);
}

function scopesIn({ kind, operations, targets, checks }: HistoryRecord): string[] {
  switch (kind) {
    case 'load':
    case 'capacity':
      return [];
    case 'conduct':
    case 'soak':
      return checks.map(({ scope }) => scope);
    case 'chaos':
      // An experiment that was aborted may have operations and no check.
      return [
        ...checks.map(({ scope }) => scope),
        ...Object.values(operations).flatMap(({ part }) => part ?? []),
      ];
    case 'bench':
      return [...Object.keys(operations), ...targets.flatMap(({ operation }) => operation ?? [])];
    default:
      return assertNever(kind);
  }
}

/**
 * Whether a missed target proves nothing: a latency whose benchmark had problems, such as a busy machine. Errors and
 * missing answers always count.
 */
export function isUnproven(
  record: HistoryRecord,
  { operation, value, unit }: HistoryRecord['targets'][number],
): boolean {
  if (record.kind !== 'bench' || value === null || unit === '%') return false;
  return record.reasons.some(({ kind, scope }) => kind === 'benchmark problem' && scope === operation);
}

interface Degraded {
  readonly kind: 'target' | 'check' | 'regression';
  readonly scope: string;
  readonly subject: string;
}

/**
 * Selects the reasons of a record that are not reported as degraded, and its inconclusive checks. Returns nothing for an
 * interrupted run, because its user ended it.
 */
export function problemsIn(record: HistoryRecord, degraded: readonly Degraded[]): Problem[] {
  const { verdict, name, reasons, checks } = record;
  if (verdict === 'passed' || verdict === 'interrupted') return [];
  const problems = [
    ...reasons
      .filter((reason) => !isReported({ scope: name, ...reason }, degraded))
      .map(({ scope = name, message, hint }) => ({
        scope,
        message: hint === undefined ? message : `${message}. ${hint}`,
      })),
    ...checks
      .filter((check) => check.verdict === 'inconclusive')
      .map(({ scope, check, message }) => ({ scope, message: `${check}: ${message}` })),
  ];
  if (problems.length > 0 || degraded.length > 0) return problems;
  return [{ scope: name, message: `${verdict}, and no reason is recorded` }];
}

/** Whether the alert has another line about the same thing. */
function isReported({ kind, scope, subject }: Reason, degraded: readonly Degraded[]): boolean {
  switch (kind) {
    case 'target missed':
      return degraded.some((one) => one.kind === 'target' && one.subject === subject);
    case 'check failed':
      return degraded.some((one) => one.kind === 'check' && one.scope === scope && one.subject === subject);
    case 'check inconclusive':
    case 'regression':
      return true;
    default:
      return false;
  }
}
