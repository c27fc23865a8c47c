import { expect, test } from '@playwright/test';
import { type Concluded, conclude, theOne } from './concluded.ts';
import { experiments, HEALTHY, seededInGate } from './seeded.ts';

/** On a busy machine, a check of times is inconclusive. */
const GENERATOR_WAS_LATE = '❔ the generator read in time';

let concluded: readonly Concluded[];

test.beforeAll('run these experiments', async ({}, testInfo) => {
  testInfo.setTimeout(600_000);
  concluded = await conclude('playwright.config.ts', testInfo, {
    // Two processors carry these crowds beside the other tests.
    workers: 2,
    settings: { CHAOS_JOIN_USERS: '20', CHAOS_STORM_USERS: '10' },
  });
});

test.describe('an experiment on a service with a defect', () => {
  for (const { defect, check, ...chosen } of seededInGate) {
    test(`finds ${defect} by the check "${check}"`, () => {
      const { passed, failed, against, text } = theOne(concluded, defect, chosen);
      expect(text.includes(GENERATOR_WAS_LATE) ? against : failed, text).toContain(check);
      expect(passed).toBe(false);
    });
  }
});

test.describe('an experiment on a healthy service', () => {
  for (const chosen of experiments) {
    test(`finds nothing: ${chosen.file}, "${chosen.only}"`, () => {
      const { passed, failed, text } = theOne(concluded, HEALTHY, chosen);
      expect(failed, text).toEqual([]);
      // A busy machine may make an experiment inconclusive. The experiment then names the check and does not pass.
      expect(passed, text).toBe(!text.includes('❔'));
    });
  }
});
