import { expect, test } from '@playwright/test';
import { Coordinated, die } from '../crowd/coordinated.ts';
import { FedRun, type FedSlice } from './fed-run.ts';

const texts = ({ live }: FedRun) => live.log.since(0).map(({ text }) => text);

test.describe('a live run that follows its coordinator', () => {
  test('records slice reports, a lost slice and the end of the crowd', async () => {
    await using run = await Coordinated.start([1, 2]);
    const fed = new FedRun();
    fed.live.follow(run.coordinator);
    const [one, other] = [await run.slice(1), await run.slice(2)];
    await Promise.all([one.arrive(), other.arrive()]);
    const [first, second] = fed.slices as [FedSlice, FedSlice];
    one.report(first.second([{ count: 10 }]));
    other.report(second.second([{ count: 5 }]));
    await run.until('both are heard', () => fed.live.crowds[0]?.seconds.length === 1);
    await die(other);
    await run.until('it is lost', () => texts(fed).includes('crowd: slice 2 was lost'));
    expect(fed.live.crowds[0]!.reports.map((report) => fed.live.crowds[0]!.stateOf(report))).toEqual([
      'reporting',
      'lost',
    ]);
    // The live view does not wait for a lost slice.
    one.report(first.second([{ count: 10 }]));
    await run.until('the next second', () => fed.live.crowds[0]!.seconds.length === 2);
    one.report(first.second([{ count: 10 }], 0, true));
    await run.until('it is over', () => fed.live.crowds[0]!.phase === 'over');
    expect(texts(fed)).toEqual([
      'crowd: begins',
      'crowd: slice 2 was lost',
      'crowd: all participants have left',
    ]);
    fed.live.end('failed');
  });

  test('logs only the first reason of an early stop', async () => {
    await using run = await Coordinated.start([1]);
    const fed = new FedRun();
    fed.live.follow(run.coordinator);
    run.coordinator.stop('interrupted');
    run.coordinator.stop('interrupted again');
    expect(texts(fed)).toEqual(['stopped early: interrupted']);
    fed.live.end('interrupted');
  });

  test('logs in one line what the main process tells the user', async () => {
    await using run = await Coordinated.start([1]);
    const fed = new FedRun();
    const notices: string[] = [];
    fed.live.on('notice', (text) => notices.push(text));
    fed.live.follow(run.coordinator);
    const text = 'Capacity  20 users hold: 100% within\n          p95 < 500 ms';
    run.coordinator.emit('notice', text);
    expect(notices).toEqual([text]);
    expect(texts(fed)).toEqual(['Capacity 20 users hold: 100% within p95 < 500 ms']);
    fed.live.end('passed');
  });

  test('stops only the live view after a damaged report', async () => {
    await using run = await Coordinated.start([1]);
    const fed = new FedRun({ slices: 1 });
    const notices: string[] = [];
    fed.live.on('notice', (text) => notices.push(text));
    fed.live.follow(run.coordinator);
    const slice = await run.slice(1);
    await slice.arrive();
    const report = fed.slices[0]!.second([{ count: 10 }]);
    const [window] = report.timings.windows;
    const ok = { ...window!.operations['meeting.get']!.ok!, hdr: 'no histogram' };
    const windows = [{ ...window!, operations: { 'meeting.get': { outcomes: { ok: 10 }, ok } } }];
    slice.report({ ...report, timings: { ...report.timings, windows } });
    await run.until('it is told', () => notices.length === 1);
    expect(notices[0]).toContain('The live view has stopped, the run continues');
    slice.report(fed.slices[0]!.second([{ count: 10 }], 0, true));
    await run.until('the last report is there', () => run.record().reports[0]?.finished === true);
    expect(run.record().lost).toEqual([]);
    expect(notices).toHaveLength(1);
    fed.live.end('passed');
  });
});

