import { defineCheck, finding } from './check.ts';
import type { Piece } from './evidence.ts';
import { type MarkedWindow, type Undertaking, undertakings, within } from './operations.ts';

export interface Liveness {
  readonly who: readonly string[];
  readonly during: MarkedWindow;
  /** From the first call of an operation to its success, however often it was tried. */
  readonly withinMs: number;
  /** The part of the operations that can be done in time, 0 to 1; null if it is not known. Default: 1. */
  readonly expectedShare?: number | null;
  /** Outcomes that are not failures, such as `rate limited` where many calls are needed. */
  readonly tolerated?: readonly string[];
  /**
   * The idle time after which the service closes a connection, in ms. While an answer is late, the connection is idle
   * and its client does not know it. A call on a connection that is being closed proves nothing about the service.
   */
  readonly idleCloseMs?: number | null;
}

/** Outcomes of operations that were only late; every other outcome is a failure. */
const LATE = ['ok', 'timeout', 'pending'];

/** A result with a lower probability than this is not chance. */
const SELDOM = 0.0005;

export const isDone = ({ outcome, tookMs }: Undertaking, withinMs: number) =>
  outcome === 'ok' && tookMs <= withinMs;

/**
 * All operations are done within the deadline. If the network alone makes some of them late, at least as many are done
 * as it allows (99.9%, both sides). No operation fails for another reason than the deadline. If more operations are
 * done than the network allows, it did not cause the intended delay: the verdict is inconclusive.
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
      evidence.push('fewer operations are done than the loss explains');
    const isTooGood = hasModel && binomialTail(all.length, expectedShare, done) < SELDOM;

    const found = finding({ count: all.length, one: 'operation' }, evidence);
    if (all.length === 0) return found;
    const message = [
      `${done} of ${all.length} within ${withinMs / 1000} s (${((100 * done) / all.length).toFixed(1)}%)`,
      ...(hasModel
        ? [
            `${isTooGood ? 'more than the network allows:' : 'the network allows'} ${(100 * expectedShare).toFixed(1)}%`,
          ]
        : []),
      ...(leftOut > 0
        ? [
            `${leftOut} left out: the service closed their connection after ${idleCloseMs! / 1000} s without traffic`,
          ]
        : []),
    ].join(', ');
    return {
      ...found,
      message,
      verdict: isTooGood && evidence.length === 0 ? 'inconclusive' : found.verdict,
    };
  },
  { about: 'time' },
);

/** Whether the connection may have been idle for `idleCloseMs`, since the call before. */
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
  // The logarithm of the term for k successes, because the terms would underflow.
  let term = trials * Math.log(1 - p);
  for (let k = 0; k <= trials; k++) {
    if (k >= least) sum += Math.exp(term);
    term += Math.log((trials - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  return Math.min(1, sum);
}
