import { expect, test } from '@playwright/test';
import { viewsAgree } from '../../../../src/checks/catalogue.ts';
import { readSettings } from '../../../../src/config/read-settings.ts';
import { ExperimentRecord } from '../../../../src/experiments/experiment-record.ts';
import { recordSchema } from '../../../../src/history/record.ts';
import { runFacts } from '../../../../src/history/run-facts.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { recordOfChaos } from '../../../../src/results/records/chaos.ts';
import { recordOfLoad } from '../../../../src/results/records/load.ts';
import { LatencyHistogram } from '../../../../src/timings/latency-histogram.ts';
import { Timings } from '../../../../src/timings/timings.ts';
import { circumstances, record as crowdRecord, report, summaryOf } from '../summary/crowd-records.ts';

const SECRET = 'hunter2-is-secret';
const run = { id: '20261123-140000-abcd', workers: 2, shard: { index: 1, of: 1 }, startsServiceOn: 3002 };
const facts = runFacts(readSettings({ JWT_SECRET: SECRET, CONCURRENT_USERS: '6' }), run);

test.describe('the record of a load run', () => {
  const crowd = crowdRecord([
    report(1, [{ latencyMs: 10 }]),
    report(2, [{ latencyMs: 30 }, { outcome: 'http 500', count: 5 }]),
  ]);
  const remembered = recordOfLoad(summaryOf(crowd), { ...crowd, ...circumstances(), facts });

  test('holds the merged latencies of both slices in a decodable form', () => {
    const { outcomes, ok } = remembered.operations['meeting.get']!;
    expect(outcomes).toEqual({ ok: 200, 'http 500': 5 });
    const latencies = LatencyHistogram.decode(ok!);
    expect([latencies.count, latencies.minMs, latencies.maxMs]).toEqual([200, 10, 30]);
  });

  test('holds the earliest latencies and the bracket of a judged value', () => {
    const late = crowdRecord([report(1, [{ latencyMs: 40, widthMs: 15 }]), report(2, [{}])]);
    const record = recordSchema.parse(
      recordOfLoad(summaryOf(late, 'meeting.get p95 < 100 ms'), { ...late, ...circumstances(), facts }),
    );
    const earliest = LatencyHistogram.decode(record.operations['meeting.get']!.earliest!);
    expect([earliest.count, earliest.minMs, earliest.maxMs]).toEqual([200, 20, 25]);
    expect(record.targets[0]!.bracket!.low).toBeCloseTo(25, 0);
    expect(record.targets[0]!.bracket!.high).toBeCloseTo(40, 0);
    expect(remembered.operations['meeting.get']).not.toHaveProperty('earliest');
  });

  test('holds the settings, the verdict, the targets and the service', () => {
    expect(recordSchema.parse(remembered)).toMatchObject({
      runId: run.id,
      kind: 'load',
      name: 'crowd',
      at: '2026-11-23T14:00:00.000Z',
      service: 'reference',
      verdict: 'failed',
      settings: { REQUESTS_PER_USER: 10, THINK_TIME_MS: '500..1500', workers: 2, NETWORK_PROFILE: null },
      targets: [{ state: 'met' }, { target: 'error rate < 1 %', state: 'missed' }],
      figures: { 'error rate': { unit: '%', better: 'lower' }, 'overall throughput': { better: 'higher' } },
    });
  });

  test('holds no secret', () => expect(JSON.stringify(remembered)).not.toContain(SECRET));

  test('names an attached service by its URL', () => {
    const { startsServiceOn: _, ...attached } = run;
    const settings = readSettings({ MEETINGS_SERVICE_URL: 'http://127.0.0.1:4000' });
    const of = { ...crowd, ...circumstances(), facts: runFacts(settings, attached) };
    expect(recordOfLoad(summaryOf(crowd), of).service).toBe('http://127.0.0.1:4000');
  });
});

