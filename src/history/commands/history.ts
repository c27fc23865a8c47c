import { loadSettings } from '../../config/environment.ts';
import type { CommandIo } from '../../kernel/command.ts';
import { UserError } from '../../kernel/errors.ts';
import { printable } from '../../kernel/outside-text.ts';
import { Baselines } from '../baselines.ts';
import { ofKind } from '../find-records.ts';
import { historyText } from '../history-text.ts';
import { History } from '../store.ts';
import { readArguments } from './arguments.ts';

const USAGE =
  'Usage: npm run history -- [--kind load|chaos|bench|conduct] [--metric <part of a name>] [--runs <count>] [--all]';
const LISTED = 10;

/** `npm run history`: the runs in the history, and the trend of each metric over those that may be compared. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = readArguments(args, {
    usage: USAGE,
    options: ['kind', 'metric', 'runs', 'all'],
    mostRuns: 0,
  });
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const { kind, metric, all, runs = String(LISTED) } = values;
  if (!/^[1-9]\d*$/.test(runs)) throw new UserError(`"${runs}" is not a number of runs. ${USAGE}`);
  const { HISTORY_FOLDER, BASELINES_FOLDER } = loadSettings(io.environment);
  const { records, damaged } = await new History(HISTORY_FOLDER).read();
  const { records: baselines } = await new Baselines(BASELINES_FOLDER).read();
  const shown = ofKind(records, kind);
  if (shown.length === 0)
    io.out(
      `No run is saved in ${HISTORY_FOLDER} yet.\nEach npm start, npm run chaos and npm run bench adds one.`,
    );
  for (const line of historyText(shown, { metric, all, runs: Number(runs), baselines })) io.out(line);
  if (damaged.length > 0) io.err(`\n${damaged.length} of the files in ${HISTORY_FOLDER} cannot be read:`);
  for (const { file, reason } of damaged) io.err(printable(`   ${file}: ${reason}`));
  return 0;
}
