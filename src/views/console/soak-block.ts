import { counted } from '../../kernel/figures.ts';
import { printable } from '../../kernel/outside-text.ts';
import type { SoakSummary } from '../../results/summary/soak-schema.ts';
import { failuresOf, failureTexts } from '../../timings/failure-causes.ts';
import { Footnotes } from '../footnotes.ts';
import { metricRows, roundRows, soakFigures } from '../soak-figures.ts';
import { noBracketText, seededText, verdictMarks } from '../wording.ts';
import { fitted, fittedTable, RULE } from './fitted.ts';

/** Rows of flat metrics and of rounds without VERBOSE: the page and `soak.md` have all. */
const MOST_FLAT = 5;
const MOST_ROUNDS = 12;
const MOST_CAUSES = 12;
const LABEL = 18;

/** A name of a foreign metric must not move the other columns out of the terminal. */
const WIDEST_NAME = 34;

/** The result of a soak for the console, in lines of at most 80 columns. `isVerbose`: all metrics and rounds. */
export function soakBlock(
  summary: SoakSummary,
  { isVerbose = false }: { readonly isVerbose?: boolean } = {},
): string[] {
  const { run, schedule, network, service, partial, verdict, answer, targets, unmeasured } = summary;
  const seeded = seededText(service);
  const notes = new Footnotes();
  const failures = failureTexts(failuresOf(summary.operations), MOST_CAUSES);
  return [
    RULE,
    ...fitted(`SOAK   ${run.name}   ${schedule}`.trimEnd()),
    RULE,
    ...fitted(`${verdictMarks[verdict]} ${answer.sentence}`, 3),
    '',
    ...(network === null ? [] : [...fitted(`Network   ${network}`), '']),
    ...(seeded === undefined ? [] : [...fitted(seeded), '']),
    ...(partial ? ['PARTIAL: not all rounds are complete.', ''] : []),
    ...metricLines(summary, isVerbose),
    ...(targets.length > 0
      ? ['Targets', ...targets.flatMap((target) => fitted(`  ${notes.target(target)}`)), '']
      : []),
    ...(failures.length > 0 ? ['Failures', ...failures.flatMap((line) => fitted(`  ${line}`)), ''] : []),
    ...soakFigures(summary).flatMap(([title, text]) => fitted(`${title.padEnd(LABEL)}${text}`, LABEL)),
    '',
    ...roundLines(summary, isVerbose),
    ...notes.lines.flatMap((line) => fitted(`  ${line}`)),
    ...noBracketText(summary.settings).flatMap((line) => fitted(`  ${line}`)),
    ...unmeasured.flatMap((line) => fitted(`  ${line}`)),
  ].map(printable);
}

/** The metrics that are not flat, and the first flat ones. */
function metricLines(summary: SoakSummary, isVerbose: boolean): string[] {
  const { metrics } = summary;
  if (metrics.length === 0) return ['No metric was judged.', ''];
  const open = metrics.filter(({ verdict }) => verdict !== 'flat').length;
  const shown = isVerbose ? metrics : metrics.slice(0, open + MOST_FLAT);
  const rows = metricRows({ metrics: shown }, false).map(([name = '', ...cells]) => [cut(name), ...cells]);
  const left = metrics.length - shown.length;
  return [
    ...fittedTable(rows, { optional: ['before', 'after'], indent: 2 }).map((line) => `  ${line}`),
    ...(left > 0 ? [`  ${counted(left, 'more flat metric')}: VERBOSE=1`] : []),
    '',
  ];
}

function cut(name: string): string {
  return name.length > WIDEST_NAME ? `${name.slice(0, WIDEST_NAME - 1)}…` : name;
}

function roundLines(summary: SoakSummary, isVerbose: boolean): string[] {
  const [heading = [], ...rows] = roundRows(summary);
  if (rows.length === 0) return [];
  const shown = isVerbose ? rows : rows.slice(-MOST_ROUNDS);
  const left = rows.length - shown.length;
  return [
    ...fittedTable([heading, ...shown], { optional: ['worked', 'P50', 'rested'], indent: 2 }).map(
      (line) => `  ${line}`,
    ),
    ...(left > 0 ? [`  ${counted(left, 'earlier round')}: VERBOSE=1`] : []),
  ];
}
