import { binomialTail } from './binomial.ts';
import { type Check, finding } from './check.ts';
import { type Stretch, type Undertaking, undertakings, within } from './operations.ts';

export interface Liveness {
  readonly who: readonly string[];
  readonly during: Stretch;
  /** From the first call of an operation to its success, however often it was tried. */
  readonly withinMs: number;
  /** The share that can be done in time at all, 0 to 1; null where nobody can tell. By default all. */
  readonly expectedShare?: number | null;
  /** Endings that are no failure beside success and time, such as `rate limited` where many calls are needed. */
  readonly tolerated?: readonly string[];
}

/** What only time can cure; every other ending is a failure of its own. */
const LATE = ['ok', 'timeout', 'pending'];

/** A share that chance brings about more seldom than this is not chance. */
const SELDOM = 0.0005;

export const isDone = ({ outcome, tookMs }: Undertaking, withinMs: number) =>
  outcome === 'ok' && tookMs <= withinMs;

/**
 * Operations are done within the deadline: all of them, or, where the network alone makes some late, not fewer than it
 * allows (99.9 %, both sides). Nothing fails for another reason than the deadline. More than the network allows makes
 * the answer unknown: then it did not delay what it should have.
 */
export function operationsComplete(liveness: Liveness): Check {
  const { who, during, withinMs, expectedShare = 1, tolerated = [] } = liveness;
  return (entries) => {
    const all = undertakings(within(entries, during), who);
    const missed = all.filter((one) => !isDone(one, withinMs));
    const isLate = ({ outcome }: Undertaking) => LATE.includes(outcome) || tolerated.includes(outcome);
    const evidence = missed
      .filter((one) => !isLate(one))
      .map((one) => `${one.op} of ${one.who} ended with ${one.outcome}`);
    if (expectedShare === 1) evidence.push(...missed.filter(isLate).map(inWords));

    const hasModel = expectedShare !== null && expectedShare < 1;
    const done = all.length - missed.length;
    if (hasModel && binomialTail(all.length, 1 - expectedShare, missed.length) < SELDOM)
      evidence.push('that is fewer than the loss explains');
    const isTooGood = hasModel && binomialTail(all.length, expectedShare, done) < SELDOM;

    const found = finding(
      'operations are done within the deadline',
      { count: all.length, at: 'operations', one: 'operation' },
      evidence,
    );
    if (all.length === 0) return found;
    const says = [
      `${done} of ${all.length} within ${withinMs / 1000} s (${((100 * done) / all.length).toFixed(1)} %)`,
      ...(hasModel ? [`the network allows ${(100 * expectedShare).toFixed(1)} %`] : []),
      ...(isTooGood ? ['more than can be'] : []),
    ].join(', ');
    return { ...found, says, verdict: isTooGood && evidence.length === 0 ? 'unknown' : found.verdict };
  };
}

function inWords({ who, op, outcome, calls, tookMs }: Undertaking): string {
  const ending =
    outcome === 'ok'
      ? `took ${Math.round(tookMs)} ms`
      : `had no answer to ${calls} call${calls === 1 ? '' : 's'}`;
  return `${op} of ${who} ${ending}`;
}
