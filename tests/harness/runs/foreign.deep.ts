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

// A run takes minutes where other tests run.
test.setTimeout(900_000);

test.describe('all phases against a service that the harness did not write', () => {
  for (const name of Object.keys(foreignServices) as ForeignName[]) {
    test(`${name}: no finding against it`, async ({}, testInfo) => {
      const history = testInfo.outputPath('history');
      const { output, summary, records, experiments } = await foreignRun(name, {
        settings: small,
        args: ['--workers=2'],
        history,
      });
      await testInfo.attach('output', { body: output, contentType: 'text/plain' });
      expect(records.map(({ kind }) => kind).sort()).toEqual(['bench', 'chaos', 'conduct', 'load']);
      for (const { kind, verdict, reasons, targets } of records) {
        // A busy machine may make a phase inconclusive; it is never a finding about the service.
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

test.describe('a seeded defect of a foreign service is named', () => {
  for (const seeded of foreignDefects) {
    const { service, defect, phase, only = [], name } = seeded;
    test(`${service} with ${defect}: ${phase} names "${name}"`, async ({}, testInfo) => {
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

/** The targets, checks or findings by which a service fails in a run. */
function namesIn({ summary, experiments, records }: ForeignOutcome, phase: NamedBy['phase']): string[] {
  if (phase === 'load')
    return summary!.targets.filter(({ state }) => state === 'missed').map(({ target }) => target);
  if (phase === 'chaos') return failedChecks(experiments);
  const failed = records.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'failed'));
  return failed.flatMap(({ message }) => message.split(', '));
}
