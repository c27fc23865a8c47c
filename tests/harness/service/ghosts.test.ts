import { expect, test } from './service-fixture.ts';
import { enterRoom, type User } from './user.ts';

/** The ids of the users in the meeting. */
async function inside(user: User, meetingId: string): Promise<string[]> {
  const { participants } = (await user.get(`/${meetingId}`)).body.data;
  return participants.map(({ userId }: { userId: string }) => userId);
}

/** Cuts the transport without a disconnect message, as a network failure does. */
function cut({ io }: { io: { engine: { close(): unknown } } }) {
  io.engine.close();
}

test.describe('the removal of ghosts', () => {
  test('removes a participant who is disconnected for longer than the grace, with an event', async ({
    newUser,
  }) => {
    const [host, guest] = [newUser(), newUser()];
    const meetingId = await host.open();
    await guest.post(`/${meetingId}/join`);
    const { heard } = await host.enter(meetingId);
    const { socket } = await guest.enter(meetingId);
    cut(socket);

    await expect
      .poll(() => heard.at(-1))
      .toMatchObject({
        name: 'meeting:participant-left',
        content: { meetingId, userId: guest.id },
      });
    expect(await inside(host, meetingId)).toEqual([host.id]);
    // A removed user must join again, which checks capacity and lock.
    expect((await guest.post(`/${meetingId}/reconnect`)).body.error).toBe('NOT_PARTICIPANT');
    expect((await guest.post(`/${meetingId}/join`)).status).toBe(200);
  });

  test('keeps participants who reconnect in time, have another socket, or never had one', async ({
    newUser,
  }) => {
    const [host, returning, twice, offline, ghost] = [newUser(), newUser(), newUser(), newUser(), newUser()];
    const meetingId = await host.open();
    for (const user of [returning, twice, offline, ghost]) await user.post(`/${meetingId}/join`);

    const { socket: first } = await returning.enter(meetingId);
    const { socket: oneOfTwo } = await twice.enter(meetingId);
    await twice.enter(meetingId);
    const { socket: last } = await ghost.enter(meetingId);
    for (const socket of [first, oneOfTwo]) cut(socket);
    expect((await returning.post(`/${meetingId}/reconnect`)).status).toBe(200);
    const back = await returning.connect();
    await enterRoom(back.socket, meetingId);
    cut(last);

    // The ghost disconnected last. When it is removed, the grace of the others would be over too.
    const expected = [host.id, returning.id, twice.id, offline.id];
    await expect.poll(() => inside(host, meetingId), { intervals: [500] }).toEqual(expected);
  });

  test('ends a meeting with its last ghost', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const { socket } = await host.enter(meetingId);
    cut(socket);
    const status = async () => (await host.get(`/${meetingId}`)).body.data.status;
    await expect.poll(status, { intervals: [500] }).toBe('ended');
  });
});
