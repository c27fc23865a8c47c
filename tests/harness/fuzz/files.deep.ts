import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { main as fullhouse } from '../../../src/commands/fullhouse.ts';
import { readAuthorities } from '../../../src/config/authorities.ts';
import { main as baseline } from '../../../src/history/commands/baseline.ts';
import { main as compare } from '../../../src/history/commands/compare.ts';
import { main as history } from '../../../src/history/commands/history.ts';
import { loadJourney, refuseJourney } from '../../../src/journeys/load-journey.ts';
import { contractOf } from '../../../src/meetings/contract/load.ts';
import { readRows } from '../../../src/meetings/identities/rows-file.ts';
import { loadProfile } from '../../../src/network/profiles/load.ts';
import { call, har, webSocket } from '../contract-file/har-file.ts';
import { document } from '../contract-file/written.ts';
import { latencies, operationOf, recordOf } from '../history/records.ts';
import { inProcess } from '../kernel/run-command.ts';
import { newAuthority } from '../request-context/certificates.ts';
import { mutatedBytes, mutatedJson, mutatedText, oddText } from './mutated.ts';
import { answersInWords, expectUserMessage, holdsFor } from './property.ts';

/** A folder of the test. */
function folder(name = ''): string {
  const path = test.info().outputPath(name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The bytes of a JSON file with changes in its text or its values. */
function damagedJson(value: unknown): fc.Arbitrary<Buffer> {
  return fc.oneof(
    mutatedBytes([JSON.stringify(value)]),
    mutatedJson(value).map((changed) => Buffer.from(JSON.stringify(changed) ?? '')),
  );
}

const examples = ['all-sockets', 'cookie-acks', 'rest-v2'].map((name) =>
  readFileSync(join(import.meta.dirname, `../../../docs/examples/contracts/${name}.yaml`), 'utf8'),
);

test('a damaged contract is read, or refused with a message for users', async () => {
  const changed = fc.constantFrom(...examples).chain((text) => mutatedJson(parse(text)));
  const texts = fc.oneof(
    mutatedBytes(examples).map((bytes) => bytes.toString()),
    changed.map((value) => JSON.stringify(value) ?? ''),
  );
  await holdsFor(1000, texts, (text) => answersInWords(() => contractOf(text, 'contract.yaml', {})));
});

test('a damaged network profile is read, or refused with a message for users', async () => {
  const path = join(folder(), 'some.json');
  const profile = {
    rttMs: 50,
    jitterMs: 5,
    downKbps: 1000,
    loss: { model: 'bernoulli', percent: 1 },
    aliases: ['other'],
    source: { name: 'a', what: 'b' },
  };
  await holdsFor(1000, damagedJson(profile), async (bytes) => {
    writeFileSync(path, bytes);
    await answersInWords(() => loadProfile('some', [folder()]));
  });
});

test('damaged certificates are read, or refused with a message for users', async () => {
  const { pem } = await newAuthority('one');
  const path = join(folder(), 'ca.pem');
  await holdsFor(500, mutatedBytes([pem, `${pem}\n${pem}`]), async (bytes) => {
    writeFileSync(path, bytes);
    await answersInWords(() => readAuthorities(path));
  });
});

test('a damaged file of users is read, or refused with a message for users', async () => {
  const csv = 'id,token\nann,"a ""b"""\nben,c\n';
  for (const [name, bytes] of [
    ['users.csv', mutatedBytes([csv])],
    ['users.json', damagedJson([{ id: 'ann', token: 'a' }])],
  ] as const)
    await holdsFor(1000, bytes, async (content) => {
      writeFileSync(join(folder(), name), content);
      await answersInWords(() => readRows('identity.users.file', name, folder()));
    });
});

test('the commands of the history answer damaged records and baselines with a message for users', async () => {
  const records = [0, 1].map((n) =>
    recordOf(n, { operations: { 'meeting.get': operationOf(latencies(20, 100, n)) } }),
  );
  const folders = { HISTORY_FOLDER: folder('history'), BASELINES_FOLDER: folder('baselines') };
  writeFileSync(join(folders.HISTORY_FOLDER, 'right.json'), JSON.stringify(records[0]));
  await holdsFor(150, damagedJson(records[1]), async (bytes) => {
    for (const place of Object.values(folders)) writeFileSync(join(place, 'damaged.json'), bytes);
    for (const [main, ...args] of [
      [history],
      [compare],
      [compare, 'baseline', 'last'],
      [baseline, '--yes'],
    ] as const) {
      const { code, out, err } = await inProcess(main, args, { environment: folders });
      assert(code === 0 || code === 1);
      expectUserMessage(out + err);
    }
    rmSync(folders.BASELINES_FOLDER, { recursive: true });
    folder('baselines');
  });
});

test('`contract from-openapi` reads a damaged document, or refuses it with a message for users', async () => {
  const documents = ['rest-v2.yaml', 'rooms.yaml', 'conferences.json'].map((name) =>
    parse(readFileSync(document(name), 'utf8')),
  );
  const path = join(folder(), 'openapi.json');
  const changed = fc.oneof(...documents.map(damagedJson));
  await holdsFor(300, changed, async (bytes) => {
    writeFileSync(path, bytes);
    const { code, err } = await inProcess(fullhouse, ['contract', 'from-openapi', path]);
    assert(code === 0 || code === 1);
    expectUserMessage(err);
  });
});

test('`contract from-har` reads a damaged recording, or refuses it with a message for users', async () => {
  const path = join(folder(), 'anna.har');
  const service = 'https://app.example.com';
  const headers = { authorization: 'Bearer a.b.c' };
  const joined = { method: 'POST', status: 201, headers, json: { name: 'ann' }, answer: { id: 'u-1' } };
  const recording: unknown = JSON.parse(
    har(
      call({ at: 0, url: `${service}/api/meetings`, ...joined, answer: { id: 'm-1' } }),
      call({ at: 100, url: `${service}/api/meetings/m-1/participants`, ...joined }),
      webSocket('wss://app.example.com/socket.io/?EIO=4&transport=websocket', 200, [
        [210, '<0{"sid":"a"}'],
        [220, '>40{"token":"a.b.c"}'],
        [230, '<40{"sid":"b"}'],
        [300, '>42["hand:raise",{"meetingId":"m-1"}]'],
        [310, '<42["hand:raised",{"userId":"u-1"}]'],
      ]),
      call({ at: 900, url: `${service}/api/meetings/m-1/participants/u-1`, method: 'DELETE', headers }),
    ),
  );
  await holdsFor(300, damagedJson(recording), async (bytes) => {
    writeFileSync(path, bytes);
    const { code, err } = await inProcess(fullhouse, ['contract', 'from-har', path]);
    assert(code === 0 || code === 1);
    expectUserMessage(err);
  });
});

test('a damaged journey is loaded, or refused with a message for users', async () => {
  const right =
    "import { sep } from 'node:path';\nexport default async () => (sep ? 'completed' : 'gave up: it');\n";
  const inFolder = folder();
  let index = 0;
  await holdsFor(100, mutatedBytes([right]), async (bytes) => {
    // A module is loaded only once for each path.
    const path = join(inFolder, `journey-${++index}.ts`);
    writeFileSync(path, bytes);
    await answersInWords(() => loadJourney(path, { actions: 0, thinkMs: [0, 0] }));
  });
});

test('any path of a journey is accepted, or refused with a message for users', async () => {
  const paths = fc.oneof(oddText, mutatedText(['journeys/wave.ts', '../a b/%20.mts', 'attend-meeting']));
  await holdsFor(500, paths, async (path) => {
    await answersInWords(() => refuseJourney(path));
  });
});
