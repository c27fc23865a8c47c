// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import { type Contract, stepsBack, stepsInto } from '../../../../src/meetings/contract/contract.ts';
import {
  type EventDefinition,
  type HttpOperation,
  handIn,
  mismatchIn,
  rosterIn,
  type SocketOperation,
} from '../../../../src/meetings/contract/operation.ts';
import { contractWith } from './small-contract.ts';

function call(contract: Contract, name: string): HttpOperation {
  const operation = contract.operations.get(name);
  if (operation?.over !== 'http') throw new Error(`${name} is no call`);
  return operation;
}

function message(contract: Contract, name: string): SocketOperation {
  const operation = contract.operations.get(name);
  if (operation?.over !== 'socket') throw new Error(`${name} is no message`);
  return operation;
}

const event = (contract: Contract, name: string): EventDefinition => contract.events.get(name)!;

test.describe('an HTTP operation', () => {
  const contract = contractWith(`
service: { base: /v2/rooms }
operations:
  meeting.join: { put: "/\${meeting}/members/\${user}", json: { role: "\${input.role}", at: now } }
  meeting.get: { get: "/\${meeting}", query: { with: "\${input.with}", name: "\${user}" } }
  meeting.leave: { delete: "/\${meeting}/members/\${user}", base: /v3, header: { X-Reason: "left \${meeting}" } }
  rooms.prune: { patch: "" }
`);

  test('compiles an HTTP operation to a method, an encoded path and a body', () => {
    const join = call(contract, 'meeting.join');
    const values = { meeting: 'a/b', user: 'zoë', input: {} };
    expect([join.method, join.address(values)]).toEqual(['PUT', '/v2/rooms/a%2Fb/members/zo%C3%AB']);
    expect(join.body!(values)).toEqual({ at: 'now' });
    expect(join.path).toBe('/v2/rooms/${meeting}/members/${user}');
  });

  test('omits missing values from the query', () => {
    const get = call(contract, 'meeting.get');
    expect(get.address({ meeting: 'm', user: 'a&b', input: {} })).toBe('/v2/rooms/m?name=a%26b');
    expect(get.address({ meeting: 'm', user: 'ada', input: { with: 'all' } })).toBe(
      '/v2/rooms/m?with=all&name=ada',
    );
    expect(get.body).toBeUndefined();
  });

  test('compiles an HTTP operation with its own base and headers', () => {
    const leave = call(contract, 'meeting.leave');
    expect(leave.address({ meeting: 'm', user: 'ada' })).toBe('/v3/m/members/ada');
    expect(leave.headers!({ meeting: 'm' })).toEqual({ 'x-reason': 'left m' });
    expect(call(contract, 'rooms.prune').address({})).toBe('/v2/rooms');
  });

  test('resolves the health check against the address, not against the base', () => {
    expect(call(contract, 'health.get').address({})).toBe('/health');
    const own = contractWith(
      'service: { base: /v2, health: { get: /up, ok: body.up } }\noperations: { meeting.join: { post: /x } }\n',
    );
    const health = call(own, 'health.get');
    expect([health.address({}), own.service.health]).toEqual(['/up', '/up']);
    expect(health.ok!({ status: 200, body: { up: false } })).toBe(false);
  });
});

