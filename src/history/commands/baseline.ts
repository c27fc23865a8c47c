import { relative } from 'node:path';
import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { differences } from '../comparability.ts';
import { comparisonText } from '../comparison-text.ts';
import { recordsOfRun } from '../find-records.ts';
import { reasonText } from '../reason.ts';
import type { HistoryRecord } from '../record.ts';
import { seriesBefore } from '../regressions.ts';
import { historyCommand } from './arguments.ts';

/** `npx fullhouse baseline [run]`: shows the changes by a run, and accepts it as normal. */
export const main = historyCommand(
  { name: 'baseline', flags: ['yes', 'even-if-failed'], mostRuns: 1 },
  async ({ flags, runs, baselines, records }, io) => {
    const offered = recordsOfRun(records, runs[0] ?? 'last');
    if (!flags.has('even-if-failed')) refuseFailed(offered);
    for (const record of offered) {
      const { baseline, others } = await baselines.baselineFor(record);
      if (baseline?.runId === record.runId) {
        io.out(`Run ${record.runId} is already the baseline of ${record.kind} ${record.name}.`);
        continue;
      }
      for (const line of baseline
        ? comparisonText(baseline, record, seriesBefore(record, records))
        : firstOne(record, others))
        io.out(line);
      for (const line of gaps(record, records)) io.out(line);
      if (!flags.has('yes') && !(await isAccepted(record, io))) continue;
      const path = relative(process.cwd(), await baselines.accept(record));
      io.out(`\nAccepted: ${path}. Commit this file, so that every run is compared with it.\n`);
    }
    return 0;
  },
);

function refuseFailed(records: readonly HistoryRecord[]): void {
  const failed = records.filter(({ verdict }) => verdict !== 'passed');
  if (failed.length === 0) return;
  const sentences = failed.map(
    ({ runId, kind, name, verdict, reasons }) =>
      `Run ${runId} cannot be the baseline: ${kind} ${name} ${verdict === 'failed' ? 'failed' : `was ${verdict}`}${reasons[0] ? ` (${reasonText(reasons[0])})` : ''}.`,
  );
  const others = failed.length < records.length ? ', choose another kind of the same run with --kind' : '';
  throw new UserError(
    `${sentences.join('\n')}\nChoose a run that passed${others}, or accept this run with --even-if-failed.`,
  );
}

function firstOne(record: HistoryRecord, others: readonly string[]): string[] {
  return [
    `Run ${record.runId} would be the first baseline of ${record.kind} ${record.name} for this machine, service and settings.`,
    ...others.map((other) => `   Not comparable: ${other}.`),
  ];
}

/** Metrics that comparable runs have and this one lacks: they would have no baseline. */
function gaps(record: HistoryRecord, records: readonly HistoryRecord[]): string[] {
  const measured = records
    .filter((one) => differences(one, record).length === 0)
    .flatMap(({ operations }) => Object.keys(operations));
  const missing = [...new Set(measured)].filter((name) => !(name in record.operations));
  if (missing.length === 0) return [];
  return [
    '',
    ` ! The run did not measure ${missing.join(', ')}. Other runs did: these operations would have no baseline.`,
  ];
}

async function isAccepted({ runId, kind, name }: HistoryRecord, io: CommandIo): Promise<boolean> {
  const answer = await io.ask(`\nAccept ${runId} as the baseline of ${kind} ${name}? [y/N] `);
  if (answer === undefined)
    throw new UserError('No baseline was accepted: there is no terminal to ask on. Add --yes to accept.');
  return /^y(es)?$/i.test(answer.trim());
}
