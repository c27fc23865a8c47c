import { expect, test } from '@playwright/test';
import type { RoomEvent } from '../../../../service/meetings/room-events.ts';
import type { Participant } from '../../../../service/meetings/schemas.ts';
import { Roster } from '../../../../service/room/roster.ts';

const person = (userId: string, more: Partial<Participant> = {}) =>
  ({
    id: `seat of ${userId}`,
    userId,
    role: 'listener',
    hasRaisedHand: false,
    networkQuality: null,
    ...more,
  }) as Participant;

const event = (name: RoomEvent['name'], userId: string, more: object = {}) =>
  ({ name, userId, meetingId: 'm', timestamp: 't', ...more }) as RoomEvent;

const joined = (userId: string, more?: Partial<Participant>) =>
  event('meeting:participant-joined', userId, { participant: person(userId, more) });

function rosterOf(...people: Participant[]) {
  const roster = new Roster();
  roster.replace(people);
  return roster;
}

test('the roster applies every event to its participant once', () => {
  const roster = rosterOf(person('ada', { role: 'host' }));
  const advice = { recommendedBitrate: 200 };
  for (const [what, known] of [
    [joined('ben'), {}],
    [event('meeting:hand-raised', 'ben'), { hasRaisedHand: true }],
    [event('meeting:hand-lowered', 'ben'), { hasRaisedHand: false }],
    [event('meeting:host-promoted', 'ben', { role: 'co_host' }), { role: 'co_host' }],
    [event('meeting:network-quality-update', 'ben', { recommendations: advice }), { networkQuality: 'bad' }],
  ] as const) {
    expect([roster.apply(what), roster.apply(what)], what.name).toEqual(['changed', 'same']);
    expect(roster.find('ben')).toMatchObject(known);
  }
  expect(roster.apply(event('meeting:participant-left', 'ben'))).toBe('changed');
  expect(roster.apply(event('meeting:participant-left', 'ben'))).toBe('same');
  expect([...roster.people].map(({ userId }) => userId)).toEqual(['ada']);
});

test('the roster reports a stranger for an event about an unknown user', () => {
  const roster = rosterOf(person('ada'));
  expect(roster.apply(event('meeting:hand-raised', 'ben'))).toBe('stranger');
  expect(roster.apply(event('meeting:participant-reconnected', 'ben'))).toBe('stranger');
  expect(roster.apply(event('meeting:participant-reconnected', 'ada'))).toBe('same');
  expect(roster.size).toBe(1);
});

test('a new seat replaces the old seat of a user after a missed leave', () => {
  const roster = rosterOf(person('ben', { hasRaisedHand: true }));
  expect(roster.apply(joined('ben', { id: 'another seat' }))).toBe('changed');
  expect(roster.find('ben')).toMatchObject({ id: 'another seat', hasRaisedHand: false });
  expect(roster.size).toBe(1);
});

test('the roster is right if the fetched state already contains some of the events', () => {
  const events = [
    joined('ben'),
    event('meeting:hand-raised', 'ben'),
    event('meeting:participant-left', 'ada'),
  ];
  const end = rosterOf(person('ada'));
  for (const one of events) end.apply(one);
  for (let had = 0; had <= events.length; had++) {
    const before = rosterOf(person('ada'));
    for (const one of events.slice(0, had)) before.apply(one);
    const fetched = rosterOf(...before.people);
    for (const one of events) fetched.apply(one);
    expect([...fetched.people], `with the first ${had}`).toEqual([...end.people]);
    expect(fetched.raisedHands).toBe(1);
  }
});
