import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { hideSecret } from '../../../../src/kernel/secrets.ts';
import { redactTrace } from '../../../../src/participants/page/trace-file.ts';
import { tokenOf } from '../../service/tokens.ts';

const token = tokenOf('somebody', 'secret');

/** The copy of a trace with these entries; undefined if it does not fit. */
async function copied(
  entries: Record<string, Uint8Array>,
  { secrets = [], limitBytes = 2 ** 20 }: Partial<Parameters<typeof redactTrace>[2]>,
  folder: string,
) {
  const [from, to] = [`${folder}-raw.zip`, `${folder}.zip`];
  await writeFile(from, zipSync(entries));
  const bytes = await redactTrace(from, to, { secrets, limitBytes });
  expect(existsSync(to) ? statSync(to).size : undefined).toBe(bytes);
  if (bytes === undefined) return undefined;
  expect(bytes).toBeLessThanOrEqual(limitBytes);
  return unzipSync(await readFile(to));
}

async function redacted(entries: Record<string, Uint8Array>, secrets: string[], folder: string) {
  return (await copied(entries, { secrets }, folder))!;
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

test('a trace that is too large loses frames of its film, then large resources, and then has no copy', async ({}, testInfo) => {
  const frames = Array.from({ length: 60 }, (_, index) => ({
    type: 'screencast-frame',
    file: `screencast/page@1-${index}.jpeg`,
    timestamp: 1000 + index * 100,
  }));
  const action = '{"type":"before","callId":"call@1"}';
  const trace = {
    'trace.trace': strToU8([action, ...frames.map((one) => JSON.stringify(one))].join('\n')),
    'resources/script.js': randomBytes(10_000),
    'resources/style.css': strToU8('p { color: red }'),
    ...Object.fromEntries(frames.map(({ file }) => [file, randomBytes(1000)])),
  };
  const keptOf = async (limitBytes: number) => {
    const entries = await copied(trace, { limitBytes }, testInfo.outputPath(`film-${limitBytes}`));
    if (!entries) return undefined;
    const [first, ...records] = strFromU8(entries['trace.trace']!).split('\n');
    expect(first).toBe(action);
    const film = Object.keys(entries).filter((name) => name.startsWith('screencast/'));
    // The viewer finds the file of each record.
    expect(records.map((line) => JSON.parse(line).file)).toEqual(film);
    for (const name of film) expect(entries[name]).toEqual(new Uint8Array(trace[name as keyof typeof trace]));
    return { frames: film.length, resources: Object.keys(entries).filter((name) => /^resources/.test(name)) };
  };
  const resources = ['resources/script.js', 'resources/style.css'];
  // Six seconds have twelve frames, two in a second.
  expect(await keptOf(40_000)).toEqual({ frames: 12, resources });
  expect(await keptOf(19_000)).toEqual({ frames: 6, resources });
  expect(await keptOf(11_500)).toEqual({ frames: 0, resources });
  expect(await keptOf(5_000)).toEqual({ frames: 3, resources: ['resources/style.css'] });
  expect(await keptOf(100)).toBeUndefined();
});
