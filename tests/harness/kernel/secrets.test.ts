import { expect, test } from '@playwright/test';
import { UserError } from '../../../src/kernel/errors.ts';
import { escapeMarkdown } from '../../../src/kernel/outside-text.ts';
import { hideSecret, lastLook, withoutSecrets, withoutSecretsIn } from '../../../src/kernel/secrets.ts';
import { embeddedJson, html, trusted } from '../../../src/views/page/html.ts';
import { tokenOf } from '../service/tokens.ts';

test('redacts tokens in text, JSON and Markdown', () => {
  const token = tokenOf('somebody', 'a secret of this test');
  expect(withoutSecrets(`{"error":"bad token ${token}"}`)).toBe('{"error":"bad token [token]"}');
  expect(withoutSecrets(`authorization: Bearer ${token}, and so on`)).toBe(
    'authorization: Bearer [token], and so on',
  );
  expect(withoutSecrets('authorization: bearer 0123456789abcdef0123456789')).toBe(
    'authorization: bearer [token]',
  );
  // In JSON, the letter before the token is the end of an escape; Markdown escapes underscores.
  expect(lastLook(JSON.stringify([`\n${token}`, `\nBearer ${token}`]))).toBe(
    '["\\n[token]","\\nBearer [token]"]',
  );
  const underscored = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1_TEifQ.c2lnbmF0dXJl_W9m';
  expect(lastLook(`it is ${underscored.replaceAll('_', '\\_')}`)).toBe('it is [token]');
});

test('redacts a secret in text, in JSON and in a URL', () => {
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

test('leaves text without a secret or token unchanged', () => {
  hideSecret('p95'); // too short for a secret
  for (const text of [
    'p95 < 500 ms',
    'the bearer of a token',
    'eyJ',
    'a.b.c',
    '{"hdr":"HISTFAAAAB942pNpmSzMwMD"}',
  ])
    expect(withoutSecrets(text)).toBe(text);
});

test('redacts an ordinary-word secret only in foreign text, and only as a whole word', () => {
  const forget = hideSecret('load');
  expect(withoutSecrets('signed with "load", not with overload or LOAD')).toBe(
    'signed with "[secret]", not with overload or LOAD',
  );
  // In JSON, also directly after an escape.
  expect(withoutSecrets(String.raw`{"m":"a\nload \u0022load%22load"}`)).toBe(
    String.raw`{"m":"a\n[secret] \u0022[secret]%22[secret]"}`,
  );
  expect(withoutSecretsIn({ load: ['load', 7, null, { deep: 'the load' }] })).toEqual({
    '[secret]': ['[secret]', 7, null, { deep: 'the [secret]' }],
  });
  // In a sentence of the harness, its place would reveal the secret.
  expect(lastLook('the load is over')).toBe('the load is over');
  expect(new UserError('the load is over').message).toBe('the load is over');
  forget();
  expect(withoutSecrets('load')).toBe('load');
});

test('redacts any other secret also within a word', () => {
  const forget = hideSecret('hunter2_x');
  expect(lastLook('prefixhunter2_xsuffix')).toBe('prefix[secret]suffix');
  expect(withoutSecrets('prefixhunter2_xsuffix')).toBe('prefix[secret]suffix');
  forget();
});

const odd = ['p&ss<w"rd>\'`_9', 'back\\slash/two_2', 'schlüssel/ä+ö', 'pass of two\nlines', '🔑a|b*c~d[e]'];
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const byName = (text: string) => text.replace(/[&<>"']/g, (one) => named[one]!);
const written: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in JSON': inJson,
  'in JSON within JSON': (text) => inJson(inJson(text)),
  'in JSON of ASCII': (text) =>
    inJson(text).replace(
      /[\u0080-\uffff]/g,
      (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'in JSON within a script': (text) => embeddedJson(text).markup.slice(1, -1),
  'in HTML by number': (text) => html`${text}`.markup,
  'in HTML by name': byName,
  'in Markdown': escapeMarkdown,
  'in an address': encodeURIComponent,
  'in an address within an address': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in the body of a form': (text) => new URLSearchParams({ _: text }).toString().slice(2),
};

for (const [where, write] of Object.entries(written)) {
  test(`redacts a secret of special characters ${where}, and no other text`, () => {
    for (const secret of odd) {
      const forget = hideSecret(secret);
      const others = odd.filter((one) => one !== secret).map(write);
      const text = ['before', write(secret), ...others, write([...secret].slice(1).join(''))].join(' ');
      expect(lastLook(text), secret).toBe(text.replace(write(secret), '[secret]'));
      forget();
    }
  });
}

test('lastLook keeps a page and a JSON file readable', () => {
  const [secret] = odd as [string];
  const forget = hideSecret(secret);
  const script = 'const x = "p&ss";';
  const page = html`<p title="${secret}">it is ${secret}</p><script type="application/json">${embeddedJson({ text: `<b>${secret}&` })}</script><script>${trusted(script)}</script>`;
  expect(lastLook(page.markup)).toBe(
    `<p title="[secret]">it is [secret]</p><script type="application/json">{"text":"\\u003cb\\u003e[secret]\\u0026"}</script><script>${script}</script>`,
  );
  const document = { [`key ${secret}`]: [`it is ${secret}`, JSON.stringify({ again: secret }), 1, null] };
  for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)])
    expect(JSON.parse(lastLook(text))).toEqual({
      'key [secret]': ['it is [secret]', '{"again":"[secret]"}', 1, null],
    });
  forget();
});

test('lastLook keeps ordinary-word secrets, which may be words of the harness', () => {
  const forget = ['load', 'secret', 'failed', '123456', '----'].map(hideSecret);
  const text = '"the load failed: a secret of 123456 ----"';
  expect(lastLook(text)).toBe(text);
  for (const one of forget) one();
});
