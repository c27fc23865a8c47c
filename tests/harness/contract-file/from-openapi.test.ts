// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import fastify from 'fastify';
import { parse } from 'yaml';
import { apiRoutes } from '../../../service/meetings/routes/index.ts';
import type { Dependencies } from '../../../service/meetings/routes/typed.ts';
import { exposeOpenApi } from '../../../service/openapi.ts';
import { contractCommand, document, example, files, folder, validContract } from './written.ts';

test('writes a contract from an OpenAPI 3.1 document with references', async () => {
  const { code, out, err } = await contractCommand('from-openapi', document('rooms.yaml'));
  expect(code).toBe(0);
  const contract = validContract(out);
  expect(contract.service).toEqual({
    url: 'https://eu.rooms.example',
    base: '/api/v2/rooms',
    health: { get: '/api/v2/healthz', ok: 'body.status == "up"' },
  });
  expect(contract.identity).toEqual({
    login: {
      post: '/api/v2/auth/login',
      json: { email: 'u${number}@load.test', password: '${env.LOAD_PASSWORD}' },
      token: 'body.access_token',
      user: 'body.user.id',
      users: '1..200',
    },
  });
  const seen = {
    meeting: 'body.room.id',
    state: 'body.room.state == "closed" ? "ended" : "active"',
    roster: { list: 'body.room.guests', user: 'item.userId', role: 'item.role', hand: 'item.handUp' },
  };
  expect(contract.operations).toEqual({
    'meeting.create': {
      post: '',
      json: { name: '${input.title}', maxGuests: '${input.capacity}', visibility: 'private' },
      meeting: 'body.room.id',
    },
    'meeting.list': { get: '', meetings: { list: 'body.rooms', id: 'item.id', title: 'item.name' } },
    'meeting.join': {
      put: '/${meeting}/guests/me',
      json: { displayName: '${user}', region: '${unique}' },
      user: 'body.guest.userId',
      ...seen,
    },
    'meeting.get': { get: '/${meeting}', ...seen },
    'hand.raise': { patch: '/${meeting}/guests/me', json: { handUp: true } },
    'hand.lower': { patch: '/${meeting}/guests/me', json: { handUp: false } },
    'chat.send': { post: '/${meeting}/messages', json: { text: '${unique}' } },
    'meeting.leave': { delete: '/${meeting}/guests/me' },
  });
  expect(err).toContain('DELETE /api/v2/rooms/{roomId}');
  expect(err).toContain('Set in the environment: LOAD_PASSWORD.');
  expect(err).toContain('npx fullhouse contract check');
});

