import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from '@playwright/test';
import { Ledger } from '../../../src/checks/ledger.ts';
import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { recorded } from '../../../src/participants/recorded-participant.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { User } from '../service/user.ts';
import { type Attendance, contract, test } from './page-attendance.ts';

// Whole sessions in a browser: seconds on a quiet machine, many times that on a busy one.
test.describe.configure({ timeout: 120_000 });

test('runs the protocol journey through the page, and records each call and page metric', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const meetingId = await host.open();
  const { participant, causes, operation, outcome, problems } = attend(newUser(), meetingId);
  const journey = attendMeeting({ actions: 8, thinkMs: [0, 20] });
  expect(await journey(participant)).toBe('completed');
  await participant.close();
  expect(outcome()).toBe('ok');
  for (const name of ['page.open', 'page.join', 'page.session', 'page.ttfb', 'page.lcp'])
    expect({ name, ok: operation(name).outcomes.ok }).toEqual({ name, ok: 1 });
  expect(operation('meeting.join').outcomes).toEqual({ ok: 1 });
  expect(operation('meeting.leave').outcomes).toEqual({ ok: 1 });
  const names = causes.map(({ event }) => event);
  expect([names[0], names.at(-1)]).toEqual(['participant-joined', 'participant-left']);
  expect(problems.encode()).toEqual([]);
  // `page.join` contains the click, the call and the room.
  expect(operation('page.join').ok.minMs).toBeGreaterThan(operation('meeting.join').ok.minMs);
});

/** Larger than any error of the clock of a page. */
const CLOCK_ERROR_MS = 500;

test('measures a raised hand from the call to the paint in another page', async ({ newUser, attend }) => {
  const host = newUser();
  const meetingId = await host.open();
  const { participant, hands, operation, took, failures } = attend(newUser(), meetingId);
  await participant.join();
  // The clock of the page has an error of some ms, and more on a busy machine. So the test reports an earlier start of
  // the call: then no event arrives before its call. The participant entered before that start.
  await systemClock.until(systemClock.now() + 2 * CLOCK_ERROR_MS);
  const startedAt = systemClock.now() - CLOCK_ERROR_MS;
  await host.post(`/${meetingId}/hand/raise`);
  hands.caused({ event: 'hand-raised', meetingId, userId: host.id, key: host.id, startedAt });
  await expect
    .poll(async () => {
      await participant.collect();
      return hands.held.arrivals;
    })
    .toBe(1);
  const seenBy = systemClock.now();
  // A member who leaves at once is not judged: see `Patience`.
  await systemClock.until(startedAt + 2 * (seenBy - startedAt) + CLOCK_ERROR_MS);
  // The follower gets the delivery at the end of the session, before it is certain enough to be recorded.
  await participant.close();
  expect(took.get('page.hand-visible')).toBeGreaterThan(0);
  expect(failures).toEqual([]);
  hands.settleAll(seenBy);
  // Rounded by the histogram: by half a millisecond, or 0.1 % of a long time.
  const [followed, recorded] = [took.get('page.hand-visible')!, operation('page.hand-visible').ok.maxMs];
  expect(Math.abs(recorded - followed)).toBeLessThanOrEqual(0.5 + 0.001 * followed);
  expect(operation('page.hand-visible').outcomes).toEqual({ ok: 1 });
  expect(operation('page.hand-visible').ok.maxMs).toBeLessThanOrEqual(seenBy - startedAt + CLOCK_ERROR_MS);
});

test('raises and lowers the hand by the page buttons, and the service state follows', async ({
  newUser,
  attend,
}) => {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  const { participant, causes, room } = attend(guest, meetingId);
  await participant.join();
  expect((await participant.raiseHand()).outcome).toBe('ok');
  const handOf = async () =>
    (await host.get(`/${meetingId}`)).body.data.participants.find(
      ({ userId }: { userId: string }) => userId === guest.id,
    ).hasRaisedHand;
  expect(await handOf()).toBe(true);
  expect((await participant.lowerHand()).outcome).toBe('ok');
  expect(await handOf()).toBe(false);
  expect(causes.map(({ event }) => event).slice(1)).toEqual(['hand-raised', 'hand-lowered']);
  expect((await participant.getMeeting()).outcome).toBe('ok');
  const shown = (await room().people()).map(({ userId }) => userId);
  expect(shown.toSorted()).toEqual([host.id, guest.id].toSorted());
});

