import { overall } from '../../benchmarks/record.ts';
import { type BenchmarkResult, doubtsOf } from '../../benchmarks/result.ts';
import { counted, ms, number, percent } from '../../kernel/figures.ts';
import { escapeMarkdown } from '../../kernel/outside-text.ts';
import { measuredBenchmark } from '../../live/live-results.ts';
import { missingText, verdictWithout } from '../../results/evidence/asked.ts';
import { summariseLatency } from '../../results/summary/latency.ts';
import { failureText } from '../../timings/failure-causes.ts';
import { Footnotes } from '../footnotes.ts';
import { contextMarkdown, NO_CONTEXT, type PhaseContext } from '../phase-context.ts';
import { markdownTable } from '../table.ts';
import { intervalText, marks, verdictMarks } from '../wording.ts';
import { fitted, fittedTable, RULE } from './fitted.ts';

/** The marks of the rows. */
const verdictMark = { passed: marks.met, failed: marks.missed, inconclusive: marks.inconclusive };

/** The columns that a narrow table leaves out, the first ones first. */
const OPTIONAL = ['max', 'min', '95% CI', 'P50', 'avg'];

/** The results of the benchmarks for the console, in lines of at most 80 columns. */
export function benchBlock(
  results: readonly BenchmarkResult[],
  { answer, warnings, facts, missing }: PhaseContext = NO_CONTEXT,
  { isVerbose = false }: { readonly isVerbose?: boolean } = {},
): string[] {
  const notes = new Footnotes();
  const conditionLines = [...warnings, ...facts].flatMap((fact) => fitted(fact));
  return [
    RULE,
    ...fitted(`BENCHMARK RESULTS   ${conditions(results)}`),
    RULE,
    ...(answer === undefined ? [] : [...fitted(answer.sentence), '']),
    ...conditionLines,
    ...(conditionLines.length > 0 ? [''] : []),
    ...fittedTable(benchRows(results, notes), { optional: isVerbose ? [] : OPTIONAL, indent: 0 }),
    '',
    'Targets',
    ...results.flatMap(({ targets }) => targets.flatMap((target) => fitted(`  ${notes.target(target)}`))),
    ...notes.lines.flatMap((note) => ['', ...fitted(note)]),
    ...remarks(results).flatMap((remark) => ['', ...fitted(remark)]),
    ...missingText('bench', missing).flatMap((text) => ['', ...fitted(text)]),
  ];
}

/** The results of the benchmarks as Markdown. */
export function benchMarkdown(
  results: readonly BenchmarkResult[],
  context: PhaseContext = NO_CONTEXT,
): string {
  const verdict = verdictWithout(overall(results), context.missing);
  const notes = new Footnotes();
  const rows = benchRows(results, notes);
  const targets = results.flatMap((result) => result.targets.map((target) => notes.target(target)));
  return [
    `# ${verdictMarks[verdict]} benchmarks: ${verdict}`,
    ...contextMarkdown('bench', context),
    '',
    conditions(results),
    '',
    ...markdownTable(rows),
    '',
    '## Targets',
    '',
    ...targets.map((line) => `- ${escapeMarkdown(line)}`),
    ...notes.lines.flatMap((note) => ['', escapeMarkdown(note)]),
    ...remarks(results).flatMap((remark) => ['', escapeMarkdown(remark)]),
    '',
  ].join('\n');
}

function benchRows(results: readonly BenchmarkResult[], notes: Footnotes): string[][] {
  const head = ['operation', 'calls', 'errors', 'avg', 'P50', 'P95', '95% CI', 'P99', 'min', 'max', ''];
  return [head, ...results.map((result) => row(result, notes))];
}

function row(result: BenchmarkResult, notes: Footnotes): string[] {
  const { calls, verdict } = measuredBenchmark(result);
  const { total, successful, ok, earliest } = calls;
  const latency = summariseLatency(ok, earliest);
  return [
    result.title,
    number(total),
    percent(total === 0 ? null : ((total - successful) / total) * 100),
    latency ? ms(latency.avgMs) : '–',
    notes.percentile(latency?.p50),
    notes.percentile(latency?.p95),
    intervalText(latency?.p95),
    notes.percentile(latency?.p99),
    ...(latency ? [latency.minMs, latency.maxMs].map(ms) : ['–', '–']),
    verdictMark[verdict],
  ];
}

/** How the calls of the benchmarks were made. */
export function conditions([first]: readonly BenchmarkResult[]): string {
  if (!first) return 'nothing was measured';
  const { iterations, warmUp, concurrency } = first;
  const pace = concurrency === 1 ? 'one at a time' : `${concurrency} at a time`;
  return `${counted(iterations, 'call')} each, ${pace}, after ${number(warmUp)} to warm up.`;
}

/** Problems and regressions, and the runs that the benchmarks were compared with. */
function remarks(results: readonly BenchmarkResult[]): string[] {
  const lines = results.flatMap((result) => [
    ...doubtsOf(result).map((text) => `${result.title}: ${text}`),
    ...result.timings.causes.map(({ cause, count }) =>
      failureText({ operation: result.operation, cause, count }),
    ),
    ...result.regressions.map(({ message }) => `${marks.missed} ${message}`),
    ...result.unconfirmed.map(({ message }) => `Not confirmed by a second measurement: ${message}`),
  ]);
  const busy = results.filter(({ overloaded }) => overloaded !== null);
  if (busy.length > 0)
    lines.push(`Not saved to the history: ${busy.map(({ title }) => title).join(', ')} (busy machine).`);
  return [...lines, ...new Set(results.map(({ comparedWith }) => comparedWith).filter(Boolean))];
}
