// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { expect } from '@playwright/test';
import { test } from './opened.ts';

const users = 'id,token,tenant\nann,opaque-1,red\nben,,blue\n';
const identity = { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } };

test('fills the header, query, handshake and first message by the contract', async ({ open, write }) => {
  write('users.csv', users);
  const send = {
    header: { 'x-api-key': '${token}', 'x-tenant': '${row.tenant}' },
    query: { who: '${user}', v: '2 b' },
    socket: {
      auth: { key: '${token}', who: { id: '${user}', seat: '${number}' } },
      query: { tenant: '${row.tenant}' },
      header: { 'x-seat': 's${number}' },
      first: { emit: 'auth', json: { token: '${token}' }, reply: 'authenticated', refusal: 'problem' },
    },
  };
  const ann = await (await open({ identity, send })).open('p');
  expect(ann.headers).toEqual({ 'x-api-key': 'opaque-1', 'x-tenant': 'red' });
  expect(ann.query).toBe('?who=ann&v=2+b');
  expect(ann.socket).toEqual({
    auth: { key: 'opaque-1', who: { id: 'ann', seat: 1 } },
    query: { tenant: 'red' },
    headers: { 'x-seat': 's1' },
    first: { emit: 'auth', json: { token: 'opaque-1' }, reply: 'authenticated', refusal: 'problem' },
  });
});

test('sends no token header when the contract sets a query, and keeps the default handshake', async ({
  open,
  write,
}) => {
  write('users.csv', users);
  const ann = await (await open({ identity, send: { query: { access_token: '${token}' } } })).open('p');
  expect([ann.headers, ann.query, ann.socket]).toEqual([
    {},
    '?access_token=opaque-1',
    { auth: { token: 'opaque-1' } },
  ]);
});

test('omits a header or field whose value is missing', async ({ open, write }) => {
  write('users.csv', users);
  const send = {
    header: { authorization: 'Bearer ${token}', 'x-tenant': '${row.tenant}', 'x-none': '${row.nothing}' },
    socket: { auth: { token: '${token}', list: ['${row.nothing}', 'b'] }, first: { emit: 'hello' } },
  };
  const identities = await open({ identity: { users: { file: 'users.csv', user: 'row.id' } }, send });
  const ben = await identities.open('p');
  expect(ben.token).toBeUndefined();
  expect(ben.headers).toEqual({ 'x-tenant': 'red' });
  expect(ben.socket).toEqual({
    auth: { list: ['b'] },
    first: { emit: 'hello', json: undefined, reply: 'ack' },
  });
});

test('refuses a value that no header can carry, and names the header', async ({ open, write }) => {
  write(
    'users.json',
    JSON.stringify([
      { id: 'ann', name: 'a\r\nx-admin: yes' },
      { id: 'ben', name: 'Zoë 👋' },
    ]),
  );
  const send = { header: { 'x-name': '${row.name}' } };
  const identities = await open({ identity: { users: { file: 'users.json', user: 'row.id' } }, send });
  await expect(identities.open('p')).rejects.toThrow('send.header.x-name: the value has a line break');
  await expect(identities.open('q')).rejects.toThrow('no header can carry');
});

test('sends nothing without an identity, and reads the user id from the connection', async ({ open }) => {
  const identities = await open({ identity: { none: { user: 'socket.id' } } });
  const one = await identities.open('run-1-p');
  expect([one.userId, one.token, one.headers, one.query, one.socket]).toEqual([
    'run-1-p',
    undefined,
    {},
    '',
    {},
  ]);
  expect(identities.isOurs('abc', 'run-1-')).toBe(false);
  one.learn({ socket: { id: 'abc' } });
  expect(one.userId).toBe('abc');
  expect(identities.isOurs('abc', 'run-1-')).toBe(true);
  expect(identities.isOurs('run-1-p', 'run-1-')).toBe(true);
  one.learn({});
  expect(one.userId).toBe('abc');
  for (const fault of ['forged', 'missing', 'garbage'] as const)
    expect(await identities.wrongIdentity(fault, 'run-1-p')).toBeUndefined();
  expect(identities.describe()).toBe('no identity: the service asks for none');
});
