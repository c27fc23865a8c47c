import { closeMeetings, openMeetings } from '../../../src/crowd/open-meetings.ts';
import { accessOf } from '../meetings/access-of.ts';
import { expect, test } from '../service/service-fixture.ts';
import { SECRET } from '../service/tokens.ts';
import { User } from '../service/user.ts';

let runs = 0;
const hostOf = async (serviceUrl: string) => ({
  runId: `20261129-${process.pid}-${++runs}`,
  crowd: 'c',
  serviceUrl,
  socketUrl: serviceUrl,
  access: await accessOf(),
  requestTimeoutMs: 10_000,
});

for (const style of ['reference', 'deployed'] as const) {
  const roster = style === 'reference' ? 'meeting.get' : 'meeting.reconnect';

  test.describe(`closing the meetings of a crowd, ${style} style`, () => {
    test('makes the remaining participants of the crowd leave, and no other user', async ({
      launch,
      newUser,
    }) => {
      const url = await launch({ JWT_SECRET: SECRET, SERVICE_STYLE: style }).ready;
      const host = await hostOf(url);
      const meetings = await openMeetings({ ...host, users: 3, meetingSize: 10 });
      const [id] = meetings.ids;
      const own = new User(url, `${host.runId}-c-1`);
      const stranger = newUser(url);
      for (const user of [own, stranger]) expect((await user.post(`/${id}/join`, {})).status).toBe(200);
      expect(await closeMeetings(host, meetings, { roster })).toEqual([stranger.id]);
      // The meeting goes on for users outside the crowd.
      expect((await stranger.get(`/${id}`)).body.data.status).toBe('active');
    });

    test('ends a meeting that has no other users', async ({ launch, newUser }) => {
      const url = await launch({ JWT_SECRET: SECRET, SERVICE_STYLE: style }).ready;
      const host = await hostOf(url);
      const meetings = await openMeetings({ ...host, users: 3, meetingSize: 10 });
      expect(await closeMeetings(host, meetings, { roster })).toEqual([]);
      expect((await newUser(url).get(`/${meetings.ids[0]}`)).body.data.status).toBe('ended');
    });
  });
}

test('closing the meetings of a crowd returns the participants that cannot leave', async ({ launch }) => {
  const url = await launch({
    JWT_SECRET: SECRET,
    SERVICE_DEFECTS: 'leave-forgotten=1',
    SERVICE_OWNER: 'crowd',
  }).ready;
  const host = await hostOf(url);
  const meetings = await openMeetings({ ...host, users: 3, meetingSize: 10 });
  const own = new User(url, `${host.runId}-c-1`);
  await own.post(`/${meetings.ids[0]}/join`, {});
  expect(await closeMeetings(host, meetings, { roster: 'meeting.get' })).toEqual([own.id]);
});

test('closing the meetings of a crowd returns undefined without a roster or without a service', async ({
  launch,
}) => {
  const service = launch({ JWT_SECRET: SECRET, SERVICE_STYLE: 'deployed' });
  const host = await hostOf(await service.ready);
  const meetings = await openMeetings({ ...host, users: 3, meetingSize: 10 });
  expect(await closeMeetings(host, meetings, { roster: null })).toBeUndefined();
  service.process.kill('SIGTERM');
  await service.ended;
  expect(await closeMeetings(host, meetings, { roster: 'meeting.reconnect' })).toBeUndefined();
});
