import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io-client';
import type { AudioJoined } from '../../../service/realtime/messages.ts';
import { expect, test } from './service-fixture.ts';
import type { Heard, User } from './user.ts';

const OFFER = { type: 'offer', sdp: 'v=0' };
const CANDIDATE = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'abcd' };

/** Joins the meeting, enters its room, and joins the audio. */
async function enterWithAudio(user: User, meetingId: string) {
  await user.post(`/${meetingId}/join`);
  const { socket, heard } = await user.enter(meetingId);
  return { user, socket, heard, ...(await joinAudio(socket, meetingId)) };
}

const joinAudio = (socket: Socket, meetingId: string): Promise<AudioJoined> =>
  socket.emitWithAck('meeting:audio-join', { meetingId });

const signals = ({ heard }: { heard: Heard }) =>
  heard.filter(({ name }) => name === 'meeting:signal').map(({ content }) => content);

test.describe('the audio signalling', () => {
  test('sends a new member the list of peers, and relays signals between peer ids', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const first = await enterWithAudio(host, meetingId);
    expect(first).toMatchObject({ meetingId, peers: [], limit: 6 });
    const second = await enterWithAudio(newUser(), meetingId);
    expect(second.peers).toEqual([{ peerId: first.peerId, userId: host.id }]);

    const call = { meetingId, to: first.peerId, description: OFFER };
    expect(await second.socket.emitWithAck('meeting:signal', call)).toEqual({ meetingId });
    for (const candidate of [CANDIDATE, null])
      await first.socket.emitWithAck('meeting:signal', { meetingId, to: second.peerId, candidate });
    await expect
      .poll(() => signals(first))
      .toEqual([{ meetingId, userId: second.user.id, from: second.peerId, description: OFFER }]);
    await expect
      .poll(() => signals(second))
      .toEqual([
        { meetingId, userId: host.id, from: first.peerId, candidate: CANDIDATE },
        { meetingId, userId: host.id, from: first.peerId, candidate: null },
      ]);
  });

  test('refuses signals from strangers, from other meetings and from users without audio', async ({
    newUser,
  }) => {
    const [host, otherHost, silent, stranger] = [newUser(), newUser(), newUser(), newUser()];
    const [meetingId, otherId] = [await host.open(), await otherHost.open()];
    const inside = await enterWithAudio(host, meetingId);
    const elsewhere = await enterWithAudio(otherHost, otherId);
    await silent.post(`/${meetingId}/join`);
    const { socket: withoutAudio } = await silent.enter(meetingId);
    const { socket: outside } = await stranger.connect();
    const message = { meetingId, to: inside.peerId, description: OFFER };

    for (const [socket, sent, code] of [
      [outside, message, 'NOT_IN_AUDIO'],
      [withoutAudio, message, 'NOT_IN_AUDIO'],
      [elsewhere.socket, message, 'NOT_IN_AUDIO'],
      [elsewhere.socket, { ...message, meetingId: otherId }, 'PARTICIPANT_NOT_FOUND'],
      [inside.socket, { ...message, to: elsewhere.peerId }, 'PARTICIPANT_NOT_FOUND'],
      [inside.socket, { ...message, to: randomUUID() }, 'PARTICIPANT_NOT_FOUND'],
    ] as const) {
      expect(await socket.emitWithAck('meeting:signal', sent)).toMatchObject({ error: code });
    }
    expect(await joinAudio(outside, meetingId)).toMatchObject({ error: 'NOT_PARTICIPANT' });
    expect(await joinAudio(elsewhere.socket, meetingId)).toMatchObject({ error: 'NOT_PARTICIPANT' });
    expect([signals(inside), signals(elsewhere)]).toEqual([[], []]);
  });

  test('refuses invalid signals, and relays only known fields', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const receiver = await enterWithAudio(host, meetingId);
    const { socket } = await enterWithAudio(newUser(), meetingId);
    const to = receiver.peerId;
    for (const nonsense of [
      undefined,
      'text',
      {},
      { meetingId, to },
      { meetingId, to, description: null },
      { meetingId, to, description: { type: 'order', sdp: 'v=0' } },
      { meetingId, to, description: { type: 'offer', sdp: 'x'.repeat(12_001) } },
      { meetingId, to, candidate: { candidate: 'x'.repeat(1_001) } },
      { meetingId, to, candidate: { candidate: 7 } },
      { meetingId, to: `${host.id}x`, description: OFFER },
      { meetingId: 'x', to, description: OFFER },
    ]) {
      expect(await socket.emitWithAck('meeting:signal', nonsense)).toMatchObject({
        error: 'VALIDATION_ERROR',
      });
    }
    // This signal has no acknowledgement callback.
    socket.emit('meeting:signal');
    await socket.emitWithAck('meeting:signal', {
      meetingId,
      to,
      userId: 'somebody else',
      from: 'somewhere else',
      description: { ...OFFER, script: '<script>' },
    });
    await expect.poll(() => signals(receiver)).toHaveLength(1);
    const relayed = signals(receiver);
    expect(relayed[0].description).toEqual(OFFER);
    expect(relayed[0].userId).not.toBe('somebody else');
    expect(relayed[0].from).not.toBe('somewhere else');
  });

  test('closes only the connection of the sender of an oversized message', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const receiver = await enterWithAudio(host, meetingId);
    const { socket } = await enterWithAudio(newUser(), meetingId);
    const gone = new Promise((resolve) => socket.on('disconnect', resolve));
    socket.emit('meeting:signal', {
      meetingId,
      to: receiver.peerId,
      description: { sdp: 'x'.repeat(20_000) },
    });
    expect(await gone).toMatch(/^transport/);
    await expect
      .poll(() => receiver.heard.filter(({ name }) => name === 'meeting:audio-left').length)
      .toBe(1);
    expect(receiver.socket.connected).toBe(true);
  });

  test('limits a flood of signals of one sender only', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const receiver = await enterWithAudio(host, meetingId);
    const { socket, peerId } = await enterWithAudio(newUser(), meetingId);
    const message = { meetingId, to: receiver.peerId, candidate: CANDIDATE };
    const answers = await Promise.all(
      Array.from({ length: 600 }, () => socket.emitWithAck('meeting:signal', message)),
    );
    const refused = answers.filter(({ error }) => error === 'TOO_MANY_SIGNALS').length;
    expect(refused).toBeGreaterThan(0);
    await expect.poll(() => signals(receiver)).toHaveLength(600 - refused);
    expect(await receiver.socket.emitWithAck('meeting:signal', { ...message, to: peerId })).toEqual({
      meetingId,
    });
  });

  test('admits six members, and frees the place after each kind of departure', async ({ newUser }) => {
    const host = newUser();
    const meetingId = await host.open();
    const members = [await enterWithAudio(host, meetingId)];
    while (members.length < 6) members.push(await enterWithAudio(newUser(), meetingId));
    expect(members[5]?.peers).toHaveLength(5);
    const seventh = await enterWithAudio(newUser(), meetingId);
    expect(seventh).toMatchObject({ error: 'AUDIO_FULL' });

    const departures = [
      () => members[1]!.socket.emitWithAck('meeting:audio-leave', { meetingId }),
      () => members[2]!.socket.emitWithAck('meeting:leave', { meetingId }),
      () => members[3]!.user.post(`/${meetingId}/leave`),
      () => members[4]!.socket.disconnect(),
    ];
    for (const [index, depart] of departures.entries()) {
      await depart();
      const { userId, peerId } = { userId: members[index + 1]!.user.id, peerId: members[index + 1]!.peerId };
      await expect
        .poll(() => members[0]!.heard.at(-1))
        .toMatchObject({ content: { meetingId, userId, ...(index === 2 ? {} : { peerId }) } });
      const newcomer = await enterWithAudio(newUser(), meetingId);
      expect(newcomer.peers, `after departure ${index + 1}`).toHaveLength(5);
    }
    expect(await joinAudio(seventh.socket, meetingId)).toMatchObject({ error: 'AUDIO_FULL' });
  });

  test('moves the audio to a second tab of the same user, and sends the first an event', async ({
    newUser,
  }) => {
    const [host, other] = [newUser(), newUser()];
    const meetingId = await host.open();
    const hearer = await enterWithAudio(other, meetingId);
    const tab = await enterWithAudio(host, meetingId);
    const laterTab = await enterWithAudio(host, meetingId);
    expect(laterTab.peerId).not.toBe(tab.peerId);
    expect(laterTab.peers).toEqual([{ peerId: hearer.peerId, userId: other.id }]);
    const left = { name: 'meeting:audio-left', content: { meetingId, userId: host.id, peerId: tab.peerId } };
    await expect.poll(() => tab.heard).toContainEqual(left);
    await expect.poll(() => hearer.heard).toContainEqual(left);
    expect(
      await tab.socket.emitWithAck('meeting:signal', { meetingId, to: hearer.peerId, description: OFFER }),
    ).toMatchObject({ error: 'NOT_IN_AUDIO' });
  });

  test('sends no events to users without audio', async ({ newUser }) => {
    const [host, quiet] = [newUser(), newUser()];
    const meetingId = await host.open();
    await quiet.post(`/${meetingId}/join`);
    const { socket, heard } = await quiet.enter(meetingId);
    const members = [await enterWithAudio(host, meetingId), await enterWithAudio(newUser(), meetingId)];
    const [member, other] = members;
    await member!.socket.emitWithAck('meeting:signal', { meetingId, to: other!.peerId, description: OFFER });
    await member!.socket.emitWithAck('meeting:audio-leave', { meetingId });
    await expect.poll(() => other!.heard.map(({ name }) => name)).toContain('meeting:audio-left');
    await socket.emitWithAck('meeting:leave', { meetingId });
    expect(heard.filter(({ name }) => /audio|signal/.test(name))).toEqual([]);
  });
});
