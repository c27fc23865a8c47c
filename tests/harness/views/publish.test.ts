import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { summarySchema } from '../../../src/results/summary/schema.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { publish } from '../../../src/views/publish.ts';
import type { ReportPart } from '../../../src/views/report-part.ts';
import { sliceReport } from '../crowd/slice-reports.ts';
import { test } from '../reporters/kept-run.ts';
import { fine, record } from '../results/summary/crowd-records.ts';
import { tokenOf } from '../service/tokens.ts';

const listing: ReportPart = {
  name: 'crowds.txt',
  write: ({ crowds }, write) => write('crowds.txt', crowds.map(({ summary }) => summary.run.crowd).join()),
};
const broken: ReportPart = {
  name: 'broken.txt',
  write: () => Promise.reject(new Error('out of ink\nand of paper')),
};

test.describe('publishing a run', () => {
  test('writes the same reports from the evidence each time', async ({ keptRun }) => {
    await keptRun.keep();
    const { files, problems } = await publish(keptRun.id);
    expect(problems).toEqual([]);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['summary.json', 'summary.md']));
    const contents = () => [...files.values()].map((path) => readFileSync(path, 'utf8'));
    const first = contents();
    await publish(keptRun.id);
    expect(contents()).toEqual(first);
    const summary = summarySchema.parse(JSON.parse(readFileSync(files.get('summary.json')!, 'utf8')));
    expect(summary).toMatchObject({ verdict: 'passed', totals: { total: 200 }, run: { id: keptRun.id } });
  });

  test('reports a failed report part in one line and writes the other reports', async ({ keptRun }) => {
    const { crowdPath, slicePaths } = await keptRun.keep();
    const { files, problems } = await publish(keptRun.id, [broken, listing]);
    expect(problems).toEqual(['broken.txt was not written: out of ink']);
    expect([...files.keys()]).toEqual(['crowds.txt']);
    expect(slicePaths).toHaveLength(2);
    for (const path of [crowdPath!, ...slicePaths]) JSON.parse(readFileSync(path, 'utf8'));
    expect((await publish(keptRun.id, [listing])).problems).toEqual([]);
  });

  test('names a damaged slice report and counts its slice as lost', async ({ keptRun }) => {
    const { slicePaths } = await keptRun.keep();
    writeFileSync(slicePaths[1]!, '{"crowd": "cro');
    const { crowds, problems } = await publish(keptRun.id, []);
    expect(problems).toEqual([expect.stringMatching(/^cannot be read: evidence\/crowd\/slice-2\.json: /)]);
    expect(crowds[0]!.summary).toMatchObject({
      verdict: 'failed',
      totals: { total: 100 },
      slices: [{ state: 'finished' }, { state: 'lost' }],
    });
  });

  test('names a crowd file of another version as the only problem', async ({ keptRun }) => {
    const { crowdPath } = await keptRun.keep();
    writeFileSync(crowdPath!, '{"schema": "fullhouse/crowd/0"}');
    const { crowds, problems } = await publish(keptRun.id, [listing]);
    expect(crowds).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/crowd\.json: another version of fullhouse wrote it/)]);
  });

  test('judges a crowd whose files cannot be written and prints each reason once', async ({ keptRun }) => {
    writeFileSync(keptRun.folder, 'a file where the folder of the run is to be');
    const { crowdPath, slicePaths, failures, evidence } = await keptRun.keep();
    expect({ crowdPath, slicePaths }).toEqual({ crowdPath: undefined, slicePaths: [] });
    expect(failures.map(({ why }) => why)).toEqual(Array(3).fill(failures[0]!.why));
    const { crowds, files, problems } = await publish(keptRun.id, undefined, [evidence]);
    expect(crowds[0]!.summary).toMatchObject({ verdict: 'passed', totals: { total: 200 } });
    expect([...files]).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^\d+ files in .*summary\.json, summary\.md, .*index\.html/),
    ]);
  });

  test('writes the reports of a second crowd into a separate folder', async ({ keptRun }) => {
    await keptRun.keep(record(fine(), { name: 'A later one', startedAt: '2026-11-23T15:00:00.000Z' }));
    await keptRun.keep(record(fine(), { name: 'zz' }));
    const { files } = await publish(keptRun.id);
    const summaries = [...files.keys()].filter((name) => name.endsWith('summary.json'));
    expect(summaries).toEqual([
      'summary.json',
      expect.stringMatching(/^a-later-one-[0-9a-f]{8}\/summary\.json$/),
    ]);
  });

  test('keeps the evidence that a slice has already written', async ({ keptRun }) => {
    const { slicePaths } = await keptRun.keep();
    const own = { ...JSON.parse(readFileSync(slicePaths[0]!, 'utf8')), elapsedMs: 12_345 };
    writeFileSync(slicePaths[0]!, JSON.stringify(own));
    expect((await keptRun.keep()).slicePaths).toEqual([]);
    const { crowds } = await publish(keptRun.id, []);
    expect(crowds[0]!.summary.run.durationS).toBe(12.345);
  });

  test('redacts tokens and secrets that the service repeats in every file', async ({ keptRun }) => {
    const secret = 'hunter2-that-signs-tokens';
    const token = tokenOf('somebody', secret);
    const said = `denied: ${secret} does not fit Bearer ${token}`;
    hideSecret(secret);
    const timings = new Timings(0);
    timings.operation('meeting.get').record('http 500', 0, 10);
    timings.operation('meeting.get').failure('http 500', said, said);
    const crowd = record([sliceReport({ timings: timings.encode(1000) })], {
      expected: [1],
      stopped: { reason: said, isInterrupted: false },
      metrics: { before: said, after: said, samples: [], routes: referenceContract().metrics },
    });
    await keptRun.keep(crowd);
    const { problems } = await publish(keptRun.id);
    expect(problems).toEqual([]);
    const all = readdirSync(keptRun.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = all.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
    const holding = (part: string) => texts.filter(({ text }) => text.includes(part)).map(({ path }) => path);
    expect(holding(secret)).toEqual([]);
    expect(holding(token)).toEqual([]);
    expect(holding(token.split('.')[2]!)).toEqual([]);
    // The rest of the text is there: in the evidence, in reports, and in Allure's results.
    const told = holding('denied: [secret] does not fit Bearer [token]').map((path) =>
      path.slice(keptRun.folder.length),
    );
    expect(told).toEqual(
      expect.arrayContaining([
        '/evidence/crowd/crowd.json',
        '/evidence/crowd/slice-1.json',
        '/summary.json',
        '/index.html',
        expect.stringMatching(/^\/allure-results\/\w+-result\.json$/),
      ]),
    );
  });
});
