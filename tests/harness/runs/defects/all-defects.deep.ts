import { expect, test } from '@playwright/test';
import { styleNames } from '../../../../service/style/styles.ts';
import { type Concluded, conclude, theOne } from './concluded.ts';
import { HEALTHY, seededIn } from './seeded.ts';

/** The marks of an inconclusive or not applicable experiment, and of an inconclusive check. */
const UNDECIDED = /❔|^➖/;

for (const style of styleNames) {
  test.describe(`all experiments on all defects in the ${style} style`, () => {
    let concluded: readonly Concluded[];

    test.beforeAll('run all experiments', async ({}, testInfo) => {
      testInfo.setTimeout(1_800_000);
      concluded = await conclude('all.config.ts', testInfo, { style });
    });

    const of = (project: string) => concluded.filter((one) => one.project === project);

    for (const { defect, check, alsoBy = [], ...chosen } of seededIn(style)) {
      test(`experiments find ${defect} by "${check}" or by its effects, and by no other check`, () => {
        expect(of(defect)).toHaveLength(of(HEALTHY).length);
        // Other experiments used this service before, so another call may fail than in a run of one experiment.
        const { passed, against, text } = theOne(concluded, defect, chosen);
        expect(passed, text).toBe(false);
        expect([check, ...alsoBy].filter((one) => against.includes(one))).not.toEqual([]);
        // An overloaded machine is reported beside the checks that failed.
        const judged = of(defect).filter(({ text }) => !text.includes('❔ the generator read in time'));
        const others = judged.flatMap(({ title, failed }) =>
          failed.filter((one) => one !== check && !alsoBy.includes(one)).map((one) => `${title}: ${one}`),
        );
        expect(others).toEqual([]);
      });
    }

    test('experiments find nothing wrong with a healthy service', () => {
      const accused = of(HEALTHY).filter(
        ({ passed, failed, text }) => failed.length > 0 || passed === UNDECIDED.test(text),
      );
      expect(accused.map(({ title, text }) => `${title}\n${text}`)).toEqual([]);
    });

    test('each experiment reports a failed or inconclusive check, or why it did not start', () => {
      const silent = concluded.filter(
        ({ passed, failed, text, error }) =>
          !passed &&
          failed.length === 0 &&
          !UNDECIDED.test(text) &&
          !error.includes('The steady state does not hold'),
      );
      expect(silent.map(({ project, title, error }) => `${project} ${title}: ${error}`)).toEqual([]);
    });
  });
}
