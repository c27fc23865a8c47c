import { expect, test } from '@playwright/test';
import { UserError } from '../../../../src/kernel/errors.ts';
import { FakeRun, options } from './fake-run.ts';

test.describe('a search that is led', () => {
  test('finds the capacity, sends each step to the slices, and ends the crowd', async () => {
    const run = new FakeRun({ capacity: 100 }, { slices: 2 });
    await run.run(900);
    const { orders, capacity, notices } = run.coordinator;
    expect(orders.at(-1)).toBeNull();
    expect(capacity?.answer).toMatchObject({ endedBy: 'found' });
    expect(capacity!.answer!.holds).toBeGreaterThanOrEqual(90);
    expect(capacity!.answer!.holds).toBeLessThanOrEqual(100);
    // The numbers tell the seconds of a step from those of the step before.
    const numbers = orders.flatMap((order) => order?.number ?? []);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    // After a level that broke, everyone leaves.
    const levels = capacity!.levels;
    const broken = levels.findIndex(({ verdict }) => verdict === 'breaks');
    const at = orders.findIndex((order) => order?.level === levels[broken]!.level);
    expect(orders[at + 1]).toMatchObject({ level: 0 });
    expect(run.opened).not.toContain(0);
    // One line for each level, and the answer.
    expect(notices).toHaveLength(levels.length + 1);
    expect(notices.at(-1)).toContain(capacity!.answer!.sentence.split(' ').slice(0, 3).join(' '));
    for (const line of notices.flatMap((text) => text.split('\n')))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  test('saves each level, before the answer is known', async () => {
    const run = new FakeRun({ capacity: 30 });
    await run.run(900);
    const counts = run.kept.map(({ levels }) => levels.length);
    expect(counts[0]).toBe(0);
    expect(new Set(counts).size).toBe(run.coordinator.capacity!.levels.length + 1);
    expect(run.kept.at(-1)).toEqual(run.coordinator.capacity);
    expect(run.kept.slice(0, -1).every(({ answer }) => answer === null)).toBe(true);
  });

  test('has the resources of each level', async () => {
    const run = new FakeRun({ capacity: 30 });
    const sample = (second: number) => ({
      atMs: second * 1000,
      processStart: 1,
      calls: null,
      cpuS: second * 0.97,
      memoryBytes: null,
      loopDelayMs: 20,
      connections: 5,
      waitingForDatabase: null,
    });
    for (let second = 0; second < 300 && run.order !== null; second += 2) {
      run.coordinator.emit('sample', 'crowd', sample(second));
      run.coordinator.emit('sample', 'another crowd', { ...sample(second), cpuS: 0 });
      await run.run(2);
    }
    const { levels, answer } = run.coordinator.capacity!;
    for (const { resources } of levels)
      expect(resources).toContainEqual(
        expect.objectContaining({ name: 'service CPU', unit: 'cores', limit: 0.95, isAtLimit: true }),
      );
    expect(answer?.first).toMatchObject({ name: 'service CPU' });
  });

  test('says "at least" if the load generator is the limit', async () => {
    const run = new FakeRun({ capacity: 10_000, generator: (users) => ({ cpu: users >= 160 ? 0.99 : 0.2 }) });
    await run.run(900);
    const { answer } = run.coordinator.capacity!;
    expect(answer).toMatchObject({ endedBy: 'generator', breaks: null });
    expect(answer!.holds).toBeLessThan(160);
    expect(answer!.sentence).toMatch(/^at least \d+ users: the load generator was the limit/);
  });

  test('is not stopped by a silent slice, and ends when a slice is lost', async () => {
    const run = new FakeRun({ capacity: 1000 }, { slices: 2 });
    await run.run(30);
    expect(run.coordinator.capacity?.levels).toMatchObject([{ level: 10, verdict: 'holds' }]);
    run.silence(2);
    await run.run(40);
    // Its users are missing in the level, which says nothing about the service.
    expect(run.coordinator.capacity?.levels.at(-1)).toMatchObject({
      verdict: 'generator',
      message: expect.stringContaining('only 20 users of 40 were active'),
    });
    run.coordinator.emit('lost', 'another crowd', 1);
    expect(run.order).not.toBeNull();
    run.coordinator.emit('lost', 'crowd', 2);
    await run.run(1);
    expect(run.order).toBeNull();
    expect(run.coordinator.capacity?.answer).toMatchObject({ endedBy: 'interrupted' });
  });

  test('keeps its levels when the run is stopped', async () => {
    const run = new FakeRun({ capacity: 1000 });
    await run.run(100);
    const before = run.coordinator.capacity!.levels;
    expect(before.length).toBeGreaterThan(1);
    run.coordinator.emit('stopped', 'interrupted');
    expect(run.coordinator.capacity).toMatchObject({ levels: before, answer: { endedBy: 'interrupted' } });
    expect(run.kept.at(-1)).toEqual(run.coordinator.capacity);
    // The end of the crowd changes no answer.
    run.coordinator.emit('over', 'crowd');
    expect(run.kept.at(-1)!.answer!.endedBy).toBe('interrupted');
    expect(run.coordinator.listenerCount('report')).toBe(0);
  });

  test('ends within its time', async () => {
    const run = new FakeRun({ capacity: 3000 }, { options: { ...options, forMs: 60_000 } });
    await run.run(61);
    expect(run.order).toBeNull();
    expect(run.coordinator.capacity?.answer?.endedBy).toBe('time');
  });

  test('ends with the reason if the service refuses a meeting for a level', async () => {
    const openFor = async (level: number) => {
      if (level > 20) throw new UserError('The service refused to create the meeting: HTTP 400.');
      return level === 20 ? ['a', 'b'] : undefined;
    };
    const run = new FakeRun({ capacity: 3000 }, { meetings: { openFor, seen: () => undefined } });
    await run.run(200);
    expect(run.coordinator.orders.find((order) => order?.level === 20)).toMatchObject({
      meetings: ['a', 'b'],
    });
    expect(run.order).toBeNull();
    expect(run.coordinator.notices.join('\n')).toContain('refused to create the meeting: HTTP 400.');
    expect(run.coordinator.capacity?.answer?.endedBy).toBe('interrupted');
  });

  test('ends with the reason if the service is gone, and does not take this for its capacity', async () => {
    let isGone = false;
    const run = new FakeRun(
      { capacity: 60 },
      {
        serves: async () => {
          if (isGone) throw new UserError('No meetings service at http://127.0.0.1:3002: ECONNREFUSED.');
        },
      },
    );
    while (run.coordinator.capacity!.levels.at(-1)?.verdict !== 'breaks') await run.run(1);
    isGone = true;
    await run.run(200);
    expect(run.order).toBeNull();
    expect(run.coordinator.notices.join('\n')).toContain('the search ends: No meetings service at');
    expect(run.coordinator.capacity?.answer).toMatchObject({
      endedBy: 'interrupted',
      holds: 40,
      // It is not known whether the load or something else ended the service.
      breaks: null,
      failure: 'No meetings service at http://127.0.0.1:3002: ECONNREFUSED',
    });
    expect(run.coordinator.capacity?.answer?.sentence).toContain(
      'at least 40 users: the search could not go on (No',
    );
    expect(run.kept.at(-1)!.levels.at(-1)).toMatchObject({
      level: 80,
      verdict: 'undecided',
      message: 'the service did not answer any more',
    });
  });
});
