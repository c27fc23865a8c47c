import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { hideSecret } from '../../../../src/kernel/secrets.ts';
import { keepComparison, keepExemplars } from '../../../../src/results/evidence/keep.ts';
import { publish } from '../../../../src/views/publish.ts';
import { test } from '../../reporters/kept-run.ts';
import { record, report } from '../../results/summary/crowd-records.ts';
import { journal, richCrowd } from './rich-run.ts';

const { comparison, exemplars } = richCrowd().evidence;

test.describe('the performance page of a run from its evidence', () => {
  const pageOf = async (id: string) => {
    const { files, problems } = await publish(id);
    expect(problems).toEqual([]);
    return readFileSync(files.get('index.html')!, 'utf8');
  };

  test('holds the crowd, its comparison, its slow sessions and the experiments', async ({ keptRun }) => {
    await keptRun.keep();
    await keepComparison(keptRun.id, 'crowd', comparison!);
    await keepExemplars(keptRun.id, { crowd: 'crowd', slice: 1 }, exemplars!);
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(join(keptRun.folder, 'chaos', 'storm.json'), JSON.stringify(journal()));
    const page = await pageOf(keptRun.id);
    for (const text of [
      comparison!.with,
      comparison!.regressions[0]!.message,
      'href="exemplars/a%20b.zip"',
      'href="exemplars/u-9.png"',
      '30 users, cut off for 5 s',
    ])
      expect(page).toContain(text);
    // A second time, the page is the same.
    expect(await pageOf(keptRun.id)).toBe(page);
  });

  test('is written for a run with only chaos experiments', async ({ keptRun }) => {
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(
      join(keptRun.folder, 'chaos', 'storm.json'),
      JSON.stringify(journal({ verdict: 'failed' })),
    );
    expect(await pageOf(keptRun.id)).toContain('user-3 sees a hand that is down');
  });

  test('contains neither a secret nor a token', async ({ keptRun }) => {
    const secret = 'the-planted-secret-1234';
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTEifQ.c2lnbmF0dXJlLW9mLWl0';
    hideSecret(secret);
    const slice = report(1, [{ outcome: 'error', count: 3 }], {
      drops: { [`closed by ${secret}`]: 1 },
    });
    const { operations } = slice.timings;
    operations['meeting.get']!.causes[0]!.samples.push(
      `authorization: Bearer ${token}`,
      `signed with ${secret}`,
      `?token=${token}`,
    );
    await keptRun.keep(record([slice], { expected: [1] }), undefined, { JWT_SECRET: secret });
    await keepExemplars(keptRun.id, slice, [{ ...exemplars![0]!, who: token }]);
    const withSecret = journal({ title: `signed with ${secret}` });
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(
      join(keptRun.folder, 'chaos', 'storm.json'),
      JSON.stringify({
        ...withSecret,
        fullhouse: { ...withSecret.fullhouse, facts: [{ name: 'header', value: `Bearer ${token}` }] },
      }),
    );
    const page = await pageOf(keptRun.id);
    expect(page).not.toContain(secret);
    expect(page).not.toContain(token);
    expect(page).not.toContain(token.split('.')[2]!);
    // Placeholders replace them.
    expect(page).toContain('[token]');
    expect(page).toContain('[secret]');
  });
});
