import { loadSettings } from '../../config/environment.ts';
import type { CommandIo } from '../../kernel/command.ts';
import { Baselines } from '../baselines.ts';
import { comparisonText } from '../comparison-text.ts';
import { ofKind, pairsOf } from '../find-records.ts';
import { seriesBefore } from '../regressions.ts';
import { History } from '../store.ts';
import { readArguments } from './arguments.ts';

const USAGE =
  'Usage: npm run compare -- <A> <B> [--kind load|chaos|bench|conduct]; a run is its id, the beginning of its id, last, previous or baseline. Without any: previous last';

/** `npm run compare -- A B`: two runs side by side, with the significant differences. */
export async function main(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, runs } = readArguments(args, {
    usage: USAGE,
    options: ['kind'],
    mostRuns: 2,
  });
  if (values.help) {
    io.out(USAGE);
    return 0;
  }
  const [one = 'previous', other = 'last'] = runs;
  const { HISTORY_FOLDER, BASELINES_FOLDER } = loadSettings(io.environment);
  const { records: all, damaged } = await new History(HISTORY_FOLDER).read();
  const records = ofKind(all, values.kind);
  const baselines = new Baselines(BASELINES_FOLDER);
  const pairs = await pairsOf(
    { records, baselineFor: (record) => baselines.baselineFor(record) },
    one,
    other,
  );
  let compared = 0;
  for (const { one, other } of pairs) {
    if (typeof one === 'string' || typeof other === 'string') {
      io.err([one, other].filter((found) => typeof found === 'string').join('\n'));
      continue;
    }
    if (compared > 0) io.out('');
    for (const line of comparisonText(one, other, seriesBefore(other, records))) io.out(line);
    compared += 1;
  }
  if (damaged.length > 0)
    io.err(`\n${damaged.length} files in ${HISTORY_FOLDER} cannot be read (npm run history).`);
  return compared > 0 ? 0 : 1;
}
