import { expect, test } from '@playwright/test';
import type { Random } from '../../../src/kernel/random.ts';
import { type OnItsWay, simulate, within } from './simulated-room.ts';

const quick = (random: Random) => 1 + 3 * random();
const healthy: OnItsWay = (random) => [quick(random)];
const slow: OnItsWay = () => [4000];
const tooLate: OnItsWay = (random) => [8000 + random()];
const twiceAtOnce: OnItsWay = (random) => {
  const first = quick(random);
  return [first, first + 1 + 50 * random()];
};
/** Drops events with this probability. */
const dropping =
  (probability: number, onItsWay: OnItsWay): OnItsWay =>
  (random) =>
    random() < probability ? [] : onItsWay(random);

/**
 * Long sessions, sessions as in the example of the README, and sessions that are shorter than the limit of an event.
 */
const stays = { '60 s': 60_000, '10 s': 10_000, '2 s': 2000 };

for (const [name, stayMs] of Object.entries(stays)) {
  const room = { seed: name, seconds: 60, users: 12, stayMs, thinkMs: 1500 };

  test.describe(`deliveries to members who stay for ${name}`, () => {
    test('reports no lost, late or duplicate event of a healthy service', () => {
      const seen = simulate({ ...room, onItsWay: healthy });
      expect(seen.arrived).toBeGreaterThan(1000);
      expect(seen).toMatchObject({ lost: 0, late: 0, twice: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('reports 30% lost events and unchanged latencies when 30% are dropped', () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, healthy) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(seen).toMatchObject({ late: 0, twice: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('reports every event as a duplicate and unchanged latencies when each arrives twice', () => {
      const seen = simulate({ ...room, onItsWay: twiceAtOnce });
      expect(seen.percent(seen.twice)).toBeGreaterThan(99.9);
      expect(seen).toMatchObject({ lost: 0, late: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('reports 30% lost and 70% duplicate events when 30% are dropped and the rest arrive twice', () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, twiceAtOnce) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(Math.abs(seen.percent(seen.twice) - 70)).toBeLessThan(within(30, seen.judged));
      expect(seen.medianMs).toBeLessThan(4.1);
      expect(seen.p99Ms).toBeLessThan(4.1);
    });

    test('reports 2% lost and 3% duplicate events when 2% are dropped and 3% arrive twice', () => {
      const seen = simulate({
        ...room,
        onItsWay: (random) => (random() < 0.03 ? twiceAtOnce(random) : dropping(0.02, healthy)(random)),
      });
      expect(Math.abs(seen.percent(seen.lost) - 1.94)).toBeLessThan(within(1.94, seen.judged));
      expect(Math.abs(seen.percent(seen.twice) - 3)).toBeLessThan(within(3, seen.judged));
      expect(seen.p99Ms).toBeLessThan(4.1);
    });

    for (const [lost, twice, gapMs] of [
      [0.005, 0.005, 50],
      [0.02, 0.03, 800],
      [0.1, 0.1, 800],
      [0.01, 0.97, 800],
    ] as const)
      test(`reports ${lost * 100}% lost events when ${twice * 100}% arrive again within ${gapMs} ms`, () => {
        const seen = simulate({
          ...room,
          onItsWay: (random) => {
            const [chance, first] = [random(), quick(random)];
            if (chance < lost) return [];
            return chance < lost + twice ? [first, first + 1 + gapMs * random()] : [first];
          },
        });
        expect(Math.abs(seen.percent(seen.lost) - 100 * lost)).toBeLessThan(within(100 * lost, seen.judged));
        expect(seen).toMatchObject({ late: 0, unexplained: 0 });
        // Not a single one: the percentiles of few events would show it.
        expect(seen.maxMs).toBeLessThan(4.1);
      });

    test('reports all events as lost when none arrives', () => {
      const seen = simulate({ ...room, onItsWay: () => [] });
      expect(seen.percent(seen.lost)).toBe(100);
      expect(seen.judged).toBeGreaterThan(1000);
    });
  });
}

test.describe('deliveries of a slow service', () => {
  for (const [name, stayMs] of Object.entries({ '60 s': 60_000, '10 s': 10_000 })) {
    const room = { seed: name, seconds: 60, users: 12, stayMs, thinkMs: 1500 };

    test(`reports a latency of 4 s and no loss when events take 4 s, for stays of ${name}`, () => {
      const seen = simulate({ ...room, onItsWay: slow });
      expect(seen).toMatchObject({ lost: 0, late: 0, twice: 0, unexplained: 0 });
      expect([seen.medianMs, seen.p99Ms].map(Math.round)).toEqual([4000, 4000]);
    });

    test(`reports 30% loss and 4 s when 30% are dropped and the rest take 4 s, for stays of ${name}`, () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, slow) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(Math.round(seen.medianMs)).toBe(4000);
    });

    test(`reports no lost or duplicate event on a busy machine, for stays of ${name}`, () => {
      const seen = simulate({ ...room, onItsWay: (random) => [150 + 300 * random() + 2000 * random() ** 6] });
      expect(seen.percent(seen.lost)).toBeLessThan(0.1);
      expect(seen.percent(seen.twice)).toBeLessThan(0.1);
    });

    test(`reports all events as late and none as lost when they take 8 s, for stays of ${name}`, () => {
      const seen = simulate({ ...room, onItsWay: tooLate });
      expect(seen.percent(seen.late)).toBe(100);
      expect(seen).toMatchObject({ twice: 0, unexplained: 0 });
    });

    test(`reports 5% late and no lost events when 5% take 8 s, for stays of ${name}`, () => {
      // Each event has its own delay, so late events are overtaken. Hands are raised and lowered as in the journey.
      const seen = simulate({
        ...room,
        users: 20,
        thinkMs: 5000,
        onItsWay: (random) => (random() < 0.05 ? tooLate(random) : healthy(random)),
      });
      expect(Math.abs(seen.percent(seen.late) - 5)).toBeLessThan(within(5, seen.judged));
      expect(seen.percent(seen.lost)).toBeLessThan(0.5);
    });
  }
});
