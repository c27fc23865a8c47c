import { expect, test } from '@playwright/test';
import type { ForeignName } from '../foreign/services.ts';
import { type Ended, foreignRun, mistakesOfHealthy } from './foreign-run.ts';
import { expectHonest } from './honest.ts';

// Each starts its own run, and the project allows two at a time.
test.describe.configure({ mode: 'parallel' });

/** A few seconds; what is judged is whether the run is right, not how quick a busy machine is. */
const short = {
  TEST_DURATION: '5',
  CONCURRENT_USERS: '6',
  REQUESTS_PER_USER: '6',
  TARGETS: 'error rate < 1 %; events lost < 0.1 %; events twice < 0.1 %; wrong answers <= 0',
};

/** What a service has and no other, as its contract names it. The deep suite has all phases of all three services. */
const own: Readonly<Partial<Record<ForeignName, readonly string[]>>> = {
  'cookie-acks': ['chat.send', 'conference.look'],
};

test.describe('a short load of a service that the harness did not write', () => {
  for (const [name, operations] of Object.entries(own) as [ForeignName, readonly string[]][]) {
    test(`${name} passes, and its operations have their own names`, async ({}, testInfo) => {
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

  test('all-sockets with events-twice fails, and the run reports it', async ({}, testInfo) => {
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

test.describe('what the experiments on a healthy service may end as', () => {
  const ended = (verdict: Ended['verdict'], check: string, message = 'why'): Ended => ({
    title: 'one',
    verdict,
    findings: [{ check, verdict, message, evidence: [] }],
  });
  const six = Array.from({ length: 6 }, () => ended('passed', 'the roster is true'));

  test('six that pass, others that are not applicable, and an overloaded generator', () => {
    const others = [
      ended('not applicable', 'it applies'),
      ended('inconclusive', 'the generator read in time'),
    ];
    expect(mistakesOfHealthy([...six, ...others])).toEqual([]);
  });

  const wrong: [string, Ended, RegExp][] = [
    ['a failed check', ended('failed', 'the roster is true'), /^one: failed: the roster is true$/],
    [
      'another doubt',
      ended('inconclusive', 'the fault was real', 'no fault'),
      /^one: the fault was real: no fault$/,
    ],
    ['no reason', ended('not applicable', 'it applies', ''), /^one: not applicable without a reason$/],
  ];
  for (const [name, experiment, mistake] of wrong)
    test(`not ${name}`, () => {
      expect(mistakesOfHealthy([...six, experiment])).toEqual([expect.stringMatching(mistake)]);
    });

  test('not fewer than six', () => {
    expect(mistakesOfHealthy(six.slice(1))).toEqual(['only 5 experiments took place']);
  });
});
