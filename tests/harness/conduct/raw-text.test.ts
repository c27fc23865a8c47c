import { expect, test } from '@playwright/test';
import { ask } from '../../../src/conduct/ask.ts';
import { textsAsTexts } from '../../../src/conduct/questions/texts.ts';
import { noteRawText } from '../../../src/conduct/raw-text.ts';
import { accessOf } from '../meetings/access-of.ts';
import { test as served } from './small-service.ts';

const database = [
  'invalid input syntax for type uuid: "conduct"',
  'value too long for type character varying(36)',
  "ER_DATA_TOO_LONG: Data too long for column 'user_id' at row 1",
  'You have an error in your SQL syntax; check the manual',
  'duplicate key value violates unique constraint "participants_one_active_row"',
  'Deadlock found when trying to get lock; try restarting transaction',
  'select id from meetings where id = $1 - invalid byte sequence for encoding "UTF8": 0x00',
  'SequelizeDatabaseError: relation "meetings" does not exist',
  "Unknown column 'x' in 'where clause'",
  'SQLITE_CONSTRAINT: UNIQUE constraint failed',
];
const stacks = [
  'TypeError: x\n    at Object.<anonymous> (/srv/app/dist/server.js:12:3)',
  '{"message":"x","stack":"Error: x\\n    at run (file:///app/a.js:1:1)"}',
  'Traceback (most recent call last): File "x.py"',
  'Error in /usr/src/app/node_modules/express/lib/router.js',
];
/** Texts that a good service may send. */
const clean = [
  'The request is not valid',
  'Invalid input: title must have at most 100 characters',
  'The title "\'; drop table conduct; --" is too long',
  'Please select a meeting from the list, where you are a host',
  'There is nothing at this address: /api/v1/meetings/x',
  'Meet us at 10:30 (room 5)',
  '{"error":"VALIDATION_ERROR","details":[{"path":"body.title","message":"expected string"}]}',
  'The meeting does not exist',
];

function findingsIn(text: string): string[] {
  const names: string[] = [];
  noteRawText({ note: (name) => names.push(name) }, text, { request: 'GET /', answer: text });
  return names;
}

test('conduct recognizes raw database text, and no ordinary message', () => {
  expect(database.filter((text) => !findingsIn(text).includes('raw-database-text'))).toEqual([]);
  const others = [...clean, ...stacks.slice(0, 3)];
  expect(others.filter((text) => findingsIn(text).includes('raw-database-text'))).toEqual([]);
});

test('conduct recognizes a stack trace or a file path, and no ordinary message', () => {
  expect(stacks.filter((text) => !findingsIn(text).includes('stack-in-answer'))).toEqual([]);
  const others = [...clean, ...database];
  expect(others.filter((text) => findingsIn(text).includes('stack-in-answer'))).toEqual([]);
});

served('conduct reports a changed text as worth knowing', async ({ serve }) => {
  const url = await serve(({ method, path, body }) => {
    if (method !== 'POST' || path !== '') return undefined;
    const title = (JSON.parse(body) as { title: string }).title.replaceAll('<', '&lt;');
    return { status: 201, body: { success: true, data: { id: 'm', title } } };
  });
  const answered = await ask(textsAsTexts, {
    serviceUrl: url,
    socketUrl: url,
    access: await accessOf('small'),
    timeoutMs: 2000,
    idleConnection: () => Promise.reject(new Error('not asked')),
    stoppableDatabase: async () => '',
  });
  expect(answered.state).toBe('passed');
  expect(answered.findings.map(({ name, more }) => [name, more])).toEqual([['text-is-changed', 0]]);
});
