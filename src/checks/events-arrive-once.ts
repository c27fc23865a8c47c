import { eventOf, eventOfNoted } from '../meetings/operations.ts';
import { type Check, finding } from './check.ts';
import { causedEvents, watches } from './events.ts';
import type { Piece } from './evidence.ts';
import type { Entry } from './ledger.ts';

/** The event that undoes each of these: between two of one kind about one user there is one of the other. */
const opposite: Readonly<Record<string, string>> = {
  [eventOf['meeting.join']]: eventOf['meeting.leave'],
  [eventOf['meeting.leave']]: eventOf['meeting.join'],
  [eventOf['hand.raise']]: eventOf['hand.lower'],
  [eventOf['hand.lower']]: eventOf['hand.raise'],
};

/** Stamps in whole seconds: two events of one second have the same one. */
function isCoarse(stamp: string): boolean {
  return /(?::\d\d(?:\.0+)?(?:Z|[+-]\d\d:?\d\d)|^\d{10})$/.test(stamp);
}

/** One observer, kind of event and user. */
type Story = string;

/**
 * No participant sees an event twice. The service stamps each event with its time, so two with the same name, user and
 * stamp are one event that came again. Where stamps are whole seconds, a user may have caused two in one second: then
 * the event that undoes the first one came in between, and kinds without such an event are not judged. That event may
 * have been lost, so no more of them came again than there are beyond the calls that can have caused them.
 */
export const noEventTwice: Check = (entries) => {
  const seen = new Set<string>();
  const times = new Map<Story, number>();
  const repeated: { readonly story: Story; readonly isSure: boolean; readonly piece: Piece }[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'saw' || entry.stamp === undefined) continue;
    const undo = opposite[entry.event];
    const isSure = !isCoarse(entry.stamp);
    if (undo !== undefined) seen.delete(`${entry.who} ${undo} ${entry.about} ${entry.stamp}`);
    else if (!isSure) continue;
    count += 1;
    const story = `${entry.who} ${entry.event} ${entry.about}`;
    times.set(story, (times.get(story) ?? 0) + 1);
    const key = `${story} ${entry.stamp}`;
    if (seen.has(key)) {
      const what = `times ${entry.event} arrived twice`;
      const says = `${entry.who} saw ${entry.event} of ${entry.about} twice (stamp ${entry.stamp})`;
      repeated.push({ story, isSure, piece: { what, says } });
    }
    seen.add(key);
  }
  if (repeated.some(({ isSure }) => !isSure)) {
    const calls = possibleCauses(entries);
    for (const [story, seen] of times)
      times.set(story, seen - (calls.get(story.slice(story.indexOf(' ') + 1)) ?? 0));
  }
  const evidence = repeated.flatMap(({ story, isSure, piece }) => {
    if (isSure) return piece;
    const surplus = times.get(story)!;
    times.set(story, surplus - 1);
    return surplus > 0 ? piece : [];
  });
  return finding('no event arrives twice', { count, at: 'events', one: 'event' }, evidence);
};

/** How often each user may have caused each kind of event: calls that were certainly not done are left out. */
function possibleCauses(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type !== 'invoke' && entry.type !== 'fail') continue;
    const event = eventOfNoted[entry.op];
    if (event === undefined) continue;
    const key = `${event} ${entry.who}`;
    calls.set(key, (calls.get(key) ?? 0) + (entry.type === 'invoke' ? 1 : -1));
  }
  return calls;
}

/**
 * Who was in the room from before a call until `graceMs` after its answer saw the event that it caused. The calls of a
 * user alternate (join, leave; raise, lower), so the events of one kind and user are counted against its calls. With
 * `observers`, only they are asked: a connection that is being damaged may lose what was on its way.
 */
export function noEventLost(graceMs: number, observers?: readonly string[]): Check {
  return (entries) => {
    const causes = causedEvents(entries);
    const evidence: Piece[] = [];
    let count = 0;
    for (const { observer, from, to } of watches(entries)) {
      if (observers && !observers.includes(observer)) continue;
      const seen = new Map<string, number>();
      for (const entry of entries.slice(from, to)) {
        if (entry.type !== 'saw' || entry.who !== observer) continue;
        const key = `${entry.event} ${entry.about}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
      const endsAt = entries[Math.min(to, entries.length - 1)]?.at ?? 0;
      const expected = new Map<string, number>();
      for (const cause of causes) {
        const isOver = cause.answered < to && endsAt - entries[cause.answered]!.at >= graceMs;
        if (cause.about === observer || cause.invoked < from || !isOver) continue;
        const key = `${cause.event} ${cause.about}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
        count += 1;
      }
      for (const [key, times] of expected) {
        const missing = times - (seen.get(key) ?? 0);
        if (missing > 0)
          evidence.push({
            what: `times a ${key.split(' ')[0]} was missed`,
            says: `${observer} missed ${missing} of ${times} × ${key}`,
          });
      }
    }
    return finding(
      'no event is lost to those in the room',
      { count, at: 'deliveries', one: 'delivery' },
      evidence,
    );
  };
}

/** Each participant sees the events of one user in the order in which that user caused them. */
export const orderIsKept: Check = (entries) => {
  const last = new Map<string, { stamp: string; event: string }>();
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'saw' || entry.stamp === undefined) continue;
    count += 1;
    const key = `${entry.who} of ${entry.about}`;
    const before = last.get(key);
    if (before && entry.stamp < before.stamp) {
      evidence.push({
        what: 'events arrived after a later one',
        says: `${entry.who} saw ${entry.event} of ${entry.about} (${entry.stamp}) after ${before.event} (${before.stamp})`,
      });
    }
    last.set(key, { stamp: entry.stamp, event: entry.event });
  }
  return finding('the events of a user arrive in order', { count, at: 'events', one: 'event' }, evidence);
};
