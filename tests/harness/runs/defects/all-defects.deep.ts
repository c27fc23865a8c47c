import { expect, test } from '@playwright/test';
import { type Concluded, conclude, theOne } from './concluded.ts';
import { HEALTHY, seeded } from './seeded.ts';

let concluded: readonly Concluded[];

test.beforeAll('one run of every experiment on every defect', async ({}, testInfo) => {
  testInfo.setTimeout(1_800_000);
  concluded = await conclude('all.config.ts', testInfo);
});

const of = (project: string) => concluded.filter((one) => one.project === project);

for (const { defect, check, alsoBy = [], ...chosen } of seeded) {
  test(`${defect}: found by "${check}" or by what it brings about, and taken for nothing else`, () => {
    expect(of(defect)).toHaveLength(of(HEALTHY).length);
    // Its service has served other experiments before: which call it is that goes wrong may differ from one alone.
    const { passed, failed, text } = theOne(concluded, defect, chosen);
    expect(passed, text).toBe(false);
    expect([check, ...alsoBy].filter((one) => failed.includes(one))).not.toEqual([]);
    const others = of(defect).flatMap(({ title, failed }) =>
      failed.filter((one) => one !== check && !alsoBy.includes(one)).map((one) => `${title}: ${one}`),
    );
    expect(others).toEqual([]);
  });
}

test('a healthy service is accused of nothing', () => {
  const accused = of(HEALTHY).filter(
    ({ passed, failed, text }) => failed.length > 0 || passed === text.includes('❔'),
  );
  expect(accused.map(({ title, text }) => `${title}\n${text}`)).toEqual([]);
});

test('each experiment says what it found, what it does not know, or why it did not begin', () => {
  const silent = concluded.filter(
    ({ passed, failed, text, error }) =>
      !passed &&
      failed.length === 0 &&
      !text.includes('❔') &&
      !error.includes('The steady state does not hold'),
  );
  expect(silent.map(({ project, title, error }) => `${project} ${title}: ${error}`)).toEqual([]);
});
