import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import type { Socket } from 'socket.io';
import { Ledger } from '../../../src/checks/ledger.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type Random, seeded } from '../../../src/kernel/random.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { type EventCause, EventDeliveries } from '../../../src/participants/event-deliveries.ts';
import { LeaveRequest } from '../../../src/participants/leave-request.ts';
import { ProtocolParticipant } from '../../../src/participants/protocol-participant.ts';
import { recorded } from '../../../src/participants/recorded-participant.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { contractWith } from '../meetings/contract/small-contract.ts';
import { fakeContext, success, userNamed } from '../meetings/fake-context.ts';
import { roomService } from '../meetings/room-service.ts';

const reference = referenceContract();

interface AttendOptions {
  readonly random?: Random;
  readonly status?: number;
  readonly contract?: Contract;
}

/** An answer that fits every call of the contract. */
const AGREED = { id: 'm', meeting: { id: 'm' }, participant: { userId: 'me' } };

function attend(
  url: string,
  { random = seeded('think'), status = 200, contract = reference }: AttendOptions = {},
) {
  const timings = new Timings(systemClock.now());
  const deliveries = new EventDeliveries(timings.operation('event.delivery'), 30_000, contract.causedEvents);
  const leave = new LeaveRequest(systemClock);
  const causes: EventCause[] = [];
  const drops: string[] = [];
  const paths: string[] = [];
  const participant = new ProtocolParticipant({
    contract,
    identity: userNamed('me', 'good'),
    meetingId: 'm',
    random,
    context: fakeContext(systemClock, ({ path }) => {
      paths.push(path.replace('/api/v1/meetings/m', ''));
      return status === 200 ? success(AGREED) : { status };
    }),
    socket: { url },
    timeoutMs: 30_000,
    timings,
    clock: systemClock,
    deliveries,
    announce: (cause) => causes.push(cause),
    onDrop: (reason) => drops.push(reason),
    leaveRequest: leave,
    intendedAt: systemClock.now() - 250,
  });
  const operation = (name: string) =>
    new MergedTimings([timings.encode(systemClock.now())]).operations.get(name)!;
  /** All recorded outcomes. */
  const recorded = () =>
    [...new MergedTimings([timings.encode(systemClock.now())]).operations].map(
      ([name, { outcomes }]) => [name, outcomes] as const,
    );
  return { participant, deliveries, leave, causes, drops, paths, operation, recorded };
}

test('records a late start only for the arrival and for the first call after a pause', async () => {
  await using service = await roomService();
  const { participant, operation } = attend(service.url);
  await participant.join();
  await participant.connect();
  await participant.enterRoom();
  await participant.think([1, 5]);
  await participant.getMeeting();
  await participant.raiseHand();
  const starts = ['meeting.join', 'socket.connect', 'room.enter', 'meeting.get', 'hand.raise'].map(
    (name) => operation(name).lateStart.count,
  );
  expect(starts).toEqual([1, 0, 0, 1, 0]);
  expect(operation('meeting.join').lateStart.maxMs).toBeGreaterThanOrEqual(250);
  expect(operation('meeting.join').response.maxMs).toBeGreaterThanOrEqual(250);
  await participant.close();
});

test('announces what a successful call caused, and nothing for a failed call', async () => {
  await using service = await roomService();
  const { participant, causes } = attend(service.url);
  const joined = await participant.join();
  await participant.getMeeting();
  await participant.raiseHand();
  await participant.lowerHand();
  await participant.leave();
  const of = { meetingId: 'm', userId: 'me', key: 'me' };
  expect(causes.map(({ startedAt: _, ...cause }) => cause)).toEqual([
    { ...of, event: 'participant-joined' },
    { ...of, event: 'hand-raised' },
    { ...of, event: 'hand-lowered' },
    { ...of, event: 'participant-left' },
  ]);
  expect(causes[0]!.startedAt).toBe(joined.startedAt);
  await participant.close();

  const failing = attend(service.url, { status: 500 });
  expect((await failing.participant.raiseHand()).outcome).toBe('http 500');
  expect(failing.causes).toEqual([]);
  await failing.participant.close();
});

test('receives room events only between entering and leaving, and ignores its own', async () => {
  let socket: Socket | undefined;
  await using service = await roomService((connected) => {
    socket = connected;
    connected.on('meeting:join', (message) => connected.emit('meeting:joined', message));
    connected.on('ping', () => connected.emit('pong'));
  });
  const { participant, deliveries } = attend(service.url);
  const raised = (userId: string) =>
    socket!.emit('meeting:hand-raised', { meetingId: 'm', userId, timestamp: '2026-01-01T00:00:00Z' });
  await participant.join();
  await participant.connect();
  raised('before');
  await participant.enterRoom(); // its answer comes after the event
  raised('other');
  raised('me');
  await expect.poll(() => deliveries.held.arrivals, { intervals: [5] }).toBe(1);
  await participant.leave();
  raised('after');
  const gone = once(socket!, 'disconnect');
  await participant.close();
  await gone;
  expect(deliveries.held.arrivals).toBe(1);
});

