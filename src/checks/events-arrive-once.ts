import { defineCheck, finding, type Judgement, notApplicable } from './check.ts';
import { causedEvents, watches } from './events.ts';
import type { Piece } from './evidence.ts';
import { causedBy, type Entry } from './ledger.ts';

/** The event that undoes each event: between two equal events about one user, the opposite event occurs. */
const opposite: Readonly<Record<string, string>> = {
  'participant-joined': 'participant-left',
  'participant-left': 'participant-joined',
  'hand-raised': 'hand-lowered',
  'hand-lowered': 'hand-raised',
};

/** Whether a stamp has whole seconds: then two events of one second have the same stamp. */
function isCoarse(stamp: string): boolean {
  return /(?::\d\d(?:\.0+)?(?:Z|[+-]\d\d:?\d\d)|^\d{10})$/.test(stamp);
}

/** The observer, the event and its user in one text. */
type Story = string;

/**
 * No participant sees an event twice. The service stamps each event with its time, so two events with the same name,
 * user and stamp are one event that came again. With stamps in whole seconds, a user may cause two such events in one
 * second: then the opposite event comes between them, and events without an opposite are not judged. The opposite event
 * may be lost, so only events beyond the number of the user's calls count as repeats.
 */
export const noEventTwice = defineCheck('no event arrives twice', (entries) => {
  if (withoutStamps(entries)) return noneBeyondCalls(entries);
  const seen = new Set<string>();
  const times = new Map<Story, number>();
  const repeated: { readonly story: Story; readonly isSure: boolean; readonly piece: Piece }[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'received' || entry.stamp === undefined) continue;
    const undo = opposite[entry.event];
    const isSure = !isCoarse(entry.stamp);
    if (undo !== undefined) seen.delete(`${entry.who} ${undo} ${entry.about} ${entry.stamp}`);
    else if (!isSure) continue;
    count += 1;
    const story = `${entry.who} ${entry.event} ${entry.about}`;
    times.set(story, (times.get(story) ?? 0) + 1);
    const key = `${story} ${entry.stamp}`;
    if (seen.has(key)) {
      const kind = `times ${entry.event} arrived twice`;
      const message = `${entry.who} saw ${entry.event} of ${entry.about} twice (stamp ${entry.stamp})`;
      repeated.push({ story, isSure, piece: { kind, message } });
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
  return finding({ count, one: 'event' }, evidence);
});

/** Whether the service puts no time on its events. */
function withoutStamps(entries: readonly Entry[]): boolean {
  const seen = entries.filter((entry) => entry.type === 'received');
  return seen.length > 0 && seen.every((entry) => entry.type === 'received' && entry.stamp === undefined);
}

/** A service also sends this event without a call, when a connection is lost. */
const UNCAUSED = 'participant-left';

/** Without times, an event that arrived more often than it can have been caused is a repeat. */
function noneBeyondCalls(entries: readonly Entry[]): Judgement {
  const calls = possibleCauses(entries);
  const times = new Map<Story, number>();
  for (const entry of entries) {
    if (entry.type !== 'received' || opposite[entry.event] === undefined || entry.event === UNCAUSED)
      continue;
    const story = `${entry.who} ${entry.event} ${entry.about}`;
    times.set(story, (times.get(story) ?? 0) + 1);
  }
  const evidence: Piece[] = [];
  let count = 0;
  for (const [story, seen] of times) {
    count += seen;
    const [who, event, about] = story.split(' ') as [string, string, string];
    const most = calls.get(`${event} ${about}`) ?? 0;
    if (seen > most)
      evidence.push({
        kind: `times ${event} arrived twice`,
        message: `${who} received ${seen} × ${event} of ${about}, whose calls can cause ${most}`,
      });
  }
  return finding({ count, one: 'event' }, evidence);
}

/** How often each user may have caused each kind of event: calls that were certainly not done are left out. */
function possibleCauses(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  const keys = new Map<number, string>();
  for (const entry of entries) {
    if (entry.type === 'invoke') {
      const event = causedBy(entry) ?? entry.mayCause;
      if (event !== undefined) keys.set(entry.call, `${event} ${entry.who}`);
    }
    const key = entry.type === 'invoke' || entry.type === 'fail' ? keys.get(entry.call) : undefined;
    if (key !== undefined) calls.set(key, (calls.get(key) ?? 0) + (entry.type === 'invoke' ? 1 : -1));
  }
  return calls;
}

/**
 * A participant who is in the room from before a call until `graceMs` after its answer receives the event of the call.
 * The calls of a user alternate (join, leave; raise, lower), so the events of one kind and user are compared with the
 * number of calls. With `observers`, only these participants are judged: a damaged connection may lose events.
 */
export const noEventLost = defineCheck(
  'no event is lost to those in the room',
  (entries, { graceMs, observers }: { graceMs: number; observers?: readonly string[] }) => {
    const causes = causedEvents(entries);
    const evidence: Piece[] = [];
    let count = 0;
    for (const { observer, from, to } of watches(entries)) {
      if (observers && !observers.includes(observer)) continue;
      const seen = new Map<string, number>();
      for (const entry of entries.slice(from, to)) {
        if (entry.type !== 'received' || entry.who !== observer) continue;
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
            kind: `times a ${key.split(' ')[0]} was missed`,
            message: `${observer} missed ${missing} of ${times} × ${key}`,
          });
      }
    }
    return finding({ count, many: 'deliveries', one: 'delivery' }, evidence);
  },
  { about: 'time' },
);

/** Each participant sees the events of one user in the order in which that user caused them. */
export const orderIsKept = defineCheck('the events of a user arrive in order', (entries) => {
  if (withoutStamps(entries)) return notApplicable('the service puts no time on its events');
  const last = new Map<string, { stamp: string; event: string }>();
  const evidence: Piece[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'received' || entry.stamp === undefined) continue;
    count += 1;
    const key = `${entry.who} of ${entry.about}`;
    const before = last.get(key);
    if (before && entry.stamp < before.stamp) {
      evidence.push({
        kind: 'events arrived after a later one',
        message: `${entry.who} saw ${entry.event} of ${entry.about} (${entry.stamp}) after ${before.event} (${before.stamp})`,
      });
    }
    last.set(key, { stamp: entry.stamp, event: entry.event });
  }
  return finding({ count, one: 'event' }, evidence);
});
