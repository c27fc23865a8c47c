import { expect, test } from './service-fixture.ts';
import type { Heard } from './user.ts';

const names = (heard: Heard) => heard.map(({ name }) => name.replace('meeting:', ''));

test.describe('the events of a meeting', () => {
  test('each user in the room gets one event per change, also the user who caused it', async ({
    newUser,
  }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    const { heard } = await host.enter(meetingId);

    const { participant } = (await guest.post(`/${meetingId}/join`)).body.data;
    const { heard: heardByGuest } = await guest.enter(meetingId);
    // Calls that change nothing cause no event.
    await guest.post(`/${meetingId}/join`);
    for (const path of ['raise', 'raise', 'lower', 'lower']) await guest.post(`/${meetingId}/hand/${path}`);
    await host.post(`/${meetingId}/control`, { action: 'promote', participantId: participant.id });
    for (const action of ['lock', 'lock', 'unlock']) await host.post(`/${meetingId}/control`, { action });
    await guest.post(`/${meetingId}/reconnect`);
    const report = { rtt: 10, packetLoss: 0, bandwidth: 5000 };
    await guest.post(`/${meetingId}/network/quality`, { ...report, quality: 'excellent' });
    await guest.post(`/${meetingId}/network/quality`, { ...report, quality: 'poor' });
    await guest.post(`/${meetingId}/leave`);
    await guest.post(`/${meetingId}/leave`);
    // A user who has left gets no more events.
    await host.post(`/${meetingId}/hand/raise`);

    const common = [
      'hand-raised',
      'hand-lowered',
      'host-promoted',
      'locked',
      'unlocked',
      'participant-reconnected',
      'network-quality-update',
      'participant-left',
    ];
    await expect.poll(() => names(heard)).toEqual(['joined', 'participant-joined', ...common, 'hand-raised']);
    expect(names(heardByGuest)).toEqual(['joined', ...common]);

    const content = Object.fromEntries(
      heard.map(({ name, content }) => [name.replace('meeting:', ''), content]),
    );
    const about = { meetingId, timestamp: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect(content['participant-joined']).toEqual({ ...about, userId: guest.id, participant });
    expect(content['host-promoted']).toEqual({ ...about, userId: guest.id, role: 'co_host' });
    expect(content.locked).toEqual({ ...about, userId: host.id });
    expect(content['network-quality-update']).toEqual({
      ...about,
      userId: guest.id,
      recommendations: expect.objectContaining({ enableAudioPriority: true, recommendedBitrate: 500 }),
    });
    expect(content['participant-left']).toEqual({ ...about, userId: guest.id });
  });

  test('a removed participant gets the event of the removal as the last one', async ({ newUser }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    const { id } = (await guest.post(`/${meetingId}/join`)).body.data.participant;
    const { heard, socket } = await guest.enter(meetingId);
    await host.post(`/${meetingId}/control`, { action: 'remove', participantId: id });
    await host.post(`/${meetingId}/control`, { action: 'lock' });

    await expect.poll(() => names(heard)).toEqual(['joined', 'participant-left']);
    expect(await socket.emitWithAck('meeting:join', { meetingId })).toMatchObject({
      error: 'NOT_PARTICIPANT',
    });
  });

  test('other rooms get no events of a meeting', async ({ newUser }) => {
    const host = newUser();
    const [first, second] = [await host.open(), await host.open()];
    const { heard } = await host.enter(first);
    await host.post(`/${second}/hand/raise`);
    await host.post(`/${first}/hand/raise`);
    await expect.poll(() => names(heard)).toEqual(['joined', 'hand-raised']);
    expect(heard[1]?.content.meetingId).toBe(first);
  });
});
