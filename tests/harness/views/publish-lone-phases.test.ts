import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { keepFacts } from '../../../src/results/evidence/keep.ts';
import { keepCapacity } from '../../../src/results/evidence/keep-capacity.ts';
import { keepRound, keepSample, keepSoakPlan } from '../../../src/results/evidence/keep-soak.ts';
import { summarySchema } from '../../../src/results/summary/schema.ts';
import { soakSummarySchema } from '../../../src/results/summary/soak-schema.ts';
import { entrySchema } from '../../../src/views/all-runs/entry/schema.ts';
import { publish } from '../../../src/views/publish.ts';
import { test } from '../reporters/kept-run.ts';
import { hostile, searched } from '../results/searched.ts';
import { soaked } from '../results/soaked.ts';
import { circumstances } from '../results/summary/crowd-records.ts';

const json = (path: string | undefined) => JSON.parse(readFileSync(path!, 'utf8'));

test('publishes a capacity search: its answer is first in every report', async ({ keptRun }) => {
  await keptRun.keep();
  await keepCapacity(keptRun.id, 'crowd', searched());
  const { files, problems } = await publish(keptRun.id);
  expect(problems).toEqual([]);
  const answer = 'PASSED: 430 users hold, 452 do not (95% confidence)';
  expect(json(files.get('verdict.json'))).toMatchObject({
    verdict: 'passed',
    sentence: expect.stringContaining(answer),
    phases: [{ kind: 'capacity', name: 'crowd' }],
  });
  expect(summarySchema.parse(json(files.get('summary.json'))).capacity!.levels).toHaveLength(12);
  expect(readFileSync(files.get('summary.md')!, 'utf8')).toContain(answer);
  expect(readFileSync(files.get('metrics.prom')!, 'utf8')).toMatch(
    /fullhouse_capacity\{crowd="crowd",level="holds",unit="users"\} 430/,
  );
  const [phase] = entrySchema.parse(json(files.get('entry.json'))).phases;
  expect(phase).toMatchObject({
    kind: 'capacity',
    p95Ms: null,
    durations: { capacity: { value: 430, unit: 'users' } },
    isProof: true,
  });
  const named = [...files.keys()].filter((name) => name.endsWith('-result.json'));
  const names = named.map((name) => json(files.get(name)).name);
  expect(names).toContain('crowd: found the capacity');
});

test('publishes a soak from its rounds and samples', async ({ keptRun }) => {
  const { plan, rounds, samples } = soaked({ rounds: 12 });
  await keepFacts({ ...circumstances('').facts, runId: keptRun.id });
  await keepSoakPlan(keptRun.id, plan);
  for (const round of rounds) await keepRound(keptRun.id, round);
  for (const sample of samples) await keepSample(keptRun.id, sample);
  const { files, problems } = await publish(keptRun.id);
  expect(problems).toEqual([]);
  const summary = soakSummarySchema.parse(json(files.get('soak.json')));
  expect(summary).toMatchObject({ verdict: 'failed', totals: { total: 3120 } });
  expect(json(files.get('verdict.json'))).toMatchObject({
    verdict: 'failed',
    sentence: expect.stringContaining('timers did not return to rest'),
    phases: [{ kind: 'soak', name: 'meeting-sessions' }],
  });
  const text = readFileSync(files.get('soak.md')!, 'utf8');
  expect(text).toContain('timers did not return to rest');
  expect(text).not.toMatch(/(?<!\\)<img/);
  expect(readFileSync(files.get('index.html')!, 'utf8')).not.toContain('<img');
  expect(readFileSync(files.get('metrics.prom')!, 'utf8')).toMatch(
    /fullhouse_soak_metric\{metric="process_open_fds",verdict="flat"\} 1/,
  );
  expect(entrySchema.parse(json(files.get('entry.json'))).phases).toMatchObject([
    { kind: 'soak', requests: 3120, users: 20 },
  ]);
});

test('publishes a soak that was killed in its third round, with a line that was cut', async ({ keptRun }) => {
  const { plan, rounds, samples } = soaked({ rounds: 3, of: 8 });
  await keepFacts({ ...circumstances('').facts, runId: keptRun.id });
  await keepSoakPlan(keptRun.id, {
    ...plan,
    stopped: { reason: `killed by ${hostile}`, isInterrupted: true },
  });
  for (const round of rounds) await keepRound(keptRun.id, round);
  for (const sample of samples.slice(0, 50)) await keepSample(keptRun.id, sample);
  const { files, problems, soak } = await publish(keptRun.id);
  expect(problems).toEqual([]);
  expect(soak!.summary).toMatchObject({ verdict: 'interrupted', partial: true });
  expect(json(files.get('verdict.json')).verdict).toBe('interrupted');
});
