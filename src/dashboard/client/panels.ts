import type { Line, Panel } from '../../look/chart-data.ts';
import { panels as shapes } from '../../look/panels.ts';
import type { Second } from '../frame.ts';

/** A chart whose values stand in a column of each second. */
export interface LivePanel extends Omit<Panel, 'lines' | 'family'> {
  readonly lines: readonly (Omit<Line, 'values'> & {
    readonly column: Exclude<keyof Second & `${number}`, '0'>;
  })[];
}

/** One second alone has too few samples for a percentile. */
const RECENT = 'last 10 s';

export const livePanels: readonly LivePanel[] = [
  { ...shapes.users, lines: [{ label: 'users', colour: 'c1', column: '1' }] },
  { ...shapes.requests, lines: [{ label: 'requests', colour: 'c1', column: '2' }] },
  { ...shapes.errors, title: 'Errors', lines: [{ label: 'errors', colour: 'c2', column: '3' }] },
  {
    ...shapes.latency,
    title: `${shapes.latency.title}, ${RECENT}`,
    lines: [
      { label: 'P50', colour: 'p50', column: '4' },
      { label: 'P95', colour: 'p95', column: '5' },
      { label: 'P99', colour: 'p99', column: '6' },
    ],
  },
  {
    ...shapes.delivery,
    title: `${shapes.delivery.title}, ${RECENT}`,
    lines: [{ label: 'P95', colour: 'p95', column: '7' }],
  },
  { ...shapes.loopDelay, lines: [{ label: 'generator', colour: 'c4', column: '8' }] },
];
