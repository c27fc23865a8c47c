import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Answered } from '../../../src/conduct/answered.ts';
import { ask } from '../../../src/conduct/ask.ts';
import { watchIdleConnection } from '../../../src/conduct/idle-connection.ts';
import type { Question } from '../../../src/conduct/question.ts';
import { actingForOthers } from '../../../src/conduct/questions/acting-for-others.ts';
import { fullMeeting } from '../../../src/conduct/questions/full-meeting.ts';
import { httpTokens } from '../../../src/conduct/questions/http-tokens.ts';
import { questions } from '../../../src/conduct/questions/index.ts';
import { joiningTwice } from '../../../src/conduct/questions/joining-twice.ts';
import { socketTokens } from '../../../src/conduct/questions/socket-tokens.ts';
import { strangers } from '../../../src/conduct/questions/strangers.ts';
import { trustAuthorities } from '../../../src/kernel/trust.ts';
import type { Access } from '../../../src/meetings/access.ts';
import type { Contract } from '../../../src/meetings/contract/contract.ts';
import type { HttpOperation } from '../../../src/meetings/contract/operation.ts';
import type { Values } from '../../../src/meetings/expressions.ts';
import { SideUser } from '../../../src/meetings/side-user.ts';
import { type Foreign, test } from '../foreign/foreign-fixture.ts';
import { type ForeignName, foreignServices } from '../foreign/services.ts';
import { accessByFile } from './access.ts';
import { foundBy } from './found.ts';

const noDatabase = 'the service has no database';

interface Asking {
  readonly defects?: readonly string[];
  readonly asked?: readonly Question[];
  /** Runs while the service is still up. */
  readonly afterwards?: (access: Access, url: string) => Promise<void>;
  readonly changed?: (access: Access) => Access;
}

async function answersOf(
  foreign: Foreign,
  name: ForeignName,
  { defects = [], asked = questions, afterwards, changed = (access) => access }: Asking = {},
): Promise<Answered[]> {
  const service = await foreign.start(name, { defects });
  const { SERVICE_CA } = service.environment;
  trustAuthorities(SERVICE_CA === undefined ? undefined : readFileSync(SERVICE_CA, 'utf8'));
  const { contract } = foreignServices[name];
  const access = changed(await accessByFile(contract, service.environment));
  const { health } = access.contract.service;
  const answers: Answered[] = [];
  for (const question of asked)
    answers.push(
      await ask(question, {
        serviceUrl: service.url,
        socketUrl: service.url,
        access,
        timeoutMs: 5000,
        idleConnection: () => watchIdleConnection(service.url, { health, watchedMs: 300 }),
        stoppableDatabase: async () => noDatabase,
      }),
    );
  await afterwards?.(access, service.url);
  await access.identities.close();
  return answers;
}

/** The questions that the seeded defects concern. No seeded defect concerns bad input. */
const aboutUsers = [actingForOthers, fullMeeting, httpTokens, joiningTwice, socketTokens, strangers];

test.afterAll(() => trustAuthorities(undefined));

/** The questions that do not apply to a service, each with the reason. */
const notAsked: Readonly<Record<ForeignName, Readonly<Record<string, string>>>> = {
  'rest-v2': { health: noDatabase },
  'cookie-acks': {
    health: noDatabase,
    'rate-limits': 'no limit was met in 64 calls of meeting.get of one user',
  },
  'all-sockets': {
    'bad-addresses': 'the contract has neither ids nor pages in an address of HTTP',
    'bad-bodies': 'the contract sends no value in a body over HTTP',
    'bad-values': 'the contract sends no value in a body over HTTP',
    'full-meeting': 'the contract has no meeting.create',
    health: 'the contract has no call over HTTP that needs a database',
    'http-tokens': 'users show no token',
    'rate-limits': 'the contract reads nothing over HTTP',
    'socket-tokens': 'users show no token',
    strangers: 'a user may enter any meeting, because the contract has no join before it',
    texts: 'the contract sends no value in a body over HTTP',
  },
};

/** The operation that shows to any user whether a meeting is over; undefined where users create no meetings. */
const overIn: Readonly<
  Record<ForeignName, { operation: string; isOver(body: unknown): boolean } | undefined>
