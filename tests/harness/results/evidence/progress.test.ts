import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { SliceReport } from '../../../../src/crowd/slice-report.ts';
import { Progress } from '../../../../src/results/evidence/progress.ts';
import { readEvidence } from '../../../../src/results/evidence/read.ts';
import { summarise } from '../../../../src/results/summary/summarise.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { Coordinated } from '../../crowd/coordinated.ts';
import { sliceReport } from '../../crowd/slice-reports.ts';
import { type KeptRun, test } from '../../reporters/kept-run.ts';
import { circumstances } from '../summary/crowd-records.ts';

/** A slice that calls 10 times a second, and reports each second as slices do. */
class Caller {
  readonly #timings = new Timings(0);
  readonly #slice: number;
  #second = 0;

  constructor(slice: number) {
    this.#slice = slice;
    this.#timings.setUsers(3, 0);
  }

  nextReport(): SliceReport {
    const from = this.#second * 1000;
    for (let at = from + 50; at < from + 1000; at += 100)
      this.#timings.operation('meeting.get').record('ok', at, at + 20);
    this.#second += 1;
    const atMs = from + 1000;
    return sliceReport({
      slice: this.#slice,
      of: 2,
      sequence: this.#second,
      finished: false,
      elapsedMs: atMs,
      users: 3,
      samples: [{ atMs, loopDelayMaxMs: 1, cpu: 0.1, memoryBytes: 1 }],
      timings: this.#timings.snapshot(atMs),
    });
  }
}

async function started(keptRun: KeptRun) {
  const coordinated = await Coordinated.start([1, 2]);
  const { facts, ...rest } = circumstances();
  const progress = new Progress(coordinated.coordinator, keptRun.id, () => ({
    ...rest,
    facts: { ...facts, runId: keptRun.id },
  }));
  const slices = await Promise.all([coordinated.slice(1), coordinated.slice(2)]);
  await Promise.all(slices.map((slice) => slice.arrive()));
  /** Sends these reports, and waits until they are on disk. */
  const send = async (...reports: SliceReport[]) => {
    for (const report of reports) slices[report.slice - 1]!.report(report);
    const newest = (of: number) =>
      coordinated.record().reports.find(({ slice }) => slice === of)?.sequence ?? 0;
    await coordinated.until('the reports came', () =>
      reports.every(({ slice, sequence }) => newest(slice) >= sequence),
    );
    expect(await progress.written()).toBeUndefined();
  };
  const folder = join(keptRun.folder, 'evidence/crowd');
  const end = async () => {
    await coordinated[Symbol.asyncDispose]();
    // The loss of its slices was written too.
    await progress.written();
  };
  const written = () => progress.written();
  return { coordinated, send, folder, written, [Symbol.asyncDispose]: end };
}

test.describe('the evidence of a running crowd', () => {
  test('can be summarised while the crowd runs, with counts that add up', async ({ keptRun }) => {
    await using run = await started(keptRun);
    const [one, other] = [new Caller(1), new Caller(2)];
    await run.send(one.nextReport(), other.nextReport());
    const { crowds, damaged } = readEvidence(keptRun.id);
    expect(damaged).toEqual([]);
    expect(crowds).toHaveLength(1);
    const summary = summarise(crowds[0]!);
    expect(summary.verdict).toBe('interrupted');
    expect(summary.reasons[0]).toEqual({
      kind: 'stopped early',
      message: 'stopped early: the run has not ended yet, or ended on another machine',
    });
    expect(summary.totals.total).toBe(20);
    expect(summary.reasons.filter(({ kind }) => kind === 'counts differ')).toEqual([]);
  });

  test('holds every second up to the last saved totals, and no later second', async ({ keptRun }) => {
    await using run = await started(keptRun);
    const caller = new Caller(1);
    await run.send(caller.nextReport());
    // Within the three seconds in which the totals are not written again.
    await run.send(caller.nextReport(), caller.nextReport());
    const [report] = readEvidence(keptRun.id).crowds[0]!.reports;
    const [{ total }] = [summarise(readEvidence(keptRun.id).crowds[0]!).totals];
    expect(report!.sequence).toBe(1);
    expect([total, report!.samples.length]).toEqual([10, 1]);
    // The file keeps the later seconds.
    const lines = readFileSync(join(run.folder, 'slice-1.progress.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([1, 2, 3]);
  });

  test('is removed when another file replaces it, after the writes that are still waiting', async ({
    keptRun,
  }) => {
    await using run = await started(keptRun);
    const caller = new Caller(1);
    await run.send(caller.nextReport());
    expect(existsSync(run.folder)).toBe(true);
    run.coordinated.coordinator.emit('report', caller.nextReport());
    run.coordinated.coordinator.emit('replaced', 'crowd');
    expect(await run.written()).toBeUndefined();
    expect(existsSync(run.folder)).toBe(false);
  });

  test('ignores a truncated last line and names a damaged file', async ({ keptRun }) => {
    await using run = await started(keptRun);
    await run.send(new Caller(1).nextReport());
    appendFileSync(join(run.folder, 'slice-1.progress.ndjson'), '{"sequence":2,"wind');
    const { crowds, damaged } = readEvidence(keptRun.id);
    expect([damaged, crowds[0]!.reports.length]).toEqual([[], 1]);
    writeFileSync(join(run.folder, 'slice-1.progress.json'), '{"crowd":"crowd","sha');
    // The harness writes files completely, so this file is damaged: it is named, and the rest is read.
    expect(readEvidence(keptRun.id).damaged).toEqual([expect.stringContaining('slice-1.progress.json')]);
  });

  test('reports a killed main process', async ({ keptRun }) => {
    await using run = await started(keptRun);
    await run.send(new Caller(1).nextReport());
    const path = join(run.folder, 'crowd.json');
    const crowd = JSON.parse(readFileSync(path, 'utf8'));
    crowd.unfinished.by.since = 'another-life';
    writeFileSync(path, JSON.stringify(crowd));
    expect(readEvidence(keptRun.id).crowds[0]!.stopped).toEqual({
      reason: 'the main process of the run was killed',
      isInterrupted: true,
    });
  });

  test('is replaced by the final evidence when the crowd ends', async ({ keptRun }) => {
    await using run = await started(keptRun);
    const caller = new Caller(1);
    await run.send(caller.nextReport(), new Caller(2).nextReport());
    expect(readdirSync(run.folder).filter((name) => name.includes('progress'))).toHaveLength(4);
    await keptRun.keep(run.coordinated.record());
    expect(readdirSync(run.folder).sort()).toEqual(['crowd.json', 'slice-1.json', 'slice-2.json']);
    expect(readEvidence(keptRun.id).crowds[0]!.stopped).toBeNull();
    expect(existsSync(join(run.folder, 'slice-1.progress.json'))).toBe(false);
  });

  test('stays unchanged after the verdict if a later phase is interrupted', async ({ keptRun }) => {
    await using run = await started(keptRun);
    await run.send(new Caller(1).nextReport(), new Caller(2).nextReport());
    await keptRun.keep(await (await run.coordinated.collector()).collect());
    const judged = readFileSync(join(run.folder, 'crowd.json'), 'utf8');
    run.coordinated.coordinator.stop('interrupted');
    await run.written();
    expect(readFileSync(join(run.folder, 'crowd.json'), 'utf8')).toBe(judged);
  });
});
