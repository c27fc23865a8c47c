import { counted } from '../../kernel/figures.ts';
import { printable } from '../../kernel/outside-text.ts';
import { historyText } from '../history-text.ts';
import { historyCommand } from './arguments.ts';

const usage =
  'Usage: npm run history -- [--kind load|chaos|bench|conduct] [--metric <part of a name>] [--runs <count>] [--all]';
const LISTED = 10;

/** `npm run history`: the runs in the history, and the trend of each metric over comparable runs. */
export const main = historyCommand(
  { usage, options: ['kind', 'metric', 'runs', 'all'], mostRuns: 0 },
  async ({ values, folder, baselines, records, damaged }, io) => {
    const { metric, all, runs = LISTED } = values;
    if (records.length === 0)
      io.out(`No run is saved in ${folder} yet.\nEach npm start, npm run chaos and npm run bench adds one.`);
    const accepted = (await baselines.read()).records;
    for (const line of historyText(records, { metric, all, runs: Number(runs), baselines: accepted }))
      io.out(line);
    if (damaged.length > 0) io.err(`\n${counted(damaged.length, 'file')} in ${folder} cannot be read:`);
    for (const { file, reason } of damaged) io.err(printable(`   ${file}: ${reason}`));
    return 0;
  },
);
