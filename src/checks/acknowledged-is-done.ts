import { type Check, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';
import { lastServiceState, NO_HAND, NO_ROSTER, withoutRoster } from './membership.ts';

const TITLE = 'what was acknowledged is done';

/**
 * What was acknowledged is done: each participant's hand is, in the service's last state, where the last acknowledged
 * call put it. A later call without a certain answer may have moved it, and whoever the room saw leave since then (away
 * for longer than the grace) comes again with the hand down: then both are right.
 */
export const acknowledgedIsDone: Check = (entries) => {
  const state = lastServiceState(entries);
  if (withoutRoster(state)) return notApplicable(TITLE, NO_ROSTER);
  const rows = state?.roster ?? [];
  if (rows.length > 0 && rows.every(({ handRaised }) => handRaised === undefined))
    return notApplicable(TITLE, NO_HAND);
  const hands = new Map(rows.map(({ userId, handRaised }) => [userId, handRaised]));
  const evidence: Piece[] = [];
  let count = 0;
  for (const [userId, hand] of handsOf(entries)) {
    // Whether a participant is in the roster is another check's question.
    if (hands.get(userId) === undefined) continue;
    count += 1;
    if (hand !== 'open' && hands.get(userId) !== (hand === 'up')) {
      const is = hands.get(userId) ? 'up' : 'down';
      evidence.push({
        what: `hands are ${is}, acknowledged was ${hand}`,
        who: userId,
        says: `the hand of ${userId} is ${is}, acknowledged was ${hand}`,
      });
    }
  }
  return finding(TITLE, { count: state ? count : 0, at: 'hands', one: 'hand', onceEach: true }, evidence);
};

function handsOf(entries: readonly Entry[]): Map<string, 'up' | 'down' | 'open'> {
  const hands = new Map<string, 'up' | 'down' | 'open'>();
  for (const entry of entries) {
    if (entry.type === 'saw' && entry.event === 'participant-left' && hands.has(entry.about))
      hands.set(entry.about, 'open');
    if (!('op' in entry) || (entry.op !== 'raise' && entry.op !== 'lower')) continue;
    if (entry.type === 'ok') hands.set(entry.who, entry.op === 'raise' ? 'up' : 'down');
    if (entry.type === 'info') hands.set(entry.who, 'open');
  }
  return hands;
}

/**
 * Nothing is applied more often than it was asked for: the room hears of no more raised and lowered hands of a user
 * than that user made calls which may have been carried out.
 */
export const nothingTwiceApplied: Check = (entries) => {
  const asked = new Map<string, number>();
  const heard = new Map<string, Map<string, number>>();
  for (const entry of entries) {
    if ((entry.type === 'ok' || entry.type === 'info') && (entry.op === 'raise' || entry.op === 'lower')) {
      const key = `${entry.op === 'raise' ? 'hand-raised' : 'hand-lowered'} of ${entry.who}`;
      asked.set(key, (asked.get(key) ?? 0) + 1);
    }
    if (entry.type === 'saw' && entry.event.startsWith('hand-')) {
      const observer = heard.get(entry.who) ?? new Map<string, number>();
      heard.set(entry.who, observer);
      const key = `${entry.event} of ${entry.about}`;
      observer.set(key, (observer.get(key) ?? 0) + 1);
    }
  }
  const evidence: Piece[] = [];
  let count = 0;
  for (const [observer, events] of heard) {
    for (const [key, times] of events) {
      count += 1;
      const most = asked.get(key) ?? 0;
      if (times > most)
        evidence.push({
          what: 'times more was heard than was asked for',
          says: `${observer} heard ${times} × ${key}, asked for was ${most}`,
        });
    }
  }
  return finding(
    'nothing is applied twice',
    { count, at: 'kinds of events', one: 'kind of events' },
    evidence,
  );
};