test.describe('a socket operation', () => {
  const contract = contractWith(`
operations:
  room.enter: { emit: enter, json: { room: "\${meeting}" }, reply: { on: state, when: payload.room == meeting }, refusal: no }
  chat.send: { emit: say, args: ["\${meeting}", { text: "\${unique}" }] }
  wave: { emit: wave, reply: none }
  meeting.leave: { disconnect: true }
`);

  test('sends the payload of a socket operation', () => {
    expect(message(contract, 'room.enter').args({ meeting: 'm' })).toEqual([{ room: 'm' }]);
    expect(message(contract, 'chat.send').args({ meeting: 'm', unique: 'u.1' })).toEqual([
      'm',
      { text: 'u.1' },
    ]);
    expect(message(contract, 'wave').args({})).toEqual([]);
  });

  test('expects an acknowledgement unless `reply` names another reply', () => {
    expect(message(contract, 'chat.send').reply).toEqual({ kind: 'ack' });
    expect(message(contract, 'wave').reply).toEqual({ kind: 'none' });
    const { reply, refusal } = message(contract, 'room.enter');
    expect([reply.kind, refusal]).toEqual(['event', { on: 'no' }]);
    if (reply.kind !== 'event') throw new Error('it is an event');
    expect(reply.on).toBe('state');
    const heard = (room: string) => reply.when!({ meeting: 'm', payload: { room } });
    expect([heard('m'), heard('other')]).toEqual([true, false]);
  });

  test('marks an operation as unique if it sends ${unique}', () => {
    const isUnique = (name: string) => contract.operations.get(name)!.isUnique;
    expect(['chat.send', 'room.enter', 'wave'].map(isUnique)).toEqual([true, false, false]);
    expect(contract.operations.get('meeting.leave')!.over).toBe('disconnect');
  });
});

