import type { Summary, SummaryPercentile } from '../../summary/schema.ts';
import { ms, number, percent, percentileText } from '../../wording.ts';
import { anchor, type Html, html } from '../html.ts';

type Operation = Summary['operations'][string];

interface Column {
  readonly title: string;
  readonly hint?: string;
  readonly text: (operation: Operation) => string;
  /** What the column is sorted by; null goes last. */
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
  text: (operation) => (operation.latency ? percentileText(read(operation)) : '–'),
  value: (operation) => {
    const found = read(operation);
    return found && 'valueMs' in found ? found.valueMs : null;
  },
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
    hint: 'from the intended start: free of coordinated omission',
  },
  latency('Service avg', ({ server }) => server?.avgMs, 'the same calls as the service measured them'),
  latency('Service P95', ({ server }) => server?.p95Ms, 'estimated from the service’s own histogram'),
];

/** One row per operation, to be sorted and filtered; the names choose what the charts show. */
export function operationsTable(of: string, operations: Summary['operations']): Html {
  const id = anchor('operations', of);
  return html`<section><div class="section-head"><h3 id="${id}">Operations</h3>
<label class="filter control">Filter <input type="search" data-filter="${id}-table" autocomplete="off" spellcheck="false"></label><span class="control" role="status" data-shown="${id}-table"></span></div>
<div class="card scroll tall" tabindex="0" role="group" aria-label="Table of operations"><table id="${id}-table" class="operations" data-sortable>
<thead><tr><th scope="col" class="sortable">Operation</th>${columns.map(
    ({ title, hint }) =>
      html`<th scope="col" class="n sortable" ${hint !== undefined && html`title="${hint}"`}>${title}</th>`,
  )}</tr></thead>
<tbody>${Object.entries(operations).map(([name, operation]) => row(name, operation))}</tbody></table></div></section>`;
}

function row(name: string, operation: Operation): Html {
  return html`<tr><th scope="row"><button type="button" class="link" data-show="${name}">${name}</button>${operation.kind === 'observation' && html` <small>observed, in no total</small>`}</th>${columns.map(
    ({ text, value }) => html`<td class="n" data-value="${value(operation)}">${text(operation)}</td>`,
  )}</tr>`;
}

function failed({ total, outcomes }: Operation): number {
  return total - (outcomes.ok ?? 0);
}
