import { type Check, finding } from './check.ts';
import { causedEvents, watches } from './events.ts';

/**
 * No participant sees an event twice. The service stamps each event with its time, so two with the same name, user and
 * stamp are one event that came again.
 */
export const noEventTwice: Check = (entries) => {
  const seen = new Set<string>();
  const evidence: string[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'saw' || entry.stamp === undefined) continue;
    count += 1;
    const key = `${entry.who} ${entry.event} ${entry.about} ${entry.stamp}`;
    if (seen.has(key))
      evidence.push(`${entry.who} saw ${entry.event} of ${entry.about} twice (stamp ${entry.stamp})`);
    seen.add(key);
  }
  return finding('no event arrives twice', { count, at: 'events', one: 'event' }, evidence);
};

/**
 * Who was in the room from before a call until `graceMs` after its answer saw the event that it caused. The calls of a
 * user alternate (join, leave; raise, lower), so the events of one kind and user are counted against its calls. With
 * `observers`, only they are asked: a connection that is being damaged may lose what was on its way.
 */
export function noEventLost(graceMs: number, observers?: readonly string[]): Check {
  return (entries) => {
    const causes = causedEvents(entries);
    const evidence: string[] = [];
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
        if (missing > 0) evidence.push(`${observer} missed ${missing} of ${times} × ${key}`);
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
  const evidence: string[] = [];
  let count = 0;
  for (const entry of entries) {
    if (entry.type !== 'saw' || entry.stamp === undefined) continue;
    count += 1;
    const key = `${entry.who} of ${entry.about}`;
    const before = last.get(key);
    if (before && entry.stamp < before.stamp) {
      evidence.push(
        `${entry.who} saw ${entry.event} of ${entry.about} (${entry.stamp}) after ${before.event} (${before.stamp})`,
      );
    }
    last.set(key, { stamp: entry.stamp, event: entry.event });
  }
  return finding('the events of a user arrive in order', { count, at: 'events', one: 'event' }, evidence);
};
