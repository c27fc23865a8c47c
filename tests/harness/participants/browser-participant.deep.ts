import { expect } from '@playwright/test';
import { systemClock } from '../../../src/kernel/clock.ts';
import { User } from '../service/user.ts';
import { test } from './page-attendance.ts';

// Whole sessions in a browser: seconds on a quiet machine, many times that on a busy one.
test.describe.configure({ timeout: 120_000 });

test('measures page.reconnect from the loss to the roster, only for the page that was cut off', async ({
  launch,
  databaseUrl,
  attend,
  pathTo,
}) => {
  // The service waits long for pings: on a busy machine, a page answers late and would be lost once more.
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
  // The page knew about the loss at `knownLostAt`, and could not be back before `healedAt`. 0.5 ms is the tolerance for
  // its clock.
  const { minMs, maxMs } = cut.operation('page.reconnect').ok;
  expect(minMs).toBeGreaterThan(healedAt - knownLostAt - 0.5);
  expect(maxMs).toBeLessThan(seenBackAt - cutAt + 0.5);

  for (const { participant } of [cut, other]) await participant.close();
  expect(cut.operation('page.reconnect').outcomes).toEqual({ ok: 1 });
  expect(other.operation('page.reconnect')).toBeUndefined();
  expect([cut.outcome(), other.outcome()]).toEqual(['ok', 'ok']);
});

test('records hand.raise as ok while the page reports a lost connection', async ({
  launch,
  databaseUrl,
  newUser,
  attend,
  pathTo,
}) => {
  // The user stays in the meeting, even if a busy machine takes long to reconnect.
  const url = await launch({ DATABASE_URL: databaseUrl, GHOST_GRACE_MS: '60000', LOG_LEVEL: 'warn' }).ready;
  const host = newUser(url);
  const meetingId = await host.open();
  const path = await pathTo({ url });
  const { participant, connection } = attend(newUser(path.url), meetingId);
  await participant.join();
  await expect.poll(connection).toBe('connected');
  // The request takes longer than the page needs to show the loss, but not until it has reconnected.
  await path.inflict({ kind: 'impaired', up: { latencyMs: 150 }, down: { latencyMs: 150 } });
  await path.reset();
  expect((await participant.raiseHand()).outcome).toBe('ok');
});

test('records a failed page.reconnect when the service never comes back', async ({
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
  // The service does not answer; the page waits until the timeout of this participant.
  await participant.leave();
  await participant.close();
  const { outcomes } = operation('page.reconnect');
  expect(outcomes.ok).toBeUndefined();
  expect(Object.values(outcomes)).toEqual([1]);
});

test('records the calls of a page that answers after the timeout', async ({ newUser, attend }) => {
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

test('skips raising a hand that is up and lowering a hand that is down', async ({ newUser, attend }) => {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  // A useless click would wait for this timeout, which is longer than that of the test.
  const attendance = attend(guest, meetingId, { timeoutMs: 600_000 });
  const { participant, operation, outcome, problems, room } = attendance;
  await participant.join();
  expect((await participant.lowerHand()).outcome).toBe('ok');
  // As if a click had an effect after its timeout.
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

test('prefixes the page metrics of a traced session with "traced.", but not its calls', async ({
  newUser,
  attend,
}) => {
  const host = newUser();
  const { participant, operation } = attend(newUser(), await host.open(), { traces: true });
  await participant.join();
  await participant.close();
  expect(operation('page.join')).toBeUndefined();
  expect(operation('traced.page.join').outcomes).toEqual({ ok: 1 });
  expect(operation('meeting.join').outcomes).toEqual({ ok: 1 });
});

test('records a page crash, stops its participant and leaves others running', async ({ newUser, attend }) => {
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
