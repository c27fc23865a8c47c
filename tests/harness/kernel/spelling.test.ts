import { expect, test } from '@playwright/test';
import { stringify } from 'csv-stringify/sync';
import { escapeMarkdown } from '../../../src/kernel/markdown.ts';
import { anySpelling } from '../../../src/kernel/spelling.ts';
import { html } from '../../../src/reporters/page/html.ts';

const texts = [
  'plain-word_9',
  'p&ss<w"rd>\'`',
  'back\\slash\\\\two',
  'schlüssel/ä+ö',
  '🔑 of two\nlines',
  'a|b*c~d[e]',
  '""\t%41',
];

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inAscii = (text: string) =>
  inJson(text).replace(
    /[\u0080-\uffff]/g,
    (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const byName = (text: string) =>
  text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]!);

const spellings: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in JSON': inJson,
  'in JSON of nothing but ASCII': inAscii,
  'in JSON of a slash that is escaped': (text) => inJson(text).replaceAll('/', '\\/'),
  'in JSON within JSON': (text) => inJson(inJson(text)),
  'in HTML, by number': (text) => html`${text}`.markup,
  'in HTML, by name': byName,
  'in HTML, twice': (text) => byName(byName(text)),
  'in JSON within HTML': (text) => byName(inJson(text)),
  'in Markdown': escapeMarkdown,
  'in an address': encodeURIComponent,
  'in an address within an address': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in a form': (text) => new URLSearchParams({ text }).toString().slice('text='.length),
  'in a cell of CSV': (text) => stringify([[`${text} and "more"`]]).slice(1, -' and ""more""\n"'.length),
};

for (const [how, spell] of Object.entries(spellings)) {
  test(`a text is found ${how}`, () => {
    for (const text of texts) {
      const found = `before ${spell(text)} after`.replace(new RegExp(anySpelling(text), 'gu'), '…');
      expect(found.replace(/\\+/g, ''), text).toBe('before … after');
    }
  });
}

test('nothing else is found', () => {
  for (const text of texts) {
    const pattern = new RegExp(anySpelling(text), 'u');
    for (const other of texts.filter((one) => one !== text)) expect(pattern.test(other)).toBe(false);
    expect(pattern.test(text.slice(1))).toBe(false);
    expect(pattern.test(text.replace(/\w/, (one) => (one === 'x' ? 'y' : 'x')))).toBe(false);
  }
});
