import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { fromNdjson } from '../../../../src/checks/ledger.ts';
import { ExperimentRecord } from '../../../../src/experiments/experiment-record.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { KeptExperiment } from '../../../../src/results/evidence/keep-experiment.ts';
import { readEvidence } from '../../../../src/results/evidence/read.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { test } from '../../reporters/kept-run.ts';

function experimentAtWork() {
  const experiment = new ExperimentRecord({
    name: 'storm',
    title: 't',
    description: 'd',
    seed: 1,
    clock: systemClock,
  });
  const timings = new Timings(0);
  const known = () => ({
    journal: experiment.journalSoFar(),
    timings: timings.encode(1000),
    entries: experiment.ledger.entries,
  });
  return { experiment, timings, known };
}

test.describe('the evidence of an experiment', () => {
  test('is saved as interrupted while the experiment runs', async ({ keptRun }) => {
    const { experiment, timings, known } = experimentAtWork();
    const kept = new KeptExperiment(keptRun.id, 'storm');
    experiment.find({ check: 'it holds', verdict: 'passed', message: 'so it is', evidence: [] });
    experiment.ledger.add({ who: 'experiment', type: 'mark', name: 'one' });
    timings.operation('meeting.join').record('ok', 0, 5);
    kept.soFar(known);
    await kept.written();
    experiment.ledger.add({ who: 'experiment', type: 'mark', name: 'two' });
    kept.soFar(known);
    await kept.written();
    const { experiments, damaged } = readEvidence(keptRun.id);
    expect(damaged).toEqual([]);
    expect(experiments).toMatchObject([
      {
        journal: { status: 'interrupted', fullhouse: { verdict: 'inconclusive' } },
        timings: { operations: { 'meeting.join': { outcomes: { ok: 1 } } } },
      },
    ]);
    const ledger = fromNdjson(readFileSync(join(keptRun.folder, 'chaos/storm.ledger.ndjson'), 'utf8'));
    expect(ledger.map(({ n }) => n)).toEqual([0, 1]);
  });

  test('is replaced by the complete journal and ledger at the end', async ({ keptRun }) => {
    const { experiment, known } = experimentAtWork();
    const kept = new KeptExperiment(keptRun.id, 'storm');
    experiment.ledger.add({ who: 'experiment', type: 'mark', name: 'one' });
    kept.soFar(known);
    experiment.find({ check: 'it holds', verdict: 'passed', message: 'so it is', evidence: [] });
    const files = await kept.end({ ...known(), journal: experiment.journal() });
    const paths = await Promise.all(files.map(({ write }) => write()));
    expect(readEvidence(keptRun.id).experiments).toMatchObject([
      { journal: { status: 'completed', fullhouse: { verdict: 'passed' } } },
    ]);
    expect(fromNdjson(readFileSync(paths[1]!, 'utf8'))).toHaveLength(1);
  });

  test('names the interruption as the cause despite later errors of the teardown', () => {
    const { experiment } = experimentAtWork();
    experiment.find({ check: 'it holds', verdict: 'passed', message: 'so it is', evidence: [] });
    experiment.brokeOff('the run was interrupted', true);
    experiment.brokeOff('The link is closed. Start another one.');
    const { status, fullhouse } = experiment.journal();
    expect([status, fullhouse.verdict]).toEqual(['interrupted', 'inconclusive']);
    expect(fullhouse.findings.map(({ message }) => message)).toEqual(['so it is', 'the run was interrupted']);
  });
});
