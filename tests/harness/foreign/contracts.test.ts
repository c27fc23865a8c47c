import { expect } from '@playwright/test';
import { ByContract, openContract } from './by-contract.ts';
import { type Foreign, test } from './foreign-fixture.ts';
import type { ForeignOptions } from './foreign-service.ts';
import { type ForeignName, foreignServices } from './services.ts';

/** Two users of a service, opened by its contract file. */
async function twoUsers(foreign: Foreign, name: ForeignName, options?: ForeignOptions) {
  const service = await foreign.start(name, options);
  const { contract, identities } = await openContract(service, foreignServices[name].contract);
  foreign.atEnd(() => identities.close());
  const user = async (called: string) => {
    const one = new ByContract(service, contract, await identities.open(called));
    foreign.atEnd(() => one.close());
    await one.connect();
    return one;
  };
  return { service, contract, identities, user, first: await user('ann'), second: await user('bob') };
}

const ids = (roster: readonly { userId: string }[] | undefined) => roster?.map(({ userId }) => userId);

test.describe('the contract file of a foreign service', () => {
  test('the contract file matches the behaviour of rest-v2', async ({ foreign }) => {
    const { contract, identities, first, second } = await twoUsers(foreign, 'rest-v2');
    expect(contract.socket?.path).toBe('/v2/live');
    expect(identities.describe()).toContain('RS256');
    const input = { title: 'tests', capacity: 2 };
    const { meeting = '', isOk } = await first.does('meeting.create', '', { input });
    expect(isOk).toBe(true);
    expect(await first.does('room.enter', meeting)).toMatchObject({ isOk: true, wrong: undefined });
    const joined = await second.does('meeting.join', meeting);
    expect(joined).toMatchObject({ isOk: true, wrong: undefined, state: 'active' });
    expect(joined.roster).toEqual([
      { userId: 'ann', role: 'owner', handRaised: false },
      { userId: 'bob', role: 'guest', handRaised: false },
    ]);
    expect(ids((await second.does('room.enter', meeting)).roster)).toEqual(['ann', 'bob']);
    for (const name of ['hand.raise', 'hand.lower', 'hand.raise'])
      expect((await second.does(name, meeting)).isOk).toBe(true);
    const seen = await first.does('meeting.get', meeting);
    expect(seen).toMatchObject({ isOk: true, wrong: undefined });
    expect(seen.roster?.[1]).toEqual({ userId: 'bob', role: 'guest', handRaised: true });
    const listed = await first.does('meeting.list', '', { input: { limit: 5 } });
    expect(listed.values.body).toMatchObject({ total: 1, rooms: [{ id: meeting, name: 'tests' }] });
    expect((await first.does('meeting.leave', meeting)).isOk).toBe(true);
    await expect.poll(() => second.events.at(-1)?.name).toBe('host-promoted');
    expect((await second.does('meeting.leave', meeting)).isOk).toBe(true);
    expect((await first.does('meeting.get', meeting)).state).toBe('ended');
    expect(await second.does('meeting.join', meeting)).toMatchObject({ isOk: false });
    expect(await second.does('room.enter', meeting)).toMatchObject({ isOk: false });
    const about = { meeting, user: 'bob', match: undefined };
    expect(first.events).toEqual([
      { name: 'participant-joined', ...about },
      ...['hand-raised', 'hand-lowered', 'hand-raised'].map((name) => ({ name, ...about })),
    ]);
  });

  test('the contract file matches the behaviour of cookie-acks', async ({ foreign }) => {
    const { first, second } = await twoUsers(foreign, 'cookie-acks', { password: 'for all accounts' });
    const [ann, bob] = [first.identity.userId, second.identity.userId];
    expect([ann, bob]).toEqual([expect.stringMatching(/^40\d{3}$/), expect.stringMatching(/^40\d{3}$/)]);
    const input = { title: 'tests', capacity: 2 };
    const { meeting = '', state } = await first.does('meeting.create', '', { input });
    expect(state).toBe('active');
    expect(ids((await first.does('meeting.get', meeting)).roster)).toEqual([]);
    expect(await second.does('meeting.get', meeting)).toMatchObject({ isOk: false });
    for (const one of [first, second])
      expect(await one.does('meeting.join', meeting)).toMatchObject({ isOk: true, wrong: undefined });
    for (const name of ['hand.raise', 'hand.lower', 'hand.raise'])
      expect((await second.does(name, meeting)).isOk).toBe(true);
    const talked = await second.does('chat.send', meeting);
    const seen = await first.does('meeting.get', meeting);
    expect(seen).toMatchObject({ isOk: true, wrong: undefined, state: 'active' });
    expect(seen.roster).toEqual([
      { userId: ann, role: 'host', handRaised: false },
      { userId: bob, role: 'guest', handRaised: true },
    ]);
    expect((await second.does('conference.look', meeting)).wrong).toBeUndefined();
    expect((await second.does('meeting.leave', meeting)).isOk).toBe(true);
    expect((await second.does('hand.raise', meeting)).isOk).toBe(false);
    await expect.poll(() => first.events.at(-1)?.name).toBe('participant-left');
    expect((await first.does('meeting.leave', meeting)).isOk).toBe(true);
    expect((await first.does('meeting.get', meeting)).state).toBe('ended');
    const about = { meeting, user: bob, match: undefined };
    expect(first.events).toEqual([
      ...['participant-joined', 'hand-raised', 'hand-lowered', 'hand-raised'].map((name) => ({
        name,
        ...about,
      })),
      { name: 'chat', ...about, match: talked.values.unique },
      { name: 'participant-left', ...about },
    ]);
  });

  test('the contract file matches the behaviour of all-sockets', async ({ foreign }) => {
    const { contract, first, second } = await twoUsers(foreign, 'all-sockets');
    const { meetings } = contract;
    const meeting = meetings.kind === 'named' ? meetings.name({ unique: 'red' }) : '';
    expect(meeting).toBe('room-red');
    const [ann, bob] = [first.identity.userId, second.identity.userId];
    for (const one of [first, second])
      expect(await one.does('room.enter', meeting)).toMatchObject({ isOk: true, wrong: undefined });
    expect(ids((await second.does('room.enter', meeting)).roster)).toEqual([ann, bob]);
    expect(await second.does('room.enter', 'x'.repeat(100))).toMatchObject({ isOk: false });
    for (const name of ['hand.raise', 'hand.lower'])
      expect((await second.does(name, meeting)).isOk).toBe(true);
    const said = await second.does('chat.send', meeting);
    await expect.poll(() => second.events.at(-1)?.name).toBe('chat');
    await second.does('meeting.leave', meeting);
    await expect.poll(() => first.events.at(-1)?.name).toBe('participant-left');
    const about = { meeting: undefined, user: bob, match: undefined };
    expect(first.events).toEqual([
      { name: 'participant-joined', ...about, meeting },
      { name: 'hand-raised', ...about },
      { name: 'hand-lowered', ...about },
      { name: 'chat', ...about, match: said.values.unique },
      { name: 'participant-left', ...about },
    ]);
  });

  for (const name of Object.keys(foreignServices) as ForeignName[])
    test(`the contract finds the health check of ${name}, and a wrong address gets 404`, async ({
      foreign,
    }) => {
      const { service, first } = await twoUsers(foreign, name);
      expect((await first.does('health.get', '')).isOk).toBe(true);
      const elsewhere = await openContract(service, foreignServices[name].contract, (text) =>
        text.replace(/(?<=health: \{ get: )[/\w]+/, '/nowhere'),
      );
      foreign.atEnd(() => elsewhere.identities.close());
      const asked = new ByContract(service, elsewhere.contract, first.identity).does('health.get', '');
      expect(await asked).toMatchObject({ isOk: false, values: { status: 404 } });
    });
});
