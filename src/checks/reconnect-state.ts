import { defineCheck, finding, notApplicable } from './check.ts';
import type { Piece } from './evidence.ts';
import { lastServiceState, NO_ROSTER, withoutRoster } from './membership.ts';
import { differences } from './views-agree.ts';

/**
 * The state that `reconnect` gave each participant after the last mark `settled` equals the state that the service
 * reports, field by field. The experiment sets the mark after the last change.
 */
export const reconnectStateIsFresh = defineCheck('reconnect returns the current state', (entries) => {
  const settled = entries.findLast((entry) => entry.type === 'mark' && entry.name === 'settled')?.n ?? 0;
  const state = lastServiceState(entries);
  const given = entries.filter(
    (entry) => entry.type === 'state' && entry.source === 'reconnect' && entry.n > settled,
  );
  if (withoutRoster(state)) return notApplicable(NO_ROSTER);
  const calls = entries.filter((entry) => entry.type === 'invoke');
  if (given.length === 0 && calls.length > 0 && !calls.some((entry) => entry.op === 'meeting.reconnect'))
    return notApplicable('the contract has no call that returns the state');
  const evidence = state
    ? given.flatMap((entry) => (entry.type === 'state' ? differences(entry.who, entry.state, state) : []))
    : [];
  return finding({ count: state ? given.length : 0, one: 'answer' }, evidence);
});

/** The longest wait of Socket.IO's clients between two attempts, and the time of the contract's first three attempts. */
const RETURN_WITHIN_MS = 5000;

/**
 * After each loss of the connection, a participant enters the room again exactly once, and requests the state. A
 * connection that is lost shortly before the end of the history, such as by a busy machine, is judged only if it
 * returns.
 */
export const gapsAreFollowedByResync = defineCheck(
  'a gap is followed by one return and a resync',
  (entries) => {
    const owedUntil = (entries.at(-1)?.at ?? 0) - RETURN_WITHIN_MS;
    const evidence: Piece[] = [];
    let gaps = 0;
    const waiting = new Map<string, { entered: number; resynced: number; at: number }>();
    const close = (who: string, isEnd: boolean) => {
      const gap = waiting.get(who);
      waiting.delete(who);
      if (!gap) return;
      if (isEnd && gap.at > owedUntil && (gap.entered === 0 || gap.resynced === 0)) {
        gaps -= 1;
        return;
      }
      if (gap.entered > 1)
        evidence.push({
          kind: 'gaps are followed by more than one return',
          message: `${who} entered the room ${gap.entered} times after the gap at ${gap.at} ms`,
        });
      // Another drop may interrupt a return; only at the end, a missing return is a failure.
      if (isEnd && gap.entered === 0)
        evidence.push({
          kind: 'gaps are followed by no return',
          message: `${who} did not enter the room again after the gap at ${gap.at} ms`,
        });
      if (isEnd && gap.resynced === 0)
        evidence.push({
          kind: 'gaps are followed by no resync',
          message: `${who} did not request the state after the gap at ${gap.at} ms`,
        });
    };
    const gone = new Set<string>();
    for (const entry of entries) {
      const { who } = entry;
      if (
        (entry.type === 'invoke' && entry.op === 'meeting.leave') ||
        (entry.type === 'mark' && entry.name === 'vanished')
      )
        gone.add(who);
      if (entry.type === 'socket' && entry.change === 'disconnected' && !gone.has(who)) {
        close(who, false);
        gaps += 1;
        waiting.set(who, { entered: 0, resynced: 0, at: Math.round(entry.at) });
      }
      const gap = waiting.get(who);
      if (gap && entry.type === 'ok' && entry.op === 'room.enter') gap.entered += 1;
      if (gap && entry.type === 'ok' && entry.op === 'meeting.reconnect') gap.resynced += 1;
    }
    for (const who of [...waiting.keys()]) close(who, true);
    return finding({ count: gaps, one: 'gap' }, evidence);
  },
  { about: 'time' },
);
