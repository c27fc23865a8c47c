import type { Colour } from '../../look/colour.ts';
import type { Second } from '../frame.ts';
import { latency, number, perSecond } from './figures.ts';

/** One line of a chart: where its values stand in a second, and how it is drawn. */
export interface Line {
  readonly label: string;
  readonly colour: Colour;
  readonly column: Exclude<keyof Second & `${number}`, '0'>;
  readonly isFilled?: true;
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The latest value, in words. */
  say(value: number): string;
}

export const panels: readonly Panel[] = [
  {
    title: 'Users',
    lines: [{ label: 'users', colour: 'c1', column: '1', isFilled: true }],
    say: number,
  },
  {
    title: 'Requests per second',
    lines: [{ label: 'requests', colour: 'c1', column: '2', isFilled: true }],
    say: perSecond,
  },
  {
    title: 'Errors per second',
    lines: [{ label: 'errors', colour: 'c2', column: '3', isFilled: true }],
    say: perSecond,
  },
  {
    title: 'Latency of the last 10 s, ms',
    lines: [
      { label: 'P50', colour: 'p50', column: '4' },
      { label: 'P95', colour: 'p95', column: '5' },
      { label: 'P99', colour: 'p99', column: '6' },
    ],
    say: latency,
  },
  {
    title: 'Event delivery of the last 10 s, ms',
    lines: [{ label: 'P95', colour: 'p95', column: '7' }],
    say: latency,
  },
  {
    title: 'Event loop of the generator, ms',
    lines: [{ label: 'longest delay', colour: 'c4', column: '8' }],
    say: latency,
  },
];