test('records the outcome of the service when the meeting is full', async ({ newUser, attend }) => {
  const host = newUser();
  const meetingId = await host.open({ maxParticipants: 2 });
  await newUser().post(`/${meetingId}/join`);
  const { participant, operation, outcome, problems, failures } = attend(newUser(), meetingId);
  expect((await participant.join()).outcome).toBe('http 403');
  expect(await participant.connect()).toBe('http 403');
  await participant.close();
  expect(operation('meeting.join').outcomes).toEqual({ 'http 403': 1 });
  expect(operation('page.join').outcomes).toEqual({ 'http 403': 1 });
  expect(outcome()).toBe('http 403');
  expect(failures[0]).toEqual(['page.join', 'http 403']);
  // The line that the browser prints, with the call that the line does not name.
  expect(problems.encode()).toMatchObject([
    { kind: 'console error', cause: expect.stringMatching(/^meeting\.join: .*status of 403/), count: 1 },
  ]);
});

test('a recorded participant of a crowd is measured as before, and its ledger has its calls', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const meetingId = await host.open({ maxParticipants: 2 });
  const [guest, refused] = [attend(newUser(), meetingId), attend(newUser(), meetingId)];
  const ledger = new Ledger(() => systemClock.now());
  const record = ({ participant }: Attendance) => recorded(participant, ledger, { contract, offers: {} });
  const answers = async (act: Promise<{ outcome: Outcome }>) => (await act).outcome;
  const inside = record(guest);
  expect(await answers(inside.join())).toBe('ok');
  expect(await answers(inside.raiseHand())).toBe('ok');
  // The answer has the outcome of the call. The ledger has what the page showed: a refusal.
  expect(await answers(record(refused).join())).toBe('http 403');
  await inside.recordView('active');
  for (const { participant } of [guest, refused]) await participant.close();
  expect(guest.operation('page.join').outcomes).toEqual({ ok: 1 });
  expect(guest.operation('hand.raise').outcomes).toEqual({ ok: 1 });
  expect(refused.operation('meeting.join').outcomes).toEqual({ 'http 403': 1 });
  const { userId } = inside;
  expect(ledger.entries.filter(({ type }) => type !== 'invoke')).toMatchObject([
    { who: userId, type: 'ok', op: 'meeting.join' },
    { who: userId, type: 'ok', op: 'hand.raise' },
    { type: 'info', op: 'meeting.join', outcome: 'error', value: expect.stringMatching(/full/i) },
    { who: userId, type: 'state', source: 'view', state: { status: 'active' } },
  ]);
});

test('sends no message over the socket of the page, and continues the session', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const { participant, operation, outcome } = attend(newUser(), await host.open());
  await participant.join();
  expect(participant.can('chat.send')).toBe(false);
  expect((await participant.call('chat.send')).outcome).toBe('aborted');
  expect(operation('chat.send')).toBeUndefined();
  expect((await participant.raiseHand()).outcome).toBe('ok');
  await participant.close();
  expect(outcome()).toBe('ok');
});

test('clicks a control of the page also if the contract has a message for it', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const { operations } = contract;
  const raise = { ...operations.get('hand.raise')!, over: 'socket' } as never;
  const { participant, room } = attend(newUser(), await host.open(), {
    contract: { ...contract, operations: new Map(operations).set('hand.raise', raise) },
  });
  await participant.join();
  await participant.raiseHand();
  expect(await room().people()).toContainEqual({ userId: participant.userId, handRaised: true });
});

test('records a refused connection as the outcome of page.open', async ({ attend }) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { participant, operation } = attend(new User(`http://127.0.0.1:${port}`), 'a-meeting');
  expect((await participant.join()).outcome).toBe('refused');
  expect(operation('page.open').outcomes).toEqual({ refused: 1 });
});

test('records a timeout when the page shows nothing in time', async ({ newUser, attend }) => {
  const host = newUser();
  const { participant, outcome } = attend(newUser(), await host.open(), { timeoutMs: 1 });
  expect((await participant.join()).outcome).toBe('timeout');
  await participant.close();
  expect(outcome()).toBe('timeout');
});
