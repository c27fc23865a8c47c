import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { hideSecret, withoutSecrets } from '../../../src/kernel/secrets.ts';
import { identity } from '../../../src/meetings/identity.ts';

test('tokens are left out, wherever they stand', () => {
  const { token } = identity('somebody', 'a secret of this test');
  expect(withoutSecrets(`{"error":"bad token ${token}"}`)).toBe('{"error":"bad token [token]"}');
  expect(withoutSecrets(`authorization: Bearer ${token}, and so on`)).toBe(
    'authorization: Bearer [token], and so on',
  );
  expect(withoutSecrets('authorization: bearer 0123456789abcdef0123456789')).toBe(
    'authorization: bearer [token]',
  );
});

test('a secret is left out as it is, within JSON and within an address', () => {
  const secret = 'p"ss word/of this test';
  expect(withoutSecrets(`it is ${secret}`)).toContain(secret);
  hideSecret(secret);
  expect(withoutSecrets(`it is ${secret}`)).toBe('it is [secret]');
  expect(JSON.parse(withoutSecrets(JSON.stringify({ secret })))).toEqual({ secret: '[secret]' });
  expect(withoutSecrets(`http://localhost/?key=${encodeURIComponent(secret)}`)).toBe(
    'http://localhost/?key=[secret]',
  );
  expect(new UserError(`The service answered "${secret}".`).stack).toBe('The service answered "[secret]".');
});

test('everything else stays as it is', () => {
  hideSecret('p95'); // too short to be one
  for (const text of [
    'p95 < 500 ms',
    'the bearer of a token',
    'eyJ',
    'a.b.c',
    '{"hdr":"HISTFAAAAB942pNpmSzMwMD"}',
  ])
    expect(withoutSecrets(text)).toBe(text);
});
