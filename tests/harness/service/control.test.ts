import { randomUUID } from 'node:crypto';
import { expect, test } from './service-fixture.ts';
import type { User } from './user.ts';

/** A meeting with its host and two guests, and the ids of their participants. */
async function meetingOfThree(newUser: () => User) {
  const [host, first, second] = [newUser(), newUser(), newUser()];
  const meetingId = await host.open();
  const join = async (user: User) =>
    (await user.post(`/${meetingId}/join`)).body.data.participant.id as string;
  const ids = { host: await join(host), first: await join(first), second: await join(second) };
  const control = (who: User, body: object) => who.post(`/${meetingId}/control`, body);
  const seen = async (userId: string) => {
    const { participants } = (await host.get(`/${meetingId}`)).body.data;
    return participants.find((participant: { userId: string }) => participant.userId === userId);
  };
  return { host, first, second, meetingId, ids, control, seen };
}

test.describe('meeting control', () => {
  test('saves and shows the actions of a host', async ({ newUser }) => {
    const { host, first, second, meetingId, ids, control, seen } = await meetingOfThree(newUser);

    expect((await control(host, { action: 'mute', participantId: ids.first })).status).toBe(200);
    expect(await seen(first.id)).toMatchObject({ isMuted: true });
    await control(host, { action: 'unmute', participantId: ids.first });
    expect(await seen(first.id)).toMatchObject({ isMuted: false });

    await control(host, { action: 'promote', participantId: ids.first });
    expect(await seen(first.id)).toMatchObject({ role: 'co_host' });
    await control(host, { action: 'demote', participantId: ids.first });
    expect(await seen(first.id)).toMatchObject({ role: 'listener' });
    await control(host, { action: 'promote', participantId: ids.first, role: 'speaker' });
    expect(await seen(first.id)).toMatchObject({ role: 'speaker' });

    await control(host, { action: 'remove', participantId: ids.second });
    expect(await seen(second.id)).toBeUndefined();
    expect((await second.post(`/${meetingId}/reconnect`)).body.error).toBe('NOT_PARTICIPANT');

    await control(host, { action: 'lock' });
    expect((await host.get(`/${meetingId}`)).body.data.isLocked).toBe(true);
  });

  test('lets a co-host lock, mute and remove, but not change roles or act on the host', async ({
    newUser,
  }) => {
    const { host, first, ids, control } = await meetingOfThree(newUser);
    await control(host, { action: 'promote', participantId: ids.first });

    for (const action of ['lock', 'unlock']) expect((await control(first, { action })).status).toBe(200);
    for (const action of ['mute', 'remove']) {
      expect((await control(first, { action, participantId: ids.second })).status, action).toBe(200);
    }
    for (const body of [
      { action: 'promote', participantId: ids.second },
      { action: 'mute', participantId: ids.host },
      { action: 'remove', participantId: ids.host },
    ]) {
      expect((await control(first, body)).body.error, body.action).toBe('INSUFFICIENT_PERMISSIONS');
    }
  });

  test('lets a listener mute only themselves', async ({ newUser }) => {
    const { first, ids, control, seen } = await meetingOfThree(newUser);
    expect((await control(first, { action: 'mute' })).status).toBe(200);
    expect(await seen(first.id)).toMatchObject({ isMuted: true });

    for (const body of [
      { action: 'lock' },
      { action: 'mute', participantId: ids.second },
      { action: 'remove', participantId: ids.second },
      { action: 'promote', participantId: ids.first, role: 'host' },
    ]) {
      const { status, body: answer } = await control(first, body);
      expect(status, body.action).toBe(403);
      expect(answer.error, body.action).toBe('INSUFFICIENT_PERMISSIONS');
    }
  });

  test('refuses strangers, unknown actions and unknown participants with a code', async ({ newUser }) => {
    const { host, meetingId, control } = await meetingOfThree(newUser);
    for (const [who, body, expected] of [
      [newUser(), { action: 'lock' }, '403 NOT_PARTICIPANT'],
      [host, { action: 'explode' }, '400 INVALID_ACTION'],
      [host, { action: 'toString' }, '400 INVALID_ACTION'],
      [host, { action: 'remove' }, '400 INVALID_ACTION'],
      [host, { action: 'remove', participantId: randomUUID() }, '404 PARTICIPANT_NOT_FOUND'],
      [host, { action: 'remove', participantId: 'me' }, '400 VALIDATION_ERROR'],
      [host, {}, '400 VALIDATION_ERROR'],
    ] as const) {
      const answer = await control(who, body);
      expect(`${answer.status} ${answer.body.error}`, JSON.stringify(body)).toBe(expected);
    }
    expect((await host.get(`/${meetingId}`)).body.data.participantCount).toBe(3);
  });
});

test('the roster shows raised and lowered hands', async ({ newUser }) => {
  const { first, meetingId, seen } = await meetingOfThree(newUser);
  for (const [path, hasRaisedHand] of [
    ['raise', true],
    ['raise', true],
    ['lower', false],
  ] as const) {
    expect((await first.post(`/${meetingId}/hand/${path}`)).status).toBe(200);
    expect(await seen(first.id)).toMatchObject({ hasRaisedHand });
  }
  expect((await newUser().post(`/${meetingId}/hand/raise`)).body.error).toBe('NOT_PARTICIPANT');
});
