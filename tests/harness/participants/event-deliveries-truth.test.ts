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
/** Each copy is dropped for itself, or the event as a whole. */
const dropping =
  (probability: number, onItsWay: OnItsWay): OnItsWay =>
  (random) =>
    random() < probability ? [] : onItsWay(random);

/** Long sessions, those of the example in the README, and such in which nobody stays for the limit of an event. */
const stays = { '60 s': 60_000, '10 s': 10_000, '2 s': 2000 };

for (const [name, stayMs] of Object.entries(stays)) {
  const room = { seed: name, seconds: 60, users: 12, stayMs, thinkMs: 1500 };

  test.describe(`members stay for ${name}`, () => {
    test('a healthy service: nothing is lost, late or twice', () => {
      const seen = simulate({ ...room, onItsWay: healthy });
      expect(seen.arrived).toBeGreaterThan(1000);
      expect(seen).toMatchObject({ lost: 0, late: 0, twice: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('30 % are dropped: so many are lost, and the latencies stay', () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, healthy) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(seen).toMatchObject({ late: 0, twice: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('each arrives twice: each is counted as twice, and the latencies stay', () => {
      const seen = simulate({ ...room, onItsWay: twiceAtOnce });
      expect(seen.percent(seen.twice)).toBeGreaterThan(99.9);
      expect(seen).toMatchObject({ lost: 0, late: 0, unexplained: 0 });
      expect(seen.maxMs).toBeLessThan(4.1);
    });

    test('30 % are dropped, the others arrive twice: both proportions, and the latencies', () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, twiceAtOnce) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(Math.abs(seen.percent(seen.twice) - 70)).toBeLessThan(within(30, seen.judged));
      expect(seen.medianMs).toBeLessThan(4.1);
      expect(seen.p99Ms).toBeLessThan(4.1);
    });

    test('2 % are dropped and 3 % arrive twice', () => {
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
      test(`${lost * 100} % lost, ${twice * 100} % twice within ${gapMs} ms: a surplus event is none of an older call`, () => {
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
        // Not one of them: the percentiles of few events would show it.
        expect(seen.maxMs).toBeLessThan(4.1);
      });

    test('nothing arrives: all is lost', () => {
      const seen = simulate({ ...room, onItsWay: () => [] });
      expect(seen.percent(seen.lost)).toBe(100);
      expect(seen.judged).toBeGreaterThan(1000);
    });
  });
}

test.describe('a service that is slow', () => {
  for (const [name, stayMs] of Object.entries({ '60 s': 60_000, '10 s': 10_000 })) {
    const room = { seed: name, seconds: 60, users: 12, stayMs, thinkMs: 1500 };

    test(`all arrive 4 s after the call, stays of ${name}: 4 s, and nothing is lost`, () => {
      const seen = simulate({ ...room, onItsWay: slow });
      expect(seen).toMatchObject({ lost: 0, late: 0, twice: 0, unexplained: 0 });
      expect([seen.medianMs, seen.p99Ms].map(Math.round)).toEqual([4000, 4000]);
    });

    test(`30 % are dropped, the others 4 s late, stays of ${name}: 30 %, and 4 s`, () => {
      const seen = simulate({ ...room, onItsWay: dropping(0.3, slow) });
      expect(Math.abs(seen.percent(seen.lost) - 30)).toBeLessThan(within(30, seen.judged));
      expect(Math.round(seen.medianMs)).toBe(4000);
    });

    test(`a machine so busy that events take up to some seconds, stays of ${name}: nothing is lost or twice`, () => {
      const seen = simulate({ ...room, onItsWay: (random) => [150 + 300 * random() + 2000 * random() ** 6] });
      expect(seen.percent(seen.lost)).toBeLessThan(0.1);
      expect(seen.percent(seen.twice)).toBeLessThan(0.1);
    });

    test(`all arrive 8 s after the call, stays of ${name}: all are late, none is lost`, () => {
      const seen = simulate({ ...room, onItsWay: tooLate });
      expect(seen.percent(seen.late)).toBe(100);
      expect(seen).toMatchObject({ twice: 0, unexplained: 0 });
    });

    test(`5 % arrive 8 s after the call, stays of ${name}: 5 % are late, none is lost`, () => {
      // Each event is delayed for itself, so late ones are overtaken; hands go up and down as in the journey.
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