test.describe('values read from an answer', () => {
  const contract = contractWith(`
operations:
  meeting.join:
    post: /x
    meeting: body.room.id
    user: body.me
    roster: { list: body.people, user: item.id, role: item.role, hand: [item.hand, item.up] }
  meeting.list: { get: /x, meetings: { list: body.rooms, id: item.id } }
  room.enter: { emit: enter, roster: { list: payload.peers, user: item } }
`);
  const { reads } = contract.operations.get('meeting.join')!;
  const roster = (people: unknown) => rosterIn(reads, { body: { people } });

  test('reads a roster with text ids and the first hand that has a value', () => {
    expect(
      roster([
        { id: 'a', role: 'host', hand: true },
        { id: 7, up: 0 },
        { id: 'b', hand: null, up: 1, role: 3 },
        { id: 'c', hand: 'yes' },
        { name: 'without an id' },
        null,
      ]),
    ).toEqual([
      { userId: 'a', role: 'host', handRaised: true },
      { userId: '7', handRaised: false },
      { userId: 'b', handRaised: true },
      { userId: 'c' },
    ]);
  });

  test('returns undefined for a missing roster, not an empty list', () => {
    expect([roster(undefined), roster({}), roster('text'), roster([])]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
    expect(rosterIn({}, { body: { people: [] } })).toBeUndefined();
    const peers = contract.operations.get('room.enter')!.reads;
    expect(rosterIn(peers, { payload: { peers: ['a', 5] } })).toEqual([{ userId: 'a' }, { userId: '5' }]);
  });

  test('reads a raised hand from a boolean or a number', () => {
    expect([true, false, 1, 0, 2, 'true', null, undefined].map(handIn)).toEqual([
      true,
      false,
      true,
      false,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  const join = contract.operations.get('meeting.join')!;
  const cases: [body: unknown, meetingId: string, wrong: string | undefined][] = [
    [{ room: { id: 'm' }, me: 'ada' }, 'm', undefined],
    [{ room: { id: 5 }, me: 'ada' }, '5', undefined],
    [{ room: { id: 'm' }, me: 'ada' }, '', undefined],
    [{ room: {}, me: 'ada' }, '', 'answered without the id of the meeting'],
    [{ room: { id: 'other' }, me: 'ada' }, 'm', 'answered about another meeting'],
    [undefined, 'm', 'answered without the id of the meeting'],
    [{ room: { id: 'm' }, me: 'ben' }, 'm', 'answered about another person'],
    [{ room: { id: 'm' } }, 'm', 'answered without the participant'],
  ];
  for (const [body, meetingId, wrong] of cases)
    test(`${wrong === undefined ? 'accepts' : 'rejects'} the answer ${JSON.stringify(body)} for the meeting "${meetingId}"`, () => {
      expect(mismatchIn(join, { body }, meetingId, 'ada')?.message).toBe(wrong);
    });

  test('rejects a list of meetings that is not a list', () => {
    const list = contract.operations.get('meeting.list')!;
    expect(mismatchIn(list, { body: { rooms: [] } }, '', 'ada')).toBeUndefined();
    expect(mismatchIn(list, { body: { rooms: {} } }, '', 'ada')?.message).toBe('answered without a list');
  });

  test('lists the operations with a roster, the best one first', () => {
    expect(contract.rosterSources).toEqual(['meeting.join', 'room.enter']);
    expect(contractWith('operations: { meeting.join: { post: /x } }\n').rosterSources).toEqual([]);
  });
});

test.describe('events of a contract', () => {
  const contract = contractWith(`
operations:
  room.enter: { emit: enter, causes: participant-joined }
  hand.raise: { emit: peer, json: { up: true }, reply: none, causes: hand-raised }
  chat.send: { emit: say, json: { text: "\${unique}" }, causes: chat }
events:
  participant-joined: { on: joined, user: payload.id, meeting: payload.room }
  hand-raised: { on: peer, when: payload.up, user: payload.who }
  hand-lowered: { on: peer, when: payload.up == false, user: payload.who }
  chat: { on: say, match: payload.text }
`);

  test('finds events by their socket name, which several events may share', () => {
    const names = (wire: string) => contract.eventsByWire.get(wire)?.map(({ name }) => name);
    expect(names('peer')).toEqual(['hand-raised', 'hand-lowered']);
    expect(names('joined')).toEqual(['participant-joined']);
    expect(names('hand-raised')).toBeUndefined();
    const lowered = event(contract, 'hand-lowered');
    expect([lowered.when!({ payload: { up: false } }), lowered.when!({ payload: {} })]).toEqual([
      true,
      undefined,
    ]);
  });

  test('lists the events that operations cause', () => {
    expect([...contract.causedEvents]).toEqual(['participant-joined', 'hand-raised', 'chat']);
    expect(event(contract, 'chat').match!({ payload: { text: 'x' } })).toBe('x');
  });
});

test.describe('rate limits', () => {
  const { operations } = contractWith(`
operations:
  meeting.join: { post: /a }
  meeting.get: { get: /b }
  meeting.leave: { post: /c }
limits: { "meeting.join, meeting.leave": 20/300s, meeting.get: 60/m }
`);
  const allowance = (name: string) => operations.get(name)!.allowance;

  test('parses a limit to calls and seconds', () => {
    expect(allowance('meeting.get')).toEqual({ calls: 60, seconds: 60 });
    expect(allowance('meeting.join')).toEqual({ calls: 20, seconds: 300 });
  });

  test('shares one limit between operations separated by a comma', () => {
    expect(allowance('meeting.leave')).toBe(allowance('meeting.join'));
    expect(allowance('meeting.get')).not.toBe(allowance('meeting.join'));
    expect(allowance('health.get')).toBeUndefined();
  });
});

test.describe('meetings', () => {
  const join = 'operations: { meeting.join: { post: /x } }\n';
  test('reads meetings as created, fixed or named', () => {
    const created = contractWith('operations: { meeting.join: { post: /x }, meeting.create: { post: /y } }');
    expect(created.meetings).toEqual({ kind: 'created' });
    expect(contractWith(`meetings: { fixed: [a, b] }\n${join}`).meetings).toEqual({
      kind: 'fixed',
      ids: ['a', 'b'],
    });
    const named = contractWith(`meetings: { named: "load-\${unique}" }\n${join}`).meetings;
    if (named.kind !== 'named') throw new Error('it is named');
    expect(named.name({ unique: 'x' })).toBe('load-x');
  });
});

test.describe('the steps into a meeting, and back after a lost connection', () => {
  const ways: [sections: string, into: string[], back: string[]][] = [
    ['service: {}\noperations: { meeting.join: { post: /x } }\n', ['meeting.join'], []],
    ['operations: { meeting.join: { post: /x } }\n', ['meeting.join', 'socket.connect'], []],
    [
      'operations: { meeting.join: { post: /x }, room.enter: { emit: e } }\n',
      ['meeting.join', 'socket.connect', 'room.enter'],
      ['room.enter'],
    ],
    ['operations: { meeting.join: { emit: j } }\n', ['socket.connect', 'meeting.join'], ['meeting.join']],
    ['operations: { room.enter: { emit: e } }\n', ['socket.connect', 'room.enter'], ['room.enter']],
    [
      'operations: { meeting.join: { emit: j }, room.enter: { emit: e } }\n',
      ['socket.connect', 'meeting.join', 'room.enter'],
      ['meeting.join', 'room.enter'],
    ],
  ];
  for (const [sections, into, back] of ways)
    test(`enters by ${into.join(', ')} and returns by ${back.join(', ') || 'nothing'}`, () => {
      const contract = contractWith(sections);
      expect(stepsInto(contract)).toEqual(into);
      expect(stepsBack(contract)).toEqual(back);
    });
});

test.describe('defaults and values of a contract', () => {
  test('needs no variable for an address that MEETINGS_SERVICE_URL replaces', () => {
    const operations = 'operations: { meeting.join: { post: "/${meeting}/join" } }\n';
    const sections = `service: { url: "\${env.ADDRESS}", base: /v2 }\n${operations}`;
    expect(contractWith(sections, { ADDRESS: 'http://a' }).service.url).toBe('http://a');
    expect(() => contractWith(sections)).toThrow('needs ADDRESS, which is not set');
    const { url, base } = contractWith(sections, { MEETINGS_SERVICE_URL: 'http://b' }).service;
    expect([url, base]).toEqual([undefined, '/v2']);
  });

  test('fills missing keys with defaults', () => {
    const contract = contractWith('operations: { meeting.join: { post: "/${meeting}/join" } }\n');
    expect(contract.socket).toEqual({ namespace: '/', transports: ['websocket'] });
    expect(contract.service).toEqual({ isReference: false, base: '', health: '/health' });
    expect(contract.metrics).toEqual({
      path: '/metrics',
      base: '',
      durations: 'http_request_duration_seconds',
      routes: { 'meeting.join': 'POST /:id/join' },
    });
    expect([
      contract.name,
      contract.journey,
      contract.has,
      contract.detectionMs,
      contract.rateLimited,
    ]).toEqual(['contract.yaml', {}, undefined, undefined, undefined]);
  });

  test('keeps the values of the contract', () => {
    const contract = contractWith(`
name: Rooms
service: { base: /v1, socket: { url: "http://127.0.0.1:7", path: /live, namespace: /rooms, transports: [polling, websocket] } }
operations: { meeting.join: { post: "/\${meeting}/join" }, meeting.get: { get: /all } }
journey: { mix: { meeting.get: 1 }, actions: 4, think: 5..9 }
rateLimited: status == 420
detection: 1.5m
metrics: { get: /stats, durations: seconds, routes: { meeting.get: GET /rooms } }
has: [roster, hand]
`);
    expect(contract.socket).toEqual({
      url: 'http://127.0.0.1:7',
      path: '/live',
      namespace: '/rooms',
      transports: ['polling', 'websocket'],
    });
    expect(contract.name).toBe('Rooms');
    expect(contract.journey).toEqual({ mix: { 'meeting.get': 1 }, actions: 4, think: [5, 9] });
    expect([contract.rateLimited!({ status: 420 }), contract.rateLimited!({ status: 429 })]).toEqual([
      true,
      false,
    ]);
    expect(contract.detectionMs).toBe(90_000);
    expect(contract.metrics).toEqual({
      path: '/stats',
      base: '/v1',
      durations: 'seconds',
      routes: { 'meeting.get': 'GET /rooms' },
    });
    expect([...contract.has!]).toEqual(['roster', 'hand']);
  });
});
