import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { hideSecret, lastLook, withoutSecrets, withoutSecretsIn } from '../../../src/kernel/secrets.ts';
import { tokenOf } from '../service/tokens.ts';

test('tokens are left out, wherever they stand', () => {
  const token = tokenOf('somebody', 'a secret of this test');
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

test('an ordinary word is left out of what others say, as a word, and of nothing else', () => {
  const forget = hideSecret('load');
  expect(withoutSecrets('signed with "load", not with overload or LOAD')).toBe(
    'signed with "[secret]", not with overload or LOAD',
  );
  // Within JSON, and after what an escape ends in.
  expect(withoutSecrets(String.raw`{"m":"a\nload \u0022load%22load"}`)).toBe(
    String.raw`{"m":"a\n[secret] \u0022[secret]%22[secret]"}`,
  );
  expect(withoutSecretsIn({ load: ['load', 7, null, { deep: 'the load' }] })).toEqual({
    '[secret]': ['[secret]', 7, null, { deep: 'the [secret]' }],
  });
  // In a sentence of ours it would give itself away.
  expect(lastLook('the load is over')).toBe('the load is over');
  expect(new UserError('the load is over').message).toBe('the load is over');
  forget();
  expect(withoutSecrets('load')).toBe('load');
});

test('a secret that is no ordinary word is left out everywhere', () => {
  const forget = hideSecret('hunter2_x');
  expect(lastLook('prefixhunter2_xsuffix')).toBe('prefix[secret]suffix');
  expect(withoutSecrets('prefixhunter2_xsuffix')).toBe('prefix[secret]suffix');
  forget();
});
