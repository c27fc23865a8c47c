import { counted } from '../kernel/figures.ts';
import { defineCheck, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';
import { lastServiceState, NO_HAND, NO_ROSTER, withoutRoster } from './membership.ts';

/**
 * Acknowledged calls are done: in the service's last state, each participant's hand is where the last acknowledged call
 * put it. A later call without a certain answer may have moved it. A user who left the room since then (or was away for
 * longer than the grace) returns with the hand down. In both cases, both positions are right.
 */
export const acknowledgedIsDone = defineCheck('every acknowledged change took effect', (entries) => {
  const state = lastServiceState(entries);
  if (withoutRoster(state)) return notApplicable(NO_ROSTER);
  const rows = state?.roster ?? [];
  if (rows.length > 0 && rows.every(({ handRaised }) => handRaised === undefined))
    return notApplicable(NO_HAND);
  const hands = new Map(rows.map(({ userId, handRaised }) => [userId, handRaised]));
  const evidence: Piece[] = [];
  let count = 0;
  for (const [userId, hand] of handsOf(entries)) {
    // Another check judges whether the participant is in the roster.
    if (hands.get(userId) === undefined) continue;
    count += 1;
    if (hand !== 'open' && hands.get(userId) !== (hand === 'up')) {
      const is = hands.get(userId) ? 'up' : 'down';
      evidence.push({
        kind: `hands are ${is}, but the last acknowledged call put them ${hand}`,
        subject: userId,
        message: `the hand of ${userId} is ${is}, but the last acknowledged call put it ${hand}`,
      });
    }
  }
  return finding({ count: state ? count : 0, one: 'hand', onceEach: true }, evidence);
});

function handsOf(entries: readonly Entry[]): Map<string, 'up' | 'down' | 'open'> {
  const hands = new Map<string, 'up' | 'down' | 'open'>();
  for (const entry of entries) {
    if (entry.type === 'received' && entry.event === 'participant-left' && hands.has(entry.about))
      hands.set(entry.about, 'open');
    if (!('op' in entry) || (entry.op !== 'hand.raise' && entry.op !== 'hand.lower')) continue;
    if (entry.type === 'ok') hands.set(entry.who, entry.op === 'hand.raise' ? 'up' : 'down');
    if (entry.type === 'info') hands.set(entry.who, 'open');
  }
  return hands;
}

/**
 * No call is applied more often than requested: the room receives no more raised and lowered hands of a user
 * than that user made calls that may have been applied.
 */
export const nothingTwiceApplied = defineCheck('nothing is applied twice', (entries) => {
  const asked = new Map<string, number>();
  const heard = new Map<string, Map<string, number>>();
  for (const entry of entries) {
    if (
      (entry.type === 'ok' || entry.type === 'info') &&
      (entry.op === 'hand.raise' || entry.op === 'hand.lower')
    ) {
      const key = `${entry.op === 'hand.raise' ? 'hand-raised' : 'hand-lowered'} of ${entry.who}`;
      asked.set(key, (asked.get(key) ?? 0) + 1);
    }
    if (entry.type === 'received' && entry.event.startsWith('hand-')) {
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
          kind: 'times more was received than requested',
          message: `${observer} received ${times} × ${key} for ${counted(most, 'call')}`,
        });
    }
  }
  return finding({ count, many: 'kinds of events', one: 'kind of events' }, evidence);
});