test('reports a broken connection as a drop, and removes the member from the room', async () => {
  await using service = await roomService();
  const { participant, drops, deliveries } = attend(service.url);
  await participant.join();
  await participant.connect();
  await participant.enterRoom();
  service.io.disconnectSockets(true);
  await expect.poll(() => drops, { intervals: [5] }).toEqual(['io server disconnect']);
  // The participant does not miss the event of a later call.
  deliveries.caused({
    event: 'hand-raised',
    meetingId: 'm',
    userId: 'x',
    key: 'x',
    startedAt: systemClock.now(),
  });
  deliveries.settleAll(systemClock.now() + 60_000);
  expect(deliveries.held.members).toBe(0);
  await participant.close();
});

test('returns to the room after a lost connection, and records how long it was away', async () => {
  await using service = await roomService();
  const { participant, paths, deliveries, operation } = attend(service.url);
  await participant.join();
  await participant.connect();
  await participant.enterRoom();
  service.reset();
  await expect.poll(() => operation('room.return')?.outcomes, { intervals: [20] }).toEqual({ ok: 1 });
  // The contract's first delay.
  expect(operation('room.return').ok.minMs).toBeGreaterThan(990);
  expect(paths).toEqual(['/join', '/reconnect']);
  expect(operation('room.enter').outcomes).toEqual({ ok: 2 });
  expect(deliveries.held.members).toBe(2);
  await participant.leave();
  await participant.close();
});

test('records a timeout for room.return if the session ends during the outage', async () => {
  let connections = 0;
  await using service = await roomService((socket) => {
    connections += 1;
    socket.on('meeting:join', (message) => socket.emit('meeting:joined', message));
  });
  const { participant, operation, drops } = attend(service.url);
  await participant.join();
  await participant.connect();
  await participant.enterRoom();
  service.reset();
  await expect.poll(() => drops, { intervals: [5] }).toHaveLength(1);
  await participant.leave();
  expect(operation('room.return').outcomes).toEqual({ timeout: 1 });
  expect([...operation('room.return').causes.keys()]).toEqual(['not back before the session ended']);
  await participant.close();
  expect(connections).toBe(1);
});

const waysToLeave: Record<string, (participant: ProtocolParticipant) => Promise<{ outcome: string }>> = {
  'leave()': (participant) => participant.leave(),
  "call('meeting.leave')": (participant) => participant.call('meeting.leave'),
  'leave() of a recorded participant': (participant) =>
    recorded(participant, new Ledger(() => 0), { contract: reference, offers: {} }).leave(),
};

for (const [way, leave] of Object.entries(waysToLeave)) {
  test(`${way} ends a return that is in progress`, async () => {
    await using service = await roomService();
    const { participant, operation, drops } = attend(service.url);
    await participant.arrive();
    service.reset();
    await expect.poll(() => drops, { intervals: [5] }).toHaveLength(1);
    expect((await leave(participant)).outcome).toBe('ok');
    expect(operation('room.return').outcomes).toEqual({ timeout: 1 });
    await participant.close();
  });

  test(`${way} ends the deliveries to the participant, and records no return`, async () => {
    await using service = await roomService();
    const { participant, operation, paths, deliveries } = attend(service.url);
    await participant.arrive();
    expect((await leave(participant)).outcome).toBe('ok');
    deliveries.settleAll(systemClock.now());
    expect(deliveries.held.members).toBe(0);
    expect(operation('room.return')).toBeUndefined();
    expect(paths.at(-1)).toBe('/leave');
    await participant.close();
  });
}

test('pauses for a random time, and ends the pause early on a leave request', async () => {
  await using service = await roomService();
  const { participant, leave } = attend(service.url, { random: () => 0.5 });
  const before = systemClock.now();
  expect(await participant.think([10, 30])).toBe(true);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(20);
  const long = participant.think([3_600_000, 3_600_000]);
  leave.ask(20);
  expect(await long).toBe(false);
  expect(await participant.think([3_600_000, 3_600_000])).toBe(false);
  await participant.close();
});

