import { type Check, finding } from './check.ts';
import { lastServiceState } from './membership.ts';
import { differences } from './views-agree.ts';

/**
 * The state that `reconnect` gave each participant after the last mark `settled` equals what the service says of the
 * meeting, field by field. The experiment sets the mark when nothing changes any more.
 */
export const reconnectStateIsFresh: Check = (entries) => {
  const settled = entries.findLast((entry) => entry.type === 'mark' && entry.name === 'settled')?.n ?? 0;
  const state = lastServiceState(entries);
  const given = entries.filter(
    (entry) => entry.type === 'state' && entry.source === 'reconnect' && entry.n > settled,
  );
  const evidence = state
    ? given.flatMap((entry) => (entry.type === 'state' ? differences(entry.who, entry.state, state) : []))
    : [];
  return finding(
    'reconnect gives the present state',
    { count: state ? given.length : 0, at: 'answers', one: 'answer' },
    evidence,
  );
};

/** After each loss of the connection a participant enters the room again exactly once, and asks for the state. */
export const gapsAreFollowedByResync: Check = (entries) => {
  const evidence: string[] = [];
  let gaps = 0;
  const waiting = new Map<string, { entered: number; resynced: number; at: number }>();
  const close = (who: string, isEnd: boolean) => {
    const gap = waiting.get(who);
    waiting.delete(who);
    if (!gap) return;
    if (gap.entered > 1)
      evidence.push(`${who} entered the room ${gap.entered} times after the gap at ${gap.at} ms`);
    // A further cut may come before the return was through; at the end it has to be.
    if (isEnd && gap.entered === 0)
      evidence.push(`${who} did not enter the room again after the gap at ${gap.at} ms`);
    if (isEnd && gap.resynced === 0)
      evidence.push(`${who} did not ask for the state after the gap at ${gap.at} ms`);
  };
  const gone = new Set<string>();
  for (const entry of entries) {
    const { who } = entry;
    if (
      (entry.type === 'invoke' && entry.op === 'leave') ||
      (entry.type === 'mark' && entry.name === 'vanished')
    )
      gone.add(who);
    if (entry.type === 'socket' && entry.change === 'disconnected' && !gone.has(who)) {
      close(who, false);
      gaps += 1;
      waiting.set(who, { entered: 0, resynced: 0, at: Math.round(entry.at) });
    }
    const gap = waiting.get(who);
    if (gap && entry.type === 'ok' && entry.op === 'enter') gap.entered += 1;
    if (gap && entry.type === 'ok' && entry.op === 'reconnect') gap.resynced += 1;
  }
  for (const who of [...waiting.keys()]) close(who, true);
  return finding(
    'a gap is followed by one return and a resync',
    { count: gaps, at: 'gaps', one: 'gap' },
    evidence,
  );
};
