import { addsText, withoutCanaryText } from '../../../crowd/generator-adds.ts';
import { inUnit, ms, percent } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { type Html, html } from '../html.ts';
import { bullet } from './bullet.ts';
import { state } from './icons.ts';

/** The self-checks of the load generator, and its workers. */
export function generatorSection({ selfCheck, slices }: Summary): Html {
  if (selfCheck.workers.length === 0) return html``;
  const without = withoutCanaryText(selfCheck.adds);
  return html`<div class="wide" tabindex="0" role="group" aria-label="Self-checks of the load generator"><table class="card generator">
<caption>The generator ${addsText(selfCheck.adds)}${without !== undefined && html`<small>${without}</small>`}</caption>
<thead><tr><th scope="col">Check</th><th scope="col" class="n">Worst</th><th scope="col" class="bar" aria-hidden="true"></th><th scope="col" class="n">Bound</th></tr></thead>
<tbody>${selfCheck.findings.map(
    ({ check, value, bound, unit, ok, hint }) => html`<tr>
<th scope="row">${check}${!ok && html`<small>${hint}</small>`}</th>
<td class="n ${!ok && 'bad'}">${inUnit(value, unit)}</td>
<td class="bar">${bullet({ value, limit: bound, ok })}</td>
<td class="n">${inUnit(bound, unit)}</td></tr>`,
  )}</tbody>
</table></div>
<details class="card workers"><summary>${slices.length === 1 ? '1 worker' : `${slices.length} workers`}</summary>
<div class="scroll" tabindex="0" role="group" aria-label="Workers"><table><thead><tr><th scope="col">Slice</th><th scope="col">State</th><th scope="col" class="n">Loop delay P99</th><th scope="col" class="n">Loop delay max</th><th scope="col" class="n">Waiting for a processor</th><th scope="col" class="n">CPU mean</th><th scope="col" class="n">CPU peak</th><th scope="col" class="n">Memory peak</th><th scope="col" class="n">Start skew</th></tr></thead>
<tbody>${slices.map((slice) => workerRow(slice, selfCheck.workers))}</tbody></table></div></details>`;
}

function workerRow(
  { slice, of, state: ended }: Summary['slices'][number],
  workers: Summary['selfCheck']['workers'],
): Html {
  const worker = workers.find((one) => one.slice === slice);
  const cells = worker
    ? [
        ms(worker.loopDelayP99Ms),
        ms(worker.loopDelayMaxMs),
        worker.processorWaitPercent === undefined ? '–' : percent(worker.processorWaitPercent),
        `${worker.cpuMean.toFixed(2)} cores`,
        `${worker.cpuPeak.toFixed(2)} cores`,
        `${Math.round(worker.memoryPeakBytes / 2 ** 20)} MiB`,
        ms(worker.startSkewMs),
      ]
    : Array.from({ length: 7 }, () => '–');
  return html`<tr><th scope="row">${slice} of ${of}</th><td>${state(ended)}</td>${cells.map((cell) => html`<td class="n">${cell}</td>`)}</tr>`;
}
