import { overall } from '../benchmarks/record.ts';
import { type BenchmarkResult, doubtsOf, verdictOf } from '../benchmarks/result.ts';
import { escapeMarkdown } from '../kernel/markdown.ts';
import { failureText } from '../timings/failure-causes.ts';
import { MergedOperation } from '../timings/merged-timings.ts';
import { missingText, verdictWithout } from './evidence/asked.ts';
import { contextMarkdown, NO_CONTEXT, type PhaseContext } from './phase-context.ts';
import { summariseLatency } from './summary/latency.ts';
import type { SummaryPercentile } from './summary/schema.ts';
import { markdownTable, plainTable } from './table.ts';
import {
  bracketNote,
  counted,
  marks,
  ms,
  number,
  percent,
  percentileText,
  targetLine,
  verdictMarks,
  wrapped,
} from './wording.ts';

const RULE = '─'.repeat(78);

/** What a line of a benchmark is marked with. */
const verdictMark = { passed: marks.met, failed: marks.missed, inconclusive: marks.inconclusive };

/** The results of the benchmarks for the console, line by line. */
export function benchBlock(
  results: readonly BenchmarkResult[],
  { facts, missing }: PhaseContext = NO_CONTEXT,
): string[] {
  const verdict = verdictWithout(overall(results), missing);
  const figures = [
    ...plainTable(benchRows(results)),
    '',
    'Targets',
    ...results.flatMap(({ targets }) => targets.map((target) => `  ${targetLine(target)}`)),
  ];
  return [
    RULE,
    `BENCHMARK RESULTS   ${conditions(results)}`,
    RULE,
    ...facts.flatMap((fact) => wrapped(fact, RULE.length)),
    ...(facts.length > 0 ? [''] : []),
    ...figures,
    ...bracketNote(figures).flatMap((note) => ['', note]),
    ...remarks(results).flatMap((remark) => ['', remark]),
    '',
    RULE,
    `${verdictMarks[verdict]} ${verdict.toUpperCase()}`,
    ...missingText('bench', missing).map((text) => `  ${text}`),
  ];
}

/** The same as Markdown. */
export function benchMarkdown(
  results: readonly BenchmarkResult[],
  context: PhaseContext = NO_CONTEXT,
): string {
  const verdict = verdictWithout(overall(results), context.missing);
  const rows = benchRows(results);
  const targets = results.flatMap((result) => result.targets.map(targetLine));
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
    ...bracketNote([...rows.flat(), ...targets]).flatMap((note) => ['', escapeMarkdown(note)]),
    ...remarks(results).flatMap((remark) => ['', escapeMarkdown(remark)]),
    '',
  ].join('\n');
}

function benchRows(results: readonly BenchmarkResult[]): string[][] {
  const head = ['operation', 'calls', 'errors', 'avg', 'P50', 'P95', '95 % sure', 'P99', 'min', 'max', ''];
  return [head, ...results.map(row)];
}

function row(result: BenchmarkResult): string[] {
  const merged = new MergedOperation();
  merged.add(result.timings);
  const latency = summariseLatency(merged.ok, merged.earliest);
  const { total, successful } = merged;
  return [
    result.title,
    number(total),
    percent(total === 0 ? null : ((total - successful) / total) * 100),
    latency ? ms(latency.avgMs) : '–',
    percentileText(latency?.p50),
    percentileText(latency?.p95),
    intervalText(latency?.p95),
    percentileText(latency?.p99),
    ...(latency ? [latency.minMs, latency.maxMs].map(ms) : ['–', '–']),
    verdictMark[verdictOf(result)],
  ];
}

function intervalText(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined || 'needed' in percentile) return '–';
  const { lowMs, highMs } = percentile;
  return `${ms(lowMs)} to ${highMs === null ? '?' : ms(highMs)}`;
}

function conditions([first]: readonly BenchmarkResult[]): string {
  if (!first) return 'nothing was measured';
  const { iterations, warmUp, concurrency } = first;
  const pace = concurrency === 1 ? 'one at a time' : `${concurrency} at a time`;
  return `${counted(iterations, 'call')} each, ${pace}, after ${number(warmUp)} to warm up.`;
}

/** What the figures alone do not say: what went wrong, what got slower, and what it was compared with. */
function remarks(results: readonly BenchmarkResult[]): string[] {
  const told = results.flatMap((result) => [
    ...doubtsOf(result).map((text) => `${result.title}: ${text}`),
    ...result.timings.causes.map(({ cause, count }) =>
      failureText({ operation: result.operation, cause, count }),
    ),
    ...result.regressions.map(({ says }) => `${marks.missed} ${says}`),
    ...result.unconfirmed.map(({ says }) => `Not confirmed by a second measurement: ${says}`),
  ]);
  const busy = results.filter(({ breathless }) => breathless !== null);
  if (busy.length > 0)
    told.push(`Not saved to the history: ${busy.map(({ title }) => title).join(', ')} (busy machine).`);
  return [...told, ...new Set(results.map(({ comparedWith }) => comparedWith).filter(Boolean))];
}
