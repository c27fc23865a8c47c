import { comparisonKey } from '../history/comparability.ts';
import { type HistoryRecord, isSameRun } from '../history/record.ts';
import { badItems, type Item, stateIn, unique } from './items.ts';

interface Streak {
  readonly runs: number;
  /** When the first of them began, ISO 8601. */
  readonly since: string;
}

/**
 * The earlier records that ask the same of the same service as `record`, the newest first. The machine and the
 * commit may differ: a missed target counts on every machine.
 */
export function seriesBefore(record: HistoryRecord, earlier: readonly HistoryRecord[]): HistoryRecord[] {
  const key = seriesOf(record);
  return earlier
    .filter((one) => !isSameRun(one, record) && seriesOf(one) === key)
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

function seriesOf(record: HistoryRecord): string {
  return comparisonKey({ ...record, machine: { ...record.machine, fingerprint: 'any' } });
}

/**
 * How long an item was bad before this run. Records that did not measure it, such as records of interrupted runs or of
 * other experiments, neither end the streak nor count.
 */
export function streakIn(newestFirst: readonly HistoryRecord[], item: Item): Streak | undefined {
  let streak: Streak | undefined;
  for (const record of newestFirst) {
    const state = stateIn(record, item);
    if (state === 'ok') break;
    if (state === 'bad') streak = { runs: (streak?.runs ?? 0) + 1, since: record.at };
  }
  return streak;
}

/** Items that were bad at their last measurement and are good now. Reported once: afterwards the last run is good. */
export function recoveredIn(
  record: HistoryRecord,
  newestFirst: readonly HistoryRecord[],
): { item: Item; streak: Streak }[] {
  return unique(newestFirst.toReversed().flatMap(badItems)).flatMap((item) => {
    if (stateIn(record, item) !== 'ok') return [];
    const streak = streakIn(newestFirst, item);
    return streak === undefined ? [] : [{ item, streak }];
  });
}