test.describe('expectEvent', () => {
  test('resolves on the next event of that name, and ignores others', async () => {
    await using service = await roomService();
    const { participant } = attend(service.url);
    expect(await participant.arrive()).toBeUndefined();
    const say = (event: string) =>
      service.io.emit(event, { meetingId: 'm', userId: 'other', timestamp: '2026-01-01T00:00:00Z' });
    say('meeting:hand-raised'); // before anybody waits for it
    const order: string[] = [];
    const lowered = participant
      .expectEvent('hand-lowered', { withinMs: 30_000 })
      .then((outcome) => order.push(outcome));
    say('meeting:participant-left');
    const left = participant.expectEvent('participant-left', { withinMs: 30_000 });
    expect(await left).toBe('ok');
    expect(order).toEqual([]);
    say('meeting:hand-lowered');
    await lowered;
    expect(order).toEqual(['ok']);
    await participant.close();
  });

  test('resolves all waits for one event, even for an event of the participant itself', async () => {
    await using service = await roomService();
    const { participant } = attend(service.url);
    await participant.arrive();
    const waiting = [1, 2].map(() => participant.expectEvent('hand-raised', { withinMs: 30_000 }));
    service.io.emit('meeting:hand-raised', { meetingId: 'm', userId: 'me', timestamp: '' });
    expect(await Promise.all(waiting)).toEqual(['ok', 'ok']);
    await participant.close();
  });

  test('rejects an event that the contract lacks, and lists its events', async () => {
    await using service = await roomService();
    const { participant } = attend(service.url);
    await participant.arrive();
    await expect(participant.expectEvent('hand-risen', { withinMs: 20 })).rejects.toThrow(
      /the contract has no event "hand-risen"; its events are .*hand-raised/,
    );
    await participant.close();
  });

  test('ends on timeout or on a leave request, and records nothing', async () => {
    await using service = await roomService();
    const { participant, leave, recorded } = attend(service.url);
    await participant.arrive();
    const before = recorded();
    expect(await participant.expectEvent('hand-raised', { withinMs: 20 })).toBe('timeout');
    const waiting = participant.expectEvent('hand-raised', { withinMs: 3_600_000 });
    leave.ask(20);
    expect(await waiting).toBe('aborted');
    expect(recorded()).toEqual(before);
    await participant.close();
  });
});

test.describe('a service with only socket messages', () => {
  const contract = contractWith(`
operations:
  room.enter: { emit: enter, causes: participant-joined }
  chat.send: { emit: say, json: { text: "\${unique}" }, reply: none, causes: chat }
  meeting.leave: { disconnect: true, causes: participant-left }
events:
  participant-joined: { on: joined, user: payload }
  participant-left: { on: left, user: payload }
  chat: { on: said, match: payload.text }
`);
  const talkative = (socket: Socket) => {
    socket.on('enter', (reply: () => void) => reply());
    socket.on('say', (message: object) => socket.broadcast.emit('said', message));
  };

  test('enters without an HTTP call, and identifies events by the sent text', async () => {
    await using service = await roomService(talkative);
    const { participant, causes, paths, operation } = attend(service.url, { contract });
    expect(await participant.arrive()).toBeUndefined();
    expect(['meeting.join', 'room.enter', 'chat.send'].map((name) => participant.can(name))).toEqual([
      false,
      true,
      true,
    ]);
    const { unique } = await participant.call('chat.send');
    await participant.call('chat.send');
    await participant.leave();
    const keys = causes.map(({ event, key }) => `${event} ${key}`);
    expect(keys).toEqual([
      'participant-joined me',
      `chat ${unique}`,
      expect.stringMatching(/^chat me/),
      'participant-left me',
    ]);
    expect(new Set(keys).size).toBe(4);
    expect(paths).toEqual([]);
    expect(operation('sent.chat.send').outcomes).toEqual({ ok: 2 });
    await participant.close();
  });

  test('matches a chat event with the call that sent its text', async () => {
    await using service = await roomService(talkative);
    const [sender, listener] = [attend(service.url, { contract }), attend(service.url, { contract })];
    for (const { participant } of [sender, listener]) expect(await participant.arrive()).toBeUndefined();
    const { unique, startedAt } = await sender.participant.call('chat.send');
    await expect.poll(() => listener.deliveries.held.arrivals, { intervals: [5] }).toBe(1);
    listener.deliveries.caused({ event: 'chat', meetingId: 'm', userId: 'me too', key: unique!, startedAt });
    listener.deliveries.settleAll(systemClock.now() + 60_000);
    expect(listener.operation('event.delivery').outcomes.ok).toBe(1);
    expect(listener.deliveries.unexplained).toBe(0);
    for (const { participant } of [sender, listener]) await participant.close();
  });

  test('returns the step that failed from arrive()', async () => {
    await using service = await roomService((socket) => {
      socket.on('enter', () => socket.disconnect());
    });
    const { participant } = attend(service.url, { contract });
    expect(await participant.arrive()).toBe('room.enter');
    await participant.close();
  });
});

test('keeps one room member after a repeated room.enter, and records no late start on the way back', async () => {
  await using service = await roomService();
  const { participant, deliveries, operation } = attend(service.url);
  await participant.arrive();
  await participant.enterRoom();
  expect(deliveries.held.members).toBe(1);
  await participant.think([0, 1]);
  service.reset();
  await expect.poll(() => operation('room.return')?.outcomes, { intervals: [20] }).toEqual({ ok: 1 });
  const lateBefore = operation('meeting.get')?.lateStart.count;
  await participant.getMeeting();
  // This call was due after the pause before the outage.
  expect([lateBefore, operation('meeting.get').lateStart.count]).toEqual([undefined, 1]);
  expect(operation('meeting.reconnect').lateStart.count).toBe(0);
  await participant.close();
});
