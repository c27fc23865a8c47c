import { expect, test } from '@playwright/test';
import { FileFailure } from '../../../../src/kernel/file-failure.ts';
import { LedSoak } from './led-soak.ts';

const HOUR_MS = 3_600_000;

test('runs every round, and lets the service rest after each', async () => {
  const led = new LedSoak();
  expect(await led.clock.runUntil(led.host(60_000))).toBe(3);
  expect([...led.rounds.keys()]).toEqual([1, 2, 3]);
  expect([...led.rounds.values()].map(({ rest }) => rest)).toEqual([
    { sockets: 0 },
    { sockets: 0 },
    { sockets: 0 },
  ]);
  expect(led.plans.at(-1)).toMatchObject({ ended: true, stopped: null, before: { sockets: 0 } });
  expect(led.closed).toEqual(['soak round 1', 'soak round 2', 'soak round 3']);
  expect(led.dropped).toEqual(led.closed);
});

test('saves a round before its rest, so that a kill during the rest loses nothing', async () => {
  const led = new LedSoak();
  await led.clock.runUntil(led.mayBegin(1));
  led.begin(1);
  await led.clock.advanceTo(60_000);
  led.end(1);
  await led.clock.advanceTo(61_000);
  expect(led.rounds.get(1)).toMatchObject({ restedAtMs: null, rest: null, isWhole: true });
  expect(led.dropped).toEqual([]);
});

test('a round begins when the counts are back, at most after the planned rest', async () => {
  // The sockets of round 1 are freed 25 s after its end, those of round 2 never.
  const socketsAt = (ms: number) => (ms > 10_000 && ms < 85_000 ? 5 : ms > 90_000 ? 5 : 0);
  const led = new LedSoak({
    measure: (ms) => ({ values: { sockets: socketsAt(ms) }, missing: [] }),
  });
  await led.clock.runUntil(led.host(60_000));
  const rests = [...led.rounds.values()].map((one) => one.restedAtMs! - one.endedAtMs);
  expect(rests).toEqual([25_000, 40_000, 15_000]);
  expect(led.lines[0]).toMatch(/^Soak {2}round 1 of 3: .*; rested in 25 s$/);
  expect(led.lines[1]).toMatch(/not at rest after 40 s$/);
});

test('every line fits into 80 columns', async () => {
  const led = new LedSoak({ planned: { rounds: 100 } });
  await led.clock.runUntil(led.host(60_000), 100 * HOUR_MS);
  expect(led.lines).toHaveLength(100);
  for (const line of led.lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('samples all the time, in 8 hours too, and names the state', async () => {
  const led = new LedSoak({ planned: { rounds: 48, restMs: 60_000 } });
  await led.clock.runUntil(led.host(540_000), 9 * HOUR_MS);
  const gaps = led.samples.slice(1).map(({ atMs }, at) => atMs - led.samples[at]!.atMs);
  expect(Math.max(...gaps)).toBe(5000);
  expect(new Set(led.samples.map(({ round }) => round)).size).toBe(49);
  const inRound7 = led.samples.filter(({ round }) => round === 7);
  expect(new Set(inRound7.map(({ state }) => state))).toEqual(new Set(['working', 'resting']));
  expect(led.coordinator.records.size).toBe(0);
});

test('a lost slice ends the soak, with its name and its round', async () => {
  const led = new LedSoak();
  await led.clock.runUntil(led.mayBegin(1));
  led.begin(1);
  led.coordinator.emit('lost', 'soak round 1', 2);
  led.end(1);
  const outcome = await led.outcome();
  expect(outcome.problems).toEqual([]);
  expect(led.plans.at(-1)).toMatchObject({
    ended: true,
    stopped: { reason: 'round 1: slice 2 was lost: its worker ended before its participants did' },
  });
  expect(led.plans.at(-1)).not.toHaveProperty('notBegun');
  expect(led.rounds.get(1)).toMatchObject({ restedAtMs: null });
  expect(await led.mayBegin(2)).toBe(false);
});

test('a round that cannot begin ends the soak, with the reason', async () => {
  const led = new LedSoak();
  await led.clock.runUntil(led.host(60_000, 1));
  expect(await led.clock.runUntil(led.mayBegin(2))).toBe(true);
  led.refuse(2, 'The service did not create the meeting: connection refused.');
  await led.outcome();
  const reason = 'round 2: The service did not create the meeting: connection refused';
  expect(led.plans.at(-1)).toMatchObject({ ended: true, stopped: { reason }, notBegun: reason });
  expect([...led.rounds.keys()]).toEqual([1]);
});

test('an interruption during a rest ends it at once', async () => {
  const led = new LedSoak();
  await led.clock.runUntil(led.mayBegin(1));
  led.begin(1);
  led.end(1);
  await led.clock.advanceTo(3000);
  led.coordinator.stop('interrupted', { isInterrupted: true });
  await led.outcome();
  expect(led.clock.now()).toBe(3000);
  expect(led.plans.at(-1)).toMatchObject({ ended: true, stopped: { isInterrupted: true } });
  expect([...led.rounds.keys()]).toEqual([1]);
});

test('an interruption while no round is active ends the soak without one', async () => {
  const led = new LedSoak();
  await led.clock.runUntil(led.mayBegin(1));
  led.coordinator.stop('interrupted', { isInterrupted: true });
  await led.outcome();
  expect(led.plans.at(-1)).toMatchObject({ ended: true });
  expect(led.rounds.size).toBe(0);
});

test('a verdict without any round does not wait', async () => {
  expect(await new LedSoak().outcome()).toEqual({ problems: [] });
});

test('a full disk is named once, keeps the rounds, and writes them when it has room', async () => {
  const full = new FileFailure('written', '/runs/soak.json', {
    why: 'no space is left on its disk',
    hint: 'Free some space.',
    error: Object.assign(new Error('full'), { code: 'ENOSPC' }),
  });
  const led = new LedSoak({
    write: (ms) => {
      if (ms > 30_000 && ms < 150_000) throw full;
    },
  });
  await led.clock.runUntil(led.host(60_000));
  const { problems, unwritten } = await led.outcome();
  expect([...led.rounds.keys()].sort()).toEqual([1, 2, 3]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('no space is left on its disk');
  expect(unwritten?.rounds).toEqual([]);
  expect(led.lines.filter((line) => line.includes('could not be written'))).toHaveLength(1);
});

test('a disk that stays full leaves the rounds in memory for the verdict', async () => {
  const led = new LedSoak({
    write: () => {
      throw new Error('no space');
    },
  });
  await led.clock.runUntil(led.host(60_000));
  const { unwritten } = await led.outcome();
  expect(unwritten?.rounds.map(({ number }) => number)).toEqual([1, 2, 3]);
  // Their crowds stay on disk, if anything of them is there.
  expect(led.dropped).toEqual([]);
});

test('a service without metrics is soaked, and the plan says what is missing', async () => {
  const led = new LedSoak({ measure: () => ({ values: null, missing: ['there are no metrics'] }) });
  expect(await led.clock.runUntil(led.host(60_000))).toBe(3);
  expect(led.samples).toEqual([]);
  expect(led.plans.at(-1)).toMatchObject({ before: null, unmeasured: ['there are no metrics'] });
});
