import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { hideSecret } from '../../../../src/kernel/secrets.ts';
import { redactTrace } from '../../../../src/participants/page/trace-file.ts';
import { tokenOf } from '../../service/tokens.ts';

const token = tokenOf('somebody', 'secret');

async function redacted(entries: Record<string, Uint8Array>, secrets: string[], folder: string) {
  const [from, to] = [`${folder}-raw.zip`, `${folder}.zip`];
  await writeFile(from, zipSync(entries));
  await redactTrace(from, to, secrets);
  return unzipSync(await readFile(to));
}

test('redacts tokens in calls, requests and snapshots, and nothing else', async ({}, testInfo) => {
  const picture = new Uint8Array([0xff, 0xd8, 0x00, 0x80, 0xfe]);
  const umlaut = strToU8('{"text":"Grüße"}');
  const entries = await redacted(
    {
      'trace.trace': strToU8(`{"url":"http://127.0.0.1/?meeting=1#token=${token}"}`),
      'trace.network': strToU8(`{"authorization":"Bearer ${token}"}`),
      'resources/1.json': umlaut,
      'resources/1.jpeg': picture,
      'resources/2.dat': strToU8('an opaque one: no-jwt-at-all'),
    },
    ['no-jwt-at-all'],
    testInfo.outputPath('trace'),
  );
  const text = Object.values(entries)
    .map((content) => strFromU8(content, true))
    .join('\n');
  expect(text).not.toContain(token.slice(0, 30));
  expect(text).not.toContain('no-jwt-at-all');
  expect(strFromU8(entries['trace.trace']!)).toContain('#token=[token]');
  expect(entries['resources/1.json']).toEqual(umlaut);
  expect(entries['resources/1.jpeg']).toEqual(picture);
});

test('redacts secrets in page and service texts, and keeps code and the names that the viewer needs', async ({}, testInfo) => {
  const forget = ['before', 'schlüssel-1'].map(hideSecret);
  const call = {
    type: 'before',
    class: 'Frame',
    method: 'before',
    params: { text: 'it is before', url: 'http://127.0.0.1/?k=schl%C3%BCssel-1' },
    html: ['BODY', { title: 'schlüssel-1' }, 'before', ['before', 'P']],
  };
  const entries = await redacted(
    {
      'trace.trace': strToU8(`${JSON.stringify(call)}\n\n{"type":"after"}`),
      'resources/1.json': strToU8('{"error":"before"}'),
      'resources/2.js': strToU8('before("schlüssel-1")'),
      'resources/3.dat': new Uint8Array([0xff, ...strToU8('before'), 0xfe]),
    },
    [],
    testInfo.outputPath('words'),
  );
  for (const one of forget) one();
  const [first, ...rest] = strFromU8(entries['trace.trace']!).split('\n');
  expect(rest).toEqual(['', '{"type":"after"}']);
  expect(JSON.parse(first!)).toEqual({
    ...call,
    params: { text: 'it is [secret]', url: 'http://127.0.0.1/?k=[secret]' },
    html: ['BODY', { title: '[secret]' }, '[secret]', ['[secret]', 'P']],
  });
  expect(strFromU8(entries['resources/1.json']!)).toBe('{"error":"[secret]"}');
  expect(strFromU8(entries['resources/2.js']!)).toBe('before("[secret]")');
  // Bytes that are not UTF-8 stay. The byte before the secret is the letter ÿ, so the secret is not a whole word here.
  expect([...entries['resources/3.dat']!]).toEqual([0xff, ...strToU8('before'), 0xfe]);
});
