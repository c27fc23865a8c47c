import { counted } from '../kernel/figures.ts';
import type { Entry } from './ledger.ts';

/**
 * What a check found. `unknown` when the history does not allow an answer: too little happened, or the fault could not
 * be proven; it is never a pass.
 */
export interface Finding {
  readonly check: string;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  /** One line: what was compared, with its numbers. */
  readonly says: string;
  /** The first few pieces of evidence against it. */
  readonly evidence: readonly string[];
}

/** A question about a history. Pure: the same entries give the same finding, today and offline. */
export type Check = (entries: readonly Entry[]) => Finding;

const MOST_EVIDENCE = 10;

/** Passed when there is no evidence against it; unknown when nothing was looked at. `at`: what, many and `one` of it. */
export function finding(
  check: string,
  looked: { count: number; at: string; one: string },
  evidence: readonly string[],
): Finding {
  if (looked.count === 0)
    return { check, verdict: 'unknown', says: `no ${looked.at} to look at`, evidence: [] };
  const verdict = evidence.length === 0 ? 'passed' : 'failed';
  const against = evidence.length === 0 ? '' : `, ${evidence.length} against it`;
  return {
    check,
    verdict,
    says: `${counted(looked.count, looked.one, looked.at)}${against}`,
    evidence: evidence.slice(0, MOST_EVIDENCE),
  };
}
