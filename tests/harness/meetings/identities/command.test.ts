// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are templates of a contract file
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { processIdentity } from '../../../../src/kernel/process-identity.ts';
import { compileCommand } from '../../../../src/meetings/identities/command-line.ts';
import { test } from './opened.ts';

const claims = (sub: string) => Buffer.from(JSON.stringify({ sub })).toString('base64url');

test('runs the command for each user, and reads the user id from the token', async ({ open, write }) => {
  write(
    'mint.sh',
    `printf 'eyJhbGciOiJub25lIn0.%s.sig\\n' "$(printf '{"sub":"user-%s"}' "$1" | base64 | tr -d '=\\n')"`,
  );
  const command = { run: 'sh ./mint.sh ${number}', users: '5..6', renew: '10m' };
  const identities = await open({ identity: { command } });
  const [five, six] = await Promise.all([identities.open('p-1'), identities.open('p-2')]);
  expect([five.userId, six.userId]).toEqual(['user-5', 'user-6']);
  expect(five.token).toBe(`eyJhbGciOiJub25lIn0.${claims('user-5')}.sig`);
  expect(five.headers).toEqual({ authorization: `Bearer ${five.token}` });
  expect(identities.describe()).toBe('a token from a command for each user, renewed every 10 min');
});

test('runs pipes, and builds the user id from the number', async ({ open }) => {
  const command = {
    run: 'echo "x opaque-${number}" | cut -d" " -f2',
    users: '1..2',
    user: '"u-" + string(number)',
  };
  const identities = await open({ identity: { command } });
  const one = await identities.open('p-1');
  expect([one.userId, one.token]).toEqual(['u-1', 'opaque-1']);
});

test.describe('values in a shell command', () => {
  const evil = `$(touch broken) ; touch broken ' " \` & | > broken`;
  const forms = [
    'printf %s ${row.id}',
    'printf %s "${row.id}"',
    "printf %s '${row.id}'",
    `sh -c 'printf %s "$1"' sh \${row.id}`,
    `printf %s "$(printf %s "\${row.id}")"`,
  ];
  for (const run of forms)
    test(`does not execute a value in \`${run}\``, async ({ open, write, folder }) => {
      write('users.json', JSON.stringify([{ id: evil }]));
      const command = { run: `${run} | tr -d ' \n'`, users: 'users.json', user: 'row.id' };
      const identities = await open({ identity: { command } });
      expect((await identities.open('p')).token).toBe(evil.replaceAll(' ', ''));
      expect(existsSync(join(folder, 'broken'))).toBe(false);
    });

  test('passes values as shell parameters in each kind of quotes', () => {
    const line = compileCommand(`a \${user} "b \${number}" 'c \${user}' \\" \${number} "it's \${user}"`);
    expect(line({ user: 'x', number: 3 })).toEqual({
      script: `a "\${1}" "b \${2}" 'c '"\${3}"'' \\" "\${4}" "it's \${5}"`,
      values: ['x', '3', 'x', '3', 'x'],
    });
  });
});

test.describe('failed commands', () => {
  const cases: [string, string, RegExp][] = [
    [
      'a command that exits with a code',
      'echo "no such user" >&2; exit 3',
      /identity\.command\.run: for "p", the command ended with 3: no such user\. Run it by hand/,
    ],
    ['a command that does not exist', './nowhere', /ended with 127: .*nowhere/],
    ['a command without output', 'true', /printed nothing/],
    ['output of several words', 'echo token: abc', /more than one word/],
    ['too much output', 'yes | head -c 200000', /printed more than 65536 characters/],
  ];
  for (const [name, run, message] of cases)
    test(`reports ${name}`, async ({ open }) => {
      const identities = await open({ identity: { command: { run, user: 'user' } } });
      await expect(identities.open('p')).rejects.toThrow(message);
    });

  test('reports a token without a user id', async ({ open }) => {
    const identities = await open({ identity: { command: { run: 'echo opaque' } } });
    await expect(identities.open('p')).rejects.toThrow(
      'identity.command.user: the token for "p" contains no user id',
    );
  });

  test('removes secrets from the error message of a command', async ({ open }) => {
    const run = 'echo "wrong key ${env.SIGNING_SECRET}" >&2; exit 1';
    const environment = { SIGNING_SECRET: 'hush-hush-4711' };
    const identities = await open({ identity: { command: { run } } }, { environment });
    await expect(identities.open('p')).rejects.toThrow('wrong key [secret].');
  });
});

test('kills a hanging command and its children', async ({ open, write, folder }) => {
  write('hang.sh', 'sleep 600 & echo $! > child; wait');
  const identities = await open({ identity: { command: { run: 'sh hang.sh' } } }, { commandTimeoutMs: 500 });
  await expect(identities.open('p')).rejects.toThrow('did not end within 0.5 s');
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await expect.poll(() => processIdentity(child)).toBeUndefined();
});

test('kills processes that a command left running', async ({ open, folder }) => {
  const run = 'sleep 600 & echo $! > child; echo opaque-token';
  const identities = await open({ identity: { command: { run, user: 'user' } } });
  expect((await identities.open('p')).token).toBe('opaque-token');
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
  await expect.poll(() => processIdentity(child)).toBeUndefined();
});

test('kills running commands on close', async ({ open, folder }) => {
  const identities = await open({ identity: { command: { run: 'echo x > started; sleep 600' } } });
  const opening = identities.open('p').catch((error: Error) => error.message);
  await expect.poll(() => existsSync(join(folder, 'started'))).toBe(true);
  await identities.close();
  expect(await opening).toContain('was stopped, because the run ended');
});

test('passes only the given environment to a command', async ({ open }) => {
  const run = 'echo "[$GIVEN][$FULLHOUSE_TEST_OURS]"';
  process.env.FULLHOUSE_TEST_OURS = 'ours';
  const identities = await open(
    { identity: { command: { run, user: 'user' } } },
    { commandEnvironment: { PATH: process.env.PATH, GIVEN: 'yes' } },
  );
  expect((await identities.open('p')).token).toBe('[yes][]');
  delete process.env.FULLHOUSE_TEST_OURS;
});
