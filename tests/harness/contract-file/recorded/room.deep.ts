// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from '../../service/room/room-fixture.ts';
import type { RoomPage } from '../../service/room/room-page.ts';
import { contractCommand, folder, validContract } from '../written.ts';

const reference = parse(readFileSync('src/meetings/contract/reference.yaml', 'utf8'));

test('derives the reference contract from recordings of two users of the web client', async ({
  openPage,
  newUser,
}) => {
  const users = [newUser(), newUser()];
  const meetingId = await users[0]!.open();
  const place = folder();
  const paths = ['a.har', 'b.har'].map((name) => join(place, name));
  const rooms: RoomPage[] = [];
  for (const [index, user] of users.entries()) {
    const room = await openPage({ recordHar: { path: paths[index]!, content: 'embed' } });
    await room.goto(user, meetingId);
    await room.join();
    rooms.push(room);
  }
  for (const [index, room] of rooms.entries()) {
    const seen = rooms[1 - index]!.person(users[index]!);
    await expect(seen).toBeVisible();
    await room.button('Raise hand').click();
    await expect(seen.getByText('Hand raised')).toBeVisible();
    await room.button('Lower hand').click();
    await expect(seen.getByText('Hand raised')).toBeHidden();
  }
  await rooms[1]!.button('Leave').click();
  await expect(rooms[0]!.person(users[1]!)).toBeHidden();
  await rooms[0]!.button('Leave').click();
  await expect(rooms[0]!.joinButton).toBeVisible();
  for (const { page } of rooms) await page.context().close();

  const { out, err } = await contractCommand('from-har', ...paths);
  const { service, identity, send, operations, events } = validContract(out);
  expect(service).toMatchObject({ base: reference.service.base, socket: {} });
  expect(identity.jwt).toMatchObject(reference.identity.jwt);
  expect(send).toBeUndefined(); // as services usually want it
  expect(Object.keys(operations)).toEqual([
    'meeting.join',
    'room.enter',
    'meeting.get',
    'hand.raise',
    'hand.lower',
    'network.report',
    'meeting.leave',
  ]);
  for (const name of [
    'meeting.join',
    'meeting.get',
    'hand.raise',
    'hand.lower',
    'network.report',
    'meeting.leave',
  ]) {
    const { post, get, ok, meeting, user, state, advice, causes } = reference.operations[name];
    expect(operations[name], name).toMatchObject(
      JSON.parse(JSON.stringify({ post, get, ok, meeting, user, state, advice, causes })),
    );
  }
  expect(operations['meeting.get'].roster).toEqual({
    ...reference.operations['meeting.get'].roster,
    hand: 'item.hasRaisedHand',
  });
  expect(operations['room.enter']).toMatchObject({
    emit: 'meeting:join',
    json: { meetingId: '${meeting}' },
    meeting: 'payload.meetingId',
  });
  for (const name of ['participant-left', 'hand-raised', 'hand-lowered'])
    expect(events[name], name).toEqual(reference.events[name]);
  expect(events['participant-joined']).toEqual({
    ...reference.events['participant-joined'],
    hand: 'payload.participant.hasRaisedHand',
  });
  expect(out).not.toContain('sdp');
  for (const { token, id } of users)
    for (const part of [...token.split('.'), id]) expect(out + err).not.toContain(part);
});
