import { nearestWord, UserError } from '../../kernel/errors.ts';
import { counted } from '../../kernel/figures.ts';
import { printable } from '../../kernel/outside-text.ts';
import { historyText } from '../history-text.ts';
import { metricsOf } from '../metrics.ts';
import type { HistoryRecord } from '../record.ts';
import { historyCommand } from './arguments.ts';

const LISTED = 10;
/** The number of operations and figures that an error names. */
const LISTED_SUBJECTS = 12;

/** `npx fullhouse history`: the runs in the history, and the trend of each metric over comparable runs. */
export const main = historyCommand(
  { name: 'history', options: ['metric', 'runs'], flags: ['all'] },
  async ({ options, flags, folder, baselines, records, damaged }, io) => {
    const { metric, runs = LISTED } = options;
    if (records.length === 0)
      io.out(`No run is saved in ${folder} yet.\nEach \`npx playwright test\` adds one.`);
    if (metric !== undefined) refuseUnknownMetric(metric, records);
    const accepted = (await baselines.read()).records;
    for (const line of historyText(records, {
      metric,
      all: flags.has('all'),
      runs: Number(runs),
      baselines: accepted,
    }))
      io.out(line);
    if (damaged.length > 0) io.err(`\n${counted(damaged.length, 'file')} in ${folder} cannot be read:`);
    for (const { file, reason } of damaged) io.err(printable(`   ${file}: ${reason}`));
    return 0;
  },
);

/** @throws {UserError} if the records have metrics, but none with this text in its name */
function refuseUnknownMetric(text: string, records: readonly HistoryRecord[]): void {
  const metrics = records.flatMap((record) => [...metricsOf(record).values()]);
  const names = [...new Set(metrics.map(({ name }) => name))];
  if (names.length === 0 || names.some((name) => name.toLowerCase().includes(text.toLowerCase()))) return;
  const subjects = [...new Set(metrics.map(({ name, operation }) => operation ?? name))];
  const near = nearestWord(text, [...subjects, ...names]);
  const listed =
    subjects.slice(0, LISTED_SUBJECTS).join(', ') + (subjects.length > LISTED_SUBJECTS ? ', …' : '');
  throw new UserError(
    `No metric has "${text}" in its name. ${near === undefined ? `There are metrics of ${listed}.` : `Did you mean "${near}"?`}`,
  );
}
