import { expect, test } from '@playwright/test';
import type { Judgement } from '../../../src/targets/judgement.ts';
import { unmetText } from '../../../src/targets/judgement-text.ts';

function missed(over: Partial<Judgement>): Judgement {
  return {
    target: 'page.cls max < 0.295',
    operation: 'page.cls',
    statistic: 'max',
    comparator: '<',
    limit: 0.295,
    unit: '',
    state: 'missed',
    value: 0.3,
    count: 10,
    ...over,
  };
}

test.describe('the text of a missed target', () => {
  for (const [name, over, text] of [
    ['shows the limit as the user wrote it', {}, 'page.cls max was 0.3, 1.02× the 0.295 limit'],
    ['shows no factor of 1', { value: 0.29501 }, 'page.cls max was 0.295, just above the 0.295 limit'],
    [
      'shows a large factor in two digits',
      { operation: 'meeting.get', statistic: 'p95', limit: 1, unit: 'ms', value: 45.3 },
      'meeting.get p95 was 45.3 ms, 45× the 1 ms limit',
    ],
    [
      'shows no factor where larger values are better',
      {
        operation: undefined,
        statistic: 'success rate',
        comparator: '>=',
        limit: 99.5,
        unit: '%',
        value: 90,
      },
      'success rate was 90.00%, limit >= 99.5%',
    ],
  ] as const) {
    test(name, () => expect(unmetText(missed(over))).toBe(text));
  }
});
