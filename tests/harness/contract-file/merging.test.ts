// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts stand in a contract file
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { type Draft, emptyDraft } from '../../../src/contract-file/draft.ts';
import { mergeDraft } from '../../../src/contract-file/merge-draft.ts';
import { takeTodos } from '../../../src/contract-file/todos.ts';
import { writeDraft } from '../../../src/contract-file/write-draft.ts';

const draft = (parts: Partial<Draft>): Draft => ({ ...emptyDraft(), ...parts });

const EXISTING = `contract: fullhouse/1 # ours
# TODO socket: say where it is, in a sentence that is so long that it needs a
#   second line.
service: { url: http://a.example, base: /rooms }

# TODO identity: who are they?
identity: { jwt: { alg: HS256, secret: x } }
operations:
  # Users wait here.
  # TODO user: where is it?
  # TODO state: where is it?
  meeting.join: { post: "/\${meeting}/join", meeting: body.id }
  # TODO json: a guess
  chat.send: { post: "/\${meeting}/chat", json: { text: x } }

# TODO events: which?
`;

test('keeps the entries of a contract and answers its TODOs', () => {
  const { text, kept } = mergeDraft(
    EXISTING,
    draft({
      service: { url: 'http://b.example', base: '/calls', socket: { path: '/ws' } },
      identity: { none: {} },
      operations: {
        'meeting.join': {
          post: '/${meeting}/join',
          meeting: 'body.other',
          user: 'body.me',
          causes: 'joined',
        },
        'meeting.get': { get: '/${meeting}' },
        'chat.send': { post: '/${meeting}/chat', json: { text: '${unique}' } },
      },
      events: { joined: { on: 'in', user: 'payload' } },
    }),
  );
  expect(kept).toEqual([]);
  expect(parse(text)).toEqual({
    contract: 'fullhouse/1',
    service: { url: 'http://a.example', base: '/rooms', socket: { path: '/ws' } },
    identity: { none: {} },
    operations: {
      'meeting.join': { post: '/${meeting}/join', meeting: 'body.id', user: 'body.me', causes: 'joined' },
      'chat.send': { post: '/${meeting}/chat', json: { text: '${unique}' } },
      'meeting.get': { get: '/${meeting}' },
    },
    events: { joined: { on: 'in', user: 'payload' } },
  });
  expect(text.match(/TODO \w+/g)).toEqual(['TODO state']);
  expect(text).toContain('# ours');
  expect(text).toMatch(/# Users wait here\.\n {2}# TODO state: where is it\?\n {2}meeting\.join:/);
});

test('reports a different call for the same operation, and does not merge it', () => {
  const { text, kept } = mergeDraft(
    EXISTING,
    draft({ operations: { 'meeting.join': { emit: 'join', reply: 'joined' } } }),
  );
  expect(kept).toEqual(['meeting.join']);
  expect(parse(text).operations['meeting.join']).toEqual({ post: '/${meeting}/join', meeting: 'body.id' });
});

test.describe('a recorded call with another path', () => {
  const roster = { list: 'body.people', user: 'item.id' };
  const existing = (operation: string, more = '') =>
    `contract: fullhouse/1\nservice: { url: http://a, base: /rooms }\noperations:\n${more}  meeting.get: ${operation}\n`;
  const merged = (written: string, operation: Draft['operations'][string]) => {
    const result = mergeDraft(written, draft({ operations: { 'meeting.get': operation } }));
    return { ...result, get: parse(result.text).operations['meeting.get'] };
  };

  test('does not add the fields of a recorded call with another path', () => {
    const { get, kept, notes } = merged(existing('{ get: "/${meeting}", meeting: body.id }'), {
      get: '/${meeting}/people',
      ok: 'status == 200',
      roster,
    });
    expect(get).toEqual({ get: '/${meeting}', meeting: 'body.id' });
    expect([kept, notes]).toEqual([['meeting.get'], []]);
  });

  test('replaces a call whose answer gives less, adds a note and closes its TODOs', () => {
    const open = '  # Ours.\n  # TODO meeting: where is it?\n';
    const { text, get, kept, notes } = merged(existing('{ get: "/${meeting}", ok: status == 200 }', open), {
      get: '/${meeting}/people',
      roster,
    });
    expect(get).toEqual({ get: '/${meeting}/people', roster });
    expect(kept).toEqual([]);
    expect(notes).toEqual([
      'meeting.get is now GET /rooms/${meeting}/people, and was GET /rooms/${meeting}: its answer gives `roster`.',
    ]);
    expect(text).toContain('# Ours.');
    expect(text).not.toContain('TODO');
  });

  test('replaces no call when it only adds an event', () => {
    const { get, kept, notes } = merged(existing('{ get: "/${meeting}" }'), {
      get: '/${meeting}/people',
      causes: 'looked',
    });
    expect(get).toEqual({ get: '/${meeting}' });
    expect([kept, notes]).toEqual([['meeting.get'], []]);
  });

  test('treats a path as the same when only the base is written differently', () => {
    const { get, kept } = merged(existing('{ get: "/rooms/${meeting}/", base: "", meeting: body.id }'), {
      get: '/${meeting}',
      roster,
    });
    expect(get).toEqual({ get: '/rooms/${meeting}/', base: '', meeting: 'body.id', roster });
    expect(kept).toEqual([]);
  });

  test('does not add the condition of another health check', () => {
    const health = { get: '/alive', ok: 'body.ok == true' };
    const written = 'contract: fullhouse/1\nservice: { url: http://a, health: { get: /ready } }\n';
    const { text, kept } = mergeDraft(written, draft({ service: { health } }));
    expect(parse(text).service.health).toEqual({ get: '/ready' });
    expect(kept).toEqual(['health']);
  });
});

test.describe('a TODO about meeting.join', () => {
  const written =
    'contract: fullhouse/1\n# TODO meeting.join: how?\noperations:\n  meeting.get: { get: /x }\n';

  test('a recorded room.enter answers a TODO about meeting.join', () => {
    const { text } = mergeDraft(written, draft({ operations: { 'room.enter': { emit: 'enter' } } }));
    expect(text).not.toContain('TODO');
  });

  test('keeps a TODO about meeting.join that the recordings do not answer', () => {
    const { text } = mergeDraft(written, draft({ operations: { 'meeting.leave': { disconnect: true } } }));
    expect(text).toContain('# TODO meeting.join: how?');
  });

  test('adds no TODO about meeting.join to a contract with room.enter', () => {
    const todos = [{ path: ['operations'], key: 'meeting.join', text: 'how?' }];
    const entered = 'contract: fullhouse/1\noperations:\n  room.enter: { emit: enter }\n';
    expect(mergeDraft(entered, draft({ todos })).text).not.toContain('TODO');
  });
});

test('removes guessed meetings when the recordings create meetings', () => {
  const meetings = 'meetings: { fixed: [room-1] }\n';
  const create = draft({ operations: { 'meeting.create': { post: '' } } });
  const guessed = parse(mergeDraft(`${EXISTING}# TODO meetings: which?\n${meetings}`, create).text);
  expect(guessed.meetings).toBeUndefined();
  const chosen = parse(mergeDraft(`${EXISTING}${meetings}`, create).text);
  expect(chosen.meetings).toEqual({ fixed: ['room-1'] });
});

test('adds no fixed meetings to a contract that creates meetings', () => {
  const withCreate = EXISTING.replace('operations:', 'operations:\n  meeting.create: { post: "" }');
  const meetings = { meetings: { fixed: ['one'] } };
  expect(parse(mergeDraft(withCreate, draft(meetings)).text).meetings).toBeUndefined();
  expect(parse(mergeDraft(EXISTING, draft(meetings)).text).meetings).toEqual({ fixed: ['one'] });
});

test('adds TODOs of the recordings only to entries that are still open', () => {
  const { text } = mergeDraft(
    EXISTING,
    draft({
      operations: { 'room.enter': { emit: 'enter', json: { at: 5 } } },
      todos: [
        { path: ['operations', 'room.enter'], key: 'json', text: 'at was different.' },
        { path: ['service'], key: 'base', text: 'known already' },
        { path: ['service'], key: 'socket', text: 'the same again' },
      ],
    }),
  );
  expect(text).toMatch(/# TODO json: at was different\.\n {2}room\.enter:/);
  expect(text).not.toContain('known already');
  expect(text).not.toContain('the same again');
});

test('keeps the TODO of a guess that is replaced by a better guess', () => {
  const users = { path: ['identity', 'login'], key: 'users', text: 'say which numbers exist' };
  const existing = writeDraft(
    draft({
      service: { url: 'http://a' },
      identity: { login: { post: '/in', users: '1..200' } },
      todos: [users],
    }),
    'Head.',
  );
  const recorded = draft({
    identity: { login: { post: '/in', cookie: ['sid'], users: '1..9' } },
    todos: [users],
  });
  const { text } = mergeDraft(existing, recorded);
  expect(parse(text).identity).toEqual({ login: { post: '/in', users: '1..9', cookie: ['sid'] } });
  expect(text.match(/TODO users/g)).toHaveLength(1);
});

test('reads TODOs back as written, and keeps other comments', () => {
  const todos = [
    {
      path: ['service'],
      key: 'socket',
      text: 'a sentence with many words, which goes on and on until one line of eighty characters ends.',
    },
    { path: ['operations', 'meeting.get'], key: 'user', text: 'which?' },
    { path: ['operations', 'meeting.get'], key: 'json', text: 'what: this?' },
    { path: ['events'], key: 'events', text: 'none yet' },
  ];
  const text = writeDraft(
    draft({ service: { url: 'http://a' }, operations: { 'meeting.get': { get: '/x' } }, todos }),
    'Head.',
  );
  const taken = takeTodos(text);
  expect(taken.todos).toEqual(todos);
  expect(taken.text).not.toContain('TODO');
  expect(taken.text).toContain('# Head.');
  expect(takeTodos('# TODO: of a person\na: 1\n')).toEqual({
    text: '# TODO: of a person\na: 1\n',
    todos: [],
  });
});

test('writes short entries on one line and long entries on several, the same each time', () => {
  const parts = draft({
    service: { url: 'http://a' },
    identity: { none: {} },
    operations: {
      'meeting.get': { get: '/${meeting}', meeting: 'body.id' },
      'meeting.join': {
        post: '/${meeting}/join',
        json: { a: 'b' },
        meeting: 'body.some.long.path.to.it',
        user: 'body.some.other.path.to.it',
        causes: 'x',
      },
    },
  });
  const text = writeDraft(parts, 'Head.');
  expect(text).toBe(`# Head.

contract: fullhouse/1

service:
  url: http://a

identity: { none: {} }

operations:
  meeting.get: { get: "/\${meeting}", meeting: body.id }
  meeting.join:
    post: /\${meeting}/join
    json: { a: b }
    meeting: body.some.long.path.to.it
    user: body.some.other.path.to.it
    causes: x
`);
  expect(mergeDraft(text, emptyDraft()).text).toBe(text);
});
