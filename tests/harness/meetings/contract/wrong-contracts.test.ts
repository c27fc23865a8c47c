// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect, test } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { contractFrom, edited, smallContract } from './small-contract.ts';

/** The error for a contract, one line for each mistake. */
function refusal(text: string): string[] {
  try {
    contractFrom(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const [first, ...mistakes] = (error as Error).message.split('\n');
    expect(first).toBe('The contract "contract.yaml" is not valid.');
    return mistakes.map((mistake) => mistake.trim());
  }
  return [];
}

/** The lines before the sections that tests append. */
const LINES = smallContract.split('\n').length - 1;
const next = LINES + 1;

test('accepts the unchanged contract of these tests', () => {
  expect(refusal(smallContract)).toEqual([]);
});

const appended = (line: string) => `${smallContract}${line}\n`;
const operation = (line: string) => edited(['  room.enter:', `  ${line}\n  room.enter:`]);
const create = (line: string) => edited(['    meeting: body.id', `    meeting: body.id\n    ${line}`]);
const get = (entries: string) => edited(['meeting.get: { get', `meeting.get: { ${entries}, get`]);

const tables: Record<string, [name: string, text: string, ...says: string[]][]> = {
  'unknown names, with the nearest known name': [
    [
      'an unknown section',
      appended('jurney: {}'),
      `line ${next}: jurney: "jurney" is not known here; did you mean "journey"?`,
    ],
    [
      'an unknown section without a similar name',
      appended('colour: red'),
      `line ${next}: colour: "colour" is not known here; known here: $schema, contract, name, service, identity, send, operations, events, journey, limits, rateLimited, detection, meetings, metrics, has`,
    ],
    [
      'an unknown name in service',
      edited(['  base:', '  bsae:']),
      'line 5: service.bsae: "bsae" is not known here; did you mean "base"?',
    ],
    [
      'an unknown name in service.socket',
      edited(['socket: {}', 'socket: { pathh: /x }']),
      'line 6: service.socket.pathh: "pathh" is not known here; did you mean "path"?',
    ],
    [
      'an unknown name in an operation',
      edited(['    meeting: body.id', '    meetng: body.id']),
      'line 12: operations.meeting.create.meetng: "meetng" is not known here; did you mean "meeting"?',
    ],
    [
      'an unknown name in a roster',
      get('roster: { list: body.p, user: item.id, hnd: item.up }'),
      'line 16: operations.meeting.get.roster.hnd: "hnd" is not known here; did you mean "hand"?',
    ],
    [
      'an unknown name in a reply',
      edited(['reply: entered', 'reply: { on: entered, wen: payload.ok }']),
      'line 17: operations.room.enter.reply.wen: "wen" is not known here; did you mean "when"?',
    ],
    [
      'an unknown input of an operation',
      edited(['meeting: body.id', 'meeting: body.id\n    json: { name: "${input.titel}" }']),
      'line 13: operations.meeting.create.json.name: "${input.titel}" reads "input.titel", which meeting.create does not have; did you mean "title"?',
    ],
    [
      'an unknown kind of reply',
      edited(['reply: entered', 'reply: akc']),
      'line 17: operations.room.enter.reply: "akc" looks like a misspelt "ack"; write ack, or { on: akc } for an event of this name',
    ],
    [
      'an unknown name in an event',
      edited(['{ on: joined,', '{ on: joined, wen: payload.x,']),
      'line 19: events.participant-joined.wen: "wen" is not known here; did you mean "when"?',
    ],
    [
      'an unknown kind of identity, with one message',
      edited(['none:', 'nonne:']),
      'line 8: identity.nonne: "nonne" is not known here; did you mean "none"?',
    ],
    [
      'an unknown name in an identity',
      edited(['none: { user: socket.id }', 'jwt: { secrt: x }']),
      'line 8: identity.jwt.secrt: "secrt" is not known here; did you mean "secret"?',
    ],
    [
      'an unknown name in send',
      appended('send: { socket: { auht: { a: b } } }'),
      `line ${next}: send.socket.auht: "auht" is not known here; did you mean "auth"?`,
    ],
    [
      'an unknown name in journey',
      edited(['journey: {', 'journey: { thnik: 1..2,']),
      'line 21: journey.thnik: "thnik" is not known here; did you mean "think"?',
    ],
    [
      'an unknown name in metrics',
      appended('metrics: { durtions: x }'),
      `line ${next}: metrics.durtions: "durtions" is not known here; did you mean "durations"?`,
    ],
    [
      'an unknown name in meetings',
      appended('meetings: { fxied: [a] }'),
      `line ${next}: meetings.fxied: "fxied" is not known here; did you mean "fixed"?`,
    ],
    [
      'an unknown operation, with one message',
      edited(['meeting.join:\n', 'meeting.jion:\n']),
      'line 13: operations.meeting.jion: "meeting.jion" is not an operation of fullhouse; did you mean "meeting.join"?',
    ],
    [
      'an unknown event, with one message',
      edited(['  participant-joined:', '  participant-joind:']),
      'line 19: events.participant-joind: "participant-joind" is not an event of fullhouse; did you mean "participant-joined"?',
    ],
    [
      'an unknown offer in `has`',
      appended('has: [rooster]'),
      `line ${next}: has.0: "rooster" is not allowed here; did you mean "roster"?`,
    ],
    [
      'an unknown transport',
      edited(['socket: {}', 'socket: { transports: [websockets] }']),
      'line 6: service.socket.transports.0: "websockets" is not allowed here; did you mean "websocket"?',
    ],
  ],
  'references to nothing': [
    [
      'a cause that is not an event',
      edited(['causes: participant-joined', 'causes: participant-joied']),
      'line 15: operations.meeting.join.causes: "participant-joied" is not an event of this contract; did you mean "participant-joined"?',
    ],
    [
      'a cause in a contract without events',
      edited([/events:\n.*\n/, '']),
      'line 15: operations.meeting.join.causes: "participant-joined" is not an event of this contract; known: none',
    ],
    [
      'a limit for an unknown operation',
      edited(['meeting.join: 20/5m', '"meeting.get, meeting.jon": 20/5m']),
      'line 20: limits.meeting.get, meeting.jon: "meeting.jon" is not an operation of this contract; did you mean "meeting.join"?',
    ],
    [
      'an unknown action of the journey',
      edited(['mix: { meeting.get', 'mix: { meeting.gt']),
      'line 21: journey.mix.meeting.gt: "meeting.gt" is not an operation of this contract; did you mean "meeting.get"?',
    ],
    [
      'a `hand` action without both hand operations',
      edited(['mix: { meeting.get', 'mix: { hand']),
      'line 21: journey.mix.hand: hands are raised and lowered in turn, and the contract lacks one of the two operations; add `hand.raise` and `hand.lower`, or name the operation that is there',
    ],
    [
      'a route of an unknown operation',
      appended('metrics: { routes: { meeting.jon: "PUT /:id" } }'),
      `line ${next}: metrics.routes.meeting.jon: "meeting.jon" is not an operation of this contract; did you mean "meeting.join"?`,
    ],
    [
      'an environment variable that is not set',
      edited(['http://127.0.0.1:9', '${env.NOT_SET_HERE}']),
      'line 4: service.url: "${env.NOT_SET_HERE}" needs NOT_SET_HERE, which is not set; set NOT_SET_HERE in the environment or in .env',
    ],
    [
      'a YAML anchor that is not defined',
      edited(['post: /rooms', 'post: *missing']),
      'line 11: *missing is not defined; write &missing above it, or put the text in quotes',
    ],
  ],
  'impossible operations': [
    [
      'an operation with two verbs',
      create('get: /x'),
      'line 10: operations.meeting.create: "meeting.create" has several verbs: get, post; use one of: get, post, put, patch, delete, emit, disconnect',
    ],
    [
      'an operation with a verb and a message',
      create('emit: x'),
      'line 10: operations.meeting.create: "meeting.create" has several verbs: post, emit; use one of: get, post, put, patch, delete, emit, disconnect',
    ],
    [
      'an operation without a verb',
      edited(['    post: /rooms\n', '']),
      'line 10: operations.meeting.create: "meeting.create" has no verb; use one of: get, post, put, patch, delete, emit, disconnect',
    ],
    [
      'an operation that is a text',
      edited(['{ get: "/rooms/${meeting}" }', '/rooms']),
      'line 16: operations.meeting.get: "/rooms" is not allowed here; use a mapping of `name: value`',
    ],
    [
      'an empty operation',
      edited([' { get: "/rooms/${meeting}" }', '']),
      'line 16: operations.meeting.get: nothing is not allowed here; use a mapping of `name: value`',
    ],
    [
      'a path without a leading slash',
      edited(['post: /rooms', 'post: rooms']),
      'line 11: operations.meeting.create.post: "rooms" is not allowed here; use a path that begins with /, or nothing',
    ],
    [
      'a call with a reply',
      create('reply: ack'),
      'line 13: operations.meeting.create.reply: `reply` does not apply to a call; remove it from this operation',
    ],
    [
      'a message with a query',
      edited(['reply: entered', 'query: { a: b }, reply: entered']),
      'line 17: operations.room.enter.query: `query` does not apply to a message; remove it from this operation',
    ],
    [
      '`ok` of a message without a reply',
      edited(['reply: entered', 'reply: none, ok: payload.ok']),
      'line 17: operations.room.enter.ok: `ok` does not apply to a message without a reply; remove it from this operation',
    ],
    [
      'a message with both `json` and `args`',
      edited(['reply: entered', 'args: [1], reply: entered']),
      'line 17: operations.room.enter.args: `json` and `args` are both given; use one of them',
    ],
    [
      'a disconnect with a payload',
      operation('meeting.leave: { disconnect: true, json: {} }'),
      'line 17: operations.meeting.leave.json: `json` does not apply to the end of a connection; remove it from this operation',
    ],
    [
      'a message in a contract without a socket',
      edited(['  socket: {}\n', ''], [/events:\n.*\n/, ''], ['    causes: participant-joined\n', '']),
      'line 15: operations.room.enter: "room.enter" needs a socket, and the contract has none; add `service.socket`',
    ],
    [
      'an operation named like an action of the journey',
      operation('hand: { get: /x }'),
      'line 17: operations.hand: "hand" is a reserved name; choose another name',
    ],
    [
      'an operation named like a measurement',
      operation('event.delivery: { get: /x }'),
      'line 17: operations.event.delivery: "event.delivery" is a reserved name; choose another name',
    ],
    [
      'an operation name with a space',
      operation('my operation: { get: /x }'),
      'line 17: operations.my operation: "my operation" is not a valid name of an operation; use letters, digits, dots and dashes',
    ],
    [
      'an event that matches a text that no call sends',
      edited([', user: payload.user', ', match: payload.text']),
      'line 15: operations.meeting.join.causes: "participant-joined" is identified by `match`, and "meeting.join" sends no unique text; send ${unique}, or remove `match` from the event',
    ],
  ],
  'incomplete contracts': [
    [
      'a contract without a version',
      edited(['contract: fullhouse/1\n', '']),
      'line 1: contract: this is missing; the version of this format',
    ],
    [
      'a contract without a service',
      edited([/service:[\s\S]*?identity/, 'identity']),
      'line 1: service: this is missing',
    ],
    [
      'a contract without an identity',
      edited([/identity:\n.*\n/, '']),
      'line 1: identity: this is missing; who the users are; exactly one of these',
    ],
    [
      'an identity without a kind',
      edited(['none: { user: socket.id }', '{}']),
      'line 7: identity: exactly one of jwt, login, users, command, none is required, but the section is empty',
    ],
    [
      'two kinds of identity',
      edited(['  none: { user: socket.id }', '  none: {}\n  command: { run: ./x }']),
      'line 7: identity: exactly one of jwt, login, users, command, none is required, but it has command and none',
    ],
    [
      'a contract without operations',
      edited([/operations:[\s\S]*?events:/, 'events:']),
      'line 1: operations: this is missing; what a client can ask, by name',
    ],
    [
      'a contract without meeting.join and room.enter',
      edited(
        [/ {2}meeting.join:[\s\S]*? {2}meeting.get/, '  meeting.get'],
        [/ {2}room.enter.*\n/, ''],
        [/limits.*\n/, ''],
      ),
      'line 9: operations: no user can take part; add `meeting.join`, `room.enter`, or both',
    ],
    [
      'a contract without meetings',
      edited([/ {2}meeting.create:[\s\S]*? {2}meeting.join/, '  meeting.join']),
      'line 9: operations: meetings can be neither created nor found; add `meeting.create`, or `meetings: { fixed: […] }`',
    ],
    [
      'a roster without a list',
      get('roster: { user: item.id }'),
      'line 16: operations.meeting.get.roster.list: this is missing; the list of participants',
    ],
    [
      'an event without a user and a text',
      edited([', user: payload.user', '']),
      'line 19: events.participant-joined: "participant-joined" has neither a user nor a text that identifies it; add `user` or `match`',
    ],
    [
      'events in a contract without a socket',
      edited(['  socket: {}\n', ''], [/ {2}room.enter.*\n/, '']),
      'line 16: events: events arrive over a socket, and the contract has none; add `service.socket`, or remove `events`',
    ],
    [
      'meetings in two forms',
      appended('meetings: { fixed: [a], named: b }'),
      `line ${next}: meetings: several kinds of meetings are set; use one of: fixed, file, named`,
    ],
    [
      'an empty meetings section',
      appended('meetings: {}'),
      `line ${next}: meetings: no kind of meetings is set; use one of: fixed, file, named`,
    ],
    [
      'an empty list of meetings',
      appended('meetings: { fixed: [] }'),
      `line ${next}: meetings.fixed: a list is not allowed here; use at least 1 entry`,
    ],
    [
      'a mix in which all weights are 0',
      edited(['{ meeting.get: 1, listen: 1 }', '{ meeting.get: 0 }']),
      'line 21: journey.mix: no action has a weight above 0; add one, such as listen: 1',
    ],
  ],
  'values that are not allowed': [
    [
      'an unknown version',
      edited(['fullhouse/1', 'fullhouse/2']),
      'line 1: contract: "fullhouse/2" is not allowed here; use fullhouse/1',
    ],
    [
      'a duration without a unit',
      appended('detection: 45'),
      `line ${next}: detection: "45" is not allowed here; use a duration such as 45s or 10m`,
    ],
    [
      'a duration in words',
      appended('detection: 45 seconds'),
      `line ${next}: detection: "45 seconds" is not allowed here; use a duration such as 45s or 10m`,
    ],
    [
      'a rate in words',
      edited(['20/5m', '20 per 5m']),
      'line 20: limits.meeting.join: "20 per 5m" is not allowed here; use calls within a time, such as 20/300s or 60/m',
    ],
    [
      'a rate without a time',
      edited(['20/5m', '20']),
      'line 20: limits.meeting.join: "20" is not allowed here; use calls within a time, such as 20/300s or 60/m',
    ],
    [
      'a rate of 0 calls',
      edited(['20/5m', '0/5m']),
      'line 20: limits.meeting.join: "0/5m" is not allowed here; at least one call, within more than 0 s',
    ],
    [
      'a range with one number',
      edited(['journey: {', 'journey: { think: 500,']),
      'line 21: journey.think: "500" is not allowed here; use two numbers such as 500..1500',
    ],
    [
      'a reversed range',
      edited(['journey: {', 'journey: { think: 1500..500,']),
      'line 21: journey.think: "1500..500" is not allowed here; two numbers, the smaller first',
    ],
    [
      'a fractional number of actions',
      edited(['journey: {', 'journey: { actions: 1.5,']),
      'line 21: journey.actions: "1.5" is not allowed here; use a whole number',
    ],
    [
      'a negative weight',
      edited(['listen: 1', 'listen: -1']),
      'line 21: journey.mix.listen: "-1" is not allowed here; use at least 0',
    ],
    [
      'a weight in words',
      edited(['listen: 1', 'listen: often']),
      'line 21: journey.mix.listen: "often" is not allowed here; use a number',
    ],
    [
      'a number in place of an expression',
      create('ok: 200'),
      'line 13: operations.meeting.create.ok: "200" is not allowed here; use an expression, such as body.data.id',
    ],
    [
      'a base without a leading slash',
      edited(['base: /v2', 'base: v2']),
      'line 5: service.base: "v2" is not allowed here; use a path such as /api/v1, without / at its end',
    ],
    [
      'a base with a trailing slash',
      edited(['base: /v2', 'base: /v2/']),
      'line 5: service.base: "/v2/" is not allowed here; use a path such as /api/v1, without / at its end',
    ],
    [
      'a health check that is not a path',
      edited(['  base:', '  health: { get: health }\n  base:']),
      'line 5: service.health.get: "health" is not allowed here; use a path that begins with /',
    ],
    [
      'a namespace that is not a path',
      edited(['socket: {}', 'socket: { namespace: chat }']),
      'line 6: service.socket.namespace: "chat" is not allowed here; use a namespace that begins with /',
    ],
    [
      'a reply that is a list',
      edited(['reply: entered', 'reply: [ack]']),
      'line 17: operations.room.enter.reply: a list is not allowed here; use ack, none, the name of an event, or { on: name, when: expression }',
    ],
    [
      'a message without a name',
      edited(['emit: enter', 'emit: ""']),
      'line 17: operations.room.enter.emit: "" is not allowed here; use at least 1 character',
    ],
    [
      '`disconnect: no`',
      operation('meeting.leave: { disconnect: no }'),
      'line 17: operations.meeting.leave.disconnect: "no" is not allowed here; use true',
    ],
    [
      'users as a number',
      edited(['none: { user: socket.id }', 'command: { run: "./token ${number}", users: 500 }']),
      'line 8: identity.command.users: "500" is not allowed here; use 1..500',
    ],
    [
      'a secret that is not a text, without showing it',
      edited(['none: { user: socket.id }', 'jwt: { secret: 123456 }']),
      'line 8: identity.jwt.secret: this value is not allowed here; use a text',
    ],
  ],
  'invalid expressions': [
    [
      'an incomplete comparison',
      edited(['body.id', 'body.id ==']),
      'line 12: operations.meeting.create.meeting: "body.id ==" is not valid CEL: Unexpected token: EOF',
    ],
    [
      'a single = in a comparison',
      create('ok: body.status = "ok"'),
      'line 13: operations.meeting.create.ok: "body.status = "ok"" is not valid CEL: Unexpected character: =; compare with ==',
    ],
    [
      'the words `and`, `or` and `not` as operators',
      create('ok: status == 200 and body.ok'),
      'line 13: operations.meeting.create.ok: "status == 200 and body.ok" is not valid CEL: Unexpected character: \'d\'; write && for and, || for or, ! for not',
    ],
    [
      'a template in place of an expression',
      edited(['body.id', '${body.id}']),
      'line 12: operations.meeting.create.meeting: "${body.id}" is not valid CEL: Unexpected character: $; write it without ${…}: body.id',
    ],
    [
      'an expression with a $',
      edited(['body.id', '$body.id']),
      'line 12: operations.meeting.create.meeting: "$body.id" is not valid CEL: Unexpected character: $; write names without $',
    ],
    [
      'a misspelt variable',
      edited(['body.id', 'bdy.id']),
      'line 12: operations.meeting.create.meeting: "bdy.id" reads "bdy", which is not known here; did you mean "body"?',
    ],
    [
      'a variable of sockets in a call',
      edited(['body.id', 'payload.id']),
      'line 12: operations.meeting.create.meeting: "payload.id" reads "payload", which is not known here; known here: status, body, headers, user, meeting, unique, env',
    ],
    [
      'a variable of calls in an event',
      edited(['payload.user', 'body.user']),
      'line 19: events.participant-joined.user: "body.user" reads "body", which is not known here; known here: payload, args, user, meeting, unique, env',
    ],
    [
      'an unknown function',
      edited(['body.id', 'sting(body.id)']),
      'line 12: operations.meeting.create.meeting: "sting(body.id)" has a type error: found no matching overload for \'sting(dyn)\'',
    ],
    [
      'an unknown variable in a template',
      edited(['${user}', '${usr}']),
      'line 14: operations.meeting.join.put: "usr" is not known here; did you mean "user"?',
    ],
    [
      'an unknown variable in send',
      appended('send: { header: { a: "${tokn}" } }'),
      `line ${next}: send.header.a: "tokn" is not known here: did you mean "token"?`,
    ],
    [
      'a template that is not closed',
      edited(['room: "${meeting}"', 'room: "${meeting"']),
      'line 17: operations.room.enter.json: "${meeting" has a ${ that is not closed; write ${…}, without braces in it',
    ],
    [
      'a template without braces',
      edited(['${user}', '$user']),
      'line 14: operations.meeting.join.put: "/rooms/${meeting}/members/$user" sends "$user" unchanged; write ${user}',
    ],
    [
      'an unknown variable in rateLimited',
      appended('rateLimited: stats == 429'),
      `line ${next}: rateLimited: "stats == 429" reads "stats", which is not known here; did you mean "status"?`,
    ],
  ],
  'files that are not valid YAML': [
    ['an empty file', '', 'line 1: the file is empty; begin with: contract: fullhouse/1'],
    [
      'a file with only a comment',
      '# later\n',
      'line 1: the file is empty; begin with: contract: fullhouse/1',
    ],
    ['a file with a list', '- a\n', 'line 1: this is not a contract; begin with: contract: fullhouse/1'],
    ['a file with a text', 'hello\n', 'line 1: this is not a contract; begin with: contract: fullhouse/1'],
    [
      'a name that is written twice',
      appended('name: again'),
      `line ${next}: "name" is written twice at this place; keep one`,
    ],
    [
      'an operation that is written twice',
      operation('meeting.get: { get: /x }'),
      'line 17: "meeting.get" is written twice at this place; keep one',
    ],
    [
      'a line indented with a tab',
      edited(['  base:', '\tbase:']),
      'line 5: this line is indented with a tab; use spaces',
    ],
    [
      'a line with too much indentation',
      edited(['  base:', '   base:']),
      'line 4: a value contains another `name: value`; begin names of one level in the same column, and put a text that holds ": " in quotes',
    ],
    [
      'a colon in a text without quotes',
      edited(['name: small', 'name: small: and cheap']),
      'line 2: a value contains another `name: value`; begin names of one level in the same column, and put a text that holds ": " in quotes',
    ],
    [
      'two YAML documents',
      appended('---\na: b'),
      `line ${next}: a second document begins here; remove the line with ---`,
    ],
    [
      'brackets in a text without quotes',
      edited(['payload.user }', 'args[0].user }']),
      'line 19: this is not valid YAML: Unexpected flow-seq-start at node end; put a text that holds one of [ ] { } , # in quotes',
    ],
    [
      'a quote that is not closed',
      edited(['members/${user}"', 'members/${user}']),
      'line 14: this is not valid YAML: Missing closing "quote',
    ],
  ],
};

for (const [title, cases] of Object.entries(tables))
  test.describe(title, () => {
    for (const [name, text, ...says] of cases)
      test(`refuses ${name}`, () => {
        expect(refusal(text)).toEqual(says);
      });
  });

test('reports all mistakes of a contract at once', () => {
  const text = edited(['base: /v2', 'base: v2'], ['20/5m', '20'], ['fullhouse/1', 'fullhouse/9']);
  expect(refusal(`${text}detection: 4\n`).map((line) => line.split(':', 2).join(':'))).toEqual([
    'line 1: contract',
    'line 5: service.base',
    'line 20: limits.meeting.join',
    `line ${next}: detection`,
  ]);
});
