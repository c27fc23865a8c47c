import { expect, test } from '../../fixtures/index.ts';
import { crowdName, isPart, schedule, settings } from './meeting-sessions.ts';

test.describe('Does the service carry this crowd for the whole time?', () => {
  test('every share reported, and the counts add up', async ({ verdict }) => {
    const summary = await verdict.of(crowdName, schedule, settings.targets);
    await verdict.publish(crowdName);
    expect(summary.shares.filter(({ state }) => state !== 'finished')).toEqual([]);
    expect(summary.reasons.filter((reason) => reason.includes('do not add up'))).toEqual([]);
    verdict.expectKept();
  });

  test('the load followed its schedule', async ({ verdict }) => {
    const { selfCheck } = await verdict.of(crowdName, schedule, settings.targets);
    expect(selfCheck.findings.filter(({ ok, spoils }) => !ok && spoils === 'load')).toEqual([]);
  });

  test.describe(() => {
    test.skip(isPart, 'One shard is a part of the crowd: npm run merge judges the whole.');

    for (const { text } of settings.targets) {
      test(`target: ${text}`, async ({ verdict }) => {
        const summary = await verdict.of(crowdName, schedule, settings.targets);
        const skipped = summary.notJudged.find(({ target }) => target === text);
        test.skip(skipped !== undefined, skipped?.note);
        test.skip(summary.run.startedAt === null, 'Nothing was loaded.');
        await verdict.expectMet(summary.targets.find(({ target }) => target === text)!, summary);
      });
    }

    test('not slower than before', async ({ verdict }) => {
      const compared = await verdict.compare(crowdName, schedule, settings.targets);
      test.skip(compared === undefined, 'Nothing was loaded.');
      expect(compared!.against).toEqual([]);
    });

    // What no single line above says, such as a run that was stopped early or that had no target at all.
    test('the verdict is passed', async ({ verdict }) => {
      const { verdict: given, reasons } = await verdict.of(crowdName, schedule, settings.targets);
      expect(given, reasons.join('\n')).toBe('passed');
    });
  });
});
