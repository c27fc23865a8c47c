import { reasonText } from '../../../history/reason.ts';
import type { HistoryRecord } from '../../../history/record.ts';
import { counted } from '../../../kernel/figures.ts';

/**
 * The answer of a record of an earlier version, which has no sentence: its verdict and its first reason,
 * `FAILED: latency p95 was 612 ms, 1.2× the 500 ms limit`.
 */
export function sentenceOf(record: HistoryRecord): string {
  const { verdict, reasons } = record;
  const [first, ...others] = reasons.map(reasonText);
  const more = others.length === 0 ? '' : ` (and ${counted(others.length, 'more reason')})`;
  // Benchmarks that passed on a busy machine have reasons too: doubts that decided nothing.
  const text = verdict === 'passed' || first === undefined ? successOf(record) : `${first}${more}`;
  return `${verdict.toUpperCase()}: ${text}`;
}

function successOf({ kind, targets, checks }: HistoryRecord): string {
  switch (kind) {
    case 'load':
    case 'bench':
    case 'capacity':
      return `${counted(targets.length, 'target')} met`;
    case 'chaos':
    case 'conduct':
    case 'soak':
      return `${counted(checks.length, 'check')} passed`;
  }
}
