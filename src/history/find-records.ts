import { UserError } from '../kernel/errors.ts';
import { comparisonKey } from './comparability.ts';
import type { HistoryRecord } from './record.ts';

/** The number of runs that a message lists. */
const NAMED = 5;

/** A run as a user names it: by its id, the beginning of its id, or its position. */
export interface Chooser {
  /** The oldest first. */
  readonly records: readonly HistoryRecord[];
  baselineFor(record: HistoryRecord): Promise<{ baseline?: HistoryRecord; others: readonly string[] }>;
}

/** Two records of the same phase; a missing one comes with the reason. */
export interface Pair {
  readonly one: HistoryRecord | string;
  readonly other: HistoryRecord | string;
}

/** The records of one kind, or all. Throws a UserError if there are only records of other kinds. */
export function ofKind(records: readonly HistoryRecord[], kind: string | undefined): HistoryRecord[] {
  const found = records.filter((record) => kind === undefined || record.kind === kind);
  if (found.length > 0 || records.length === 0) return found;
  const others = [...new Set(records.map((record) => record.kind))];
  throw new UserError(
    `The history has no ${kind} run yet, only ${others.join(' and ')}. Start one with \`${commandOf(kind!)}\`.`,
  );
}

/** Searches and soaks run only on request, by a command of their own. */
function commandOf(kind: string): string {
  const isAlone = kind === 'capacity' || kind === 'soak';
  return isAlone ? `npx fullhouse ${kind}` : `npx playwright test --project=${kind}`;
}

/** All records of the named run; `last` is the one that ended last. Throws a UserError if none or several match. */
export function recordsOfRun(records: readonly HistoryRecord[], written: string): HistoryRecord[] {
  const ids = [...new Set(records.map(({ runId }) => runId))];
  const latest = ids.slice(-NAMED).reverse();
  if (latest.length === 0)
    throw new UserError('The history has no run yet. Each `npx playwright test` adds one.');
  const found = written === 'last' ? [latest[0]!] : ids.filter((id) => id.startsWith(written));
  const exact = found.includes(written) ? [written] : found;
  if (exact.length === 1) return records.filter(({ runId }) => runId === exact[0]);
  throw new UserError(
    exact.length === 0
      ? `No run in the history begins with "${written}". Use last, previous, baseline, or one of: ${latest.join(', ')} (\`npx fullhouse runs\` lists more).`
      : `${exact.length} runs begin with "${written}": ${exact.slice(0, NAMED).join(', ')}${exact.length > NAMED ? ', …' : ''}. Write more of the id.`,
  );
}

/**
 * The phases of two runs, side by side. `previous` and `baseline` are relative to the other run: the run before
 * it of the same kind and name (a comparable one, if there is one), and its accepted baseline.
 */
export async function pairsOf(chooser: Chooser, one: string, other: string): Promise<Pair[]> {
  const seenFrom = [other, one].find((written) => written !== 'previous' && written !== 'baseline') ?? 'last';
  return await Promise.all(
    recordsOfRun(chooser.records, seenFrom).map(async (record) => ({
      one: one === seenFrom ? record : await counterpart(chooser, one, record),
      other: other === seenFrom ? record : await counterpart(chooser, other, record),
    })),
  );
}

/** The record of the named run for the same phase as `record`; or why it is missing. */
async function counterpart(
  { records, baselineFor }: Chooser,
  written: string,
  record: HistoryRecord,
): Promise<HistoryRecord | string> {
  const phase = `${record.kind} ${record.name}`;
  if (written === 'baseline') {
    const { baseline, others } = await baselineFor(record);
    const why = others.length > 0 ? ` (${others.join('; ')})` : '';
    return (
      baseline ?? `No baseline was accepted for ${phase}${why}. Accept a run with \`npx fullhouse baseline\`.`
    );
  }
  const same = ({ kind, name }: HistoryRecord) => kind === record.kind && name === record.name;
  if (written === 'previous') {
    const before = records.filter((one) => same(one) && Date.parse(one.at) < Date.parse(record.at));
    const comparable = before.findLast((one) => comparisonKey(one) === comparisonKey(record));
    return comparable ?? before.at(-1) ?? `The history has no ${phase} before run ${record.runId}.`;
  }
  const run = recordsOfRun(records, written);
  return run.find(same) ?? `Run ${run[0]!.runId} has no ${phase}.`;
}
