import { expect, test } from '@playwright/test';
import { fitScalability, type Point, scalabilityOf } from '../../../src/capacity/scalability.ts';
import { seeded } from '../../../src/kernel/random.ts';
import { normal } from '../history/records.ts';
import { levelOf } from './levels.ts';

const USERS = [10, 20, 40, 80, 160, 226, 320, 453, 640];

function law({
  perUser = 1,
  contention = 0.002,
  crosstalk = 0.00001,
  noise = 0,
  users = USERS,
} = {}): Point[] {
  const random = seeded('law', noise);
  return users.map((n) => {
    const ideal = (perUser * n) / (1 + contention * (n - 1) + crosstalk * n * (n - 1));
    return { users: n, perSecond: ideal * (1 + noise * normal(random)) };
  });
}

test.describe('Universal Scalability Law', () => {
  test('finds the coefficients of exact points, and the peak', () => {
    const found = fitScalability(law({ perUser: 2.5 }))!;
    expect(found.perUser.value).toBeCloseTo(2.5, 4);
    expect(found.contention.value).toBeCloseTo(0.002, 6);
    expect(found.crosstalk.value).toBeCloseTo(0.00001, 8);
    expect(found.peakAt).toBeCloseTo(Math.sqrt(0.998 / 0.00001), 0);
  });

  test('has intervals that contain the coefficients of noisy points', () => {
    for (const noise of [0.01, 0.02, 0.03]) {
      const { perUser, contention, crosstalk } = fitScalability(law({ noise }))!;
      expect(perUser.low).toBeLessThan(1);
      expect(perUser.high).toBeGreaterThan(1);
      expect(contention.low).toBeLessThan(0.002);
      expect(contention.high).toBeGreaterThan(0.002);
      expect(crosstalk.low).toBeLessThan(0.00001);
      expect(crosstalk.high).toBeGreaterThan(0.00001);
      expect(contention.low).toBeGreaterThanOrEqual(0);
    }
  });

  test('has no peak where users do not slow each other down', () => {
    const found = fitScalability(law({ crosstalk: 0, contention: 0.004, noise: 0.01 }))!;
    expect(found.peakAt).toBeNull();
    expect(found.crosstalk.low).toBe(0);
  });

  test('says nothing without six levels, or without the knee', () => {
    expect(fitScalability(law({ users: [10, 80, 160, 320, 640] }))).toBeNull();
    expect(fitScalability(law({ contention: 0, crosstalk: 0 }))).toBeNull();
    expect(fitScalability(law({ users: [300, 305, 310, 315, 320, 325] }))).toBeNull();
    expect(fitScalability([])).toBeNull();
  });

  test('uses the levels of users, without those that the generator limited', () => {
    const levels = law().map(({ users, perSecond }) => levelOf({ level: users, users, perSecond }));
    const limited = levelOf({ level: 700, users: 700, perSecond: 1, verdict: 'generator' });
    expect(scalabilityOf('users', [...levels, limited])).toEqual(scalabilityOf('users', levels));
    expect(scalabilityOf('users', levels)!.contention.value).toBeCloseTo(0.002, 5);
    expect(scalabilityOf('arrivals', levels)).toBeNull();
  });
});
