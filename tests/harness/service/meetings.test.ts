import { expect, test } from './service-fixture.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test.describe('a meeting', () => {
  test('the creator of a meeting is its first participant and host', async ({ newUser }) => {
    const host = newUser();
    const { status, body } = await host.post('', {
      title: '  Stand-up ',
      description: 'daily',
      maxParticipants: 2,
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      data: {
        title: 'Stand-up',
        description: 'daily',
        hostId: host.id,
        status: 'active',
        maxParticipants: 2,
        isLocked: false,
        backgroundMusicEnabled: false,
        recordingEnabled: false,
        createdAt: expect.stringMatching(ISO_TIME),
        participantCount: 1,
        participants: [{ userId: host.id, role: 'host', joinedAt: expect.stringMatching(ISO_TIME) }],
      },
    });
    expect((await newUser().get(`/${body.data.id}`)).body).toEqual(body);
  });

  test('a meeting with a later start is scheduled until a user joins', async ({ newUser }) => {
    const host = newUser();
    const scheduledStart = '2199-01-01T10:00:00+02:00';
    const { body } = await host.post('', { title: 'Later', scheduledStart });
    expect(body.data).toMatchObject({
      status: 'scheduled',
      scheduledStart: '2199-01-01T08:00:00.000Z',
      startedAt: null,
    });

    const joined = await newUser().post(`/${body.data.id}/join`);
    expect(joined.body.data.meeting).toMatchObject({ status: 'active', participantCount: 2 });
  });

  test('the list filters meetings, pages them and counts them', async ({ newUser }) => {
    const host = newUser();
    const first = await host.open({ title: 'first' });
    const second = await host.open({ title: 'second' });
    await host.post(`/${first}/leave`);

    const all = await host.get(`?hostId=${host.id}`);
    expect(all.body.count).toBe(2);
    expect(all.body.data.map(({ id }: { id: string }) => id)).toEqual([second, first]);
    expect((await host.get(`?hostId=${host.id}&limit=1&offset=1`)).body.data).toMatchObject([{ id: first }]);
    expect((await host.get(`?hostId=${host.id}&status=ended`)).body.data).toMatchObject([
      { id: first, status: 'ended', participantCount: 0, endedAt: expect.stringMatching(ISO_TIME) },
    ]);
  });
});
