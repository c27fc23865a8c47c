import { expect } from '@playwright/test';
import { test } from './opened.ts';

const identity = { users: { file: 'users.csv', user: 'row.id', token: 'row.token' } };
const file = (count: number) =>
  ['id,token', ...Array.from({ length: count }, (_, row) => `user-${row + 1},opaque-${row + 1}`), ''].join(
    '\n',
  );

test('gives each row of the file to one participant, with its token', async ({ open, write }) => {
  write('users.csv', '\uFEFFid,token\r\nann, "opaque,1" \r\n\r\nben,opaque-2\r\n');
  const identities = await open({ identity });
  const [ann, ben] = [await identities.open('p1'), await identities.open('p2')];
  expect([ann.userId, ann.token]).toEqual(['ann', 'opaque,1']);
  expect([ben.userId, ben.headers]).toEqual(['ben', { authorization: 'Bearer opaque-2' }]);
  expect(identities.describe()).toBe('tokens from users.csv');
});

test('shares an account between users of one name until all have released it', async ({ open, write }) => {
  write('users.csv', file(2));
  const identities = await open({ identity });
  const [first, second] = await Promise.all([identities.open('p1'), identities.open('p1')]);
  expect([first.userId, second.userId]).toEqual(['user-1', 'user-1']);
  expect((await identities.open('p2')).userId).toBe('user-2');
  await first.release();
  await first.release(); // twice is once
  await expect(identities.open('p3')).rejects.toThrow(
    'identity.users.file: there are 2 users, all of them are in use, and "p3" needs another one: at least 3 are needed.',
  );
  await second.release();
  expect((await identities.open('p3')).userId).toBe('user-1');
});

test('hands out released accounts in the order of their release', async ({ open, write }) => {
  write('users.csv', file(3));
  const identities = await open({ identity });
  const all = await Promise.all(['a', 'b', 'c'].map((name) => identities.open(name)));
  for (const position of [1, 0]) await all[position]!.release();
  const again = [await identities.open('d'), await identities.open('e')];
  expect(again.map(({ userId }) => userId)).toEqual(['user-2', 'user-1']);
});

test('divides all accounts between processes, without overlap', async ({ open, write }) => {
  write('users.csv', file(7));
  const parts = await Promise.all([0, 1, 2].map((index) => open({ identity }, { part: { index, of: 3 } })));
  const ids: string[][] = [];
  for (const part of parts) {
    const opened: string[] = [];
    try {
      for (let name = 0; ; name++) opened.push((await part.open(`p${name}`)).userId);
    } catch (error) {
      expect(String(error)).toMatch(
        /there are 7 users, [23] of them for process [123] of 3, all of them are in use, .* at least [34] are needed in each process/,
      );
    }
    ids.push(opened);
  }
  expect(ids).toEqual([
    ['user-1', 'user-4', 'user-7'],
    ['user-2', 'user-5'],
    ['user-3', 'user-6'],
  ]);
});

test.describe('unusable user files', () => {
  const cases: [string, string, RegExp][] = [
    ['is empty', 'id,token\n', /"users.csv" has no users/],
    ['has a row that is too long', 'id,token\nann,1,2\n', /"users.csv" is not valid CSV: .*line 2/],
    [
      'has the same user twice',
      'id,token\nann,1\nben,2\nann,3\n',
      /rows 1 and 3 of "users.csv" have the same user, "ann"/,
    ],
    [
      'lacks the id column',
      'name,token\nann,1\n',
      /identity\.users\.user: .*no id for row 1, .*columns name, token/,
    ],
  ];
  for (const [name, content, message] of cases)
    test(`refuses a user file that ${name}`, async ({ open, write }) => {
      write('users.csv', content);
      await expect(open({ identity })).rejects.toThrow(message);
    });

  test('refuses a user file that does not exist', async ({ open, folder }) => {
    await expect(open({ identity })).rejects.toThrow(`"users.csv": there is no file ${folder}/users.csv.`);
  });

  for (const [content, message] of [
    ['{', 'is not JSON'],
    ['{}', 'is not a list'],
    ['[{"id":"ann"},"opaque"]', 'is not an object: number 2 of the list'],
  ] as const)
    test(`refuses JSON users with the message "${message}"`, async ({ open, write }) => {
      write('users.json', content);
      await expect(open({ identity: { users: { file: 'users.json', user: 'row.id' } } })).rejects.toThrow(
        message,
      );
    });

  test('names the row without a token when its user is opened', async ({ open, write }) => {
    write('users.csv', 'id,token\nann,\n');
    const identities = await open({ identity });
    await expect(identities.open('p1')).rejects.toThrow(
      'identity.users.token: row.token gives no token for row 1',
    );
  });
});
