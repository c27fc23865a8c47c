import { inUnit, number } from '../../../kernel/figures.ts';
import type { Summary } from '../../../results/summary/schema.ts';
import { worstFirst } from '../../../targets/judgement.ts';
import { isUpperLimit } from '../../../targets/target.ts';
import { type Html, html } from '../html.ts';
import { bullet } from './bullet.ts';
import { state } from './icons.ts';
import { withBracket } from './latency.ts';

type Judged = Summary['targets'][number];

/** Each target with its value, its limit and the margin between them, then the targets without enough samples. */
export function targetsTable({ targets, notJudged }: Pick<Summary, 'targets' | 'notJudged'>): Html {
  if (targets.length + notJudged.length === 0) return html``;
  return html`<div class="wide" tabindex="0" role="group" aria-label="Targets"><table class="card targets">
<caption>Targets</caption>
<thead><tr><th scope="col">Target</th><th scope="col">State</th><th scope="col" class="n">Value</th><th scope="col" class="bar" aria-hidden="true"></th><th scope="col" class="n">Limit</th><th scope="col" class="n">Margin</th><th scope="col" class="n">Samples</th></tr></thead>
<tbody>${[...targets].sort(worstFirst).map(row)}${notJudged.map(unjudgedRow)}</tbody>
</table></div>`;
}

function row(judged: Judged): Html {
  const { target, value, limit, unit, count, interval, bracket, note } = judged;
  return html`<tr>
<th scope="row">${target}${note && html`<small>${note}</small>`}</th>
<td>${state(judged.state)}</td>
<td class="n">${value === null ? 'no data' : withBracket(value, unit, judged.state === 'inconclusive' ? undefined : bracket?.low)}${interval && html`<small>${inUnit(interval.low, unit)} to ${interval.high === null ? '?' : inUnit(interval.high, unit)}</small>`}</td>
<td class="bar">${value !== null && bullet({ value, limit, ok: judged.state === 'met', interval, bracket })}</td>
<td class="n">${inUnit(limit, unit)}</td>
<td class="n">${marginText(judged)}</td>
<td class="n">${number(count)}</td>
</tr>`;
}

function unjudgedRow({ target, unavailableReason }: Summary['notJudged'][number]): Html {
  return html`<tr>
<th scope="row">${target}<small>${unavailableReason}</small></th>
<td>${state('not judged')}</td>
<td class="n">–</td><td class="bar"></td><td class="n">–</td><td class="n">–</td><td class="n">–</td>
</tr>`;
}

/** How far the value is from its limit, in percent of the limit. */
function marginText({ comparator, value, limit }: Judged): string {
  if (value === null) return '–';
  const wantsHigh = !isUpperLimit(comparator);
  const room = wantsHigh ? value - limit : limit - value;
  if (limit === 0) return room === 0 ? 'none' : room > 0 ? 'within' : 'beyond';
  const percent = (Math.abs(room) / Math.abs(limit)) * 100;
  // Beyond twice the limit, a multiple is easier to read than a percentage.
  if (room < 0 && !wantsHigh && percent > 100)
    return `${number(Number((value / limit).toPrecision(2)))}× the limit`;
  return `${percent.toFixed(percent < 10 ? 1 : 0)}% ${room >= 0 ? 'to spare' : 'beyond'}`;
}
