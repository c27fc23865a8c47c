import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withoutVerdict } from '../history/answer.ts';
import { historyCommand } from '../history/commands/arguments.ts';
import { OVERALL_ERROR_RATE, OVERALL_THROUGHPUT } from '../history/metrics.ts';
import type { HistoryRecord } from '../history/record.ts';
import { counted, ms, percent, perSecond } from '../kernel/figures.ts';
import { printable } from '../kernel/outside-text.ts';
import { plainTable } from '../kernel/plain-table.ts';
import { wrapped } from '../kernel/wrapped.ts';
import { runFolder, runIds } from '../run/run-folder.ts';

const LISTED = 20;

/** `npx fullhouse runs`: a line for each phase of each run, the newest first. */
export const main = historyCommand(
  { name: 'runs', options: ['runs'] },
  async ({ options, folder, records, damaged }, io) => {
    const saved = new Set(records.flatMap(({ runId, parts = [] }) => [runId, ...parts]));
    // A run that was killed, or whose history is in another folder, has only its evidence.
    const others =
      options.kind === undefined ? runIds().filter((id) => !saved.has(id) && hasEvidence(id)) : [];
    const ids = [...new Set([...records.map(({ runId }) => runId), ...others])].sort().reverse();
    const shown = ids.slice(0, Number(options.runs ?? LISTED));
    const rows = shown.flatMap((id) => rowsOf(id, records));
    if (rows.length === 0) {
      io.out(`No run is saved in ${folder} or reports/runs yet.\nStart one with \`npx playwright test\`.`);
      return 0;
    }
    for (const line of tableOf(rows)) io.out(line);
    if (ids.length > shown.length)
      io.out(`${counted(ids.length - shown.length, 'older run')} not listed (--runs ${ids.length})`);
    if (damaged.length > 0)
      io.err(
        `${counted(damaged.length, 'file')} in ${folder} cannot be read. \`npx fullhouse history\` lists them.`,
      );
    return 0;
  },
);

/** A run that ended before its first test has no results. */
function hasEvidence(id: string): boolean {
  return ['evidence', 'soak'].some((folder) => existsSync(join(runFolder(id), folder)));
}

function rowsOf(id: string, records: readonly HistoryRecord[]): string[][] {
  const own = records.filter(({ runId }) => runId === id);
  if (own.length === 0) return [[id, '–', 'not saved', `npx fullhouse report ${id}`]];
  return own.map((record) => {
    const { kind, name, verdict } = record;
    // The name of a crowd is shown only where the phase alone does not identify it.
    const isOnly = records.every((other) => other.kind !== kind || other.name === name);
    const figures = figuresOf(record);
    // The sentences of a search are longer than a line.
    const texts = kind === 'capacity' ? figures : figures.map(unbroken);
    return [id, kind, verdict, (isOnly ? texts : [name, ...texts]).join(', ')];
  });
}

/** A space at which lines are not wrapped. */
const KEEP = '\u00a0';

const unbroken = (text: string) => text.replaceAll(' ', KEEP);

/** The rows in lines of at most 80 characters: the last column is wrapped. */
function tableOf(rows: readonly (readonly string[])[]): string[] {
  const facts = plainTable([['run', 'phase', 'verdict'], ...rows.map((row) => row.slice(0, 3))], {
    left: [0, 1, 2],
  });
  const width = Math.max(...facts.map((line) => line.length)) + 2;
  const [head = '', ...lines] = facts;
  const whole = lines.map((line, row) =>
    wrapped(printable(rows[row]![3]!), printable(line).padEnd(width), ' '.repeat(width))
      .replaceAll(KEEP, ' ')
      .trimEnd(),
  );
  return [head, ...whole];
}

/** The main figures of a record: P95 25.7 ms; 0.00% errors; 6.2/s; 1 target missed. A search has its answer. */
function figuresOf(record: HistoryRecord): string[] {
  const { kind, checks, figures, targets, regressions, operations, answer } = record;
  const worse = regressions.length === 0 ? [] : [`${counted(regressions.length, 'metric')} worse`];
  if (kind === 'capacity' && answer !== undefined) return withoutVerdict(answer).split('; ').concat(worse);
  const p95 = targets.find(
    ({ statistic, operation, each, worstSeconds }) =>
      statistic === 'p95' && operation === undefined && !each && worstSeconds === undefined,
  )?.value;
  const { [OVERALL_ERROR_RATE]: errors, [OVERALL_THROUGHPUT]: throughput } = figures;
  const passed = checks.filter(({ verdict }) => verdict === 'passed').length;
  const missed = targets.filter(({ state }) => state === 'missed').length;
  const measured = Object.keys(operations).length;
  return [
    ...(p95 == null ? [] : [`P95 ${ms(p95)}`]),
    ...(errors === undefined ? [] : [`${percent(errors.value)} errors`]),
    ...(throughput === undefined ? [] : [perSecond(throughput.value)]),
    ...(kind === 'bench' ? [counted(measured, 'operation')] : []),
    ...(checks.length === 0 ? [] : [`${passed} of ${counted(checks.length, 'check')} passed`]),
    ...(missed === 0 ? [] : [`${counted(missed, 'target')} missed`]),
    ...worse,
  ];
}
