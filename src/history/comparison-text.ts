import { printable } from '../kernel/outside-text.ts';
import { plainTable } from '../kernel/plain-table.ts';
import { differences } from './comparability.ts';
import { type ComparedMetric, compareRecords } from './compare-records.ts';
import { groupedTable } from './grouped-table.ts';
import { machineText } from './machine.ts';
import type { Metric } from './metrics.ts';
import type { HistoryRecord } from './record.ts';
import { commitText, comparative, metricText, timeText } from './wording.ts';

/** Two records side by side, the earlier one first; `series`: earlier runs, for the usual difference of runs. */
export function comparisonText(
  before: HistoryRecord,
  after: HistoryRecord,
  series: readonly ReadonlyMap<string, Metric>[],
): string[] {
  const why = differences(before, after);
  const compared = compareRecords(before, after, series).filter(
    (one) => one.metric.unit !== '%' || one.metric.value > 0 || one.before.value > 0,
  );
  return [
    `── ${after.kind} ${after.name} ${'─'.repeat(Math.max(2, 94 - after.kind.length - after.name.length))}`,
    ...plainTable([runRow('A', before), runRow('B', after)], { left: [0, 1, 2, 3, 4] }).map(
      (line) => `   ${line}`,
    ),
    `   on ${machineText(after.machine)}`,
    ...(why.length > 0
      ? [
          '',
          ' ! These runs are not comparable: differences may be due to',
          ...why.map((reason) => `   - ${reason}`),
        ]
      : []),
    '',
    ...metricLines(compared),
    ...onlyInOne(before, after),
    '',
    `   ${conclusion(compared, why.length === 0)}`,
  ].map(printable);
}

function runRow(letter: string, { runId, at, verdict, commit }: HistoryRecord): string[] {
  return [letter, runId, timeText(at), verdict, commitText(commit)];
}

function metricLines(compared: readonly ComparedMetric[]): string[] {
  if (compared.length === 0) return ['   The two runs have no metric in common.'];
  const rows = compared.map((one) => {
    const { metric, before } = one;
    const ratio = before.value === 0 ? '' : `× ${(metric.value / before.value).toFixed(2)}`;
    return { metric, cells: [metricText(before), metricText(metric), ratio, inWords(one)] };
  });
  return groupedTable(['metric', 'A', 'B', 'B to A', ''], rows, [0, 4]);
}

/** The meaning of the numbers of one row. */
function inWords({ metric, before, finding }: ComparedMetric): string {
  const word = comparative(metric, before.value);
  switch (finding) {
    case 'alike':
      return 'no difference beyond chance';
    case 'small':
      return `${word}, too little to matter`;
    case 'ordinary':
      return `${word}, within the usual difference of runs`;
    case 'inconclusive':
      return 'inconclusive within the brackets ❔';
    case 'unknown':
      return metric.unit === 'ms' && metric.operation
        ? 'too few samples'
        : 'one value per run: needs more runs';
    case 'worse':
      return `${word} ❌`;
    case 'better':
      return `${word} ✅`;
  }
}

function onlyInOne(before: HistoryRecord, after: HistoryRecord): string[] {
  const missing = (from: HistoryRecord, to: HistoryRecord) =>
    [...Object.keys(from.operations), ...Object.keys(from.figures)].filter(
      (name) => !(name in to.operations) && !(name in to.figures),
    );
  const line = (letter: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`   only in ${letter}: ${names.join(', ')}`];
  return [...line('A', missing(before, after)), ...line('B', missing(after, before))];
}

function conclusion(compared: readonly ComparedMetric[], comparable: boolean): string {
  const counted = (wanted: ComparedMetric['finding']) =>
    compared.filter(({ finding }) => finding === wanted).length;
  const [worse, better, open] = [counted('worse'), counted('better'), counted('inconclusive')];
  const but = comparable ? '' : ', of runs that differ in more than the service';
  if (compared.length === 0) return 'There is nothing to compare.';
  const inconclusive =
    open === 0 ? '' : ` ${open} inconclusive: the load generator read answers too late in A or B.`;
  if (worse + better === 0)
    return open === 0 ? `Neither run is worse${but}.` : `No difference is certain${but}.${inconclusive}`;
  return `B is worse in ${worse} and better in ${better} of ${compared.length} metrics${but}.${inconclusive}`;
}