test('writes a TODO for each gap of the document, in lines of 80 characters', async () => {
  const { out, err } = await contractCommand('from-openapi', document('rooms.yaml'));
  const lines = out.split('\n');
  const below = (todo: string) =>
    lines
      .slice(lines.findIndex((line) => line.includes(`# TODO ${todo}:`)))
      .find((line) => !/^\s*#/.test(line))
      ?.trim();
  expect(below('socket')).toBe('service:');
  expect(below('json')).toBe('meeting.join:');
  expect(below('users')).toBe('login:');
  expect(out).toContain('the service requires region, and the document has no example');
  expect(out.trimEnd()).toMatch(/# TODO events: [^\n]*\n# {3}[^\n]*$/);
  expect(err).toContain(`the ${out.match(/# TODO /g)!.length} TODOs`);
  expect(
    [...lines.filter((line) => /^\s*#/.test(line)), ...err.split('\n')].filter((line) => line.length > 80),
  ).toEqual([]);
});

test('writes a contract from a Swagger 2.0 document with an API key', async () => {
  const { code, out } = await contractCommand('from-openapi', document('conferences.json'));
  expect(code).toBe(0);
  const contract = validContract(out);
  expect(contract.service).toEqual({
    url: 'http://conf.example',
    base: '/rest/conferences',
    health: { get: '/rest/status', ok: 'body.ok == true' },
  });
  expect(contract.send.header).toEqual({ 'X-Auth-Token': '${token}' });
  expect(contract.operations).toMatchObject({
    'meeting.create': {
      post: '/create',
      json: {
        subject: '${input.title}',
        starts_at: '2030-01-01T12:00:00Z',
        owner_code: '${unique}',
        capacity: '${input.capacity}',
      },
      ok: 'status < 300 && body.success == true',
      meeting: 'body.data.conference_id',
    },
    'meeting.join': { post: '/${meeting}/enter', state: 'body.data.status' },
    // The answer about one conference has no roster, but this answer has one.
    'meeting.get': {
      get: '/${meeting}/attendees',
      roster: { list: 'body.data', user: 'item.user.id', hand: 'item.hand_raised' },
    },
    'hand.raise': { put: '/${meeting}/hands/${user}' },
    'hand.lower': { delete: '/${meeting}/hands/${user}' },
    'network.report': {
      post: '/${meeting}/quality',
      json: { rtt_ms: '${input.rtt}', packet_loss: '${input.packetLoss}' },
    },
    'meeting.leave': { post: '/${meeting}/exit' },
  });
});

test('derives the reference operations from the OpenAPI document of the reference service', async () => {
  const app = fastify();
  await exposeOpenApi(app);
  const nothing = async () => undefined;
  const parts = {
    pool: {},
    announce: nothing,
    takeSeat: nothing,
    identify: nothing,
    mediaSecret: 'x',
    limits: new Proxy({}, { get: () => nothing }),
  };
  await app.register(apiRoutes, { prefix: '/api/v1/meetings', ...(parts as unknown as Dependencies) });
  await app.ready();
  const [file] = files({ 'openapi.json': JSON.stringify(app.swagger()) });
  await app.close();
  const { operations } = validContract((await contractCommand('from-openapi', file!)).out);
  const reference = parse(
    readFileSync(join(import.meta.dirname, '../../../src/meetings/contract/reference.yaml'), 'utf8'),
  ).operations;
  // OpenAPI has no socket messages, and operations with `only: conduct` are not drafted.
  const overHttp = Object.keys(reference).filter((name) => !reference[name].emit && !reference[name].only);
  expect(Object.keys(operations)).toEqual(overHttp);
  for (const name of ['meeting.create', 'meeting.list']) expect(operations[name]).toEqual(reference[name]);
  expect(operations['network.report']).toEqual({
    ...reference['network.report'],
    json: {
      quality: '${input.quality}',
      rtt: '${input.rtt}',
      packetLoss: '${input.packetLoss}',
      bandwidth: '${input.bandwidth}',
    },
  });
  for (const name of overHttp) {
    const { post, get, ok, meeting, user, state } = reference[name];
    expect(operations[name]).toMatchObject(
      JSON.parse(JSON.stringify({ post, get, ok, meeting, user, state })),
    );
  }
  expect(operations['meeting.get'].roster).toEqual({
    ...reference['meeting.get'].roster,
    hand: 'item.hasRaisedHand',
  });
});

test('derives the operations of rest-v2 from its OpenAPI document', async () => {
  const contract = validContract((await contractCommand('from-openapi', document('rest-v2.yaml'))).out);
  const { operations } = example('rest-v2');
  expect(contract.service.base).toBe('/v2/rooms');
  for (const name of [
    'meeting.create',
    'meeting.list',
    'meeting.join',
    'meeting.get',
    'hand.raise',
    'hand.lower',
    'meeting.leave',
  ]) {
    const { causes: _, ...known } = operations[name];
    expect(contract.operations[name], name).toEqual(known);
  }
});

test.describe('operations recognised by name', () => {
  const contractFor = async (paths: object, more: object = {}) => {
    const [file] = files({
      'api.json': JSON.stringify({ openapi: '3.0.0', info: { title: 'x', version: '1' }, paths, ...more }),
    });
    return contractCommand('from-openapi', file!);
  };
  const call = (operation: object = {}) => ({ responses: { 200: { description: '' } }, ...operation });

  test('does not take a user session for a meeting', async () => {
    const { out } = await contractFor({
      '/session': { post: call() },
      '/rooms': { post: call() },
      '/rooms/{id}/join': { post: call() },
    });
    expect(parse(out).service.base).toBe('/rooms');
  });

  test('takes the collection with the most operations as the meetings', async () => {
    const { out } = await contractFor({
      '/channels': { get: call(), post: call() },
      '/v1/meetings': { get: call(), post: call() },
      '/v1/meetings/{id}': { get: call() },
      '/v1/meetings/{id}/join': { post: call() },
    });
    expect(parse(out).service.base).toBe('/v1/meetings');
  });

  test('writes fixed meetings and a TODO when no call creates a meeting', async () => {
    const { out } = await contractFor({ '/rooms/{id}/join': { post: call() } });
    expect(validContract(out).meetings).toEqual({ fixed: ['room-1'] });
    expect(out).toContain('# TODO meetings:');
  });

  test('warns that the contract is not valid when no call joins a meeting', async () => {
    const { out, err, code } = await contractFor({ '/rooms': { post: call() } });
    expect(code).toBe(0);
    expect(out).toContain('# TODO meeting.join:');
    expect(err).toContain('no user can take part');
  });

  test('writes a TODO for a path with further variables', async () => {
    const { out } = await contractFor({
      '/tenants/{tenant}/rooms': { post: call() },
      '/tenants/{tenant}/rooms/{id}/join': { post: call() },
    });
    expect(parse(out).service.base).toBe('/tenants/tenant/rooms');
    expect(out).toContain('# TODO base: write the value of "tenant"');
  });

  test('writes the login that sets a cookie, or a TODO when there is no login', async () => {
    const cookie = {
      components: { securitySchemes: { sid: { type: 'apiKey', in: 'cookie', name: 'sid' } } },
    };
    const rooms = { '/rooms': { post: call() }, '/rooms/{id}/join': { post: call() } };
    const body = {
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['user', 'pin'],
              properties: { user: { type: 'string' }, pin: { type: 'string' } },
            },
          },
        },
      },
    };
    const without = await contractFor(rooms, cookie);
    expect(without.out).toContain('the document has no login that sets the cookie "sid"');
    const withLogin = await contractFor({ ...rooms, '/signin': { post: call(body) } }, cookie);
    expect(validContract(withLogin.out).identity).toEqual({
      login: {
        post: '/signin',
        json: { user: 'u${number}', pin: '${env.LOAD_PASSWORD}' },
        cookie: ['sid'],
        users: '1..200',
      },
    });
  });
});

