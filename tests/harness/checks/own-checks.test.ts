import { expect, test } from '@playwright/test';
import { nobodyAlone } from '../../../docs/examples/nobody-alone.ts';
import { rosterIsTrue } from '../../../src/checks/catalogue.ts';
import { type Check, defineCheck, type Judgement, type NamedCheck } from '../../../src/checks/check.ts';
import { allOfThese, isOwn, judgeHistory, refuseChecks, titleOf } from '../../../src/checks/judge.ts';
import { Ledger } from '../../../src/checks/ledger.ts';
import { UserError } from '../../../src/kernel/errors.ts';

/** A history with one roster of these users. */
function historyOf(...users: readonly string[]) {
  const ledger = new Ledger(() => 0);
  const roster = users.map((userId) => ({ userId, handRaised: false }));
  if (users.length > 0)
    ledger.add({ who: 'experiment', type: 'state', source: 'service', state: { status: 'active', roster } });
  return ledger.entries;
}

const verdictOn = (...users: readonly string[]) => judgeHistory(nobodyAlone(), historyOf(...users)).verdict;

test.describe('A check of a team', () => {
  test('is judged under its name, without an entry in a list of fullhouse', () => {
    expect([verdictOn('anna', 'ben'), verdictOn('anna'), verdictOn()]).toEqual([
      'passed',
      'failed',
      'inconclusive',
    ]);
    expect(judgeHistory(nobodyAlone(), historyOf('anna'))).toMatchObject({
      check: 'no user is alone in a roster',
      message: '1 roster, 1 violation',
      evidence: ['anna is alone in the roster (entry 0)'],
    });
  });

  test('gets its parameters, and keeps what it is about', () => {
    const atMost = defineCheck<{ most: number }>(
      'few entries',
      (entries, { most }) => ({
        verdict: entries.length <= most ? 'passed' : 'failed',
        message: `${entries.length} of ${most}`,
        evidence: [],
      }),
      { about: 'time' },
    );
    expect(judgeHistory(atMost({ most: 0 }), historyOf('anna'))).toEqual({
      check: 'few entries',
      about: 'time',
      verdict: 'failed',
      message: '1 of 0',
      evidence: [],
    });
    expect(judgeHistory(atMost({ most: 1 }), historyOf('anna')).verdict).toBe('passed');
  });

  test('works inside a check of several, which is then its own too', () => {
    const both = allOfThese({ title: 'Meeting A', idsBegin: 'a', checks: [rosterIsTrue(), nobodyAlone()] });
    expect(judgeHistory(both, historyOf('anna'))).toMatchObject({ check: 'Meeting A', verdict: 'failed' });
    expect([isOwn(both), titleOf(both)]).toEqual([true, 'Meeting A']);
    const standard = allOfThese({ title: 'Meeting A', idsBegin: 'a', checks: [rosterIsTrue()] });
    expect([isOwn(standard), isOwn(rosterIsTrue()), isOwn(nobodyAlone())]).toEqual([false, false, true]);
  });

  const failing: readonly [title: string, judge: () => unknown, message: string | RegExp][] = [
    [
      'that throws',
      () => {
        throw new Error('no such entry');
      },
      /^its code threw "no such entry" \(tests\/harness\/checks\/own-checks\.test\.ts:\d+\)$/,
    ],
    ['that returns nothing', () => undefined, /^its code returned no judgement; return finding\(…\)/],
    ['that is asynchronous', async () => ({ verdict: 'passed' }), /^its code returned no judgement/],
    [
      'with an unknown verdict',
      () => ({ verdict: 'ok', message: '', evidence: [] }),
      /^its code returned no/,
    ],
  ];
  for (const [title, judge, message] of failing)
    test(`${title} is inconclusive, with the place of the mistake`, () => {
      const check = defineCheck('mine', judge as () => Judgement);
      const found = judgeHistory(check(), historyOf('anna'));
      expect(found).toMatchObject({ check: 'mine', verdict: 'inconclusive', evidence: [] });
      expect(found.message).toMatch(message);
    });

  test('with the name of a check of fullhouse is refused, and so is one that was not called', () => {
    const mine = defineCheck('the roster is true', () => ({ verdict: 'passed', message: '', evidence: [] }));
    expect(() => refuseChecks([rosterIsTrue(), mine()])).toThrow(
      new UserError(
        'Check "the roster is true": fullhouse has a check of this name. Give yours another name.',
      ),
    );
    const uncalled: Check<void> & NamedCheck = nobodyAlone as Check<void> & NamedCheck;
    expect(() => refuseChecks([uncalled])).toThrow(
      new UserError(
        'Check "no user is alone in a roster": the check itself was listed. Call it, like viewsAgree().',
      ),
    );
    refuseChecks([rosterIsTrue(), nobodyAlone()]);
  });
});
