import { get, type IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type NewUser, test } from './defects-fixture.ts';
import { expect } from './service-fixture.ts';
import { call, type User } from './user.ts';

/** Compares the service's answers to a guest with the guest's calls. */
async function answersTo(newUser: NewUser) {
  const [host, guest] = [newUser(), newUser()];
  const meetingId = await host.open();
  const { data: joined } = (await guest.post(`/${meetingId}/join`)).body;
  const { heard } = await guest.enter(meetingId);
  const got = (await guest.get(`/${meetingId}`)).body.data;
  const resumed = (await guest.post(`/${meetingId}/reconnect`)).body.data;
  expect(
    resumed.participants.map(({ userId }: { userId: string }) => userId),
    'the true roster at the end',
  ).toEqual([host.id, guest.id]);
  const isOurs = {
    'join: meeting': joined.meeting?.id === meetingId,
    'join: user': joined.participant?.userId === guest.id,
    'room: meeting': heard[0]?.name === 'meeting:joined' && heard[0].content?.meetingId === meetingId,
    'get: meeting': got.id === meetingId,
    'reconnect: meeting': resumed.meeting.id === meetingId,
    'reconnect: user': resumed.participant.userId === guest.id,
  };
  const foreign = Object.entries(isOurs).flatMap(([what, isOurs]) => (isOurs ? [] : [what]));
  return { foreign, joined, welcome: heard[0]?.content };
}

test('a service without defects answers about the meeting and the user of the call', async ({ sound }) => {
  expect((await answersTo(sound)).foreign).toEqual([]);
});

test('the defects join-other-meeting and room-joined-other answer about another meeting', async ({
  inBothStyles,
}) => {
  for (const damaged of await inBothStyles('join-other-meeting,room-joined-other')) {
    const { foreign, joined, welcome } = await answersTo(damaged);
    expect(foreign).toEqual(['join: meeting', 'room: meeting']);
    const anId = { id: expect.stringMatching(/^[\da-f-]{36}$/) };
    expect(joined).toMatchObject({ meeting: { ...anId, title: 'A meeting' }, participant: anId });
    expect(welcome).toEqual({ meetingId: anId.id });
  }
});

test('the defects join-other-user and room-joined-empty answer with another user or nothing', async ({
  inBothStyles,
}) => {
  for (const damaged of await inBothStyles('join-other-user,room-joined-empty')) {
    const { foreign, joined, welcome } = await answersTo(damaged);
    expect(foreign).toEqual(['join: user', 'room: meeting']);
    expect(joined.participant).toMatchObject({ role: 'listener' });
    expect(welcome).toBeUndefined();
  }
});

test('the defects join-empty, get-other-meeting and reconnect-other-user change three answers', async ({
  inBothStyles,
}) => {
  for (const damaged of await inBothStyles('join-empty,get-other-meeting,reconnect-other-user')) {
    const { foreign, joined } = await answersTo(damaged);
    expect(foreign).toEqual(['join: meeting', 'join: user', 'get: meeting', 'reconnect: user']);
    expect(joined).toEqual({});
  }
});

test('the defect create-refused answers each create call with 429', async ({ sound, inBothStyles }) => {
  const create = async (newUser: NewUser) => {
    const { status, headers, text } = await newUser().post('', { title: 'A meeting' });
    return [status, headers.get('x-ratelimit-remaining'), headers.get('retry-after'), text.slice(0, 17)];
  };
  expect((await create(sound)).slice(0, 3)).toEqual([201, '9', null]);
  for (const damaged of await inBothStyles('create-refused')) {
    expect(await create(damaged)).toEqual([429, '0', '900', 'Too many requests']);
    expect((await damaged().get()).status, 'everything else').toBe(200);
  }
});

test('the defect huge-answer sends 1 MiB of gzip for 1 GiB, and the service needs little memory', async ({
  inBothStyles,
}) => {
  for (const damaged of await inBothStyles('huge-answer')) {
    const user = damaged();
    const id = await user.open();
    const before = await memoryBytes(user);
    const { encoding, packed, unpacked } = await read(user, id);
    expect(encoding).toBe('gzip');
    expect(packed).toBeLessThan(1.5 * 2 ** 20);
    expect(unpacked).toBeGreaterThan(2 ** 30);
    expect((await memoryBytes(user)) - before).toBeLessThan(100 * 2 ** 20);
  }

  /** Unpacks the whole answer, which also verifies the checksum. */
  async function read(user: User, id: string) {
    const response = await ask(user, id);
    let [packed, unpacked] = [0, 0];
    response.on('data', (chunk: Buffer) => {
      packed += chunk.length;
    });
    const count = new Writable({
      write(chunk: Buffer, _encoding, done) {
        unpacked += chunk.length;
        done();
      },
    });
    await pipeline(response, createGunzip(), count);
    return { encoding: response.headers['content-encoding'], packed, unpacked };
  }
});

test('the defect endless-answer sends a body until the client disconnects', async ({
  launch,
  newUser,
  databaseUrl,
}) => {
  for (const SERVICE_STYLE of ['reference', 'deployed']) {
    const settings = { SERVICE_DEFECTS: 'endless-answer', SERVICE_OWNER: 'tests', DATABASE_URL: databaseUrl };
    const service = launch({ ...settings, SERVICE_STYLE, LOG_LEVEL: 'info' });
    const user = newUser(await service.ready);
    const response = await ask(user, await user.open());
    let size = 0;
    for await (const chunk of response) {
      size += chunk.length;
      // Leaving the loop closes the connection.
      if (size > 12e6) break;
    }
    expect(size).toBeGreaterThan(12e6);
    expect((await user.get()).status, 'everything else').toBe(200);
    service.process.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);
    expect(service.output.stderr, 'the service ends without delay').not.toContain('took longer');
  }
});

function ask(user: User, meetingId: string) {
  const headers = { authorization: `Bearer ${user.token}` };
  return new Promise<IncomingMessage>((resolve, reject) => {
    get(`${user.url}/api/v1/meetings/${meetingId}`, { headers }, resolve).on('error', reject);
  });
}

async function memoryBytes(user: User) {
  const { text } = await call(`${user.url}/metrics`);
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)![1]);
}