test.describe('the log and the phases of a live run', () => {
  test('get an entry each time a slice becomes silent', () => {
    const run = new FedRun({ slices: 1 });
    const before = performance.now();
    run.second();
    const heardBy = performance.now();
    run.live.tick(before + 4000);
    expect(texts(run)).toEqual([]);
    run.live.tick(heardBy + 6000);
    run.live.tick(heardBy + 7000);
    run.second();
    run.live.tick(performance.now() + 6000);
    expect(texts(run)).toEqual([
      'crowd: slice 1 has been silent for some seconds',
      'crowd: slice 1 has been silent for some seconds',
    ]);
  });

  test('count the completed and the failed tests of each phase', () => {
    const { phases } = new FedRun().live;
    for (const project of ['service', 'machine', 'load', 'load', 'load verdict', 'chaos'])
      phases.expect(project);
    expect(phases.current).toBeUndefined();
    expect(phases.began('service', '1', 'is there', 0)).toBe(true);
    expect(phases.began('machine', '2', 'is well', 0)).toBe(false);
    phases.ended('service', '1', false);
    phases.ended('machine', '2', false);
    expect(phases.began('load', '3', 'slice 1', 5)).toBe(true);
    phases.began('load', '4', 'slice 2', 6);
    expect(phases.current).toMatchObject({ name: 'load', test: 'slice 2', startedAt: 5, done: 0, of: 3 });
    phases.ended('load', '4', true);
    expect(phases.current).toMatchObject({ test: 'slice 1', done: 1, failed: 1 });
    expect(phases.all.map(({ name, state }) => [name, state])).toEqual([
      ['ready', 'over'],
      ['load', 'running'],
      ['chaos', 'waiting'],
    ]);
  });

  test('get one entry for each step and each failed check of an experiment', () => {
    const run = new FedRun();
    const experiment = {
      name: 'storm',
      question: 'What breaks?',
      title: 'a storm',
      seconds: null,
      findings: [],
      act: null,
    };
    const tell = (over: object) =>
      run.live.results.experiment('1', { ...experiment, state: 'running', ...over });
    tell({});
    tell({ act: 'all are cut off' });
    tell({ act: 'all are cut off' });
    const findings = [
      { check: 'nobody twice', verdict: 'passed', message: '12 rosters' },
      { check: 'all came back', verdict: 'failed', message: '11 of 12' },
    ] as const;
    tell({ state: 'failed', findings });
    expect(texts(run)).toEqual([
      'experiment: a storm',
      'all are cut off',
      'failed: all came back: 11 of 12',
      'a storm: failed',
    ]);
    expect(run.live.results).toMatchObject({ changes: 4, experiments: [{ state: 'failed' }] });
  });
});

test('the progress of a run never falls, and is whole only at its end', () => {
  const { live, slices } = new FedRun({ slices: 1 });
  const seen: number[] = [];
  const look = () => seen.push(live.progress);
  const test = (project: string, id: string) => {
    live.phases.began(project, id, id, 0);
    look();
    live.phases.ended(project, id, false);
    look();
  };
  const second = (finished = false) => {
    live.report(slices[0]!.second([{ count: 1 }], 5, finished));
    look();
  };
  look();
  for (const id of ['slice', 'verdict']) live.phases.expect(id === 'slice' ? 'load' : 'load verdict');
  live.phases.expect('machine');
  test('machine', 'machine');
  live.phases.began('load', 'slice', 'slice', 0);
  // The participants need longer than the schedule of 20 s.
  for (let count = 0; count < 40; count++) second();
  const drained = live.progress;
  // A phase that nobody expected.
  for (let count = 0; count < 30; count++) live.phases.expect('chaos');
  look();
  second(true);
  live.crowdOver('crowd');
  look();
  live.phases.ended('load', 'slice', false);
  test('load verdict', 'verdict');
  const loaded = live.progress;
  // The other experiments are skipped.
  for (let count = 0; count < 3; count++) test('chaos', String(count));
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  expect(seen[0]).toBe(0);
  expect(drained).toBeGreaterThan(0.7);
  expect(live.progress).toBeGreaterThan(loaded * 0.99);
  expect(Math.max(...seen)).toBeLessThan(1);
  live.end('passed');
  expect(live.progress).toBe(1);
});
