import { expect, test } from '@playwright/test';
import { styleNames } from '../../../../service/style/styles.ts';
import { type Reason, reasonText } from '../../../../src/history/reason.ts';
import { isBusy } from '../honest.ts';
import type { Outcome } from '../run.ts';
import { run } from '../run.ts';
import { type LoadFinding, loadFindings, loadsBlindTo } from './load-findings.ts';

/** The default targets, and sessions that are long enough for events that come 4 s late. */
const asUsers = {
  TARGETS: '',
  CONCURRENT_USERS: '12',
  TEST_DURATION: '10',
  REQUESTS_PER_USER: '8',
  THINK_TIME_MS: '700..900',
};

// Each test starts its own run. The project allows two tests at a time.
test.describe.configure({ mode: 'parallel' });

for (const style of styleNames) {
  test.describe(`a load run in the ${style} style`, () => {
    for (const finding of loadFindings) {
      const { defect, verdict, missed = [] } = finding;
      test(`reports ${defect} as ${[verdict, ...missed].join(', ')}`, async ({}, testInfo) => {
        const outcome = await run({ ...asUsers, SERVICE_STYLE: style, SERVICE_DEFECTS: defect });
        await testInfo.attach('output', { body: outcome.output, contentType: 'text/plain' });
        expect(mistakesIn(outcome, finding), outcome.output).toEqual([]);
      });
    }

    test('passes a service without defects', async () => {
      const outcome = await run({ ...asUsers, SERVICE_STYLE: style });
      expect(mistakesIn(outcome, { verdict: 'passed' }), outcome.output).toEqual([]);
    });

    test('passes defects that load cannot find, and names the phases that find them', async () => {
      const outcome = await run({
        ...asUsers,
        SERVICE_STYLE: style,
        SERVICE_DEFECTS: loadsBlindTo.map(({ defect }) => defect).join(','),
      });
      const shows = loadsBlindTo.map(({ namedBy }) => namedBy);
      expect(mistakesIn(outcome, { verdict: 'passed', shows }), outcome.output).toEqual([]);
    });
  });
}

/** The differences between the run and the expected finding. A busy machine may add reasons of the load generator. */
function mistakesIn(
  { code, output, summary }: Outcome,
  { verdict, missed = [], mayMiss = [], reasons = [], mayHave = [], shows = [] }: Omit<LoadFinding, 'defect'>,
): string[] {
  const notShown = shows.filter((shown) => !shown.test(output)).map((shown) => `does not show ${shown}`);
  if (summary === undefined) return [...notShown, `ended with ${code}, without a summary`];
  const busy = isBusy(summary);
  const found = summary.targets.flatMap(({ state, target }) => (state === 'missed' ? [target] : []));
  // A busy machine also slows the service.
  const excused = busy ? /latency|^each operation|^events l/ : /^$/;
  const isKnown = (reason: Reason) =>
    reason.kind === 'target missed' ||
    (busy && (reason.kind === 'load generator' || reason.kind === 'target inconclusive')) ||
    [...reasons, ...mayHave].some((sentence) => sentence.test(reasonText(reason)));
  return [
    ...notShown,
    ...([verdict, ...(busy ? ['inconclusive'] : [])].includes(summary.verdict)
      ? []
      : [`verdict ${summary.verdict}`]),
    ...(code === (summary.verdict === 'passed' ? 0 : 1)
      ? []
      : [`${summary.verdict}, and ended with ${code}`]),
    ...missed.filter((target) => !found.includes(target)).map((target) => `not missed: ${target}`),
    ...found
      .filter((target) => ![...missed, ...mayMiss].includes(target) && !excused.test(target))
      .map((target) => `missed as well: ${target}`),
    ...reasons
      .filter((sentence) => !summary.reasons.some((reason) => sentence.test(reasonText(reason))))
      .map((sentence) => `no reason matches ${sentence}`),
    ...summary.reasons
      .filter((reason) => !isKnown(reason))
      .map((reason) => `another reason: ${reasonText(reason)}`),
  ];
}
