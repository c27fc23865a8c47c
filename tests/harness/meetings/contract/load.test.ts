// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { parse } from 'yaml';
import { UserError } from '../../../../src/kernel/errors.ts';
import { withoutSecrets } from '../../../../src/kernel/secrets.ts';
import type { Contract } from '../../../../src/meetings/contract/contract.ts';
import {
  contractJsonSchema,
  loadContract,
  REFERENCE_SOURCE,
  referenceContract,
} from '../../../../src/meetings/contract/load.ts';
import { standardOperations } from '../../../../src/timings/catalogue.ts';
import { edited, smallContract } from './small-contract.ts';

const test = base.extend<{ write: (name: string, content: string) => string }>({
  write: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fullhouse-contract-test-'));
    await use((name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
    rmSync(folder, { recursive: true, force: true });
  },
});

/** The parts of a contract that do not depend on the kind of its file. */
const outline = ({ name, service, operations, events }: Contract) => ({
  name,
  service,
  operations: [...operations.keys()],
  events: [...events.keys()],
});

const small = {
  name: 'small',
  service: { url: 'http://127.0.0.1:9', isReference: false, base: '/v2', health: '/health' },
  operations: ['health.get', 'meeting.create', 'meeting.join', 'meeting.get', 'room.enter'],
  events: ['participant-joined'],
};

/** As a contract of a user imports it. */
const DEFINE = fileURLToPath(new URL('../../../../src/meetings/contract/define.ts', import.meta.url));

test.describe('a contract file', () => {
  test('loads a YAML contract', async ({ write }) => {
    expect(outline(await loadContract(write('contract.yaml', smallContract), {}))).toEqual(small);
  });

  test('hides environment values whose names look secret', async ({ write }) => {
    const header = smallContract.replace(
      '    meeting: body.id',
      '    header: { x-key: "${env.SMALL_API_KEY}" }\n    meeting: body.id',
    );
    await loadContract(write('contract.yaml', header), { SMALL_API_KEY: 'a-key-of-this-test-7' });
    expect(withoutSecrets('sent a-key-of-this-test-7')).toBe('sent [secret]');
  });

  test('loads a JSON contract', async ({ write }) => {
    const json = JSON.stringify(parse(smallContract));
    expect(outline(await loadContract(write('contract.json', json), {}))).toEqual(small);
  });

  test('loads a module whose expressions and templates are functions', async ({ write }) => {
    const file = write(
      'contract.ts',
      `import { defineContract } from '${DEFINE}';
       type Values = Readonly<Record<string, any>>;
       export default defineContract({
         contract: 'fullhouse/1',
         service: { base: '/v3' },
         identity: { none: {} },
         operations: {
           'meeting.create': { post: ({ input }: Values) => '/rooms/' + input.title, meeting: ({ body }: Values) => body.ids[0] },
           'meeting.join': { post: '/rooms/\${meeting}', json: { at: ({ user }: Values) => user.length } },
         },
       });`,
    );
    const { operations, service } = await loadContract(file, {});
    expect(service.base).toBe('/v3');
    const [create, join] = [operations.get('meeting.create')!, operations.get('meeting.join')!];
    expect(create.reads.meeting!({ body: { ids: ['m-1'] } })).toBe('m-1');
    if (create.over !== 'http' || join.over !== 'http') throw new Error('these are calls');
    expect(create.address({ input: { title: 'tea' } })).toBe('/v3/rooms/tea');
    expect(join.body!({ user: 'ada' })).toEqual({ at: 3 });
  });

  test('reads a contract file once per process', async ({ write }) => {
    const file = write('once.yaml', smallContract);
    const first = await loadContract(file, {});
    write('once.yaml', edited(['name: small', 'name: another']));
    expect(await loadContract(file, {})).toBe(first);
  });

  test('keeps only the environment variables that the contract names', async ({ write }) => {
    const file = write(
      'env.yaml',
      edited(
        ['http://127.0.0.1:9', '${env.HOST}:${env.PORT}'],
        ['socket: {}', 'socket: { url: "${env.SOCKET}" }'],
      ),
    );
    const { service, socket, environment } = await loadContract(file, {
      HOST: 'http://127.0.0.1',
      PORT: '81',
      SOCKET: 'ws://127.0.0.1',
      OTHER: 'x',
    });
    expect([service.url, socket!.url]).toEqual(['http://127.0.0.1:81', 'ws://127.0.0.1']);
    expect(environment).toEqual({ HOST: 'http://127.0.0.1', PORT: '81', SOCKET: 'ws://127.0.0.1' });
  });

  test('hides an identity secret from expressions', async ({ write }) => {
    const file = write('secret.yaml', edited(['none: { user: socket.id }', 'jwt: { secret: "${env.KEY}" }']));
    const { environment } = await loadContract(file, { KEY: 'a secret of this test' });
    expect(environment).toEqual({});
  });

  test('reads meetings from a file beside the contract', async ({ write }) => {
    write('rooms.txt', 'room-1\n\n  room-2  \n');
    const { meetings } = await loadContract(
      write('fixed.yaml', `${smallContract}meetings: { file: rooms.txt }\n`),
      {},
    );
    expect(meetings).toEqual({ kind: 'fixed', ids: ['room-1', 'room-2'] });
  });
});

test.describe('contracts that cannot be loaded', () => {
  const module = (content: string) => `export default ${content};`;
  const cases: [name: string, file: string, content: string | undefined, message: RegExp][] = [
    [
      'a contract file that does not exist',
      'none.yaml',
      undefined,
      /^The contract file ".*none\.yaml" cannot be read \(there is no such file\)\. Check its path\.$/,
    ],
    [
      'a module that does not exist',
      'none.ts',
      undefined,
      /^The contract file ".*none\.ts" cannot be read \(there is no such file\)\. Check its path\.$/,
    ],
    [
      'a module that throws',
      'throws.ts',
      'throw new Error("not today");',
      /^The contract file ".*throws\.ts" cannot be loaded: its code threw "not today"\. Correct the file\.$/,
    ],
    [
      'a module without a contract',
      'empty.ts',
      'export const x = 1;',
      /exports no contract\. Write: export default /,
    ],
    [
      'a module that exports a text',
      'text.ts',
      module('"text"'),
      /text\.ts" is not valid\.\n {2}this is not a contract; begin with: contract: fullhouse\/1$/,
    ],
    [
      'a module with a mistake and names its place',
      'wrong.ts',
      module(
        '{ contract: "fullhouse/1", service: {}, identity: { none: {} }, operations: { "meeting.join": { pst: "/x" } } }',
      ),
      /^The contract ".*wrong\.ts" is not valid\.\n {2}operations\.meeting\.join\.pst: "pst" is not known here; did you mean "post"\?$/,
    ],
    [
      'JSON with a mistake and names its line',
      'wrong.json',
      '{\n  "contract": "fullhouse/1",\n  "services": {}\n}',
      /line 3: services: "services" is not known here; did you mean "service"\?/,
    ],
    ['truncated JSON', 'broken.json', '{"contract": "fullhouse/1"', /line 1: this is not valid YAML: /],
    [
      'a file of meetings that does not exist',
      'no-rooms.yaml',
      `${smallContract}meetings: { file: no-rooms.txt }\n`,
      /^The meetings file ".*no-rooms\.txt" cannot be read \(there is no such file\)\. Check its path\.$/,
    ],
  ];
  for (const [name, file, content, message] of cases)
    test(`refuses ${name}`, async ({ write }) => {
      const path =
        content === undefined ? join(tmpdir(), `fullhouse-${process.pid}-${file}`) : write(file, content);
      const failure = loadContract(path, {});
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.toBeInstanceOf(UserError);
    });

  test('refuses an empty file of meetings', async ({ write }) => {
    write('rooms.txt', '\n \n');
    const file = write('empty-rooms.yaml', `${smallContract}meetings: { file: rooms.txt }\n`);
    await expect(loadContract(file, {})).rejects.toThrow(
      'The meetings file "rooms.txt" is empty. Write one id in each line.',
    );
  });
});

test.describe('the contract of the reference service', () => {
  const contract = referenceContract();

  test('the reference contract has all standard operations and events, and is compiled once', () => {
    const { operations, socket, source, meetings } = contract;
    const names = [...operations.values()].filter(({ only }) => !only).map(({ name }) => name);
    expect([...names, ...(socket ? ['socket.connect'] : [])]).toEqual(
      expect.arrayContaining([...standardOperations]),
    );
    expect(operations.get('meeting.control')?.only).toBe('conduct');
    expect([...contract.causedEvents].toSorted()).toEqual([
      'chat',
      'hand-lowered',
      'hand-raised',
      'participant-joined',
      'participant-left',
    ]);
    expect([source, meetings.kind]).toEqual([REFERENCE_SOURCE, 'created']);
    expect(referenceContract()).toBe(contract);
  });

  test('the reference contract shares limits between join and reconnect, and between hand operations', () => {
    const allowance = (name: string) => contract.operations.get(name)!.allowance;
    expect(allowance('meeting.join')).toEqual({ calls: 20, seconds: 300 });
    expect(allowance('meeting.reconnect')).toBe(allowance('meeting.join'));
    expect(allowance('hand.lower')).toBe(allowance('hand.raise'));
    expect(allowance('health.get')).toBeUndefined();
  });
});

test('the JSON schema describes the sections of a contract and their fields', () => {
  const { properties = {} } = contractJsonSchema();
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(['service', 'identity', 'operations', 'limits']),
  );
  const { properties: operation = {} } = properties.operations!.additionalProperties as {
    properties?: object;
  };
  expect(Object.keys(operation)).toEqual(
    expect.arrayContaining(['get', 'emit', 'reply', 'ok', 'roster', 'causes']),
  );
  expect(JSON.stringify(properties.detection)).toContain('after this time the service removes');
});
