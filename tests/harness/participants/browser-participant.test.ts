import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type BrowserContext, expect, mergeTests } from '@playwright/test';
import { CrowdBrowser } from '../../../src/browser/crowd-browser.ts';
import { whyNoBrowser } from '../../../src/browser/launch-options.ts';
import { attendMeeting } from '../../../src/journeys/attend-meeting.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { BrowserParticipant, type Follower } from '../../../src/participants/browser-participant.ts';
import { type EventCause, EventDeliveries } from '../../../src/participants/event-deliveries.ts';
import { LeaveRequest } from '../../../src/participants/leave-request.ts';
import { PageProblems } from '../../../src/participants/page/problems.ts';
import { Readings } from '../../../src/participants/page/readings.ts';
import { RoomPage } from '../../../src/participants/room-page.ts';
import { MergedTimings } from '../../../src/timings/merged-timings.ts';
import type { Outcome } from '../../../src/timings/outcome.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { userNamed } from '../meetings/fake-context.ts';
import { test as linkTest } from '../network/link/link-fixture.ts';
import { test as serviceTest } from '../service/service-fixture.ts';
import { User } from '../service/user.ts';

interface Attendance {
  readonly participant: BrowserParticipant;
  readonly causes: EventCause[];
  readonly problems: PageProblems;
  readonly hands: EventDeliveries;
  /** What whoever follows the session is told: the longest of each operation, and what failed. */
  readonly took: ReadonlyMap<string, number>;
  readonly failures: readonly [operation: string, outcome: Outcome][];
  readonly outcome: () => Outcome | undefined;
  crash(): Promise<void>;
  /** From now on, the page answers the harness this much later. */
  slow(ms: number): void;
  /** What the page says of its connection. */
  connection(): Promise<string>;
  room(): RoomPage;
  operation(name: string): MergedTimings['actions'];
}

type Attend = (
  user: User,
  meetingId: string,
  options?: { timeoutMs?: number; traces?: boolean },
) => Attendance;

const test = mergeTests(serviceTest, linkTest).extend<
  { attend: Attend },
  { browser_: CrowdBrowser | string }
