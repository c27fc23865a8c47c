import { expect, test } from '@playwright/test';
import { reasonText } from '../../../src/history/reason.ts';
import { type ForeignName, foreignServices } from '../foreign/services.ts';
import { foreignDefects, type NamedBy } from './foreign-defects.ts';
import { type ForeignOutcome, failedChecks, foreignRun, mistakesOfHealthy } from './foreign-run.ts';

/** Small crowds and small experiments, with the default targets. */
const small = {
  CONCURRENT_USERS: '20',
  TEST_DURATION: '12',
  THINK_TIME_MS: '300..400',
  CHAOS_CYCLES: '20',
  CHAOS_JOIN_USERS: '20',
  CHAOS_CONNECTIONS: '8',
  ITERATIONS: '50',
  BENCH_WARMUP: '50',
};

// A run takes minutes beside other tests.
test.setTimeout(900_000);

test.describe('a run of all phases on a foreign service', () => {
  for (const name of Object.keys(foreignServices) as ForeignName[]) {
    test(`finds nothing wrong with ${name}`, async ({}, testInfo) => {
      const history = testInfo.outputPath('history');
      const { output, summary, records, experiments } = await foreignRun(name, {
        settings: small,
        args: ['--workers=2'],
        history,
      });
      await testInfo.attach('output', { body: output, contentType: 'text/plain' });
      expect(records.map(({ kind }) => kind).sort()).toEqual(['bench', 'chaos', 'conduct', 'load']);
      for (const { kind, verdict, reasons, targets } of records) {
        // A busy machine may make a phase inconclusive. That is not a finding about the service.
        expect(['passed', 'inconclusive'], `${kind}\n${reasons.map(reasonText).join('\n')}`).toContain(
          verdict,
        );
        expect(targets.filter(({ state }) => state === 'missed')).toEqual([]);
        if (verdict === 'inconclusive') expect(reasons).not.toEqual([]);
      }
      expect(summary!.totals.failed, output).toBe(0);
      expect(summary!.events).toMatchObject({ lost: 0, twice: 0, unexplained: 0 });
      expect(mistakesOfHealthy(experiments), output).toEqual([]);
      const conduct = records.find(({ kind }) => kind === 'conduct')!;
      expect(conduct.verdict).toBe('passed');
      expect(conduct.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    });
  }
});

test.describe('a run on a foreign service with a defect', () => {
  for (const seeded of foreignDefects) {
    const { service, defect, phase, only = [], name } = seeded;
    test(`reports ${defect} of ${service} in ${phase} as "${name}"`, async ({}, testInfo) => {
      const outcome = await foreignRun(service, {
        defects: [defect],
        settings: small,
        args: [`--project=${phase}`, '--workers=2', ...only],
        history: testInfo.outputPath('history'),
      });
      const { code, output } = outcome;
      await testInfo.attach('output', { body: output, contentType: 'text/plain' });
      const named = namesIn(outcome, phase);
      expect(named, output).toContain(name);
      expect(
        named.filter((one) => one !== name && !seeded.alsoBy?.includes(one)),
        output,
      ).toEqual([]);
      expect(output).toMatch(seeded.output);
      expect(code).toBe(1);
    });
  }
});

/** The missed targets, failed checks or conduct findings of a run. */
function namesIn({ summary, experiments, records }: ForeignOutcome, phase: NamedBy['phase']): string[] {
  if (phase === 'load')
    return summary!.targets.filter(({ state }) => state === 'missed').map(({ target }) => target);
  if (phase === 'chaos') return failedChecks(experiments);
  const failed = records.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'failed'));
  return failed.flatMap(({ message }) => message.split(', '));
}
