import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { hideSecret } from '../../../../src/kernel/secrets.ts';
import { keepComparison, keepExemplars } from '../../../../src/reporters/evidence/keep.ts';
import { publish } from '../../../../src/reporters/publish.ts';
import { test } from '../kept-run.ts';
import { record, report } from '../summary/crowd-records.ts';
import { journal, richCrowd } from './rich-run.ts';

const { comparison, exemplars } = richCrowd();

test.describe('the page of a run, from its evidence', () => {
  const pageOf = async (id: string) => {
    const { files, troubles } = await publish(id);
    expect(troubles).toEqual([]);
    return readFileSync(files.get('index.html')!, 'utf8');
  };

  test('holds the crowd, what it was compared with, its slow sessions and the experiments', async ({
    keptRun,
  }) => {
    await keptRun.keep();
    await keepComparison(keptRun.id, 'crowd', comparison!);
    await keepExemplars(keptRun.id, { crowd: 'crowd', share: 1 }, exemplars!);
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(join(keptRun.folder, 'chaos', 'storm.json'), JSON.stringify(journal()));
    const page = await pageOf(keptRun.id);
    for (const text of [
      comparison!.with,
      comparison!.regressions[0]!.says,
      'href="exemplars/a%20b.zip"',
      'href="exemplars/u-9.png"',
      '30 users, cut off for 5 s',
    ])
      expect(page).toContain(text);
    // The same again, as often as one likes.
    expect(await pageOf(keptRun.id)).toBe(page);
  });

  test('of chaos alone is a page too', async ({ keptRun }) => {
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(
      join(keptRun.folder, 'chaos', 'storm.json'),
      JSON.stringify(journal({ verdict: 'failed' })),
    );
    expect(await pageOf(keptRun.id)).toContain('user-3 sees a hand that is down');
  });

  test('holds neither a secret nor a token, wherever they were', async ({ keptRun }) => {
    const secret = 'the-planted-secret-1234';
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1LTEifQ.c2lnbmF0dXJlLW9mLWl0';
    hideSecret(secret);
    const share = report(1, [{ outcome: 'error', count: 3 }], {
      drops: { [`closed by ${secret}`]: 1 },
    });
    const { operations } = share.timings;
    operations['meeting.get']!.causes[0]!.samples.push(
      `authorization: Bearer ${token}`,
      `signed with ${secret}`,
      `?token=${token}`,
    );
    await keptRun.keep(record([share], { expected: [1] }), undefined, { JWT_SECRET: secret });
    await keepExemplars(keptRun.id, share, [{ ...exemplars![0]!, who: token }]);
    const told = journal({ title: `signed with ${secret}` });
    await mkdir(join(keptRun.folder, 'chaos'), { recursive: true });
    await writeFile(
      join(keptRun.folder, 'chaos', 'storm.json'),
      JSON.stringify({ ...told, fullhouse: { ...told.fullhouse, facts: { header: `Bearer ${token}` } } }),
    );
    const page = await pageOf(keptRun.id);
    expect(page).not.toContain(secret);
    expect(page).not.toContain(token);
    expect(page).not.toContain(token.split('.')[2]!);
    // They were there, and something stands in their places.
    expect(page).toContain('[token]');
    expect(page).toContain('[secret]');
  });
});
