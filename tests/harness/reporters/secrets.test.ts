import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { expect } from '@playwright/test';
import { Ledger, toNdjson } from '../../../src/checks/ledger.ts';
import { ExperimentRecord } from '../../../src/experiments/experiment-record.ts';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { keepComparison, keepExemplars } from '../../../src/results/evidence/keep.ts';
import { summarySchema } from '../../../src/results/summary/schema.ts';
import { writeRunFile } from '../../../src/run/run-folder.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { performancePagePart } from '../../../src/views/page/page.ts';
import { publish } from '../../../src/views/publish.ts';
import { sliceReport } from '../crowd/slice-reports.ts';
import { VirtualClock } from '../kernel/virtual-clock.ts';
import { record } from '../results/summary/crowd-records.ts';
import { tokenOf } from '../service/tokens.ts';
import { journal, richCrowd } from '../views/page/rich-run.ts';
import { test as base } from './kept-run.ts';
import { placesHolding, textsBelow } from './planted.ts';

const test = base.extend<{ hide: (secret: string) => void }>({
  hide: async ({}, use) => {
    const forget: (() => void)[] = [];
    await use((secret) => forget.push(hideSecret(secret)));
    for (const one of forget) one();
  },
});

/** Secrets that a service may sign with, by the property that each secret covers. */
const unmistakable: Record<string, string> = {
  'a secret with characters that HTML escapes': 'p&ss<w"rd>\'`_1',
  'a secret with characters that JSON and Markdown escape': 'back\\slash_|*_"quoted"[1]',
  'a secret with characters beyond ASCII': 'schlüssel-größe-🔑-9',
  'a secret that closes an HTML element': '</script><b>42',
  'a secret that looks like a style property': 'font-size-1',
  'a secret with a comma and a line end': 'one,two\nthree 3',
};
const words = ['secret', 'load', 'failed', 'charts', 'operations', 'summary', 'before', '123456'];

/** A run whose service repeats a text in every possible place. */
function told(said: string) {
  const timings = new Timings(0);
  for (const [operation, outcome] of [
    ['meeting.get', 'http 500'],
    ['meeting.join', 'denied'],
  ] as const) {
    timings.operation(operation).record('ok', 0, 8);
    timings.operation(operation).record(outcome, 0, 10);
    timings.operation(operation).failure(outcome, `500 ${said}`, `{"message":${JSON.stringify(said)}}`);
  }
  return { timings: timings.encode(1000), ledger: ledgerOf(said), journal: journalOf(said) };
}

function ledgerOf(said: string): Ledger {
  const ledger = new Ledger(() => 0);
  ledger.add({ who: 'a', type: 'socket', change: 'failed', reason: said });
  ledger.add({ who: 'a', type: 'received', event: 'hand-raised', about: said, stamp: said });
  ledger.add({
    who: 'a',
    type: 'state',
    source: 'service',
    state: { status: said, roster: [{ userId: said, role: said, handRaised: false }] },
  });
  ledger.invoke({ who: 'a', op: 'meeting.get' })('http 500', { [said]: [said] });
  return ledger;
}

async function journalOf(said: string) {
  const clock = new VirtualClock();
  const experiment = new ExperimentRecord({
    name: 'storm',
    title: 'a storm',
    description: 'What is said?',
    seed: 1,
    clock,
  });
  await experiment.steadyBefore(
    [{ name: 'serves', tolerance: 'it does', ask: async () => ({ ok: true, value: said }) }],
    0,
  );
  await experiment
    .act('something breaks', () => Promise.reject(new Error(`it said ${said}`)))
    .catch(() => undefined);
  await experiment.noticed('it is noticed', 0, async () => ({ ok: false, value: `it said ${said}` }));
  return experiment.journal();
}

