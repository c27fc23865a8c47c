import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { hold } from '../../../../src/crowd/schedules/index.ts';
import { compactRound } from '../../../../src/results/evidence/compact-round.ts';
import { keepFacts } from '../../../../src/results/evidence/keep.ts';
import {
  dropCrowd,
  keepRound,
  keepSample,
  keepSoakPlan,
  SAMPLES_FILE,
} from '../../../../src/results/evidence/keep-soak.ts';
import { Progress } from '../../../../src/results/evidence/progress.ts';
import { readEvidence } from '../../../../src/results/evidence/read.ts';
import { summariseSoak } from '../../../../src/results/summary/soak.ts';
import { MergedTimings, totalOf } from '../../../../src/timings/merged-timings.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { Coordinated } from '../../crowd/coordinated.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { test } from '../../reporters/kept-run.ts';
import { minute, soakPlan, soakRound } from '../soak-rounds.ts';
import { circumstances, record, report } from '../summary/crowd-records.ts';

const context = {
  number: 2,
  soakStartedAt: '2026-11-23T14:00:00.000Z',
  schedule: hold(6, { durationMs: 60_000 }),
  targets: [],
};

test.describe('a compacted round', () => {
  test('has the calls of all slices, and as many in its blocks', () => {
    const round = compactRound(record(minute()), context);
    const operations = round.operations as never;
    const merged = new MergedTimings([{ operations, windows: [] }]);
    expect(totalOf(merged.operations.get('meeting.get')!.outcomes)).toBe(1000);
    expect(round.blocks.reduce((sum, { calls }) => sum + calls, 0)).toBe(1200);
    expect(round.blocks.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 30_000],
      [30_000, 61_000],
    ]);
    expect(round.sessions).toMatchObject({ started: 6, completed: 6 });
    expect(round.discrepancies).toEqual([]);
  });

  test('keeps the percentiles, but not the seconds', () => {
    const round = compactRound(record(minute(80)), context);
    const merged = new MergedTimings([{ operations: round.operations as never, windows: [] }]);
    const original = new MergedTimings(minute(80).map(({ timings }) => timings));
    expect(merged.actions.ok.values()).toEqual(original.actions.ok.values());
    expect(JSON.stringify(round).length).toBeLessThan(20_000);
  });

  test('counts failures and the time since the start of the soak', () => {
    const reports = [1, 2].map((slice) =>
      report(slice, [{ count: 100 }, { outcome: 'error', count: 10 }], { elapsedMs: 12_000 }),
    );
    const round = compactRound(record(reports, { startedAt: '2026-11-23T14:01:40.000Z' }), context);
    expect(round).toMatchObject({ startedAtMs: 100_000, endedAtMs: 112_000, isWhole: true });
    expect(round.blocks).toEqual([expect.objectContaining({ fromMs: 100_000, calls: 220, failed: 20 })]);
  });

  test('is not whole without the last report of a slice', () => {
    const [one, other] = minute();
    expect(compactRound(record([one!, { ...other!, finished: false }]), context).isWhole).toBe(false);
    expect(compactRound(record([one!], { lost: [2] }), context)).toMatchObject({ isWhole: false, lost: [2] });
  });

  test('names counts that do not add up', () => {
    const [one, other] = minute();
    const broken = { ...one!, timings: { ...one!.timings, windows: one!.timings.windows.slice(1) } };
    expect(compactRound(record([broken, other!]), context).discrepancies).not.toEqual([]);
  });
});

/** A run whose second round is active: two slices have reported one second each. */
async function killedInRound2(id: string, by = { place: 'elsewhere', pid: 1, since: '0' }) {
  await using coordinated = await Coordinated.start([1, 2]);
  const { facts, ...rest } = circumstances();
  const own = { ...facts, runId: id };
  const progress = new Progress(coordinated.coordinator, id, () => ({ ...rest, facts: own }));
  const crowd = 'soak round 2';
  const slices = await Promise.all([1, 2].map((slice) => coordinated.slice(slice, crowd)));
  await Promise.all(slices.map((slice) => slice.arrive()));
  for (const [index, slice] of slices.entries()) {
    const timings = new Timings(0);
    for (let at = 50; at < 1000; at += 100) timings.operation('meeting.get').record('ok', at, at + 20);
    const over = { crowd, slice: index + 1, finished: false, elapsedMs: 1000 };
    slice.report(sliceReport({ ...over, timings: timings.snapshot(1000) }));
  }
  await coordinated.until('the reports came', () => coordinated.record(crowd).reports.length === 2);
  await progress.written();
  await keepFacts(own);
  await keepSoakPlan(id, soakPlan({ ended: false, by, startedAt: new Date().toISOString() }));
  await keepRound(id, soakRound(1));
}

test.describe('the evidence of a soak', () => {
  test('has the rounds so far after a kill, and the active one as far as it was saved', async ({
    keptRun,
  }) => {
    await killedInRound2(keptRun.id);
    const { soak, crowds, facts, damaged } = readEvidence(keptRun.id);
    expect([crowds, damaged]).toEqual([[], []]);
    expect(soak?.rounds.map(({ number, isWhole }) => [number, isWhole])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(soak?.plan.stopped?.isInterrupted).toBe(true);
    const summary = summariseSoak(soak!, facts!);
    expect(summary.verdict).toBe('interrupted');
    expect(summary.rounds[1]).toMatchObject({ number: 2, calls: 20, failed: 0, restedS: null });
  });

  test('counts a round once that was saved before its crowd was removed', async ({ keptRun }) => {
    await killedInRound2(keptRun.id);
    await keepRound(keptRun.id, soakRound(2));
    const { soak, crowds } = readEvidence(keptRun.id);
    expect(crowds).toEqual([]);
    expect(soak?.rounds.map(({ number, isWhole }) => [number, isWhole])).toEqual([
      [1, true],
      [2, true],
    ]);
    await dropCrowd(keptRun.id, 'soak round 2');
    expect(existsSync(join(keptRun.folder, 'evidence/soak-round-2'))).toBe(false);
    expect(readEvidence(keptRun.id).soak?.rounds).toHaveLength(2);
  });

  test('ends as it says, whatever became of its process', async ({ keptRun }) => {
    await keepSoakPlan(keptRun.id, soakPlan());
    expect(readEvidence(keptRun.id).soak?.plan.stopped).toBeNull();
  });

  test('has every sample whose line is whole', async ({ keptRun }) => {
    await keepSoakPlan(keptRun.id, soakPlan());
    for (const atMs of [0, 5000])
      await keepSample(keptRun.id, { atMs, round: 1, state: 'working', values: { sockets: 3 } });
    appendFileSync(join(keptRun.folder, SAMPLES_FILE), '{"atMs":10000,"rou');
    expect(readEvidence(keptRun.id).soak?.samples.map(({ atMs }) => atMs)).toEqual([0, 5000]);
  });
});