>({
  browser_: [
    async ({}, use) => {
      const missing = whyNoBrowser();
      if (missing !== undefined) return use(missing);
      const browser = await CrowdBrowser.launch();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  attend: async ({ browser_: browser }, use, testInfo) => {
    if (typeof browser === 'string') return testInfo.skip(true, browser);
    const all: Attendance[] = [];
    await use((user, meetingId, { timeoutMs = 30_000, traces = false } = {}) => {
      const attendance = attendanceOf(browser, user, meetingId, timeoutMs, traces);
      all.push(attendance);
      return attendance;
    });
    for (const { participant } of all) await participant.close();
  },
});

// Whole sessions in a browser: seconds on a quiet machine, many times that on a busy one.
test.describe.configure({ timeout: 120_000 });

const contract = referenceContract();

function attendanceOf(
  browser: CrowdBrowser,
  user: User,
  meetingId: string,
  timeoutMs: number,
  traces: boolean,
): Attendance {
  const timings = new Timings(systemClock.now());
  const hands = new EventDeliveries(timings.operation('page.hand-visible'), 30_000, new Set(['hand-raised']));
  const causes: EventCause[] = [];
  const problems = new PageProblems();
  let ended: Outcome | undefined;
  const took = new Map<string, number>();
  const failures: [operation: string, outcome: Outcome][] = [];
  let context: BrowserContext | undefined;
  const follower: Follower = {
    traces,
    began: async () => undefined,
    took: (operation, ms) => took.set(operation, Math.max(took.get(operation) ?? 0, ms)),
    failed: (operation, outcome) => failures.push([operation, outcome]),
    ends: async (_, outcome) => {
      ended = outcome;
    },
  };
  // As patient as these tests, whatever the participant is.
  const room = () => new RoomPage(context!.pages()[0]!, 30_000);
  const participant = new BrowserParticipant({
    contract,
    identity: userNamed(user.id, user.token),
    meetingId,
    random: seeded('a test', user.id),
    newContext: async () => {
      context = await browser.newContext();
      return context;
    },
    url: user.url,
    timeoutMs,
    clock: systemClock,
    timings,
    readings: new Readings(),
    problems,
    handsVisible: hands,
    announce: (cause) => causes.push(cause),
    leaveRequest: new LeaveRequest(systemClock),
    intendedAt: systemClock.now(),
    follower,
  });
  return {
    participant,
    causes,
    problems,
    hands,
    took,
    failures,
    outcome: () => ended,
    async crash() {
      const [page] = context!.pages();
      // A crash is what this navigation ends with.
      await page!.goto('chrome://crash').catch(() => undefined);
    },
    slow(ms) {
      const [page] = context!.pages();
      const evaluate = page!.evaluate.bind(page!) as (text: unknown) => Promise<unknown>;
      const late = async (text: unknown) => {
        const answer = await evaluate(text);
        await systemClock.until(systemClock.now() + ms);
        return answer;
      };
      Object.assign(page!, { evaluate: late });
    },
    connection: () => room().connection(),
    room,
    operation: (name) => new MergedTimings([timings.encode(systemClock.now())]).operations.get(name)!,
  };
}

test('the journey of protocol participants, through the page: every call is seen, and the page is measured', async ({
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
  // The click, the call behind it, the room: the one contains the other.
  expect(operation('page.join').ok.minMs).toBeGreaterThan(operation('meeting.join').ok.minMs);
});

/** More than the clock of a page is ever wrong by. */
const CLOCK_ERROR_MS = 500;

test('a hand raised elsewhere: from the call that raised it to the paint that shows it', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const meetingId = await host.open();
  const { participant, hands, operation, took, failures } = attend(newUser(), meetingId);
  await participant.join();
  // The page's clock is known with an error of some ms, more on a busy machine. So the call is said to have begun before
  // it did: nothing is seen before its call. And the participant is there since before the call.
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
  // Whoever leaves at once is not judged: see `Patience`.
  await systemClock.until(startedAt + 2 * (seenBy - startedAt) + CLOCK_ERROR_MS);
  // Those who follow the session hear of it at its end, before it is certain enough to be recorded.
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

test('a connection that is cut: page.reconnect counts from the loss to the roster, and nobody else has one', async ({
  launch,
  databaseUrl,
  attend,
  pathTo,
}) => {
  // A service that misses nobody's pings: on a busy machine a page answers late, and is lost once more.
  const url = await launch({ DATABASE_URL: databaseUrl, PING_TIMEOUT_MS: '120000' }).ready;
  const newUser = (at = url) => new User(at);
  const host = newUser();
  const meetingId = await host.open();
  const path = await pathTo({ url });
  const [cut, other] = [attend(newUser(path.url), meetingId), attend(newUser(), meetingId)];
  await Promise.all([cut.participant.join(), other.participant.join()]);
  await expect.poll(cut.connection).toBe('connected');

  const outage = await path.inflict({ kind: 'refusing' });
  const cutAt = systemClock.now();
  expect(await path.reset()).toBeGreaterThan(0);
  await expect.poll(cut.connection).toBe('reconnecting');
  const knownLostAt = systemClock.now();
  await host.post(`/${meetingId}/hand/raise`);
  const healedAt = systemClock.now();
  await outage.heal();
  await expect.poll(cut.connection, { timeout: 30_000 }).toBe('connected');
  await expect
    .poll(async () => {
      await cut.participant.collect();
      return cut.operation('page.reconnect')?.outcomes;
    })
    .toEqual({ ok: 1 });
  const seenBackAt = systemClock.now();
  // It knew of the loss by the one instant, and could not be back before the other; half a millisecond for its clock.
  const { minMs, maxMs } = cut.operation('page.reconnect').ok;
  expect(minMs).toBeGreaterThan(healedAt - knownLostAt - 0.5);
  expect(maxMs).toBeLessThan(seenBackAt - cutAt + 0.5);

  for (const { participant } of [cut, other]) await participant.close();
  expect(cut.operation('page.reconnect').outcomes).toEqual({ ok: 1 });
  expect(other.operation('page.reconnect')).toBeUndefined();
  expect([cut.outcome(), other.outcome()]).toEqual(['ok', 'ok']);
});

test('a hand is raised while the connection is lost: that the page says so is not taken for a refusal', async ({
  launch,
  databaseUrl,
  newUser,
  attend,
  pathTo,
}) => {
  // However long a busy machine takes to connect again, the user is still in the meeting.
  const url = await launch({ DATABASE_URL: databaseUrl, GHOST_GRACE_MS: '60000', LOG_LEVEL: 'warn' }).ready;
  const host = newUser(url);
  const meetingId = await host.open();
  const path = await pathTo({ url });
  const { participant, connection } = attend(newUser(path.url), meetingId);
  await participant.join();
  await expect.poll(connection).toBe('connected');
  // The request takes longer than the page needs to say that the connection is lost, but less than to have it back.
  await path.inflict({ kind: 'impaired', up: { latencyMs: 150 }, down: { latencyMs: 150 } });
  await path.reset();
  expect((await participant.raiseHand()).outcome).toBe('ok');
});

test('a service that is gone for good: the session ends without its connection, and it shows', async ({
  launch,
  attend,
  databaseUrl,
}) => {
  const service = launch({ DATABASE_URL: databaseUrl });
  const guest = new User(await service.ready);
  const { participant, operation, connection } = attend(guest, await guest.open(), { timeoutMs: 6000 });
  await participant.join();
  await expect.poll(connection).toBe('connected');
  service.process.kill('SIGKILL');
  await expect.poll(connection).toBe('reconnecting');
  // Nobody answers; the page waits for it as long as this participant does.
  await participant.leave();
  await participant.close();
  const { outcomes } = operation('page.reconnect');
  expect(outcomes.ok).toBeUndefined();
  expect(Object.values(outcomes)).toEqual([1]);
});

test('a page that answers after the time is up: its calls count all the same', async ({
  newUser,
  attend,
}) => {
  const [host, guest] = [newUser(), newUser()];
  const timeoutMs = 10_000;
  const { participant, causes, room, slow } = attend(guest, await host.open(), { timeoutMs });
  await participant.join();
  await room().raiseHand();
  slow(timeoutMs + 1000);
  await participant.collect();
  await expect.poll(() => causes.map(({ event }) => event)).toContain('hand-raised');
  await participant.close();
  expect(causes.filter(({ event }) => event === 'hand-raised')).toHaveLength(1);
});

test('hands are raised and lowered by the buttons, and the service knows', async ({ newUser, attend }) => {
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
  expect((await room().roster()).toSorted()).toEqual([host.id, guest.id].toSorted());
});

test('a hand that is up already is not waited for, nor is one that is down', async ({ newUser, attend }) => {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  // A click in vain would take all of this time, which is more than the test has.
  const attendance = attend(guest, meetingId, { timeoutMs: 600_000 });
  const { participant, operation, outcome, problems, room } = attendance;
  await participant.join();
  expect((await participant.lowerHand()).outcome).toBe('ok');
  // As by a click that came too late for whoever had asked for it.
  await guest.post(`/${meetingId}/hand/raise`);
  const isUp = async () =>
    (await room().people()).some(({ userId, handRaised }) => userId === guest.id && handRaised);
  await expect.poll(isUp).toBe(true);
  expect((await participant.raiseHand()).outcome).toBe('ok');
  expect(operation('hand.raise')).toBeUndefined();
  expect((await participant.lowerHand()).outcome).toBe('ok');
  expect(operation('hand.lower').outcomes).toEqual({ ok: 1 });
  await participant.close();
  expect(outcome()).toBe('ok');
  expect(problems.encode()).toEqual([]);
});

test('a meeting that is full: the page says so, and the outcome is the service’s', async ({
  newUser,
  attend,
}) => {
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
  // The browser's own line in the console, with the call that it does not name.
  expect(problems.encode()).toMatchObject([
    { kind: 'console error', cause: expect.stringMatching(/^meeting\.join: .*status of 403/), count: 1 },
  ]);
});

test('what a traced page shows has a name of its own; its calls have not', async ({ newUser, attend }) => {
  const host = newUser();
  const { participant, operation } = attend(newUser(), await host.open(), { traces: true });
  await participant.join();
  await participant.close();
  expect(operation('page.join')).toBeUndefined();
  expect(operation('traced.page.join').outcomes).toEqual({ ok: 1 });
  expect(operation('meeting.join').outcomes).toEqual({ ok: 1 });
});

test('a page that crashes is an outcome: its participant stops thinking, and others go on', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const meetingId = await host.open();
  const [crashing, other] = [attend(newUser(), meetingId), attend(newUser(), meetingId)];
  await crashing.participant.join();
  await other.participant.join();
  const thinking = crashing.participant.think([60_000, 60_000]);
  await crashing.crash();
  expect(await thinking).toBe(false);
  expect((await crashing.participant.leave()).outcome).toBe('page crashed');
  await crashing.participant.close();
  expect(crashing.outcome()).toBe('page crashed');
  expect(crashing.operation('page.session').outcomes).toEqual({ 'page crashed': 1 });
  expect(crashing.problems.encode()).toMatchObject([{ kind: 'page crash', count: 1 }]);
  expect((await other.participant.leave()).outcome).toBe('ok');
});

test('a service that is not there: refused, as a record and not as an exception', async ({ attend }) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { participant, operation } = attend(new User(`http://127.0.0.1:${port}`), 'a-meeting');
  expect((await participant.join()).outcome).toBe('refused');
  expect(operation('page.open').outcomes).toEqual({ refused: 1 });
});

test('a page that shows nothing in time is a timeout', async ({ newUser, attend }) => {
  const host = newUser();
  const { participant, outcome } = attend(newUser(), await host.open(), { timeoutMs: 1 });
  expect((await participant.join()).outcome).toBe('timeout');
  await participant.close();
  expect(outcome()).toBe('timeout');
});