test.describe('the record of chaos experiments', () => {
  function experimented(name: string, isFine: boolean) {
    const options = { name, title: name, description: 'a question', seed: 1, clock: systemClock };
    const experiment = new ExperimentRecord(options);
    experiment.find({
      check: 'it holds',
      verdict: isFine ? 'passed' : 'failed',
      message: 'so it is',
      evidence: [],
    });
    experiment.fact('recovery time', 1234, { unit: 'ms' });
    experiment.fact('layer', 'tcp');
    const timings = new Timings(0);
    timings.operation('meeting.join').record('ok', 0, 5);
    return { journal: experiment.journal(), timings: timings.encode(10) };
  }

  test('holds checks, figures and operations under the names of their experiments', () => {
    const remembered = recordOfChaos([experimented('storm', true), experimented('drops', false)], { facts });
    expect(recordSchema.parse(remembered)).toMatchObject({
      kind: 'chaos',
      verdict: 'failed',
      reasons: [
        {
          kind: 'check failed',
          scope: 'drops',
          subject: 'it holds',
          message: 'it holds failed: so it is',
        },
      ],
      figures: {
        'storm: recovery time': { value: 1234, unit: 'ms', better: 'lower' },
        'drops: recovery time': { value: 1234 },
      },
      checks: [
        { scope: 'storm', check: 'it holds', verdict: 'passed' },
        { scope: 'drops', check: 'it holds', verdict: 'failed' },
      ],
    });
    expect(Object.keys(remembered.operations)).toEqual(['storm: meeting.join', 'drops: meeting.join']);
    expect(Object.keys(remembered.figures)).toHaveLength(2);
  });

  test('is passed if all experiments passed, and inconclusive if one is inconclusive', () => {
    expect(recordOfChaos([experimented('storm', true)], { facts }).verdict).toBe('passed');
    const unknown = new ExperimentRecord({
      name: 'nothing',
      title: 'nothing',
      description: '',
      seed: 1,
      clock: systemClock,
    });
    unknown.judge(viewsAgree());
    const nothing = { journal: unknown.journal(), timings: new Timings(0).encode(1) };
    expect(recordOfChaos([nothing], { facts }).verdict).toBe('inconclusive');
  });

  test('is inconclusive, with the reason, if no experiment is applicable to the service', () => {
    const other = new ExperimentRecord({
      name: 'other',
      title: 't',
      description: '',
      seed: 1,
      clock: systemClock,
    });
    other.findNotApplicable('the contract has no meeting.leave');
    const skipped = { journal: other.journal(), timings: new Timings(0).encode(1) };
    const message = 'no experiment is applicable to the service (the contract has no meeting.leave)';
    expect(recordSchema.parse(recordOfChaos([skipped], { facts }))).toMatchObject({
      verdict: 'inconclusive',
      reasons: [{ kind: 'nothing tested', message }],
    });
    expect(recordOfChaos([skipped, experimented('storm', true)], { facts })).toMatchObject({
      verdict: 'passed',
      reasons: [],
    });
  });

  test('is inconclusive, with the first error, if an experiment was aborted', () => {
    const experiment = new ExperimentRecord({
      name: 'n',
      title: 't',
      description: '',
      seed: 1,
      clock: systemClock,
    });
    experiment.find({ check: 'it holds', verdict: 'passed', message: 'so it is', evidence: [] });
    experiment.brokeOff('the service answers 429 when asked for the meeting');
    experiment.brokeOff('what follows from it');
    const broken = { journal: experiment.journal(), timings: new Timings(0).encode(1) };
    expect(broken.journal).toMatchObject({ status: 'aborted', fullhouse: { verdict: 'inconclusive' } });
    expect(recordOfChaos([broken], { facts })).toMatchObject({
      verdict: 'inconclusive',
      reasons: [
        {
          kind: 'check inconclusive',
          scope: 'n',
          message:
            'the experiment came to its end inconclusive: the service answers 429 when asked for the meeting',
        },
      ],
    });
  });
});
