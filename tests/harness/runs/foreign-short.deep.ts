import { expect, test } from '@playwright/test';
import type { ForeignName } from '../foreign/services.ts';
import { type Ended, foreignRun, mistakesOfHealthy } from './foreign-run.ts';
import { expectHonest } from './honest.ts';

// Each test starts its own run. The project allows two tests at a time.
test.describe.configure({ mode: 'parallel' });

/** A run of a few seconds, without latency targets, because the machine may be busy. */
const short = {
  TEST_DURATION: '5',
  CONCURRENT_USERS: '6',
  REQUESTS_PER_USER: '6',
  TARGETS: 'error rate < 1 %; events lost < 0.1 %; events twice < 0.1 %; wrong answers <= 0',
};

/** Operations that only one service has. `foreign.deep.ts` runs all phases on all three services. */
const own: Readonly<Partial<Record<ForeignName, readonly string[]>>> = {
  'cookie-acks': ['chat.send', 'conference.look'],
};

test.describe('a short load run on a foreign service', () => {
  for (const [name, operations] of Object.entries(own) as [ForeignName, readonly string[]][]) {
    test(`passes ${name}, and records its custom operations by name`, async ({}, testInfo) => {
      const history = testInfo.outputPath('history');
      const { code, output, summary } = await foreignRun(name, { settings: short, history });
      expect(summary, output).toBeDefined();
      expectHonest(code, summary!);
      for (const operation of operations) {
        const { total, outcomes } = summary!.operations[operation]!;
        expect(total, operation).toBeGreaterThan(0);
        expect(outcomes, operation).toEqual({ ok: total });
      }
      expect(summary!.operations['event.delivery']!.total).toBeGreaterThan(0);
      expect(summary!.sessions.completed).toBe(summary!.sessions.started);
    });
  }

  test('fails all-sockets with the defect events-twice', async ({}, testInfo) => {
    const { code, output, summary } = await foreignRun('all-sockets', {
      defects: ['events-twice'],
      settings: { ...short, TEST_DURATION: '3' },
      history: testInfo.outputPath('history'),
    });
    expect(code, output).toBe(1);
    expect(summary!.targets.filter(({ state }) => state !== 'met').map(({ target }) => target)).toEqual([
      'events twice < 0.1 %',
    ]);
    expect(output).toMatch(/events twice was \d/);
  });
});

test.describe('the check of experiments on a healthy service', () => {
  const ended = (verdict: Ended['verdict'], check: string, message = 'why'): Ended => ({
    title: 'one',
    verdict,
    findings: [{ check, verdict, message, evidence: [] }],
  });
  const six = Array.from({ length: 6 }, () => ended('passed', 'the roster is true'));

  test('accepts six passed experiments, not applicable ones and an overloaded generator', () => {
    const others = [
      ended('not applicable', 'it applies'),
      ended('inconclusive', 'the generator read in time'),
    ];
    expect(mistakesOfHealthy([...six, ...others])).toEqual([]);
  });

  const wrong: [string, Ended, RegExp][] = [
    ['a failed check', ended('failed', 'the roster is true'), /^one: failed: the roster is true$/],
    [
      'another inconclusive check',
      ended('inconclusive', 'the fault was real', 'no fault'),
      /^one: the fault was real: no fault$/,
    ],
    [
      'an experiment without a reason',
      ended('not applicable', 'it applies', ''),
      /^one: not applicable without a reason$/,
    ],
  ];
  for (const [name, experiment, mistake] of wrong)
    test(`refuses ${name}`, () => {
      expect(mistakesOfHealthy([...six, experiment])).toEqual([expect.stringMatching(mistake)]);
    });

  test('refuses fewer than six finished experiments', () => {
    expect(mistakesOfHealthy(six.slice(1))).toEqual(['only 5 experiments took place']);
  });
});
