import type { HistoryRecord } from '../history/record.ts';

/**
 * The part of a record that a target, a metric or a reason is about: its operation in benchmarks, each of which is
 * measured for itself, its experiment in chaos, its question in conduct, and in a load all of it.
 */
export function subjectOf(record: HistoryRecord, text: string): string {
  const isAbout = (part: string) => text.startsWith(`${part}: `) || ` ${text}`.includes(` ${part} `);
  return partsOf(record).find(isAbout) ?? record.name;
}

/** Whether the record came to the part at all; to all of it when it is the record's own name. */
export function wasTried(record: HistoryRecord, subject: string): boolean {
  return subject === record.name || partsOf(record).includes(subject);
}

function partsOf({ kind, operations, targets, checks }: HistoryRecord): string[] {
  switch (kind) {
    case 'load':
      return [];
    case 'conduct':
      return checks.map(({ of }) => of);
    case 'chaos':
      // Operations too: one that broke off has no check.
      return [
        ...new Set([
          ...checks.map(({ of }) => of),
          ...Object.keys(operations).map((name) => name.slice(0, Math.max(0, name.indexOf(': ')))),
        ]),
      ];
    case 'bench':
      return [
        ...new Set([...Object.keys(operations), ...targets.map(({ target }) => target.split(' ', 1)[0]!)]),
      ];
  }
}

/** A latency that was missed while its benchmark had trouble: errors, or no answer at all, prove more. */
export function unproven(
  record: HistoryRecord,
  { target, value, unit }: HistoryRecord['targets'][number],
): boolean {
  if (record.kind !== 'bench' || value === null || unit === '%') return false;
  const operation = subjectOf(record, target);
  return record.reasons.some((reason) => reason.startsWith(`${operation}: `));
}

/**
 * Why there is no whole verdict on the service, and on which part of it: the reasons of a record that are no mere echo
 * of what degraded, and the checks that could not answer. Nothing for a run that was interrupted: somebody wanted that.
 */
export function troubleOf(
  record: HistoryRecord,
  degraded: readonly string[],
): { of: string; says: string }[] {
  const { verdict, name, reasons } = record;
  if (verdict === 'passed' || verdict === 'interrupted') return [];
  const unknown = record.checks.filter((check) => check.verdict === 'unknown');
  const told = [
    ...degraded,
    ...unknown.map(({ check }) => check),
    ...record.regressions.map(({ says }) => says),
  ];
  const trouble = [
    ...reasons
      .filter((reason) => !told.some((words) => reason.includes(words)))
      .map((reason) => troubleFrom(record, reason)),
    ...unknown.map(({ of, check, says }) => ({ of, says: `${check}: ${says}` })),
  ];
  if (trouble.length > 0 || degraded.length > 0) return trouble;
  return [{ of: name, says: `${verdict}, and no reason is recorded` }];
}

function troubleFrom(record: HistoryRecord, reason: string): { of: string; says: string } {
  const of = subjectOf(record, reason);
  return { of, says: reason.startsWith(`${of}: `) ? reason.slice(of.length + 2) : reason };
}
