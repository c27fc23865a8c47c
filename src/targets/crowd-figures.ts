import { counted, number } from '../kernel/figures.ts';
import type { Reading } from './reading.ts';
import type { CrowdFigure } from './target.ts';

/** A part of a total; `note` explains what the proportion does not show. */
export interface Fraction {
  readonly part: number;
  readonly of: number;
  readonly note?: string;
}

export type CrowdFigures = Readonly<Record<CrowdFigure, Fraction>>;

/** A figure of the crowd as its targets read it: in %, or as a count. */
export function readFigure(figure: CrowdFigure, figures: CrowdFigures | undefined): Reading {
  const { part, of, note } = figures?.[figure] ?? { part: 0, of: 0 };
  if (of === 0) return { problem: 'no data', count: 0, note: `there is no ${countedAs[figure]}` };
  const value = figure === 'wrong answers' ? part : (part / of) * 100;
  return { value, count: of, note: note ?? `${number(part)} of ${counted(of, countedAs[figure])}` };
}

const countedAs: Readonly<Record<CrowdFigure, string>> = {
  'events lost': 'room event',
  'events late': 'room event',
  'events twice': 'room event',
  'connections lost': 'connection',
  'sessions completed': 'session',
  'users reached': 'user',
  'wrong answers': 'answer',
};