test.describe('files that are not OpenAPI documents', () => {
  const cases: [string, string, RegExp][] = [
    [
      'YAML that is not an OpenAPI document',
      'name: Anna\n',
      /is not an OpenAPI document: it has neither `openapi: 3.x` nor `swagger: "2.0"`/,
    ],
    ['a file that is neither YAML nor JSON', 'a: b: c\n', /is neither YAML nor JSON/],
    [
      'a HAR recording',
      '{"log":{"entries":[]}}',
      /is a HAR recording. Use `npx fullhouse contract from-har` with two of them/,
    ],
    [
      'an unknown OpenAPI version',
      'openapi: 4.0.0\npaths: {}\n',
      /is OpenAPI 4.0.0, which is not supported. Use version 2.0, 3.0 or 3.1/,
    ],
    ['a document without paths', 'openapi: 3.0.0\n', /describes no paths/],
    [
      'references to other files',
      'openapi: 3.0.0\npaths: { /rooms: { $ref: "rooms.yaml#/all" } }\n',
      /refers to "rooms.yaml#\/all", which is another file. Bundle/,
    ],
  ];
  for (const [name, text, message] of cases)
    test(`refuses ${name}`, async () => {
      const [file] = files({ 'spec.yaml': text });
      const { code, err, out } = await contractCommand('from-openapi', file!);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(message);
    });

  test('refuses a missing file, no file and two files', async () => {
    expect((await contractCommand('from-openapi', join(folder(), 'no.yaml'))).err).toContain(
      'cannot be read (there is no such file)',
    );
    expect((await contractCommand('from-openapi')).err).toContain('Give one OpenAPI document.\nUsage:');
    expect((await contractCommand('from-openapi', 'a', 'b')).err).toContain(
      'Give one OpenAPI document, not 2.',
    );
  });

  test('stops at circular references of an OpenAPI document', async () => {
    const [file] = files({
      'spec.yaml':
        'openapi: 3.0.0\npaths: { /rooms: { $ref: "#/a" } }\na: { $ref: "#/b" }\nb: { $ref: "#/a" }\n',
    });
    expect((await contractCommand('from-openapi', file!)).err).toContain('Operations found: none.');
  });
});

test('names recordings as the first next step, before the TODOs', async () => {
  const { err } = await contractCommand('from-openapi', document('rooms.yaml'));
  const next = err.slice(err.indexOf('Next:'));
  expect(next).toMatch(
    /^ {2}1\. Record two users .*\n {5}npx fullhouse contract from-har anna\.har ben\.har \\\n {7}--contract contract\.yaml --out contract\.yaml\n {2}2\. Answer the \d+ TODOs/m,
  );
});

test('does not overwrite an existing file', async () => {
  const out = join(folder(), 'contract.yaml');
  expect((await contractCommand('from-openapi', document('rooms.yaml'), '--out', out)).code).toBe(0);
  const written = readFileSync(out, 'utf8');
  const again = await contractCommand('from-openapi', document('conferences.json'), '--out', out);
  expect(again.code).toBe(1);
  expect(again.err).toContain(`"${out}" exists already.`);
  expect(readFileSync(out, 'utf8')).toBe(written);
});
