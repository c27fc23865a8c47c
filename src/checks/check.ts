import { counted } from '../kernel/figures.ts';
import { type Evidence, grouped, type Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/**
 * `inconclusive` when the history allows no answer: too little happened, or the fault could not be proven; it is never
 * a pass. `not applicable` when the service does not offer what the question is about: that is neither a pass nor a
 * failure, and decides nothing.
 */
export const FINDING_VERDICTS = ['passed', 'failed', 'inconclusive', 'not applicable'] as const;
/** The result of a check, or of a whole experiment. */
export type FindingVerdict = (typeof FINDING_VERDICTS)[number];

/** The decision of a check about a history. */
export interface Judgement {
  /** The answer of the check. */
  readonly verdict: FindingVerdict;
  /** One line: what was compared, with its numbers. */
  readonly message: string;
  /** The evidence against it, by kind: one line each. */
  readonly evidence: readonly Evidence[];
  /**
   * `time`: it counts what happens in time, so a late load generator may cause its failure. `generator`: it is about the
   * load generator itself.
   */
  readonly about?: 'time' | 'generator';
}

/** A judgement under the name that reports print. */
export interface Finding extends Judgement {
  /** The name of the check. */
  readonly check: string;
}

/** A check as data, so that a journal can carry it and judge the history again offline. */
export interface NamedCheck {
  /** The text that reports print. */
  readonly name: string;
  /** What the check was called with. */
  readonly parameters?: unknown;
}

/** A question about a history. Pure: the same entries give the same judgement, today and offline. */
export interface Check<Parameters> {
  /** Names the check together with its parameters. */
  (parameters: Parameters): NamedCheck;
  /** The text that reports print. */
  readonly checkName: string;
  /** Judges the entries of a history. */
  readonly judge: (entries: readonly Entry[], parameters: Parameters) => Judgement;
  /** `'time'`: a late load generator can fail it. */
  readonly about?: 'time';
}

/** The check that made a name, for names of this process. A name from a journal has none. */
const makers = new WeakMap<NamedCheck, Check<unknown>>();

export function makerOf(named: NamedCheck): Check<unknown> | undefined {
  return makers.get(named);
}

/**
 * Defines a check. A check of your own needs nothing else: use it as `checks: [mine(), viewsAgree()]`. The ledger is
 * judged by it during the run only, because `recheck` does not load it.
 *
 * `checkName` is the text that reports print, and the name that a journal keeps. `about: 'time'` is for checks that a late
 * load generator can fail: those that compare instants, or what participants have seen until the end.
 */
export function defineCheck<Parameters = void>(
  checkName: string,
  judge: Check<Parameters>['judge'],
  { about }: { readonly about?: 'time' } = {},
): Check<Parameters> {
  const name = (parameters: Parameters): NamedCheck => {
    const named = parameters === undefined ? { name: checkName } : { name: checkName, parameters };
    makers.set(named, check as Check<unknown>);
    return named;
  };
  const check: Check<Parameters> = Object.assign(name, { checkName, judge, about });
  return check;
}

/** Whether a finding prevents its experiment from passing. */
export function isAgainst({ verdict }: { readonly verdict: FindingVerdict }): boolean {
  return verdict === 'failed' || verdict === 'inconclusive';
}

/**
 * The verdict over several: a failure decides, then an inconclusive finding; findings that are not applicable do not
 * count.
 */
export function verdictOver(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.includes('failed')) return 'failed';
  if (verdicts.length === 0 || verdicts.includes('inconclusive')) return 'inconclusive';
  return verdicts.includes('passed') ? 'passed' : 'not applicable';
}

/** The judgement of a check whose question does not apply to the service, with the reason. */
export function notApplicable(reason: string): Judgement {
  return { verdict: 'not applicable', message: reason, evidence: [] };
}

/** The proof that a fault was real: without it, the experiment is inconclusive. */
export function proof(check: string, isProven: boolean, message: string): Finding {
  return { check, verdict: isProven ? 'passed' : 'inconclusive', message, evidence: [] };
}

/** A finding that needs more than the history. */
export function found(
  check: string,
  isFine: boolean,
  message: string,
  evidence: readonly Evidence[] = [],
): Finding {
  return { check, verdict: isFine ? 'passed' : 'failed', message, evidence };
}

/** A finding about time. */
export function foundInTime(...finding: Parameters<typeof found>): Finding {
  return { ...found(...finding), about: 'time' };
}

/** If the load generator itself was late, failed findings about time prove nothing: they are inconclusive. */
export function doubted<Found extends Finding>(
  finding: Found,
  all: readonly Pick<Finding, 'about' | 'verdict'>[],
): Found {
  const isDoubtful = finding.about === 'time' && finding.verdict === 'failed';
  return isDoubtful && all.some((one) => one.about === 'generator' && isAgainst(one))
    ? { ...finding, verdict: 'inconclusive' }
    : finding;
}

/**
 * The subjects of a check: their number, and the words for one and for several subjects (by default with an s).
 * `onceEach`: each subject gives at most one piece of evidence of a kind, so that equal numbers mean that all subjects
 * are affected.
 */
export interface Looked {
  readonly count: number;
  readonly one: string;
  readonly many?: string;
  readonly onceEach?: boolean;
}

/** Passed when there is no evidence against it; inconclusive without any subject. */
export function finding(
  { count, one, many = `${one}s`, onceEach }: Looked,
  evidence: readonly (Piece | string)[],
): Judgement {
  if (count === 0) return { verdict: 'inconclusive', message: `no ${many} to check`, evidence: [] };
  const verdict = evidence.length === 0 ? 'passed' : 'failed';
  const against = evidence.length === 0 ? '' : `, ${counted(evidence.length, 'violation')}`;
  return {
    verdict,
    message: `${counted(count, one, many)}${against}`,
    evidence: grouped(evidence, onceEach ? count : undefined),
  };
}
