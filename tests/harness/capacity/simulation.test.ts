import { expect, test } from '@playwright/test';
import { naiveRamp, promises, quantile, simulate, worstOf } from './simulation.ts';

/** A smaller number than in `simulation.deep.ts`, and smaller services, because the gate has little time. */
const SEARCHES = 24;

test(`${SEARCHES} searches of noisy services promise too much at most twice, and are seldom wrong by 10%`, () => {
  const outcomes = promises({ from: 0, to: SEARCHES, perSecond: [20, 200] });
  expect(outcomes).toHaveLength(SEARCHES);
  expect(worstOf(outcomes, ({ isTooMuch }) => isTooMuch).length).toBeLessThanOrEqual(2);
  expect(worstOf(outcomes, ({ isWithin10 }) => !isWithin10).length).toBeLessThanOrEqual(3);
  const minutes = outcomes.map(({ endMs }) => endMs / 60_000);
  expect(quantile(minutes, 0.5)).toBeGreaterThan(4);
  expect(quantile(minutes, 0.5)).toBeLessThan(7.5);
  expect(Math.max(...minutes)).toBeLessThanOrEqual(15);
});

test('a naive ramp promises too much in the same simulation', () => {
  const services = Array.from({ length: 4 }, (_, seed) => ({
    axis: 'users' as const,
    perSecond: 100,
    noise: 'calm' as const,
    seed,
  }));
  const excess = services.map((service) => naiveRamp(service));
  expect(excess.filter((part) => part > 0.05).length).toBe(services.length);
});

test('finds the capacity of a server with 5 ms of work, one call at a time', () => {
  for (let seed = 0; seed < 10; seed++) {
    const { step } = simulate({ axis: 'arrivals', perSecond: 200, noise: 'calm', seed });
    const answer = step.kind === 'answer' ? step.answer : undefined;
    expect(answer?.endedBy).toBe('found');
    expect(answer?.holds).toBeGreaterThanOrEqual(180);
    expect(answer?.holds).toBeLessThanOrEqual(210);
  }
});

test('an overloaded generator gives a lower bound', () => {
  const { step } = simulate({ axis: 'users', perSecond: 500, noise: 'calm', seed: 1, generatorLimit: 150 });
  expect(step).toMatchObject({
    kind: 'answer',
    answer: { endedBy: 'generator', breaks: null, sentence: expect.stringContaining('at least') },
  });
});

test('waits until as many sessions end as begin, before it judges arrivals', () => {
  for (const seed of [1, 2]) {
    // Sessions of about 5 s; without the wait, the first levels above the capacity would hold.
    const service = { axis: 'arrivals', perSecond: 200, noise: 'calm', callsPerSession: 5, seed } as const;
    const { step } = simulate(service);
    const holds = step.kind === 'answer' ? step.answer.holds : null;
    expect(holds).toBeGreaterThanOrEqual(36);
    expect(holds).toBeLessThanOrEqual(42);
  }
});

test('makes no promise from sessions that are longer than its levels', () => {
  const service = { axis: 'arrivals', perSecond: 200, noise: 'calm', seed: 1 } as const;
  const { step } = simulate({ ...service, callsPerSession: 20, pauseMs: 5000 });
  expect(step.kind === 'answer' && step.answer.holds).toBeLessThanOrEqual(10);
});
