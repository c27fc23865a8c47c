import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { hideSecret } from '../../../src/kernel/secrets.ts';
import { referenceContract } from '../../../src/meetings/contract/load.ts';
import { publish } from '../../../src/reporters/publish.ts';
import type { ReportPart } from '../../../src/reporters/report-part.ts';
import { summarySchema } from '../../../src/reporters/summary/schema.ts';
import { Timings } from '../../../src/timings/timings.ts';
import { shareReport } from '../crowd/share-reports.ts';
import { tokenOf } from '../service/tokens.ts';
import { test } from './kept-run.ts';
import { fine, record } from './summary/crowd-records.ts';

const listing: ReportPart = {
  name: 'crowds.txt',
  write: ({ crowds }, write) => write('crowds.txt', crowds.map(({ summary }) => summary.run.crowd).join()),
};
const broken: ReportPart = {
  name: 'broken.txt',
  write: () => Promise.reject(new Error('out of ink\nand of paper')),
};

test.describe('publishing a run', () => {
  test('makes the reports from what was kept, the same ones each time', async ({ keptRun }) => {
    await keptRun.keep();
    const { files, troubles } = await publish(keptRun.id);
    expect(troubles).toEqual([]);
    expect([...files.keys()]).toEqual(expect.arrayContaining(['summary.json', 'summary.md']));
    const contents = () => [...files.values()].map((path) => readFileSync(path, 'utf8'));
    const first = contents();
    await publish(keptRun.id);
    expect(contents()).toEqual(first);
    const summary = summarySchema.parse(JSON.parse(readFileSync(files.get('summary.json')!, 'utf8')));
    expect(summary).toMatchObject({ verdict: 'passed', totals: { total: 200 }, run: { id: keptRun.id } });
  });

  test('a report that throws costs one line, and neither the others nor the evidence', async ({
    keptRun,
  }) => {
    const { crowdPath, sharePaths } = await keptRun.keep();
    const { files, troubles } = await publish(keptRun.id, [broken, listing]);
    expect(troubles).toEqual(['broken.txt was not written: out of ink']);
    expect([...files.keys()]).toEqual(['crowds.txt']);
    expect(sharePaths).toHaveLength(2);
    for (const path of [crowdPath!, ...sharePaths]) JSON.parse(readFileSync(path, 'utf8'));
    expect((await publish(keptRun.id, [listing])).troubles).toEqual([]);
  });

  test('a damaged report of a share is told, and its share is lost', async ({ keptRun }) => {
    const { sharePaths } = await keptRun.keep();
    writeFileSync(sharePaths[1]!, '{"crowd": "cro');
    const { crowds, troubles } = await publish(keptRun.id, []);
    expect(troubles).toEqual([expect.stringMatching(/^cannot be read: evidence\/crowd\/share-2\.json: /)]);
    expect(crowds[0]!.summary).toMatchObject({
      verdict: 'failed',
      totals: { total: 100 },
      shares: [{ state: 'finished' }, { state: 'lost' }],
    });
  });

  test('a damaged crowd is told and nothing else', async ({ keptRun }) => {
    const { crowdPath } = await keptRun.keep();
    writeFileSync(crowdPath!, '{"schema": "fullhouse/crowd/0"}');
    const { crowds, troubles } = await publish(keptRun.id, [listing]);
    expect(crowds).toEqual([]);
    expect(troubles).toEqual([expect.stringMatching(/crowd\.json: schema: /)]);
  });

  test('a crowd whose files cannot be written is judged all the same, and each reason is printed once', async ({
    keptRun,
  }) => {
    writeFileSync(keptRun.folder, 'a file where the folder of the run is to be');
    const { crowdPath, sharePaths, failures, evidence } = await keptRun.keep();
    expect({ crowdPath, sharePaths }).toEqual({ crowdPath: undefined, sharePaths: [] });
    expect(failures.map(({ why }) => why)).toEqual(Array(3).fill(failures[0]!.why));
    const { crowds, files, troubles } = await publish(keptRun.id, undefined, [evidence]);
    expect(crowds[0]!.summary).toMatchObject({ verdict: 'passed', totals: { total: 200 } });
    expect([...files]).toEqual([]);
    expect(troubles).toEqual([
      expect.stringMatching(/^\d+ files in .*summary\.json, summary\.md, index\.html/),
    ]);
  });

  test('a second crowd of the same run has a folder of its own', async ({ keptRun }) => {
    await keptRun.keep(record(fine(), { name: 'A later one', startedAt: '2026-11-23T15:00:00.000Z' }));
    await keptRun.keep(record(fine(), { name: 'zz' }));
    const { files } = await publish(keptRun.id);
    const summaries = [...files.keys()].filter((name) => name.endsWith('summary.json'));
    expect(summaries).toEqual([
      'summary.json',
      expect.stringMatching(/^a-later-one-[0-9a-f]{8}\/summary\.json$/),
    ]);
  });

  test('what a share wrote itself is not written again', async ({ keptRun }) => {
    const { sharePaths } = await keptRun.keep();
    const own = { ...JSON.parse(readFileSync(sharePaths[0]!, 'utf8')), elapsedMs: 12_345 };
    writeFileSync(sharePaths[0]!, JSON.stringify(own));
    expect((await keptRun.keep()).sharePaths).toEqual([]);
    const { crowds } = await publish(keptRun.id, []);
    expect(crowds[0]!.summary.run.durationS).toBe(12.345);
  });

  test('tokens and secrets are in none of its files, not even where the service repeats them', async ({
    keptRun,
  }) => {
    const secret = 'hunter2-that-signs-tokens';
    const token = tokenOf('somebody', secret);
    const said = `denied: ${secret} does not fit Bearer ${token}`;
    hideSecret(secret);
    const timings = new Timings(0);
    timings.operation('meeting.get').record('http 500', 0, 10);
    timings.operation('meeting.get').failure('http 500', said, said);
    const crowd = record([shareReport({ timings: timings.encode(1000) })], {
      expected: [1],
      stopped: said,
      metrics: { before: said, after: said, moments: [], routes: referenceContract().metrics },
    });
    await keptRun.keep(crowd);
    const { troubles } = await publish(keptRun.id);
    expect(troubles).toEqual([]);
    const all = readdirSync(keptRun.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const texts = all.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
    const holding = (part: string) => texts.filter(({ text }) => text.includes(part)).map(({ path }) => path);
    expect(holding(secret)).toEqual([]);
    expect(holding(token)).toEqual([]);
    expect(holding(token.split('.')[2]!)).toEqual([]);
    // The rest of what was said is there: in the evidence, in reports, and in Allure's results.
    const told = holding('denied: [secret] does not fit Bearer [token]').map((path) =>
      path.slice(keptRun.folder.length),
    );
    expect(told).toEqual(
      expect.arrayContaining([
        '/evidence/crowd/crowd.json',
        '/evidence/crowd/share-1.json',
        '/summary.json',
        '/index.html',
        expect.stringMatching(/^\/allure-results\/\w+-result\.json$/),
      ]),
    );
  });
});