for (const [what, secret] of [
  ...Object.entries(unmistakable),
  ...words.map((word) => [`the secret "${word}"`, word] as const),
]) {
  test(`redacts ${what} in every report and keeps the rest of the reports`, async ({ keptRun, hide }) => {
    hide(secret);
    const token = tokenOf('somebody', secret);
    const said = `it is "${secret}", for Bearer ${token}`;
    const { timings, ledger, journal: unjudged } = told(said);
    await keptRun.keep(record([sliceReport({ timings })], { expected: [1] }));
    await writeRunFile(keptRun.id, 'chaos/storm.json', JSON.stringify(await unjudged));
    await writeRunFile(keptRun.id, 'chaos/storm.ledger.ndjson', toNdjson(ledger.entries));
    const { files, problems } = await publish(keptRun.id);
    expect(problems).toEqual([]);

    const texts = textsBelow(keptRun.folder);
    // The sentence of the service: an ordinary word also occurs in our own texts, and may stay there.
    const searched = Object.values(unmistakable).includes(secret) ? secret : `it is "${secret}"`;
    expect(placesHolding(texts, searched)).toEqual([]);
    for (const part of [token, token.split('.')[2]!]) expect(placesHolding(texts, part)).toEqual([]);
    // The sentence was there, and placeholders replace the secrets.
    const kinds = new Set(
      placesHolding(texts, 'it is "[secret]", for Bearer [token]').map((place) => extname(place)),
    );
    expect([...kinds].sort()).toEqual(['.html', '.js', '.json', '.md', '.ndjson']);

    const text = (name: string) => readFileSync(files.get(name)!, 'utf8');
    const summary = summarySchema.parse(JSON.parse(text('summary.json')));
    expect(summary.totals).toMatchObject({ total: 4, failed: 2 });
    expect(Object.keys(summary.operations)).toEqual(['meeting.join', 'meeting.get']);
    expect(text('timings.csv').split('\r\n')[0]).toMatch(/^second,operation,users,total,ok,failed,/);
    expect(text('metrics.prom')).toContain('fullhouse_verdict{crowd="crowd",verdict="failed"}');
    expect(text('summary.md')).toContain('## Operations');
    expect(text('chaos.md')).toContain('a storm');
  });
}

test('the performance page is identical for different secrets that the service repeats', async ({
  keptRun,
  hide,
}) => {
  const pageOf = async (secret: string) => {
    hide(secret);
    const { timings } = told(`it is "${secret}"`);
    await rm(join(keptRun.folder, 'evidence'), { recursive: true, force: true });
    await keptRun.keep(record([sliceReport({ timings })], { expected: [1] }));
    const { files } = await publish(keptRun.id, [performancePagePart]);
    return readFileSync(files.get('index.html')!, 'utf8');
  };
  const plain = await pageOf('nothing-that-stands-anywhere-1');
  expect(plain).toContain('it is &#34;[secret]&#34;');
  const different = [];
  for (const word of [...words, 'script', 'class', 'article', 'font-size-1', 'text/plain-9', 'token'])
    if ((await pageOf(word)) !== plain) different.push(word);
  expect(different).toEqual([]);
});

test('redacts a secret in evidence whose writer did not know the secret', async ({ keptRun, hide }) => {
  const secret = Object.values(unmistakable)[0]!;
  const { timings } = told(`it is "${secret}"`);
  const slice = sliceReport({ timings, drops: { [`closed by ${secret}`]: 1 } });
  await keptRun.keep(
    record([slice], {
      expected: [1],
      stopped: { reason: secret, isInterrupted: false },
      metrics: { before: secret, after: secret, samples: [], routes: referenceContract().metrics },
    }),
    undefined,
    { NOTE: secret },
  );
  const { comparison, exemplars } = richCrowd().evidence;
  await keepComparison(keptRun.id, 'crowd', { ...comparison!, with: secret });
  await keepExemplars(keptRun.id, slice, [{ ...exemplars![0]!, who: secret }]);
  mkdirSync(join(keptRun.folder, 'chaos'), { recursive: true });
  writeFileSync(join(keptRun.folder, 'chaos/storm.json'), JSON.stringify(journal({ title: secret })));
  hide(secret);
  const { files, problems } = await publish(keptRun.id);
  expect(problems).toEqual([]);
  const written = [...files].map(([place, path]) => ({ place, text: readFileSync(path, 'utf8') }));
  expect(placesHolding(written, secret)).toEqual([]);
  expect(placesHolding(written, '[secret]').length).toBeGreaterThan(3);
});

test('the search of these tests finds a secret in JSON, URL and HTML escapes', () => {
  const secret = Object.values(unmistakable).join(' ');
  const spelled = [
    JSON.stringify(secret),
    JSON.stringify(JSON.stringify(secret)),
    encodeURIComponent(secret),
    secret.replace(/[^\w]/g, (one) => `&#${one.codePointAt(0)};`),
  ];
  expect(
    placesHolding(
      spelled.map((text, index) => ({ place: String(index), text })),
      secret,
    ),
  ).toEqual(['0', '1', '2', '3']);
});
