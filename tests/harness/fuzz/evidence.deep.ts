import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { toNdjson } from '../../../src/checks/ledger.ts';
import { main as recheck } from '../../../src/experiments/recheck.ts';
import { keepComparison, keepExemplars } from '../../../src/results/evidence/keep.ts';
import { main as report } from '../../../src/views/remake.ts';
import { measured, resultOfBenchmark } from '../benchmarks/measured.ts';
import { inProcess } from '../kernel/run-command.ts';
import { type KeptRun, test } from '../reporters/kept-run.ts';
import { report as sliceReport, timingsOf } from '../results/summary/crowd-records.ts';
import { journal, richCrowd } from '../views/page/rich-run.ts';
import { mutatedBytes, mutatedJson } from './mutated.ts';
import { expectUserMessage, holdsFor } from './property.ts';

/** Writes all evidence that a run can leave, for all phases. */
async function keepAll(run: KeptRun): Promise<void> {
  const { comparison, exemplars } = richCrowd().evidence;
  const { crowdPath } = await run.keep();
  await keepComparison(run.id, 'crowd', comparison!);
  await keepExemplars(run.id, { crowd: 'crowd', slice: 1 }, exemplars!);
  const crowd = JSON.parse(readFileSync(crowdPath!, 'utf8')) as { facts: object };
  const put = (name: string, content: unknown) => {
    mkdirSync(join(run.folder, name, '..'), { recursive: true });
    writeFileSync(join(run.folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const inProgress = sliceReport(3, [{}], { finished: false, sequence: 2 });
  put('evidence/crowd/slice-3.progress.json', inProgress);
  const { samples, sequence, timings } = inProgress;
  put(
    'evidence/crowd/slice-3.progress.ndjson',
    `${JSON.stringify({ sequence, windows: timings.windows, samples })}\n`,
  );
  put('run.json', crowd.facts);
  put('asked.json', {
    schema: 'fullhouse/asked/1',
    chaos: ['30 users, cut off for 5 s', 'another'],
    bench: ['meeting.get'],
    conduct: [],
    ended: 'passed',
    cut: [],
  });
  const checks = [
    {
      name: 'no user twice',
      finding: { check: 'no user is twice', verdict: 'passed', message: 'a', evidence: [] },
    },
  ];
  const { fullhouse, ...rest } = journal();
  put('chaos/storm.json', { ...rest, fullhouse: { ...fullhouse, checks } });
  put('chaos/storm.timings.json', timingsOf({}).encode(5000));
  put(
    'chaos/storm.ledger.ndjson',
    toNdjson([
      {
        n: 0,
        at: 0,
        who: 'experiment',
        type: 'state',
        source: 'service',
        state: { status: 'active', roster: [{ userId: 'a', handRaised: false }] },
      },
      { n: 1, at: 1, who: 'a', type: 'ok', call: 0, op: 'join' },
    ]),
  );
  put('bench/meeting.get.json', resultOfBenchmark('meeting.get', measured({})));
}

const FILES = [
  'evidence/crowd/crowd.json',
  'evidence/crowd/slice-1.json',
  'evidence/crowd/slice-3.progress.json',
  'evidence/crowd/slice-3.progress.ndjson',
  'evidence/crowd/comparison.json',
  'evidence/crowd/exemplars-1.json',
  'run.json',
  'asked.json',
  'chaos/storm.json',
  'chaos/storm.timings.json',
  'bench/meeting.get.json',
];

/** The bytes of a file of the run with changes in its text or its values. */
function damaged(text: string): fc.Arbitrary<Buffer> {
  const values = text.trim().split('\n').length === 1 || text.startsWith('{\n') ? [JSON.parse(text)] : [];
  return fc.oneof(
    mutatedBytes([text]),
    ...values.map((value) => mutatedJson(value).map((changed) => Buffer.from(JSON.stringify(changed) ?? ''))),
  );
}

test('`npx fullhouse report` writes all reports of an undamaged run', async ({ keptRun }) => {
  await keepAll(keptRun);
  const { code, err } = await inProcess(report, [keptRun.id]);
  expect([code, err]).toEqual([0, '']);
  expect(readdirSync(keptRun.folder)).toEqual(
    expect.arrayContaining(['summary.json', 'summary.md', 'index.html', 'chaos.md', 'bench.md']),
  );
});

for (const file of FILES)
  test(`\`npx fullhouse report\` names a damaged ${file}, and reports the other files`, async ({
    keptRun,
  }) => {
    await keepAll(keptRun);
    const path = join(keptRun.folder, file);
    const right = readFileSync(path, 'utf8');
    await holdsFor(80, damaged(right), async (bytes) => {
      writeFileSync(path, bytes);
      const { code, out, err } = await inProcess(report, [keptRun.id]);
      assert(code === 0 || code === 1);
      expectUserMessage(`${out}\n${err}`);
      assert.doesNotMatch(err, /was not written/);
      assert.equal(code === 1, err !== '', err);
      // The content of the other files is still reported.
      if (!file.endsWith('/crowd.json')) assert.match(out, /summary\.json/);
      if (!file.startsWith('bench')) assert.match(out, /bench\.md/);
      if (!file.startsWith('chaos')) assert.match(out, /chaos\.md/);
    });
  });

for (const file of ['chaos/storm.json', 'chaos/storm.ledger.ndjson'])
  test(`\`npx fullhouse recheck\` judges or names a damaged ${file}`, async ({ keptRun }) => {
    await keepAll(keptRun);
    const path = join(keptRun.folder, file);
    await holdsFor(300, damaged(readFileSync(path, 'utf8')), async (bytes) => {
      writeFileSync(path, bytes);
      const { code, out, err } = await inProcess(recheck, [keptRun.id]);
      assert(code === 0 || code === 1);
      expectUserMessage(out + err);
      if (err !== '') assert.equal(code, 1);
    });
  });
