import { reasonText } from '../../../history/reason.ts';
import { clock, ms, number, percent, perSecond, seconds } from '../../../kernel/figures.ts';
import { toneOf } from '../../../look/states.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import type { SoakSummary } from '../../../results/summary/soak-schema.ts';
import { seededText } from '../../wording.ts';
import { type Html, html } from '../html.ts';
import { linkTo } from '../link.ts';
import { icon } from './icons.ts';
import { intervalText, percentileOf } from './latency.ts';
import { sectionId } from './section-list.ts';

export interface Banner {
  readonly id: string;
  readonly verdict: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly reasons: readonly string[];
  /** The answer in one sentence. */
  readonly answer?: Summary['answer'] | undefined;
  readonly warning?: string;
}

/** The verdict in one word, and why it is not "passed". */
export function verdictBanner({ id, verdict, title, text, reasons, warning, answer }: Banner): Html {
  const tone = toneOf(verdict);
  // A single reason is often the answer itself.
  const isSaid = reasons.length === 1 && answer?.sentence.includes(reasons[0]!);
  const further = isSaid ? [] : reasons;
  return html`<div class="verdict ${tone}">
<div class="verdict-mark">${icon(tone)}</div>
<div>
<h2 id="${id}-heading"><span class="word">${capital(verdict)}</span> <span class="what">${title}</span></h2>
${answer !== undefined && html`<p class="answer">${answer.sentence}${momentLink(id, answer)}</p>`}
${warning !== undefined && html`<p class="partial">${warning}</p>`}
${further.length > 0 && html`<ul class="reasons">${further.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${text.map((line) => html`<p class="context">${line}</p>`)}
</div>
</div>`;
}

/** The banner of a load, a search or a soak, with its conditions; `warning` is shown if it is partial. */
export function crowdBanner(
  id: string,
  { verdict, answer, reasons, network, service, partial }: Outcome,
  { title, schedule = '', warning }: { title: string; schedule?: string; warning: string },
): Html {
  const text = [schedule, network === null ? '' : `Network: ${network}`, seededText(service) ?? ''];
  return verdictBanner({
    id,
    verdict,
    title,
    answer,
    reasons: reasons.map(reasonText),
    text: text.filter((line) => line !== ''),
    ...(partial ? { warning } : {}),
  });
}

type Outcome = Pick<
  Summary | SoakSummary,
  'verdict' | 'answer' | 'reasons' | 'network' | 'service' | 'partial'
>;

/** A link to the part of the run that the answer is about, in its charts. */
function momentLink(phase: string, { fromS, toS, operation }: Summary['answer']): Html {
  if (fromS === undefined || toS === undefined) return html``;
  const link = linkTo({
    section: sectionId(phase, 'charts'),
    ...(operation === undefined ? {} : { operation }),
    from: fromS,
    to: toS,
  });
  return html` <a href="${link}">Show ${clock(fromS)} to ${clock(toS)}</a>`;
}

/** The key figures of a crowd. */
export function keyFigures({ totals, latency, users, sessions, run }: Summary): Html {
  const figures: [string, string | Html, string][] = [
    ['Requests', number(totals.total), `${number(totals.failed)} failed`],
    ['Error rate', percent(totals.errorRatePercent), limited(totals)],
    ['Average', latency ? ms(latency.avgMs) : 'no data', latency ? `max ${ms(latency.maxMs)}` : ''],
    ['P50', percentileOf(latency?.p50), intervalText(latency?.p50)],
    ['P95', percentileOf(latency?.p95), intervalText(latency?.p95)],
    ['P99', percentileOf(latency?.p99), intervalText(latency?.p99)],
    ['Throughput', perSecond(totals.perSecond), `in ${seconds(run.durationS)}`],
    ['Users', number(users.peak), `of ${number(users.requested)} requested`],
    ['Sessions', number(sessions.completed), `of ${number(sessions.started)} started`],
  ];
  return html`<dl class="figures" aria-label="Key figures">${figures.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`,
  )}</dl>`;
}

function limited({ rateLimited, aborted, generatorLimit }: Summary['totals']): string {
  const notes = [
    ...(rateLimited > 0 ? [`${number(rateLimited)} rate limited`] : []),
    ...(aborted > 0 ? [`${number(aborted)} aborted, not counted`] : []),
    ...(generatorLimit > 0 ? [`${number(generatorLimit)} not made (generator limit)`] : []),
  ];
  return notes.join(', ');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
