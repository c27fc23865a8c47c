import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import { type MarkedWindow, type Undertaking, undertakings, within } from './operations.ts';

export interface Liveness {
  readonly who: readonly string[];
  readonly during: MarkedWindow;
  /** From the first call of an operation to its success, however often it was tried. */
  readonly withinMs: number;
  /** The part that can be done in time at all, 0 to 1; null where it is not known. By default all. */
  readonly expectedShare?: number | null;
  /** Endings that are no failure beside success and time, such as `rate limited` where many calls are needed. */
  readonly tolerated?: readonly string[];
  /**
   * The service closes a connection that is idle for so long, in ms. An answer that is late makes a connection idle
   * before its client knows: a call that then meets the closing connection proves nothing about the service.
   */
  readonly idleCloseMs?: number | null;
}

/** Outcomes of operations that were only late; every other outcome is a failure of its own. */
const LATE = ['ok', 'timeout', 'pending'];

/** A result with a lower probability than this is not chance. */
const SELDOM = 0.0005;

export const isDone = ({ outcome, tookMs }: Undertaking, withinMs: number) =>
  outcome === 'ok' && tookMs <= withinMs;

/**
 * Operations are done within the deadline: all of them, or, where the network alone makes some late, not fewer than it
 * allows (99.9 %, both sides). Nothing fails for another reason than the deadline. More than the network allows makes
 * the verdict inconclusive: then the network did not cause the intended delay.
 */
export const operationsComplete = defineCheck(
  'operations are done within the deadline',
  (entries, liveness: Liveness) => {
    const { who, during, withinMs, expectedShare = 1, tolerated = [], idleCloseMs = null } = liveness;
    const begun = undertakings(within(entries, during), who);
    const all = begun.filter((one) => !metClosing(one, begun, idleCloseMs));
    const leftOut = begun.length - all.length;
    const missed = all.filter((one) => !isDone(one, withinMs));
    const isLate = ({ outcome }: Undertaking) => LATE.includes(outcome) || tolerated.includes(outcome);
    const evidence = missed
      .filter((one) => !isLate(one))
      .map(({ op, who, outcome }): Piece | string => ({
        kind: `operations (${op}) ended with ${outcome}`,
        subject: who,
        message: `${op} of ${who} ended with ${outcome}`,
      }));
    if (expectedShare === 1) evidence.push(...missed.filter(isLate).map(inWords));

    const hasModel = expectedShare !== null && expectedShare < 1;
    const done = all.length - missed.length;
    if (hasModel && binomialTail(all.length, 1 - expectedShare, missed.length) < SELDOM)
      evidence.push('that is fewer than the loss explains');
    const isTooGood = hasModel && binomialTail(all.length, expectedShare, done) < SELDOM;

    const found = finding({ count: all.length, many: 'operations', one: 'operation' }, evidence);
    if (all.length === 0) return found;
    const message = [
      `${done} of ${all.length} within ${withinMs / 1000} s (${((100 * done) / all.length).toFixed(1)} %)`,
      ...(hasModel ? [`the network allows ${(100 * expectedShare).toFixed(1)} %`] : []),
      ...(isTooGood ? ['more than can be'] : []),
      ...(leftOut > 0
        ? [`${leftOut} left out: the service closed their connection, idle for ${idleCloseMs! / 1000} s`]
        : []),
    ].join(', ');
    return {
      ...found,
      message,
      verdict: isTooGood && evidence.length === 0 ? 'inconclusive' : found.verdict,
    };
  },
);

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
      kind: `operations (${op}) had no answer`,
      subject: who,
      message: `${op} of ${who} had no answer to ${calls} call${calls === 1 ? '' : 's'}`,
    };
  const took = `${Math.round(tookMs)} ms`;
  return {
    kind: `operations (${op}) took too long`,
    subject: `${who} (${took})`,
    message: `${op} of ${who} took ${took}`,
  };
}

/** The chance of at least `least` successes in `trials`, each with the chance `p`. */
export function binomialTail(trials: number, p: number, least: number): number {
  if (least <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let sum = 0;
  // Logarithm of the term for k successes, from one k to the next: the terms themselves would underflow.
  let term = trials * Math.log(1 - p);
  for (let k = 0; k <= trials; k++) {
    if (k >= least) sum += Math.exp(term);
    term += Math.log((trials - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  return Math.min(1, sum);
}
