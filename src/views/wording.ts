import { ms, msRange, msWithin, number, percent } from '../kernel/figures.ts';
import type { Summary, SummaryPercentile } from '../results/summary/schema.ts';
import type { Judgement } from '../targets/judgement.ts';
import { valueText } from '../targets/judgement-text.ts';

/** The footnote of a report with brackets. */
export const BRACKET_NOTE =
  'For example, 14.2 ms (−1.3) lies between 12.9 and 14.2 ms: the load generator cannot tell when an answer arrived within this time. ' +
  'Less than 1% or 0.1 ms is not shown.';

/** For a run whose HTTP calls have no bracket: otherwise their latencies look exact. */
export function noBracketText(settings: { readonly REQUEST_CONTEXT?: unknown }): string[] {
  return settings.REQUEST_CONTEXT === 'playwright'
    ? [
        'The bracket of the HTTP calls is not known: Playwright’s request contexts do not report when an answer arrived. ' +
          'Their latencies are upper bounds; REQUEST_CONTEXT=wire measures the bracket.',
      ]
    : [];
}

/** The footnote of a report in which a percentile is missing. */
export const TOO_FEW_NOTE = '–: too few samples (P95 needs 20, P99 100)';

/** `14.2 ms (−1.3)`; `14.2 ms` if its bracket is negligible or omitted; `–` with too few samples. */
export function percentileText(percentile: SummaryPercentile | undefined, hasBracket = true): string {
  if (percentile === undefined) return 'no data';
  if ('needed' in percentile) return '–';
  return msWithin(percentile.valueMs, hasBracket ? percentile.earliestMs : undefined);
}

/** `~45.2 ms` if the service's buckets allow an estimate; `< 50 ms` or `> 10 s` if they have only one bound. */
export function serverP95Text(server: Summary['operations'][string]['server']): string {
  if (!server) return '–';
  const { p95Ms, p95Outside } = server;
  if (p95Outside) return `${p95Outside.side === 'below' ? '<' : '>'} ${bound(p95Outside.ms)}`;
  return p95Ms === null ? '–' : `~${ms(p95Ms)}`;
}

/** A bound of a bucket is a round number: `50 ms`, `10 s`. */
export function bound(valueMs: number): string {
  return valueMs < 1000 ? `${number(valueMs)} ms` : `${number(valueMs / 1000)} s`;
}

/** `982 of 1,006 arrived, 24 lost; 120 could not be judged: …`. */
export function roomEventsText({
  events: { judged, arrived, late, lost, twice, notJudged },
  partial,
}: Pick<Summary, 'events' | 'partial'>): string {
  // Events are judged some time after they happened.
  if (judged + notJudged === 0)
    return partial ? 'not judged: the run ended early' : 'none expected: no two participants shared a room';
  const parts = [`${number(arrived)} of ${number(judged)} arrived`];
  for (const [count, what] of [
    [late, 'late'],
    [lost, 'lost'],
    [twice, 'more than once'],
  ] as const)
    if (count > 0) parts.push(`${number(count)} ${what} (${percent((count / judged) * 100)})`);
  const unjudged =
    notJudged > 0 ? `; ${number(notJudged)} could not be judged: the member left soon after the call` : '';
  return `${parts.join(', ')}${unjudged}`;
}

/** A service with seeded defects is not compared with healthy services. */
export function seededText({ defects }: Pick<Summary['service'], 'defects'>): string | undefined {
  return defects === undefined
    ? undefined
    : `SEEDED DEFECTS: ${defects}. This run is compared with runs of the same defects only.`;
}

export const marks = { met: '✅', missed: '❌', inconclusive: '❔' } as const;

/** `p95 < 500 ms: 123 ms (−4) ✅`, `each operation p95 < 1 s: 3000 ms (−45) (socket.connect) ❌`. */
export function targetLine(judgement: Judgement): string {
  return `${targetText(judgement)} ${marks[judgement.state]}`;
}

/** The line of a target without its mark. */
export function targetText(judgement: Judgement): string {
  const { target, value, note, problem } = judgement;
  if (value === null) return `${target}: ${[problem, note].filter(Boolean).join(': ')}`;
  return `${target}: ${valueText(judgement)}${note ? ` (${note})` : ''}`;
}

/** `2.46–2.61` */
export function intervalText(percentile: SummaryPercentile | undefined): string {
  if (percentile === undefined || 'needed' in percentile) return '–';
  return msRange(percentile.lowMs, percentile.highMs, percentile.valueMs);
}

export const verdictMarks = { passed: '✅', failed: '❌', inconclusive: '❔', interrupted: '⏹' } as const;
