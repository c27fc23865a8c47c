import { counted, number } from '../kernel/figures.ts';
import { type Evidence, grouped, type Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/**
 * What a check found. `unknown` when the history does not allow an answer: too little happened, or the fault could not
 * be proven; it is never a pass. `not applicable` when the service does not offer what the question is about: that is
 * neither a pass nor a failure, and decides nothing.
 */
export interface Finding {
  readonly check: string;
  readonly verdict: 'passed' | 'failed' | 'unknown' | 'not applicable';
  /** One line: what was compared, with its numbers. */
  readonly says: string;
  /** What speaks against it, by kind: one line each. */
  readonly evidence: readonly Evidence[];
}

/** A question about a history. Pure: the same entries give the same finding, today and offline. */
export type Check = (entries: readonly Entry[]) => Finding;

export type FindingVerdict = Finding['verdict'];

/** Whether a finding keeps what it belongs to from passing. */
export function isAgainst({ verdict }: { readonly verdict: FindingVerdict }): boolean {
  return verdict === 'failed' || verdict === 'unknown';
}

/** The verdict over several: a failure decides, then what is unknown; what is not applicable decides nothing. */
export function verdictOver(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.includes('failed')) return 'failed';
  if (verdicts.length === 0 || verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('passed') ? 'passed' : 'not applicable';
}

export function notApplicable(check: string, reason: string): Finding {
  return { check, verdict: 'not applicable', says: reason, evidence: [] };
}

/**
 * What a check looked at: how many, and the words for several and for one of them. `onceEach`: each of them gives one
 * piece of evidence of a kind at most, so that as many pieces mean all of them.
 */
export interface Looked {
  readonly count: number;
  readonly at: string;
  readonly one: string;
  readonly onceEach?: boolean;
}

/** Passed when there is no evidence against it; unknown when nothing was looked at. */
export function finding(check: string, looked: Looked, evidence: readonly (Piece | string)[]): Finding {
  if (looked.count === 0)
    return { check, verdict: 'unknown', says: `no ${looked.at} to look at`, evidence: [] };
  const verdict = evidence.length === 0 ? 'passed' : 'failed';
  const against = evidence.length === 0 ? '' : `, ${number(evidence.length)} against it`;
  return {
    check,
    verdict,
    says: `${counted(looked.count, looked.one, looked.at)}${against}`,
    evidence: grouped(evidence, looked.onceEach ? looked.count : undefined),
  };
}
