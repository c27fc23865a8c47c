import { referenceContract } from '../../meetings/contract/load.ts';
import { type Path, valueAt } from '../../meetings/contract/mistakes.ts';
import { byJourneyOrder } from '../../timings/catalogue.ts';
import { grouped } from '../counts.ts';
import { addTodo, type Draft, type DraftEvent, eventName } from '../draft.ts';
import { isHand, isRole } from '../ranks.ts';
import { leavesOf, shapeOf } from '../shape.ts';
import { isIdOf, isPlainId, mentions, wordsOf } from '../words.ts';
import { constantsIn } from './acts.ts';
import { type Caused, DISCONNECT } from './causes.ts';
import { type Group, readArg, whenOf } from './conditions.ts';
import type { Recorded } from './har-operations.ts';
import { mentionsIn } from './mentions.ts';
import type { People } from './people.ts';

/** Events of operations that cause nothing at the reference service. */
const OTHER_EVENTS: Readonly<Record<string, string>> = {
  'room.enter': 'participant-joined',
  'meeting.reconnect': 'participant-reconnected',
};

function eventOf(operation: string, wire: string): string {
  return referenceContract().operations.get(operation)?.causes ?? OTHER_EVENTS[operation] ?? eventName(wire);
}

/** Adds the events that the operations cause. Returns the names of received events without a cause. */
export function addEvents({ people, caused, acts }: Recorded, draft: Draft): string[] {
  const groups = groupsOf(caused, draft);
  const events: Record<string, DraftEvent> = {};
  for (const group of groups) {
    const { event, operation, wire } = group;
    const causing = draft.operations[operation];
    if (causing) causing.causes = event;
    if (events[event]) continue;
    const same = groups.filter((one) => one.wire === wire && one.event !== event);
    const when = whenOf(group, same, sentConstants(operation));
    events[event] = { on: wire, when, ...readsOf(group, people) };
  }
  const promoted = promotedIn(people, groups);
  if (promoted) events['host-promoted'] = promoted;
  if (Object.keys(events).length > 0) draft.events = events;
  noteAlike(draft);
  const explained = new Set([
    ...Object.values(events).map(({ on }) => on),
    ...Object.values(draft.operations).flatMap(({ reply, refusal }) => [reply, refusal]),
  ]);
  const received = people.persons.flatMap(({ recording }) => recording.received.map(({ name }) => name));
  return [...new Set(received)].filter((name) => !explained.has(name));

  function sentConstants(operation: string) {
    const act = acts.find((one) => one.operation === operation && one.message);
    return act?.message ? constantsIn(act.message, act.person, people) : [];
  }
}

/** Adds a TODO to events that share a name and have no condition to distinguish them. */
function noteAlike(draft: Draft): void {
  const { events = {} } = draft;
  for (const [name, { on, when }] of Object.entries(events)) {
    const [other] = Object.keys(events).filter(
      (one) => one !== name && events[one]!.on === on && events[one]!.when === when,
    );
    if (other === undefined) continue;
    const text = `no recorded value distinguishes it from "${other}". Write a condition such as payload.kind == "x".`;
    addTodo(draft, ['events', name], 'when', text);
  }
}

/** An event that names a new host has no cause among the operations: the previous host left. */
function promotedIn(people: People, groups: readonly Group[]): DraftEvent | undefined {
  const received = people.persons.flatMap(({ recording }) => recording.received);
  const isPromotion = ({ name }: { name: string }) =>
    wordsOf(name).some((word) => /^(host|owner|moderator|promot\w*)$/.test(word)) &&
    !groups.some(({ wire }) => wire === name);
  const wire = received.find(isPromotion)?.name;
  if (wire === undefined) return undefined;
  const events = received.filter(({ name }) => name === wire);
  const named = events.flatMap((event) => {
    const actor = people.persons.find(
      ({ id }) => id !== undefined && mentionsIn(event.args).some(({ value }) => value === id),
    );
    return actor ? [{ operation: '', actor, event, unique: undefined }] : [];
  });
  if (named.length < events.length) return undefined;
  const reads = readsOf({ event: '', operation: '', wire, caused: named }, people);
  return reads.user === undefined ? undefined : { on: wire, ...reads };
}

