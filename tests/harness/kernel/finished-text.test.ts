import { test as base, expect } from '@playwright/test';
import { finishedText } from '../../../src/kernel/finished-text.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { embeddedJson, html, trusted } from '../../../src/reporters/page/html.ts';

/** Hides secrets for the time of a test: others have words of their own. */
const test = base.extend<{ hide: (...secrets: string[]) => void }>({
  hide: async ({}, use) => {
    const forget: (() => void)[] = [];
    await use((...secrets) => forget.push(...secrets.map(hideSecret)));
    for (const one of forget) one();
  },
});

const odd = 'p&ss<w"rd>_9|,\\';

test.describe('the last look at a finished file', () => {
  test('JSON is what it was, with other words', ({ hide }) => {
    hide(odd);
    const document = { [`key ${odd}`]: [`it is ${odd}`, JSON.stringify({ again: odd }), 1, null] };
    for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)])
      expect(JSON.parse(finishedText('a.json', text))).toEqual({
        'key [secret]': ['it is [secret]', '{"again":"[secret]"}', 1, null],
      });
    const lines = `${JSON.stringify(document)}\n{"a":1}\n`;
    expect(finishedText('a.ndjson', lines).split('\n').slice(1)).toEqual(['{"a":1}', '']);
  });

  test('a page keeps its markup, its script and its style, even where they hold the secret', ({ hide }) => {
    hide('font-size', 'data-show', '</script>', 'first1">', odd);
    const script = 'const x = "font-size"; // data-show';
    const page = html`<style>p { font-size: 1px }</style><p class="first1" id="font-size" data-show="it is ${odd}">font-size: ${odd} ${'</script>'}</p><script type="application/json" id="charts">${embeddedJson({ text: `${odd}</script>` })}</script><script>${trusted(script)}</script>`;
    const shown = finishedText('index.html', page.markup);
    expect(shown).toBe(
      `<style>p { font-size: 1px }</style><p class="first1" id="font-size" data-show="it is [secret]">[secret]: [secret] [secret]</p><script type="application/json" id="charts">{"text":"[secret][secret]"}</script><script>${script}</script>`,
    );
  });

  test('what is embedded stays safe within its element', ({ hide }) => {
    hide(odd);
    const page = `<script type="application/json">${embeddedJson({ text: `<b>${odd}&` }).markup}</script>`;
    expect(finishedText('index.html', page)).toBe(
      '<script type="application/json">{"text":"\\u003cb\\u003e[secret]\\u0026"}</script>',
    );
  });

  test('a table of Markdown and of CSV keeps its columns, and metrics their names', ({ hide }) => {
    hide('| Count |9999', 'p50_ms', 'ok,12,34a', 'fullhouse_users', 'users="9 of', odd);
    expect(finishedText('a.md', '| Operation | Count |9999 |\n|---|---:|---|')).toBe(
      '| Operation | Count |9999 |\n|---|---:|---|',
    );
    expect(finishedText('a.csv', `second,p50_ms\r\n1,ok,12,34a\r\n"${odd.replace('"', '""')} it",2`)).toBe(
      'second,p50_ms\r\n1,ok,12,34a\r\n"[secret] it",2',
    );
    expect(finishedText('a.prom', 'fullhouse_users{users="9 of p50_ms"} 3\n')).toBe(
      'fullhouse_users{users="9 of [secret]"} 3\n',
    );
  });

  test('ordinary words are nobody’s secret there, tokens always are one', ({ hide }) => {
    hide('load', 'secret', 'failed', '123456', '----');
    for (const name of ['a.json', 'a.html', 'a.md', 'a.csv', 'a.prom', 'a.txt', 'a.hgrm']) {
      const text = '"the load failed: a secret of 123456 ----"';
      expect(finishedText(name, text)).toBe(text);
    }
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1_TEifQ.c2lnbmF0dXJl_W9m';
    expect(finishedText('a.md', `it is ${token.replaceAll('_', '\\_')}`)).toBe('it is [token]');
    expect(finishedText('a.json', JSON.stringify([token, `Bearer ${token}`]))).toBe(
      '["[token]","Bearer [token]"]',
    );
  });
});
