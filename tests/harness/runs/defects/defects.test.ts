import { expect, test } from '@playwright/test';
import { type Concluded, conclude, theOne } from './concluded.ts';
import { experiments, HEALTHY, seeded } from './seeded.ts';

let concluded: readonly Concluded[];

test.beforeAll('one run of all these experiments', async ({}, testInfo) => {
  testInfo.setTimeout(600_000);
  concluded = await conclude('playwright.config.ts', testInfo);
});

test.describe('experiments find what is wrong with a service', () => {
  for (const { defect, check, ...chosen } of seeded) {
    test(`${defect}: found by "${check}"`, () => {
      const { passed, failed, text } = theOne(concluded, defect, chosen);
      expect(failed, text).toContain(check);
      expect(passed).toBe(false);
    });
  }
});

test.describe('experiments find nothing wrong with a healthy service', () => {
  for (const chosen of experiments) {
    test(`${chosen.file}, ${chosen.only}`, () => {
      const { passed, failed, text } = theOne(concluded, HEALTHY, chosen);
      expect(failed, text).toEqual([]);
      // A busy machine may make an experiment inconclusive: then it names the check, and does not pass.
      expect(passed, text).toBe(!text.includes('❔'));
    });
  }
});
