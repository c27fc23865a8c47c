// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test as base, expect } from '@playwright/test';
import type { Step } from '../../../src/contract-file/check/step.ts';
import { walkThrough } from '../../../src/contract-file/check/walk.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { trustAuthorities } from '../../../src/kernel/trust.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { openIdentities } from '../../../src/meetings/identities/identities.ts';
import { openRequestContext } from '../../../src/request-context/open.ts';
import { type ForeignName, foreignServices } from '../foreign/services.ts';
import { startForeign } from '../foreign/start.ts';

type Started = Awaited<ReturnType<typeof startForeign>>;

/** One service of each kind for all tests of a worker. */
const test = base.extend<object, { services: (name: ForeignName) => Promise<Started> }>({
  services: [
    async ({}, use) => {
      const started = new Map<ForeignName, Promise<Started>>();
      await use((name) => {
        const service = started.get(name) ?? startForeign(name);
        started.set(name, service);
        return service;
      });
      for (const service of started.values()) await (await service).close();
      trustAuthorities(undefined);
    },
    { scope: 'worker' },
  ],
});

let walks = 0;

/** The steps of the service's contract, in which `to` replaces `from`. */
async function walked(service: Started, from = '', to = ''): Promise<Step[]> {
  const { contract: path, environment, url } = service;
  const written = readFileSync(path, 'utf8');
  expect(written).toContain(from);
  const contract = contractOf(written.replaceAll(from, to), path, environment, dirname(path));
  if (environment.SERVICE_CA) trustAuthorities(readFileSync(environment.SERVICE_CA, 'utf8'));
  const identities = await openIdentities({
    identity: contract.identity,
    send: contract.send,
    part: { index: 0, of: 1 },
    environment,
    commandEnvironment: {},
    folder: dirname(path),
    clock: systemClock,
    openContext: () => openRequestContext('wire', { baseURL: url, timeoutMs: 3000 }),
  });
  walks += 1;
  const name = `check-${process.pid}-${walks}`;
  const access = { contract, identities };
  const steps = await walkThrough({ access, url, socketUrl: url, name, timeoutMs: 1000, eventWithinMs: 700 });
  await identities.close();
  return steps;
}

const wrongOf = (steps: readonly Step[]) => steps.filter(({ wrong }) => wrong.length > 0);

for (const name of Object.keys(foreignServices) as ForeignName[]) {
  test(`contract check passes every step of ${name}`, async ({ services }) => {
    const steps = await walked(await services(name));
    expect(wrongOf(steps)).toEqual([]);
    expect(steps.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['A hears participant-joined of B', 'A hears hand-raised of B', 'B hand.lower']),
    );
  });
}

/** A change of a contract; then the first step that does not match, with its message and its hint. */
const mistakes: [ForeignName, string, string, title: string, wrong: RegExp, hint: RegExp][] = [
  [
    'rest-v2',
    'user: payload.guest }',
    'user: payload.id }',
    'A hears hand-raised of B',
    /`user` reads "nothing"/,
    /user: payload\.guest/,
  ],
  [
    'rest-v2',
    'meeting: body.room.id',
    'meeting: body.id',
    'A meeting.create',
    /without the id of the meeting/,
    /meeting: body\.room\.id/,
  ],
  [
    'rest-v2',
    'reply: room.subscribed',
    'reply: room.joined',
    'A room.enter',
    /timeout/,
    /reply: room\.subscribed/,
  ],
  [
    'rest-v2',
    'meeting: payload.room\n    roster',
    'meeting: payload.id\n    roster',
    'A room.enter',
    /without the id of the meeting/,
    /meeting: payload\.room/,
  ],
  [
    'rest-v2',
    'list: body.room.guests',
    'list: body.guests',
    'A meeting.join',
    /`roster\.list` reads no list/,
    /list: body\.room\.guests, user: item\.id/,
  ],
  ['rest-v2', 'aud: meet', 'aud: other', 'A meeting.list', /401 BAD_TOKEN/, /`identity` and `send`/],
  [
    'rest-v2',
    'path: /v2/live',
    'path: /socket.io',
    'A socket.connect',
    /reset|error|timeout/,
    /service\.socket\.path/,
  ],
  [
    'cookie-acks',
    'on: conf/hand, when',
    'on: conf/hands, when',
    'A hears hand-raised of B',
    /no message `conf\/hands`/,
    /instead: conf\/hand /,
  ],
  [
    'cookie-acks',
    'hand: item.hand',
    'hand: item.up',
    'B meeting.get',
    /`roster\.hand` reads neither/,
    /"hand":true/,
  ],
  [
    'cookie-acks',
    'user: payload.me.id',
    'user: payload.conf',
    'A meeting.join',
    /another person/,
    /user: payload\.me\.id/,
  ],
  ['cookie-acks', 'post: /session', 'post: /login', 'A gets an identity', /404/, /^$/],
  [
    'cookie-acks',
    'get: /${meeting}/people\n    meeting: body.key',
    'get: /${meeting}\n    meeting: body.conference.key',
    'B meeting.get',
    /`roster\.list` reads no list/,
    /no list with the user: remove `roster`, or another call has it/,
  ],
  [
    'cookie-acks',
    'emit: conf/join',
    'emit: conf/enter',
    'A meeting.join',
    /timeout/,
    /or the service does not know `conf\/enter`/i,
  ],
  ['all-sockets', 'reply: welcome', 'reply: ack', 'A room.enter', /timeout/, /reply: welcome/],
  [
    'all-sockets',
    'match: payload.text',
    'match: payload.id',
    'A hears chat of B',
    /`match` reads/,
    /match: payload\.text/,
  ],
];
for (const [name, from, to, title, wrong, hint] of mistakes) {
  test(`reports \`${to.split('\n', 1)[0]}\` in ${name} at the step "${title}"`, async ({ services }) => {
    const [first] = wrongOf(await walked(await services(name), from, to));
    expect(first?.title).toBe(title);
    expect(first!.wrong.join('\n')).toMatch(wrong);
    expect(first!.hints.join('\n')).toMatch(hint);
  });
}

test('does not suggest another call when the roster is in another list of the answer', async ({
  services,
}) => {
  const service = await services('cookie-acks');
  const [first] = wrongOf(await walked(service, 'list: body.people', 'list: body.persons'));
  expect(first?.title).toBe('B meeting.get');
  expect(first!.hints.join('\n')).toContain('list: body.people, user: item.id');
  expect(first!.hints.join('\n')).not.toContain('another call');
});

test('skips operations with `only: conduct`', async ({ services }) => {
  const service = await services('all-sockets');
  const added = (only: string) => `room.shut: { ${only}emit: shut, reply: ack }\n  chat.send:\n`;
  expect(wrongOf(await walked(service, 'chat.send:\n', added('only: conduct, ')))).toEqual([]);
  const [first] = wrongOf(await walked(service, 'chat.send:\n', added('')));
  expect(first).toMatchObject({ title: 'B room.shut', wrong: ['timeout'] });
});

test('reports an event that arrives twice', async () => {
  const service = await startForeign('all-sockets', { defects: ['events-twice'] });
  const [first] = wrongOf(await walked(service));
  await service.close();
  expect(first).toMatchObject({ title: 'A hears participant-joined of B', wrong: ['it arrived 2 times'] });
});