> = {
  'rest-v2': {
    operation: 'meeting.get',
    isOver: (body) => (body as { room: { state: string } }).room.state === 'closed',
  },
  'cookie-acks': {
    operation: 'conference.look',
    isOver: (body) => (body as { conference: { phase: string } }).conference.phase === 'over',
  },
  'all-sockets': undefined,
};

for (const name of Object.keys(foreignServices) as ForeignName[])
  test(`conduct finds nothing in ${name}, explains skipped questions, and leaves no meeting open`, async ({
    foreign,
  }) => {
    const opened = new Set<string>();
    const stillOpen: string[] = [];
    const over = overIn[name];
    const answers = await answersOf(foreign, name, {
      changed: ({ contract, identities }) => ({ identities, contract: noting(contract, opened) }),
      afterwards: async (access, url) => {
        const context = { access, url, socketUrl: url, timeoutMs: 5000, name: 'conduct-looks' };
        const user = await SideUser.open(context);
        for (const meetingId of opened) {
          const { values } = await user.call(over!.operation, { meetingId });
          if (!over!.isOver(values?.body)) stillOpen.push(meetingId);
        }
        await user.close();
      },
    });
    expect(foundBy(answers)).toEqual({});
    const reasons = notAsked[name];
    expect(answers.map(({ id, state, reason }) => ({ id, state, reason }))).toEqual(
      questions.map(({ id }) =>
        id in reasons
          ? { id, state: 'not applicable', reason: reasons[id] }
          : { id, state: 'passed', reason: null },
      ),
    );
    if (over) expect(opened.size).toBeGreaterThan(10);
    expect(stillOpen).toEqual([]);
  });

/** The same contract, which also adds the id of each new meeting to `opened`. */
function noting(contract: Contract, opened: Set<string>): Contract {
  const create = contract.operations.get('meeting.create') as HttpOperation | undefined;
  if (!create) return contract;
  const meeting = (values: Values) => {
    const id = create.reads.meeting!(values);
    if (typeof id === 'string') opened.add(id);
    return id;
  };
  const noted = { ...create, reads: { ...create.reads, meeting } };
  return { ...contract, operations: new Map(contract.operations).set(create.name, noted) };
}

/** Defects that a few calls can show, each with its finding. */
const named: readonly (readonly [ForeignName, defect: string, found: Record<string, string[]>])[] = [
  ['rest-v2', 'forged-accepted', { 'http-tokens': ['http-accepts-forged-token'] }],
  ['cookie-acks', 'full-overbooked', { 'full-meeting': ['full-meeting-admits-more'] }],
];

for (const [name, defect, found] of named)
  test(`conduct finds exactly the seeded defect ${defect} of ${name}`, async ({ foreign }) => {
    const answers = await answersOf(foreign, name, { defects: [defect], asked: aboutUsers });
    expect(foundBy(answers)).toEqual(found);
    const [failed] = answers.filter(({ state }) => state === 'failed');
    expect(failed?.findings[0]?.samples[0]).toMatchObject({ request: expect.stringMatching(/./) });
  });

/** Defects that need time or many events: load runs, experiments and benchmarks find them. */
const others: readonly (readonly [ForeignName, defect: string])[] = [
  ['rest-v2', 'ghost-guests'],
  ['cookie-acks', 'events-dropped'],
  ['all-sockets', 'events-twice'],
  ['all-sockets', 'peer-out-missing'],
];

for (const [name, defect] of others)
  test(`conduct reports no false finding about ${name} with the defect ${defect}`, async ({ foreign }) => {
    const answers = await answersOf(foreign, name, { defects: [defect], asked: aboutUsers });
    expect(foundBy(answers)).toEqual({});
    expect(answers.filter(({ state }) => state === 'failed' || state === 'inconclusive')).toEqual([]);
  });

test('a conduct test covers every seeded defect of the foreign services', () => {
  const seeded = Object.entries(foreignServices).flatMap(([name, { defects }]) =>
    Object.keys(defects).map((defect) => `${name} ${defect}`),
  );
  const asked = [...named, ...others].map(([name, defect]) => `${name} ${defect}`);
  expect(asked.sort()).toEqual(seeded.sort());
});
