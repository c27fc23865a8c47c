import { binomialTail } from './binomial.ts';
import { type Check, finding } from './check.ts';
import type { Piece } from './evidence.ts';
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
  /**
   * The service closes a connection that is idle for so long, in ms. An answer that is late makes a connection idle
   * before its client knows: a call that then meets the closing connection says nothing of the service's work.
   */
  readonly idleCloseMs?: number | null;
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
  const { who, during, withinMs, expectedShare = 1, tolerated = [], idleCloseMs = null } = liveness;
  return (entries) => {
    const begun = undertakings(within(entries, during), who);
    const all = begun.filter((one) => !metClosing(one, begun, idleCloseMs));
    const leftOut = begun.length - all.length;
    const missed = all.filter((one) => !isDone(one, withinMs));
    const isLate = ({ outcome }: Undertaking) => LATE.includes(outcome) || tolerated.includes(outcome);
    const evidence = missed
      .filter((one) => !isLate(one))
      .map(({ op, who, outcome }): Piece | string => ({
        what: `operations (${op}) ended with ${outcome}`,
        who,
        says: `${op} of ${who} ended with ${outcome}`,
      }));
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
      ...(leftOut > 0
        ? [`${leftOut} left out: the service closed their connection, idle for ${idleCloseMs! / 1000} s`]
        : []),
    ].join(', ');
    return { ...found, says, verdict: isTooGood && evidence.length === 0 ? 'unknown' : found.verdict };
  };
}

/** Whether its connection may have been idle for so long: since the call before it, whose answer may have been late. */
function metClosing(one: Undertaking, all: readonly Undertaking[], idleCloseMs: number | null): boolean {
  if (idleCloseMs === null || one.outcome !== 'reset') return false;
  const endedAt = one.begunAt + one.tookMs;
  const before = all.filter(({ who, begunAt }) => who === one.who && begunAt < one.begunAt);
  return before.every(({ begunAt }) => endedAt - begunAt >= idleCloseMs);
}

function inWords({ who, op, outcome, calls, tookMs }: Undertaking): Piece {
  if (outcome !== 'ok')
    return {
      what: `operations (${op}) had no answer`,
      who,
      says: `${op} of ${who} had no answer to ${calls} call${calls === 1 ? '' : 's'}`,
    };
  const took = `${Math.round(tookMs)} ms`;
  return {
    what: `operations (${op}) took too long`,
    who: `${who} (${took})`,
    says: `${op} of ${who} took ${took}`,
  };
}
