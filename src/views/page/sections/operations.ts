import { ms, number, percent } from '../../../kernel/figures.ts';
import { FEWEST } from '../../../look/chart-data.ts';
import type { Summary, SummaryPercentile } from '../../../results/summary/schema.ts';
import { percentileText, serverP95Text } from '../../wording.ts';
import { byFamily, type Family } from '../families.ts';
import { anchor, type Html, html } from '../html.ts';
import { msOf, percentileOf } from './latency.ts';
import { commonAxis, tinyHistogram } from './tiny-histogram.ts';

type Operation = Summary['operations'][string];

interface Column {
  readonly title: string;
  readonly hint?: string;
  readonly text: (operation: Operation) => string | Html;
  /** The sort key of the column; null comes last. */
  readonly value: (operation: Operation) => number | null;
}

const latency = (
  title: string,
  read: (operation: Operation) => number | null | undefined,
  hint?: string,
): Column => ({
  title,
  ...(hint === undefined ? {} : { hint }),
  text: (operation) => {
    const value = read(operation);
    return value == null ? '–' : ms(value);
  },
  value: (operation) => read(operation) ?? null,
});

const quantile = (title: string, read: (operation: Operation) => SummaryPercentile | undefined): Column => ({
  title,
  text: (operation) => (operation.latency ? percentileOf(read(operation)) : '–'),
  value: (operation) => msOf(read(operation)),
});

const columns: readonly Column[] = [
  { title: 'Count', text: ({ total }) => number(total), value: ({ total }) => total },
  { title: 'Failed', text: (one) => number(failed(one)), value: failed },
  {
    title: 'Error rate',
    text: (one) => percent(one.total === 0 ? null : (failed(one) / one.total) * 100),
    value: (one) => (one.total === 0 ? null : failed(one) / one.total),
  },
  latency('Average', ({ latency }) => latency?.avgMs),
  quantile('P50', ({ latency }) => latency?.p50),
  quantile('P95', ({ latency }) => latency?.p95),
  quantile('P99', ({ latency }) => latency?.p99),
  latency('Max', ({ latency }) => latency?.maxMs),
  {
    ...quantile('Response P95', ({ response }) => response?.p95),
    // Without its bracket, which is mostly the generator's late start: the table is wide.
    text: ({ latency, response }) => (latency ? percentileText(response?.p95, false) : '–'),
    hint: 'from the intended start: free of coordinated omission; at the most that it can be',
  },
  latency('Service avg', ({ server }) => server?.avgMs, 'the same calls as the service measured them'),
  {
    title: 'Service P95',
    hint: 'estimated from the service’s own histogram; < and > name the bound of its first or last bucket',
    text: ({ server }) => serverP95Text(server),
    value: ({ server }) => server?.p95Ms ?? server?.p95Outside?.ms ?? null,
  },
];

/** One row per operation, by family, sortable and filterable. A click on a name shows the operation in the charts. */
export function operationsTable(
  of: string,
  operations: Summary['operations'],
  distributions: Summary['distributions']['operations'],
): Html {
  const id = anchor('operations', of);
  const groups = byFamily(operations);
  return html`<div class="section-head"><h3 id="${id}">Operations</h3>
<label class="filter control">Filter <input type="search" data-filter="${id}-table" autocomplete="off" spellcheck="false"></label><span class="control" role="status" data-shown="${id}-table"></span></div>
<div class="card scroll tall" tabindex="0" role="group" aria-label="Table of operations"><table id="${id}-table" class="operations" data-sortable>
<thead><tr><th scope="col" class="sortable">Operation</th>${columns.map(
    ({ title, hint }) =>
      html`<th scope="col" class="n sortable" ${hint !== undefined && html`title="${hint}"`}>${title}</th>`,
  )}<th scope="col" class="shape" title="latencies of successes, on one logarithmic axis for each group">Distribution</th></tr></thead>
${groups.map(({ family, entries }) => {
  const axis = commonAxis(entries.flatMap(([name]) => distributions[name]?.bins ?? []));
  return html`<tbody>${groups.length > 1 && head(family)}${entries.map(([name, operation]) => {
    const bins = distributions[name]?.bins;
    return row(name, operation, bins && bins.counts.length > 0 ? tinyHistogram(bins, axis) : html`–`);
  })}</tbody>`;
})}</table></div>`;
}

function head({ title, note }: Family): Html {
  return html`<tr data-head><th scope="rowgroup" colspan="${columns.length + 2}">${title}${note !== '' && html` <small class="beside">${note}</small>`}</th></tr>`;
}

function row(name: string, operation: Operation, shape: Html): Html {
  const isShown = operation.total >= FEWEST;
  return html`<tr><th scope="row">${isShown ? html`<button type="button" class="link" data-show="${name}">${name}</button>` : name}</th>${columns.map(
    ({ text, value }) => html`<td class="n" data-value="${value(operation)}">${text(operation)}</td>`,
  )}<td class="shape">${shape}</td></tr>`;
}

function failed({ total, outcomes }: Operation): number {
  return total - (outcomes.ok ?? 0);
}
