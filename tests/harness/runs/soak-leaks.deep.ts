import { expect, test } from '@playwright/test';
import { readEvidence } from '../../../src/results/evidence/read.ts';
import { summariseSoak } from '../../../src/results/summary/soak.ts';
import { run } from './run.ts';

/** Below 10 min, with the fewest rounds that give memory a verdict. */
const SOAK = {
  SOAK_FOR: '9min',
  SOAK_ROUNDS: '12',
  CONCURRENT_USERS: '20',
  REQUESTS_PER_USER: '3',
  THINK_TIME_MS: '100..400',
};

test.describe.configure({ mode: 'parallel', timeout: 900_000 });

async function soaked(settings: Record<string, string>) {
  const { id, code } = await run({ ...SOAK, ...settings }, ['--project=soak', '--workers=1']);
  const { soak, facts } = readEvidence(id!);
  return { code, summary: summariseSoak(soak!, facts!) };
}

/** The seeded leaks, and the metric that names the cause of each. */
const leaks = {
  'leak-listeners': 'listeners of shared emitters',
  'leak-memory=1024': 'heap after a full collection',
  'leak-sockets': 'sockets',
  'leak-timers': 'timers',
  'leak-rows': 'rows of participants still in a meeting',
};

for (const [defect, label] of Object.entries(leaks))
  test(`a soak finds ${defect} within ten minutes, and names ${label} first`, async () => {
    const { code, summary } = await soaked({ SERVICE_DEFECTS: defect });
    expect(summary.metrics[0]).toMatchObject({ label, verdict: 'grows' });
    expect(summary.verdict).toBe('failed');
    expect(summary.answer.sentence).toContain(label);
    expect(code).toBe(1);
  });

test('nothing grows in a healthy service', async () => {
  const { summary } = await soaked({});
  expect(summary.metrics.length).toBeGreaterThan(20);
  expect(summary.metrics.filter(({ verdict }) => verdict === 'grows')).toEqual([]);
});
