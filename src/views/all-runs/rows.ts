import { commitText, timeText } from '../../history/wording.ts';
import { ms, number, percent, perSecond } from '../../kernel/figures.ts';
import { type Html, html } from '../page/html.ts';
import { state } from '../page/sections/icons.ts';
import type { EntryPhase } from './entry/schema.ts';
import type { ListedRun } from './read-runs.ts';

const columns = [
  ['Phase', ''],
  ['Answer', ''],
  ['Service', ''],
  ['Users', 'n'],
  ['Duration', 'n'],
  ['Requests', 'n'],
  ['P50', 'n'],
  ['P95', 'n'],
  ['P99', 'n'],
  ['Errors', 'n'],
  ['Requests/s', 'n'],
] as const;

/** The table of runs: one group of rows for each run, with one row for each of its phases. */
export function runsTable(runs: readonly ListedRun[]): Html {
  return html`<div class="card scroll" tabindex="0" role="group" aria-label="Table of runs"><table id="runs">
<thead><tr><th scope="col"><span class="unseen">Compare</span></th><th scope="col">Run</th>${columns.map(([name, kind]) => html`<th scope="col" class="${kind}">${name}</th>`)}</tr></thead>
${runs.map(runGroup)}</table></div>`;
}

function runGroup(run: ListedRun): Html {
  const { id, phases, problem } = run;
  const rows = Math.max(1, phases.length);
  const head = html`<td class="tick" rowspan="${rows}">${run.hasCurves && html`<input type="checkbox" value="${id}" aria-label="Compare run ${id}">`}</td>
<th class="run" scope="rowgroup" rowspan="${rows}">${linkedRun(id, run.hasPage)}${whenOf(run)}</th>`;
  if (phases.length === 0)
    return html`<tbody data-run="${id}" data-text="${id}"><tr data-phase="" data-verdict="">${head}<td class="problem" colspan="${columns.length}">${problem ?? 'It has no results.'}</td></tr></tbody>`;
  return html`<tbody data-run="${id}">${phases.map(
    (phase, index) =>
      html`<tr data-phase="${phase.kind}" data-verdict="${phase.verdict}">${index === 0 && head}${phaseCells(run, phase)}</tr>`,
  )}</tbody>`;
}

/** The id of a run, with a link to its page. */
export function linkedRun(id: string, hasPage: boolean): Html {
  return hasPage ? html`<a href="${pageOf(id)}">${id}</a>` : html`<span>${id}</span>`;
}

function pageOf(id: string): string {
  return `runs/${encodeURIComponent(id)}/index.html`;
}

/** When the run began, and its commit. */
function whenOf({ phases, hasPage, problem }: ListedRun): Html {
  const [at] = phases.map((phase) => phase.at).sort();
  const [commit] = phases.map((phase) => phase.commit);
  return html`${at !== undefined && html`<time datetime="${at}">${timeText(at)}</time>`}${commit !== undefined && html`<code>${commitText(commit)}</code>`}${!hasPage && problem === undefined && html`<small>only in the history</small>`}`;
}

/** The other phases have one name. */
function isNamed(kind: EntryPhase['kind']): boolean {
  return kind === 'load' || kind === 'capacity' || kind === 'soak';
}

function phaseCells({ id, hasPage }: ListedRun, phase: EntryPhase): Html {
  const { kind, name, verdict, sentence, moment, service, users, durationS, requests } = phase;
  const { p50Ms, p95Ms, p99Ms, errorRatePercent, perSecond: rate } = phase;
  const figures: readonly [name: string, text: string | null][] = [
    ['Users', users === null ? null : number(users)],
    ['Duration', durationS === null ? null : `${durationS.toFixed(durationS < 10 ? 1 : 0)} s`],
    ['Requests', requests === null ? null : number(requests)],
    ['P50', p50Ms === null ? null : ms(p50Ms)],
    ['P95', p95Ms === null ? null : ms(p95Ms)],
    ['P99', p99Ms === null ? null : ms(p99Ms)],
    ['Errors', errorRatePercent === null ? null : percent(errorRatePercent)],
    ['Requests/s', rate === null ? null : perSecond(rate)],
  ];
  return html`<td class="phase">${state(verdict)}<span>${kind}${isNamed(kind) && html` <small>${name}</small>`}</span></td>
<td class="answer">${sentence}${moment !== null && hasPage && html` <a href="${pageOf(id)}${moment.hash}">Show ${moment.text}</a>`}</td><td class="service">${service}</td>${figures.map(
    ([label, text]) =>
      html`<td class="n ${text === null && 'none'}" data-label="${label}">${text ?? '–'}</td>`,
  )}`;
}