/** Finds for each operation the event that follows it most often; the first one if several follow it equally often. */
function groupsOf(caused: readonly Caused[], draft: Draft): Group[] {
  const named = caused
    .map((one) => (one.operation === DISCONNECT ? { ...one, operation: 'meeting.leave' } : one))
    .filter(({ operation }) => operation in draft.operations);
  const groups = [...grouped(named, ({ operation }) => operation)].map(([operation, all]) => {
    const byWire = [...grouped(all, ({ event }) => event.name)];
    const [wire, chosen] = byWire.sort(([, few], [, many]) => weightOf(many) - weightOf(few))[0]!;
    return { operation, wire, caused: chosen, event: eventOf(operation, wire) };
  });
  return groups.sort((one, other) => byJourneyOrder(one.operation, other.operation));
}

/** An event that repeats a text is a surer match than an event that only arrived soon. */
function weightOf(caused: readonly Caused[]): number {
  return caused.length + caused.filter(({ unique }) => unique !== undefined).length * 100;
}

function readsOf({ caused }: Group, { meetingId }: People): Omit<DraftEvent, 'on'> {
  const args = caused.map(({ event }) => event.args);
  const user = placeOf(caused, ({ actor }) => [actor.id, actor.displayName], userRank);
  const hasTexts = caused.every(({ unique }) => unique !== undefined);
  const match = user === undefined || hasTexts ? placeOf(caused, ({ unique }) => [unique]) : undefined;
  const meeting = meetingId === undefined ? undefined : placeOf(caused, () => [meetingId], meetingRank);
  const leaves = leavesOf(shapeOf(args.map((values) => Object.fromEntries(values.entries()))));
  const find = (isIt: (leaf: (typeof leaves)[number]) => boolean) => {
    const found = leaves.find(isIt);
    return found && readArg(found.path.map((step, index) => (index === 0 ? Number(step) : step)));
  };
  const time = find(({ path, shape }) => isTime(path, shape.values, caused));
  const role = find(({ path, shape }) => isRole(path, shape));
  const hand = find(({ path, shape }) => isHand(path, shape));
  return { meeting, user, match, time: time === USUAL_TIME ? undefined : time, role, hand };
}

const USUAL_TIME = 'payload.timestamp';
/** A time that is further away is that of something else, such as a birthday or the start of the meeting. */
const NEAR_MS = 60_000;

function isTime(path: Path, values: readonly unknown[], caused: readonly Caused[]): boolean {
  if (!/time|date|(^|_)(at|ts|when)$|At$/.test(String(path.at(-1))) || values.length < caused.length)
    return false;
  return values.every((value, index) => {
    const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Math.abs(ms - caused[index]!.event.atMs) < NEAR_MS;
  });
}

/** The place with the wanted value in each event, such as the id of the acting user or the sent text. */
function placeOf(
  caused: readonly Caused[],
  wanted: (one: Caused) => readonly (string | undefined)[],
  rank: (path: Path) => number = () => 0,
): string | undefined {
  const [first] = caused;
  if (!first) return undefined;
  const isThere = (one: Caused, path: Path) => {
    const value = valueAt(one.event.args, path);
    return value !== undefined && value !== null && wanted(one).includes(String(value));
  };
  const leaves = first.event.args.flatMap((value, index) => leavesOf(shapeOf([value]), [index]));
  const places = leaves.map(({ path }) => path).filter((path) => caused.every((one) => isThere(one, path)));
  const [best] = places.sort((one, other) => rank(one) - rank(other) || one.length - other.length);
  return best && readArg(best);
}

function userRank(path: Path): number {
  const name = String(path.at(-1));
  if (isIdOf(name, 'user')) return 0;
  if (isPlainId(name) || isIdOf(name, 'person')) return 1;
  return mentions(name, 'person') ? 2 : 3;
}

function meetingRank(path: Path): number {
  return isIdOf(String(path.at(-1)), 'meeting') ? 0 : 1;
}
