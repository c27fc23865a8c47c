import { randomUUID } from 'node:crypto';
import { expect, test } from './service-fixture.ts';
import type { User } from './user.ts';

async function roster(
  user: User,
  meetingId: string,
): Promise<{ id: string; userId: string; role: string }[]> {
  return (await user.get(`/${meetingId}`)).body.data.participants;
}

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

test.describe('a join', () => {
  test('a join returns the meeting, the participant and a media token', async ({ newUser }) => {
    const guest = newUser();
    const meetingId = await newUser().open();
    const { status, body } = await guest.post(`/${meetingId}/join`);

    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      meeting: { id: meetingId, participantCount: 2 },
      participant: { meetingId, userId: guest.id, role: 'listener', isMuted: false, hasRaisedHand: false },
      agoraToken: expect.stringMatching(/^007/),
      agoraUid: expect.any(Number),
    });
  });

  test('a join grants the role speaker or music_host on request, and never host or co_host', async ({
    newUser,
  }) => {
    const meetingId = await newUser().open();
    for (const [wished, granted] of [
      ['speaker', 'speaker'],
      ['music_host', 'music_host'],
      ['co_host', 'speaker'],
      ['host', 'speaker'],
    ]) {
      const { body } = await newUser().post(`/${meetingId}/join`, { role: wished });
      expect(body.data.participant.role, `wished ${wished}`).toBe(granted);
    }
  });

  test('a repeated join returns the same seat', async ({ newUser }) => {
    const guest = newUser();
    const meetingId = await newUser().open();
    const first = await guest.post(`/${meetingId}/join`, { role: 'speaker' });
    const second = await guest.post(`/${meetingId}/join`, { role: 'listener' });

    expect(second.status).toBe(200);
    expect(second.body.data.participant).toEqual(first.body.data.participant);
    expect(second.body.data.agoraUid).toBe(first.body.data.agoraUid);
  });

  test('simultaneous joins and reconnects of one user create one row', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    const answers = await Promise.all([
      ...times(50, () => guest.post(`/${meetingId}/join`)),
      ...times(20, () => guest.post(`/${meetingId}/reconnect`)),
    ]);

    const joins = answers.slice(0, 50);
    expect(new Set(joins.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(joins.map(({ body }) => body.data.participant.id)).size).toBe(1);
    expect((await roster(host, meetingId)).filter(({ userId }) => userId === guest.id)).toHaveLength(1);
  });

  test('40 simultaneous joins fill exactly 10 seats', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open({ maxParticipants: 10 });
    const answers = await Promise.all(times(40, () => newUser().post(`/${meetingId}/join`)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
      new Set(['403 MEETING_FULL']),
    );
    expect(await roster(host, meetingId)).toHaveLength(10);
  });

  test('a participant of a full meeting can join again, and a free seat can be taken', async ({
    newUser,
  }) => {
    const [host, guest, late] = [newUser(), newUser(), newUser()];
    const meetingId = await host.open({ maxParticipants: 2 });
    await guest.post(`/${meetingId}/join`);

    expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
    expect((await late.post(`/${meetingId}/join`)).body.error).toBe('MEETING_FULL');
    await guest.post(`/${meetingId}/leave`);
    expect((await late.post(`/${meetingId}/join`)).status).toBe(200);
  });

  test('only participants and the creator can join a locked meeting', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    await guest.post(`/${meetingId}/join`);
    await host.post(`/${meetingId}/control`, { action: 'lock' });

    const refused = await newUser().post(`/${meetingId}/join`);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ success: false, error: 'MEETING_LOCKED' });
    expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
    await host.post(`/${meetingId}/leave`);
    expect((await host.post(`/${meetingId}/join`)).body.data.participant.role).toBe('host');

    await host.post(`/${meetingId}/control`, { action: 'unlock' });
    expect((await newUser().post(`/${meetingId}/join`)).status).toBe(200);
  });

  test('a join of a meeting that does not exist gets 404', async ({ newUser }) => {
    for (const id of [randomUUID(), 'no-uuid', '1', "1' or '1'='1", 'x'.repeat(500)]) {
      const { status, body } = await newUser().post(`/${encodeURIComponent(id)}/join`);
      expect(status, id).toBe(404);
      expect(body.error, id).toMatch(/^(MEETING_)?NOT_FOUND$/);
    }
  });
});

test.describe('a leave', () => {
  test('a leave is idempotent, also for a user who never joined', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    await guest.post(`/${meetingId}/join`);
    for (const leaver of [guest, guest, newUser()]) {
      const { status, body } = await leaver.post(`/${meetingId}/leave`);
      expect(status).toBe(200);
      expect(body.success).toBe(true);
    }
    expect(await roster(host, meetingId)).toHaveLength(1);
    expect((await guest.post(`/${randomUUID()}/leave`)).body.error).toBe('MEETING_NOT_FOUND');
  });

  test('the last leave ends the meeting, even if several users leave at once', async ({ newUser }) => {
    const host = newUser();
    const guests = times(10, newUser);
    const meetingId = await host.open();
    await Promise.all(guests.map((guest) => guest.post(`/${meetingId}/join`)));
    await Promise.all([host, ...guests].map((person) => person.post(`/${meetingId}/leave`)));

    expect((await host.get(`/${meetingId}`)).body.data).toMatchObject({
      status: 'ended',
      participantCount: 0,
    });
    for (const path of ['join', 'reconnect', 'hand/raise']) {
      const { status, body } = await host.post(`/${meetingId}/${path}`);
      expect(status, path).toBe(400);
      expect(body.error, path).toBe('MEETING_ENDED');
    }
    expect((await host.post(`/${meetingId}/leave`)).status).toBe(200);
  });
});

test.describe('a reconnect', () => {
  test('a reconnect returns the whole current state', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    const { participant } = (await guest.post(`/${meetingId}/join`)).body.data;
    await host.post(`/${meetingId}/control`, { action: 'mute', participantId: participant.id });
    await host.post(`/${meetingId}/control`, { action: 'lock' });
    await guest.post(`/${meetingId}/hand/raise`);

    const { status, body } = await guest.post(`/${meetingId}/reconnect`);
    expect(status).toBe(200);
    expect(body.data).toEqual({
      meeting: expect.objectContaining({ id: meetingId, isLocked: true, participantCount: 2 }),
      participant: { ...participant, isMuted: true, hasRaisedHand: true },
      musicState: { isPlaying: false },
      recordingState: { isRecording: false },
      participants: [
        expect.objectContaining({ userId: host.id }),
        { ...participant, isMuted: true, hasRaisedHand: true },
      ],
    });
  });

  test('a reconnect is refused for strangers, after a leave, and for an unknown meeting', async ({
    newUser,
  }) => {
    const guest = newUser();
    const meetingId = await newUser().open();
    await guest.post(`/${meetingId}/join`);
    await guest.post(`/${meetingId}/leave`);
    for (const person of [guest, newUser()]) {
      const { status, body } = await person.post(`/${meetingId}/reconnect`);
      expect(status).toBe(403);
      expect(body.error).toBe('NOT_PARTICIPANT');
    }
    expect((await guest.post(`/${randomUUID()}/reconnect`)).body.error).toBe('MEETING_NOT_FOUND');
  });
});
