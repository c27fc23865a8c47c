import { UserError } from '../../kernel/errors.ts';
import { counted } from '../../kernel/figures.ts';
import { comparisonText } from '../comparison-text.ts';
import { pairsOf } from '../find-records.ts';
import { seriesBefore } from '../regressions.ts';
import { historyCommand } from './arguments.ts';

/** `npx fullhouse compare A B`: two runs side by side, with the significant differences. */
export const main = historyCommand(
  { name: 'compare', mostRuns: 2 },
  async ({ runs: [first = 'previous', second = 'last'], folder, baselines, records, damaged }, io) => {
    const baselineFor = baselines.baselineFor.bind(baselines);
    let compared = 0;
    for (const { one, other } of await pairsOf({ records, baselineFor }, first, second)) {
      if (typeof one === 'string' || typeof other === 'string') {
        io.err([one, other].filter((found) => typeof found === 'string').join('\n'));
        continue;
      }
      if (one.runId === other.runId)
        throw new UserError(`"${first}" and "${second}" are the same run, ${one.runId}. Name two runs.`);
      if (compared > 0) io.out('');
      for (const line of comparisonText(one, other, seriesBefore(other, records))) io.out(line);
      compared += 1;
    }
    if (damaged.length > 0)
      io.err(
        `\n${counted(damaged.length, 'file')} in ${folder} cannot be read. \`npx fullhouse history\` lists them.`,
      );
    return compared > 0 ? 0 : 1;
  },
);
