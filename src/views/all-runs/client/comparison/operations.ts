import { msWithin, number, percent } from '../../../../kernel/figures.ts';
import { element } from '../../../../look/client/dom.ts';
import type { OperationCurves, PercentileWithin, PhaseCurves } from '../../curves/schema.ts';
import { type Difference, errorRateDifference, percentileDifference } from '../../difference.ts';
import { state } from './state.ts';
import { type Cell, figure, scrolledTable } from './table.ts';

const percentiles = ['p50', 'p95', 'p99'] as const;

/** Every operation of both runs: the figures of A and B, and whether they differ beyond chance. */
export function operationsTable(a: PhaseCurves, b: PhaseCurves): HTMLElement {
  const names = [...new Set([...Object.keys(a.operations), ...Object.keys(b.operations)])];
  const head = ['Operation', 'Figure', 'A', 'B', 'B to A', 'Difference'];
  const groups = names.map((name) => ({
    heading: titleOf(name),
    rows: rowsOf(a.operations[name], b.operations[name]),
  }));
  const scroll = scrolledTable(`Table of operations, ${a.kind} ${a.name}`, head, groups);
  scroll.firstElementChild!.classList.add('figures');
  return scroll;
}

function rowsOf(a: OperationCurves | undefined, b: OperationCurves | undefined): Cell[][] {
  const counts: Cell[] = ['Calls', figure(countOf(a)), figure(countOf(b)), figure('')];
  if (a === undefined || b === undefined) return [[...counts, `only in ${a === undefined ? 'B' : 'A'}`]];
  const latencies = percentiles
    .filter((kind) => a[kind] !== null || b[kind] !== null)
    .map((kind) => percentileRow(kind, a[kind], b[kind]));
  return [[...counts, ''], ...latencies, ...errorRow(a, b)];
}

export function titleOf(operation: string): string {
  return operation === '' ? 'all actions' : operation;
}

function countOf(operation: OperationCurves | undefined): string {
  return operation === undefined ? '–' : number(operation.count);
}

function percentileRow(
  kind: (typeof percentiles)[number],
  a: PercentileWithin | null,
  b: PercentileWithin | null,
): Cell[] {
  const ratio = a === null || b === null || a[0] === 0 ? '–' : `× ${(b[0] / a[0]).toFixed(2)}`;
  return [
    kind.toUpperCase(),
    withInterval(a),
    withInterval(b),
    figure(ratio),
    inWords(percentileDifference(kind, a, b), 'slower', 'faster'),
  ];
}

function withInterval(percentile: PercentileWithin | null): Cell {
  if (percentile === null) return figure('–');
  const [valueMs, lowMs, highMs] = percentile;
  const content = element('span', { text: msWithin(valueMs) });
  const interval = `${msWithin(lowMs)} – ${highMs === null ? '?' : msWithin(highMs)}`;
  content.append(element('small', { text: interval }));
  return { content, className: 'n within' };
}

function errorRow(a: OperationCurves, b: OperationCurves): Cell[][] {
  if (a.failed === 0 && b.failed === 0) return [];
  const rate = ({ failed, count }: OperationCurves) => (count === 0 ? null : (failed / count) * 100);
  const [before, after] = [rate(a), rate(b)];
  const points = before === null || after === null ? '–' : `${(after - before).toFixed(2)} points`;
  return [
    [
      'Errors',
      figure(percent(before)),
      figure(percent(after)),
      figure(points),
      inWords(errorRateDifference(a, b), 'more', 'fewer'),
    ],
  ];
}

function inWords(difference: Difference, worse: string, better: string): Cell {
  switch (difference) {
    case 'alike':
      return { content: 'not beyond chance', className: 'alike' };
    case 'small':
      return { content: 'too little to matter', className: 'alike' };
    case 'unknown':
      return { content: 'too few samples', className: 'alike' };
    case 'worse':
      return { content: state('bad', worse), className: '' };
    case 'better':
      return { content: state('good', better), className: '' };
  }
}
